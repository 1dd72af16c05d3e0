"""Precedents as the API shows them."""

from api.schemas.precedents import PrecedentOut
from recommender.cases.precedents import Precedent
from recommender.vocabulary import OutcomeReading


def precedent_out(precedent: Precedent) -> PrecedentOut:
    """Show an earlier case beside a draft."""
    return PrecedentOut(
        id=precedent.case.id,
        similarity=round(precedent.similarity, 3),
        decision=precedent.case.state,
        outcome=precedent.outcome,
        clause_key=precedent.clause_key,
        day=precedent.case.occurred_at.date(),
        situation=precedent.case.situation,
        resolution=precedent.case.resolution,
        amount=precedent.case.amount,
        currency=precedent.case.currency,
        facts=precedent.case.facts,
        why=precedent.why,
        badly_ended=precedent.outcome is OutcomeReading.BAD,
        decline_reason=precedent.case.decline_reason,
    )
