"""What a kind's weeks are measured by: contacts, the house's other exceptions, or themselves."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from typing import Final, Literal

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from recommender.cases.evidence_rows import counts_as_evidence
from recommender.kinds.weeks import WEEK, Contacts, per_week
from recommender.models.cases import Case

Exposure = Literal["contacts", "other exceptions", "weeks"]
MANY_OTHERS: Final = 10
"""The house's other exceptions measure a kind if they are so many times as many [J]."""


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
        return Contacts.read(session).of_all(weeks)
    if by == "weeks":
        return [1.0] * len(weeks)
    others = _others(session, weeks, *kind)
    return others if sum(others) else None


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
