"""Why a case is in a kind, or beside it: statements that anybody can check on the kind's card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recommender.learning.phrases import says

LIKE_IT: Final = 0.3
"""Likeness to the most typical case from which it is worth a word [J]."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a case brings: its words, its clause, what was granted, its facts."""

    texts: Sequence[str]
    clause: str | None
    action: str | None
    facts: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a kind is known by.

    `facts` holds, for each fact that is usual in it, all values that its cases carry.
    """

    clause: str | None
    action: str
    terms: Sequence[str]
    facts: Mapping[str, Sequence[object]]


def reasons(case: Told, card: Card, *, typical: float | None = None) -> tuple[str, ...]:
    """Say what a case shares with a kind: clause, facts, what was granted, terms, likeness.

    `typical` is its likeness (cosine) to the kind's most typical case; None for that case itself.
    """
    told = []
    if card.clause is not None and case.clause == card.clause:
        told.append(f"names {card.clause}")
    told += [
        f"carries {name.replace('_', ' ')}{_beside(case.facts[name], values)}"
        for name, values in card.facts.items()
        if name in case.facts
    ]
    if card.action and case.action and _spoken(case.action) == card.action:
        told.append(f"was granted “{card.action}”")
    text = "\n".join(case.texts)
    told += [f"says “{term}”" for term in card.terms if says(text, term)]
    if typical is not None and typical >= LIKE_IT:
        told.append(f"told {typical:.0%} like the most typical case")
    return tuple(told)


def _beside(value: object, values: Sequence[object]) -> str:
    """Set a case's number beside those of the kind."""
    own = _number(value)
    numbers = [number for one in values if (number := _number(one)) is not None]
    if own is None or not numbers:
        return ""
    low, high = min(numbers), max(numbers)
    return f": {own:g}" if low == high else f": {own:g}, the kind {low:g} to {high:g}"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _spoken(action: str) -> str:
    return " ".join(action.replace("_", " ").split()).lower()
