"""Whole weeks, and what is counted in them: a kind's exceptions, contacts, the house's others."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from recommender.cases.evidence_rows import counts_as_evidence
from recommender.models.cases import Case
from recommender.models.contacts import ContactVolume

Exposure = Literal["contacts", "other exceptions", "weeks"]
WEEK: Final = timedelta(days=7)
MANY_OTHERS: Final = 10
"""The house's other exceptions measure a kind if they are so many times as many [J]."""


def monday(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def whole_weeks(first: date, end: date) -> list[date]:
    """Give the Mondays of the weeks that lie wholly from one day on and before another."""
    start = monday(first + timedelta(days=6))
    return [start + WEEK * number for number in range((end - start) // WEEK)]


def per_week(days: Iterable[date], weeks: Sequence[date]) -> list[int]:
    """Count days by the weeks they lie in."""
    counts = Counter(monday(day) for day in days)
    return [counts[week] for week in weeks]


def exposures(
    session: Session,
    by: Exposure,
    weeks: Sequence[date],
    kind: tuple[str | None, Collection[str]],
) -> list[float] | None:
    """Give what each week of a kind (its clause's id, its cases) is measured by.

    None where a week has no contacts on record, or the house had no other exception in all of them.
    """
    if by == "contacts":
        return _contacts(session, weeks)
    if by == "weeks":
        return [1.0] * len(weeks)
    others = _others(session, weeks, *kind)
    return others if sum(others) else None


def _contacts(session: Session, weeks: Sequence[date]) -> list[float] | None:
    """Give each week's contacts: what stands for all, else the sum of those told apart."""
    found: dict[date, float] = {}
    parts: Counter[date] = Counter()
    rows = session.scalars(select(ContactVolume).where(ContactVolume.week.in_(weeks)))
    for row in rows:
        if not row.product and not row.channel:
            found[row.week] = row.contacts
        elif row.product and row.channel:
            parts[row.week] += row.contacts
    every = [float(found.get(week, parts[week])) for week in weeks]
    return every if every and all(every) else None


def _others(
    session: Session, weeks: Sequence[date], clause_id: str | None, cases: Collection[str]
) -> list[float]:
    if not weeks:
        return []
    elsewhere: ColumnElement[bool] = true()
    if clause_id is not None:
        elsewhere = or_(Case.clause_id.is_(None), Case.clause_id != clause_id)
    found = session.execute(
        select(Case.id, Case.occurred_at).where(
            counts_as_evidence(),
            elsewhere,
            Case.occurred_at >= _start(min(weeks)),
            Case.occurred_at < _start(max(weeks) + WEEK),
        )
    )
    days = [moment.date() for case, moment in found if case not in cases]
    return [float(count) for count in per_week(days, weeks)]


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
