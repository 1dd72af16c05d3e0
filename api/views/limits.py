"""Limits and pauses as the API shows them; who set them stays in the event log."""

from api.schemas.limits import LimitsOut, PauseOut, RoleLimit, SpentOut
from recommender.access import Act
from recommender.cases.spending import month_of, spent
from recommender.errors import NotAllowed
from recommender.models.limits import Pause
from recommender.models.policies import Clause
from recommender.policies.limiting import Limits, limits_of, limits_version, pauses
from recommender.policies.lookup import require_maintainer
from recommender.storage.house import Transaction


def limits_out(tx: Transaction, clause: Clause) -> LimitsOut:
    """Show all that holds peers under a clause."""
    limits = limits_of(tx, clause)
    return LimitsOut(
        clause_key=clause.key,
        never_bend=clause.never_bend,
        ceiling=clause.ceiling,
        monthly_budget=limits.monthly_budget,
        currency=limits.currency,
        repeat_cases=limits.per_customer,
        repeat_days=limits.per_customer_days,
        roles=[RoleLimit(role=role, amount=limits.roles[role]) for role in sorted(limits.roles)],
        spent=_spent(tx, clause, limits),
        pauses=[
            pause_out(tx, pause) for pause in pauses(tx) if pause.clause_id in {None, clause.id}
        ],
        yours=may_limit(tx, clause),
        version=limits_version(tx, clause),
    )


def may_limit(tx: Transaction, clause: Clause) -> bool:
    """Tell whether the reader keeps the clause's limits."""
    if not tx.actor.may(Act.SET_LIMITS):
        return False
    try:
        require_maintainer(tx, clause)
    except NotAllowed:
        return False
    return True


def pause_out(tx: Transaction, pause: Pause) -> PauseOut:
    """Show a pause: under which clause, why, since when."""
    clause = None if pause.clause_id is None else tx.session.get_one(Clause, pause.clause_id)
    return PauseOut(
        id=pause.id,
        clause_key=None if clause is None else clause.key,
        reason=pause.reason,
        since=pause.paused_at.date(),
        lifted=None if pause.lifted_at is None else pause.lifted_at.date(),
    )


def _spent(tx: Transaction, clause: Clause, limits: Limits) -> SpentOut | None:
    if limits.monthly_budget is None or limits.currency is None:
        return None
    found = spent(tx.session, clause, limits.currency, tx.at)
    return SpentOut(
        month=f"{month_of(tx.at)[0]:%Y-%m}",
        amount=found.amount,
        left=max(0.0, round(limits.monthly_budget - found.amount, 6)),
        uncounted=found.uncounted,
    )
