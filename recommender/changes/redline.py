"""Redlines: the new wording of a clause, made from the live one by fixed rules.

The same kind on the same revision always gives the same words. A limit is changed in place; what
has no limit gets one sentence more; a gap gets a clause of its own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from recommender.changes.parameters import admits
from recommender.errors import Conflict
from recommender.models.policies import Revision
from recommender.policies.syntax.handbook import Bound, Parameter
from recommender.policies.syntax.markup import (
    append_sentence,
    parameter_span,
    plain_text,
    read_parameters,
    set_parameter,
)
from recommender.policies.syntax.suggest import confirm_parameter, suggest_parameters
from recommender.vocabulary import Verdict

_UNSAFE: Final = re.compile(r"[\[\]{}<>`#*_|\\“”\"]|[^\S ]|[\x00-\x1f]")
_FACT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_UNIT: Final = re.compile(r"[A-Za-z][A-Za-z_ ]*")
_SENTENCES: Final = {
    Verdict.ADD_EXCEPTION: "As an exception, agents may decide cases of {case} on their "
    "own{where}.",
    Verdict.CLARIFY_WORDING: "How to treat cases of {case} is left open: agents ask a colleague to "
    "sign first.",
    Verdict.GRANT_AUTHORITY: "In cases of {case}, agents may depart from this as they judge fair.",
    Verdict.WRITE_NEW_CLAUSE: "Cases of {case} have a rule of their own: agents may decide them on "
    "their own{where}.",
}
_UNITS: Final = {
    "age": "year",
    "days": "day",
    "hours": "hour",
    "km": "km",
    "minutes": "minute",
    "months": "month",
    "percent": "percent",
    "weeks": "week",
    "years": "year",
}
_MONEY_WORDS: Final = {"amount", "bill", "charge", "cost", "fee", "owed", "price", "sum"}


class NothingToChange(Conflict):
    """The verdict has nothing to change: no clause, or no limit that the numbers would move."""


@dataclass(frozen=True)
class Condition:
    """A limit on a fact, as a sentence names it."""

    fact: str
    bound: Bound
    limit: float
    unit: str | None

    @property
    def figure(self) -> str:
        """The number with its unit where the fact's name does not hold it: `35 EUR`, `17`."""
        unit = self.unit or ""
        if not unit or unit in {part.removesuffix("s") for part in self.fact.split("_")}:
            return f"{self.limit:.12g}"
        plural = "s" if unit.isalpha() and unit.islower() and len(unit) > len("km") else ""
        return f"{self.limit:.12g} {safe_name(unit)}{plural if self.limit != 1 else ''}"

    def admits(self, value: float | None) -> bool | None:
        """Tell whether a value meets the condition; None where it is missing."""
        return None if value is None else admits(self.limit, value, self.bound)

    @property
    def words(self) -> str:
        """The condition in words: `days over is at most 17`."""
        return f"{fact_words(self.fact)} is {_side(self.bound)} {self.figure}"

    @property
    def span(self) -> str:
        """The condition in words, its number a typed limit where the fact's name can be one."""
        if not _FACT.fullmatch(self.fact) or (self.unit and not _UNIT.fullmatch(self.unit)):
            return self.words
        number = parameter_span(self.figure, self.fact, self.bound, self.limit, self.unit)
        return f"{fact_words(self.fact)} is {_side(self.bound)} {number}"


@dataclass(frozen=True)
class Subject:
    """What a redline is made of: which kind, under which conditions, by an agent alone or not."""

    name: str
    conditions: tuple[Condition, ...] = ()
    alone: bool = True


@dataclass(frozen=True)
class Wording:
    """Old and new markup of a clause; None where there is no clause, or no new text."""

    old: str | None
    new: str | None

    @property
    def texts(self) -> dict[str, str]:
        """Old and new as a reader sees them."""
        return {"old": plain_text(self.old or ""), "new": plain_text(self.new or "")}


def live_limit(base: Revision, fact: str, bound: Bound | None = None) -> Parameter | None:
    """Give the clause's limit on a fact: a typed one, else a number found in its words."""
    return next(
        (one for one in limits_of(base.markup) if one.fact == fact and bound in (None, one.bound)),
        None,
    )


