"""What signatures given here have used up of a clause's limits; imported history uses up nothing.

An approval counts, by a peer or by the clause's owner, and one that was revoked does not: it was
not carried out.
"""

from collections import Counter
from collections.abc import Collection, Mapping
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
    return spent_under(session, {clause.id: currency}, moment)[clause.id]


def spent_under(
    session: Session, currencies: Mapping[str, str], moment: datetime
) -> dict[str, Spent]:
    """Give the same of several clauses by id, each in the currency of its limits."""
    if not currencies:
        return {}
    start, end = month_of(moment)
    counted = select(
        func.coalesce(Case.clause_id, ""),
        Case.currency,
        func.sum(Case.amount),
        func.count(Case.amount),
        func.count(),
    ).where(_approved_here(currencies), Case.decided_at >= start, Case.decided_at < end)
    amounts, uncounted = dict.fromkeys(currencies, 0.0), Counter[str]()
    by_currency = counted.group_by(Case.clause_id, Case.currency)
    for clause, currency, amount, named, cases in session.execute(by_currency):
        same = currency == currencies[clause]
        uncounted[clause] += cases - named if same else cases
        if same:
            amounts[clause] = float(amount or 0)
    return {clause: Spent(round(amounts[clause], 6), uncounted[clause]) for clause in currencies}


def repeats(
    session: Session, customers: Collection[str], since: Mapping[str, datetime]
) -> Counter[tuple[str, str]]:
    """Count what was approved here, by clause and customer, under clauses after a moment each.

    `since`: a clause's id -> its moment.
    """
    if not customers or not since:
        return Counter()
    within = or_(
        *(
            and_(Case.clause_id == clause, Case.decided_at > from_)
            for clause, from_ in since.items()
        )
    )
    counted = select(
        func.coalesce(Case.clause_id, ""), func.coalesce(Case.customer_id, ""), func.count()
    ).where(_approved_here(since), Case.customer_id.in_(customers), within)
    by_both = session.execute(counted.group_by(Case.clause_id, Case.customer_id))
    return Counter({(clause, customer): cases for clause, customer, cases in by_both})


def _approved_here(clauses: Collection[str]) -> ColumnElement[bool]:
    return and_(
        Case.clause_id.in_(clauses),
        Case.state == CaseState.APPROVED,
        or_(Case.imported_state.is_(None), Case.imported_state != CaseState.APPROVED),
    )
