"""What signatures given here have used up of a clause's limits; imported history uses up nothing.

An approval counts, by a peer or by the clause's owner, and one that was revoked does not: it was
not carried out.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from recommender.models.cases import Case
from recommender.models.policies import Clause
from recommender.vocabulary import CaseState


@dataclass(frozen=True)
class Spent:
    """What was approved under a clause in one month, in one currency.

    `uncounted` are approvals without an amount or in another currency: nothing is converted.
    """

    amount: float
    uncounted: int


def month_of(moment: datetime) -> tuple[datetime, datetime]:
    """Give the calendar month of a moment in UTC: its first moment, and that of the next one."""
    start = moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start, (start + timedelta(days=31)).replace(day=1)


def spent(session: Session, clause: Clause, currency: str, moment: datetime) -> Spent:
    """Give what was approved here under a clause in the month of a moment."""
    start, end = month_of(moment)
    counts = and_(Case.currency == currency, Case.amount.is_not(None))
    amount, uncounted = session.execute(
        select(
            func.sum(Case.amount).filter(counts),
            func.count().filter(~func.coalesce(counts, False)),
        ).where(_approved_here(clause), Case.decided_at >= start, Case.decided_at < end)
    ).one()
    return Spent(round(float(amount or 0), 6), uncounted)


def repeats(session: Session, clause: Clause, customer: str, since: datetime) -> int:
    """Count what was approved here under a clause for one customer after a moment."""
    asked = select(func.count()).where(
        _approved_here(clause), Case.customer_id == customer, Case.decided_at > since
    )
    return session.scalar(asked) or 0


def _approved_here(clause: Clause) -> ColumnElement[bool]:
    return and_(
        Case.clause_id == clause.id,
        Case.state == CaseState.APPROVED,
        or_(Case.imported_state.is_(None), Case.imported_state != CaseState.APPROVED),
    )
