"""Who asks past a clause: one kind nearly alone or many, and nearly everybody or few."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from recommender.cases.evidence_rows import counts_as_evidence
from recommender.changes.ground import Ground, main_currency, number_of
from recommender.changes.parameters import LEAST_CASES
from recommender.changes.redline import limits_of
from recommender.kinds import batches
from recommender.kinds.drilling import countable
from recommender.kinds.rows import rows_of
from recommender.models.cases import Case
from recommender.models.policies import Clause, Revision
from recommender.policies.limits import admits
from recommender.policies.syntax.handbook import Parameter
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState

HOLDS: Final = 0.8
"""Share of what is signed past a limit that a kind needs for the limit itself to move [J]."""


def shares_past(
    tx: Transaction,
    base: Revision,
    members: Collection[Case],
    start: datetime | None,
    end: datetime,
) -> dict[tuple[str, str], float]:
    """Give, for each limit of a clause, what share of the cases signed past it a kind holds.

    Copies and busy days count once for the kind and the others alike. A limit that nobody passed
    has no share.
    """
    limits = limits_of(base.markup)
    if not limits:
        return {}
    mine = {case.id for case in members}
    currency = main_currency(members)
    others = [
        case
        for case in tx.session.scalars(
            select(Case)
            .where(Case.clause_id == base.clause_id, counts_as_evidence())
            .where(Case.occurred_at <= end)
        )
        if case.id not in mine and (start is None or start <= case.occurred_at)
    ]
    shares = {}
    for limit in limits:
        past = {case.id for case in members if _is_past(case, limit, currency)}
        beside = [case for case in others if _is_past(case, limit, currency)]
        past |= {case.id for case in countable(tx, beside)}
        counted = batches.counted(rows_of(tx.session, end, past))
        if counted:
            held = sum(row.id in mine for row in counted)
            shares[limit.fact, str(limit.bound)] = held / len(counted)
    return shares


def share_outside(
    tx: Transaction, clause: Clause, start: datetime | None, end: datetime
) -> float | None:
    """Give what share of all cases under a clause peers signed outside it.

    None where so few are known that keep to it, that it may be the exceptions alone that are filed.
    """
    period = [Case.clause_id == clause.id, Case.occurred_at <= end]
    if start is not None:
        period.append(Case.occurred_at >= start)
    told = select(Case.state, func.count()).where(*period).group_by(Case.state)
    counts = {state: number for state, number in tx.session.execute(told)}  # noqa: C416 - typed
    within = counts.get(CaseState.IN_POLICY, 0)
    if within < LEAST_CASES.value:
        return None
    approved = tx.session.scalars(select(Case).where(counts_as_evidence(), *period)).all()
    signed = len(countable(tx, approved))
    return signed / (signed + within + counts.get(CaseState.DECLINED, 0))


def asks_alone(ground: Ground, limit: Parameter) -> bool:
    """Tell whether the kind holds so much of what passes a limit that the limit is its own."""
    return ground.shares_past.get((limit.fact, limit.bound), 1.0) >= HOLDS


def _is_past(case: Case, limit: Parameter, currency: str | None) -> bool:
    value = number_of(case, limit.fact, currency)
    return value is not None and admits((limit,), {limit.fact: value}) is False