def limits_of(markup: str) -> tuple[Parameter, ...]:
    """Give a clause's typed limits, or where it has none the numbers that its words offer."""
    typed = read_parameters(markup)
    if typed:
        return typed
    return tuple(
        Parameter(one.fact, one.bound, one.limit, one.unit, one.words, one.start, one.end)
        for one in suggest_parameters(markup)
    )


def redline(verdict: Verdict, base: Revision | None, subject: Subject) -> Wording:
    """Write the wording that a verdict asks for; unchanged where it changes no text.

    Raises NothingToChange where a limit should move, or a rule go, and there is none.
    """
    if base is None:
        return Wording(None, _for_a_gap(verdict, subject))
    new: str | None = base.markup
    if verdict is Verdict.WIDEN_LIMIT:
        new = _widened(base, subject)
    elif verdict is Verdict.RETIRE_RULE:
        new = None
    elif verdict in _SENTENCES:
        new = append_sentence(base.markup, _sentence(verdict, subject))
    return Wording(base.markup, new)


def stated(
    verdict: Verdict, markup: str | None, drafted: Sequence[Condition]
) -> tuple[Condition, ...]:
    """Give the conditions that a new wording really states: its typed limits where those moved.

    Else those that were drafted and stand in its words; none where the rule goes.
    """
    if markup is None:
        return ()
    if verdict is Verdict.WIDEN_LIMIT:
        typed = read_parameters(markup)
        return tuple(Condition(one.fact, one.bound, one.limit, one.unit) for one in typed)
    words = plain_text(markup)
    return tuple(one for one in drafted if one.words in words)


def fact_words(fact: str) -> str:
    """Give a fact's name as people read it: `days_over` is `days over`."""
    return safe_name(" ".join(re.split(r"[_.\s-]+", fact)))


def unit_of(fact: str, currency: str | None) -> str | None:
    """Guess a fact's unit from its name: `months_left` counts months, `amount` is money."""
    parts = fact.casefold().split("_")
    for part in parts:
        if part in _UNITS:
            return _UNITS[part]
    return currency if _MONEY_WORDS.intersection(parts) else None


def safe_name(name: str) -> str:
    """Give a name so that a handbook can carry it: no markup, one line, never empty."""
    return " ".join(_UNSAFE.sub(" ", name).split()).rstrip(".") or "this kind"


def _widened(base: Revision, subject: Subject) -> str:
    condition = next(iter(subject.conditions), None)
    limit = None if condition is None else live_limit(base, condition.fact, condition.bound)
    if condition is None or limit is None:
        raise NothingToChange(
            f"{base.clause.key} has no limit that these cases' numbers would move.",
            field="verdict",
            remedy="Add an exception, or clarify the wording.",
            clause=base.clause.key,
        )
    markup = base.markup
    if not read_parameters(markup):
        offered = suggest_parameters(markup)
        markup = confirm_parameter(markup, next(o for o in offered if o.start == limit.start))
    return set_parameter(markup, condition.fact, condition.limit, bound=condition.bound)


def _sentence(verdict: Verdict, subject: Subject) -> str:
    where = _where([one.words for one in subject.conditions])
    return _SENTENCES[verdict].format(case=_quoted(subject.name), where=where)


def _for_a_gap(verdict: Verdict, subject: Subject) -> str | None:
    if verdict in {Verdict.WIDEN_LIMIT, Verdict.RETIRE_RULE}:
        raise NothingToChange(
            "No clause applies to these cases, so there is none to change.",
            field="verdict",
            remedy="Write a new clause.",
        )
    if verdict not in _SENTENCES:
        return None
    who = "on their own" if subject.alone else "once a colleague has signed"
    where = _where([one.span for one in subject.conditions])
    return f"Agents may decide cases of {_quoted(subject.name)} {who}{where}."


def _quoted(name: str) -> str:
    return f"“{safe_name(name)}”"


def _where(conditions: list[str]) -> str:
    return f" where {' and '.join(conditions)}" if conditions else ""


def _side(bound: Bound) -> str:
    return "at most" if bound == "max" else "at least"
