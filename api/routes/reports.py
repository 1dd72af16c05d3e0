"""Reports: what leaves the product on paper or as data."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.exports import PolicyExportOut
from api.schemas.records import DecisionRecordOut
from recommender.cases.clock import today
from recommender.changes.records import record
from recommender.policies.exporting import policy_as_data

router = APIRouter(tags=["reports"])


@router.get("/policies/{key}/json")
def export_policy_as_data(house: OpenedHouse, actor: SignedIn, key: str) -> PolicyExportOut:
    """A rule book as data: every wording with its limits, exceptions and days, and its digest."""
    with house.reading(actor) as tx:
        return PolicyExportOut.model_validate(policy_as_data(tx, key, today(tx).moment))


@router.get("/candidates/{candidate_id}/record")
def read_record(house: OpenedHouse, actor: SignedIn, candidate_id: str) -> DecisionRecordOut:
    """A decision on paper, as Markdown and ready to print: desks and roles, and no person."""
    with house.reading(actor) as tx:
        return DecisionRecordOut.model_validate(record(tx, candidate_id))
