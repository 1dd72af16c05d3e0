"""Redlines: the new wording of a clause, made from the live one by fixed rules.

The same kind on the same revision always gives the same words. A limit is changed in place; what
has no limit gets one sentence more; a gap gets a clause of its own.
"""

import re
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

_UNSAFE: Final = re.compile(r"[\[\]{}<>`#*_|\\]")
_SENTENCES: Final = {
    Verdict.ADD_EXCEPTION: "As an exception, agents may decide this on their own: {case}.",
    Verdict.CLARIFY_WORDING: "This clause leaves open, and agents ask a colleague to sign first: "
    "{case}.",
    Verdict.GRANT_AUTHORITY: "Agents may depart from this as they judge fair in such cases: "
    "{case}.",
    Verdict.WRITE_NEW_CLAUSE: "As an exception, agents may decide this on their own: {case}.",
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


class NothingToWiden(Conflict):
    """The clause has no limit that the cases' numbers would move."""


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
        return f"{self.limit:.12g} {unit}{plural if self.limit != 1 else ''}"

    def admits(self, value: float | None) -> bool | None:
        """Tell whether a value meets the condition; None where it is missing."""
        return None if value is None else admits(self.limit, value, self.bound)

    @property
    def words(self) -> str:
        """The condition in words: `days over is at most 17`."""
        return f"{fact_words(self.fact)} is {_side(self.bound)} {self.figure}"

    @property
    def span(self) -> str:
        """The condition in words, its number a typed limit."""
        number = parameter_span(self.figure, self.fact, self.bound, self.limit, self.unit)
        return f"{fact_words(self.fact)} is {_side(self.bound)} {number}"


@dataclass(frozen=True)
class Wish:
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


def redline(verdict: Verdict, base: Revision | None, wish: Wish) -> Wording:
    """Write the wording that a verdict asks for; unchanged where it changes no text.

    Raises NothingToWiden where a limit should move and there is none.
    """
    if base is None:
        return Wording(None, _clause(wish) if verdict in _SENTENCES else None)
    new: str | None = base.markup
    if verdict is Verdict.WIDEN_LIMIT:
        new = _widened(base, wish)
    elif verdict is Verdict.RETIRE_RULE:
        new = None
    elif verdict in _SENTENCES:
        new = append_sentence(base.markup, _sentence(verdict, wish))
    return Wording(base.markup, new)


def fact_words(fact: str) -> str:
    """Give a fact's name as people read it: `days_over` is `days over`."""
    return " ".join(re.split(r"[_.\s-]+", fact)).strip()


def unit_of(fact: str, currency: str | None) -> str | None:
    """Guess a fact's unit from its name: `months_left` counts months, `amount` is money."""
    parts = fact.casefold().split("_")
    for part in parts:
        if part in _UNITS:
            return _UNITS[part]
    return currency if _MONEY_WORDS.intersection(parts) else None


def safe_name(name: str) -> str:
    """Give a kind's name so that a handbook can carry it: no markup, one line."""
    return " ".join(_UNSAFE.sub(" ", name).split()).rstrip(".") or "cases of this kind"


def _widened(base: Revision, wish: Wish) -> str:
    condition = next(iter(wish.conditions), None)
    limit = None if condition is None else live_limit(base, condition.fact, condition.bound)
    if condition is None or limit is None:
        raise NothingToWiden(
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


def _sentence(verdict: Verdict, wish: Wish) -> str:
    return _SENTENCES[verdict].format(case=_case(wish, [one.words for one in wish.conditions]))


def _clause(wish: Wish) -> str:
    who = "on their own" if wish.alone else "once a colleague has signed"
    return f"Agents may decide this {who}: {_case(wish, [one.span for one in wish.conditions])}."


def _case(wish: Wish, conditions: list[str]) -> str:
    name = safe_name(wish.name)
    return f"{name}, where {' and '.join(conditions)}" if conditions else name


def _side(bound: Bound) -> str:
    return "at most" if bound == "max" else "at least"
