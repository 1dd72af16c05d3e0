"""The cases behind a number of a kind's page: each may be read anyway, as one of the kind's own.

Copies of a text stand in the list although shares count them once: which of two cases counts
would tell that one person filed both.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from recommender.access import Act
from recommender.errors import Invalid
from recommender.kinds.answered import AMOUNT
from recommender.kinds.contrast import declined_like
from recommender.kinds.floors import hides_people
from recommender.kinds.pages import KindCase, kind_case
from recommender.kinds.rows import CaseFacts
from recommender.kinds.standing import Standing, rows_behind
from recommender.models.cases import Case
from recommender.storage.house import Transaction
from recommender.vocabulary import FactValue, OutcomeReading

One = TypeVar("One", Case, CaseFacts)
MOST: Final = 50
"""Cases of one answer, at most."""


class BadCursor(Invalid):
    """The place to go on from is none of these cases."""


class UnknownNumber(Invalid):
    """It is not said which fact's cases are meant."""


class NumberOf(StrEnum):
    """Which number of a kind's page is opened."""

    ALL = "all"
    GOOD = "good"
    BAD = "bad"
    NEUTRAL = "neutral"
    MISSING = "missing"
    WITHOUT_AMOUNT = "without_amount"
    EVENT = "event"
    FACT = "fact"
    DECLINED = "declined"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A number: what it counts, the day of an event, the name and value of a fact."""

    of: NumberOf = NumberOf.ALL
    day: date | None = None
    fact: str | None = None
    value: str | None = None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The cases behind a number, the newest first; where few people are behind the kind, none."""

    total: int | None
    cases: list[KindCase]
    after: str | None
    """The case to go on after; None: these are the last."""
    masked: list[str]


def open_number(
    tx: Transaction, standing: Standing, asked: Asked, *, after: str | None = None, top: int = MOST
) -> Opened:
    """Give the cases that a number of a kind counts. Raises BadCursor, UnknownNumber."""
    tx.actor.require(Act.READ_KINDS)
    if hides_people(standing.evidence, tx.settings):
        return Opened(total=None, cases=[], after=None, masked=["cases", "total"])
    ids = _ids(tx, standing, asked)
    if after is not None and after not in ids:
        raise BadCursor(
            "No case of this number has that id.", field="after", remedy="Start without it."
        )
    start = 0 if after is None else ids.index(after) + 1
    page = ids[start : start + min(top, MOST)]
    found = {
        case.id: case
        for case in tx.session.scalars(
            select(Case).where(Case.id.in_(page)).options(selectinload(Case.outcomes))
        )
    }
    return Opened(
        total=len(ids),
        cases=[kind_case(found[one]) for one in page],
        after=page[-1] if page and start + len(page) < len(ids) else None,
        masked=[],
    )


def _ids(tx: Transaction, standing: Standing, asked: Asked) -> list[str]:
    """Give the ids behind a number, the newest first."""
    if asked.of is NumberOf.DECLINED:
        window = standing.evidence.window
        declined = declined_like(tx, standing.kind)
        return [one.id for one in _newest(declined) if window.covers(one.occurred_at)]
    rows = rows_behind(tx, standing)
    if asked.of is NumberOf.FACT:
        chosen = _with_fact(tx, standing, rows, asked)
    else:
        chosen = _CHOSEN[asked.of](rows, asked)
    return [row.id for row in _newest(chosen)]


def _newest(some: Sequence[One]) -> list[One]:
    return sorted(some, key=lambda one: (one.occurred_at, one.id), reverse=True)


def _with_fact(
    tx: Transaction, standing: Standing, rows: Sequence[CaseFacts], asked: Asked
) -> list[CaseFacts]:
    """Choose the cases that carry a fact, with a value if one is named."""
    if asked.fact is None:
        raise UnknownNumber(
            "No fact is named.", field="fact", remedy="Name one that the cases carry."
        )
    query = select(Case.id, Case.facts).where(Case.id.in_([row.id for row in rows]))
    facts: dict[str, Mapping[str, FactValue]] = dict(tx.session.execute(query).all())
    if asked.fact == AMOUNT and standing.evidence.costs:
        currency = standing.evidence.costs[0].currency
        facts |= {
            row.id: {AMOUNT: row.amount}
            for row in rows
            if row.amount is not None and row.currency == currency
        }
    return [
        row
        for row in rows
        if asked.fact in facts[row.id]
        and asked.value in {None, fact_word(facts[row.id][asked.fact])}
    ]


def fact_word(value: FactValue) -> str:
    """Write a fact's value as a number opens it: yes and no, and 5 for 5.0."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _read(reading: OutcomeReading) -> Callable[[Sequence[CaseFacts], Asked], list[CaseFacts]]:
    return lambda rows, _: [row for row in rows if row.outcome is reading]


_CHOSEN: Mapping[NumberOf, Callable[[Sequence[CaseFacts], Asked], list[CaseFacts]]] = {
    NumberOf.ALL: lambda rows, _: list(rows),
    NumberOf.GOOD: _read(OutcomeReading.GOOD),
    NumberOf.BAD: _read(OutcomeReading.BAD),
    NumberOf.NEUTRAL: _read(OutcomeReading.NEUTRAL),
    NumberOf.MISSING: _read(OutcomeReading.MISSING),
    NumberOf.WITHOUT_AMOUNT: lambda rows, _: [row for row in rows if row.cost is None],
    NumberOf.EVENT: lambda rows, asked: [row for row in rows if row.day == asked.day],
}
