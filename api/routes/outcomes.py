"""What came of cases."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.cases import CaseOut
from api.schemas.outcomes import OutcomeIn, SourceOutcomeIn
from api.views.cases import case_out
from recommender.cases.outcomes import case_of_source, record_outcome

router = APIRouter(tags=["cases"])


@router.post("/cases/{case_id}/outcome")
def create_outcome(house: OpenedHouse, actor: SignedIn, case_id: str, body: OutcomeIn) -> CaseOut:
    """Report what came of a case; the customer's answer outranks the agent's."""
    with house.transaction(actor) as tx:
        return case_out(tx, record_outcome(tx, case_id, **body.model_dump()))


@router.post("/outcomes")
def create_outcome_of_source(house: OpenedHouse, actor: SignedIn, body: SourceOutcomeIn) -> CaseOut:
    """Report what came of a case, named by another system's id: for that system's integration."""
    known = body.model_dump(exclude={"source_system", "source_id"})
    with house.transaction(actor) as tx:
        case_id = case_of_source(tx, body.source_system, body.source_id)
        return case_out(tx, record_outcome(tx, case_id, **known))
