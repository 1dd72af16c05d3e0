"""Redlines: the new wording of a clause, made from the live one by fixed rules.

The same kind on the same revision always gives the same words. A limit is changed in place; what
has no limit gets one sentence more; a gap gets a clause of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from recommender.errors import Conflict
from recommender.models.policies import Revision
from recommender.policies.conditions import EVERYWHERE, Condition, Scope
from recommender.policies.phrases import ALONE, PLAINLY, SIGNED
from recommender.policies.safe_words import safe_name
from recommender.policies.syntax.handbook import Bound, Parameter
from recommender.policies.syntax.markup import (
    append_sentence,
    plain_text,
    read_parameters,
    set_parameter,
)
from recommender.policies.syntax.suggest import confirm_parameter, suggest_parameters
from recommender.vocabulary import Verdict

_SENTENCES: Final = {
    Verdict.ADD_EXCEPTION: "As an exception{scope}, agents may decide cases of {case} "
    "{who}{where}.",
    Verdict.CLARIFY_WORDING: "How to treat cases of {case} is left open: agents ask a colleague to "
    "sign first.",
    Verdict.GRANT_AUTHORITY: "In cases of {case}{scope}, agents may depart from this as they judge "
    "fair{where}.",
    Verdict.WRITE_NEW_CLAUSE: "Cases of {case}{scope} have a rule of their own: agents may decide "
    "them {who}{where}.",
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
class Subject:
    """What a redline is made of: which kind, under which conditions, by an agent alone or not.

    `allowed` tells that the clause's own limit allows most of these cases already; `said` are the
    sentences by which the clause makes exceptions for the kind as yet: a new one replaces them.
    """

    name: str
    conditions: tuple[Condition, ...] = ()
    alone: bool = True
    allowed: bool = False
    scope: Scope = EVERYWHERE
    said: tuple[str, ...] = ()


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
    elif verdict is Verdict.CLARIFY_WORDING and subject.allowed:
        new = say_plainly(base.markup)
    elif verdict in _SENTENCES:
        new = _with_sentence(base.markup, sentence(verdict, subject), subject.said)
    return Wording(base.markup, new)


def say_plainly(markup: str) -> str:
    """Add the sentence that within its limits a clause asks for nobody; once is enough."""
    return markup if PLAINLY in markup else append_sentence(markup, PLAINLY)


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
    return tuple(one for one in drafted if one.said_in(words))


def unit_of(fact: str, currency: str | None) -> str | None:
    """Guess a fact's unit from its name: `months_left` counts months, `amount` is money."""
    parts = fact.casefold().split("_")
    for part in parts:
        if part in _UNITS:
            return _UNITS[part]
    return currency if _MONEY_WORDS.intersection(parts) else None


def _widened(base: Revision, subject: Subject) -> str:
    first = next(iter(subject.conditions), None)
    side = None if first is None else first.side
    limit = None if first is None or side is None else live_limit(base, first.fact, side)
    if first is None or first.number is None or limit is None:
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
    return set_parameter(markup, first.fact, first.number, bound=limit.bound)


def sentence(verdict: Verdict, subject: Subject) -> str:
    """Write what a clause says for one kind; the verdict is one that adds a sentence."""
    return _SENTENCES[verdict].format(
        case=_quoted(subject.name),
        who=_who(subject),
        where=_where([one.words for one in subject.conditions]),
        scope=f" {subject.scope.words}" if subject.scope.words else "",
    )


def _with_sentence(markup: str, added: str, said: Sequence[str]) -> str:
    """Put a sentence in the place of the first earlier one, the others go; else at the end."""
    earlier = [one for one in said if one in markup]
    if not earlier:
        return append_sentence(markup, added)
    for one in earlier[1:]:
        markup = markup.replace(f" {one}", "").replace(one, "")
    return markup.replace(earlier[0], added)


def _for_a_gap(verdict: Verdict, subject: Subject) -> str | None:
    if verdict in {Verdict.WIDEN_LIMIT, Verdict.RETIRE_RULE}:
        raise NothingToChange(
            "No clause applies to these cases, so there is none to change.",
            field="verdict",
            remedy="Write a new clause.",
        )
    if verdict not in _SENTENCES:
        return None
    where = _where([one.span for one in subject.conditions])
    return f"Agents may decide cases of {_quoted(subject.name)} {_who(subject)}{where}."


def _who(subject: Subject) -> str:
    return ALONE if subject.alone else SIGNED


def _quoted(name: str) -> str:
    return f"“{safe_name(name)}”"


def _where(conditions: list[str]) -> str:
    return f" where {' and '.join(conditions)}" if conditions else ""
