"""What came of cases."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.cases import CaseOut
from api.schemas.outcomes import OutcomeIn
from api.views.cases import case_out
from recommender.cases.outcomes import record_outcome

router = APIRouter(tags=["cases"])


@router.post("/cases/{case_id}/outcome")
def create_outcome(house: OpenedHouse, actor: SignedIn, case_id: str, body: OutcomeIn) -> CaseOut:
    """Report what came of a case; the customer's answer outranks the agent's."""
    with house.transaction(actor) as tx:
        return case_out(tx, record_outcome(tx, case_id, **body.model_dump()))
