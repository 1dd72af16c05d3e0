"""Precedents as the API shows them."""

from api.schemas.precedents import CloseDeclineOut, PrecedentOut, TotalsOut
from recommender.cases.close_declines import CloseDecline
from recommender.cases.precedents import Precedent, Totals


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
        differs=precedent.differs,
        superseded=precedent.superseded,
        badly_ended=precedent.badly_ended,
        decline_reason=precedent.case.decline_reason,
    )


def close_decline_out(found: CloseDecline | None) -> CloseDeclineOut | None:
    """Show the close case that was declined, if there is one."""
    return None if found is None else CloseDeclineOut.model_validate(found)


def totals_out(totals: Totals | None) -> TotalsOut | None:
    """Show how cases like it were answered, if any were compared."""
    return None if totals is None else TotalsOut.model_validate(totals)
