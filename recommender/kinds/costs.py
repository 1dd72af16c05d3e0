"""What a case cost: one definition for evidence, drafts, backtests and effects."""

from recommender.models.cases import Case


def cost_of(case: Case, currency: str | None) -> float | None:
    """Give what a case cost: the actual cost where it is known, else the amount granted.

    None in another currency, for amounts are never converted.
    """
    if case.currency != currency:
        return None
    actual = case.outcome.actual_cost
    return case.amount if actual is None else actual
