"""What a change would cost a month, beside what peers may approve in one: no draft goes past it."""

import math
from collections.abc import Sequence

from recommender.changes.ground import Ground, facts_of
from recommender.errors import Conflict
from recommender.kinds.costs import cost_of
from recommender.models.cases import Case
from recommender.policies.conditions import Condition
from recommender.policies.figures import money


class BudgetExceeded(Conflict):
    """The change would cost more a month than peers may approve, or it cannot be compared."""


def monthly_cost(ground: Ground, conditions: Sequence[Condition]) -> float | None:
    """Give what the signed cases within all conditions cost a month; None where none has a cost."""
    inside = [case for case in ground.signed if _meets(case, conditions, ground.currency)]
    costs = [cost for case in inside if (cost := cost_of(case, ground.currency)) is not None]
    return round(math.fsum(costs) / ground.months, 2) if costs else None


def past_budget(ground: Ground, conditions: Sequence[Condition]) -> str | None:
    """Say why a change under these conditions does not fit the clause's budget; None if it does.

    Cases without a cost say nothing against it.
    """
    budget, currency = ground.limits.monthly_budget, ground.limits.currency
    if budget is None:
        return None
    cost = monthly_cost(ground, conditions)
    if cost is None:
        return None
    allowed = f"the budget of {ground.clause_key} is {money(budget, currency)}"
    if ground.currency != currency:
        return f"These cases cost {ground.currency} and {allowed}, so it cannot be compared."
    if cost > budget:
        return f"Cases like these cost {money(cost, currency)} a month, and {allowed}."
    return None


def require_within_budget(ground: Ground, conditions: Sequence[Condition]) -> None:
    """Refuse with BudgetExceeded a change that costs more a month than the clause's budget."""
    why = past_budget(ground, conditions)
    if why is not None:
        raise BudgetExceeded(
            why,
            field="verdict",
            remedy="Choose a narrower limit, clarify the wording, or raise the budget first.",
            cost=monthly_cost(ground, conditions),
            budget=ground.limits.monthly_budget,
            currency=ground.limits.currency,
        )


def _meets(case: Case, conditions: Sequence[Condition], currency: str | None) -> bool:
    facts = facts_of(case, currency)
    return all(one.admits(facts.get(one.fact)) for one in conditions)
