"""Reports: what leaves the product on paper or as data."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.deps import OpenedHouse, SignedIn
from api.schemas.examiner import ExaminedLineOut, ExaminedOut
from api.schemas.exports import PolicyExportOut
from api.schemas.records import AuditLogOut, DecisionRecordOut
from api.schemas.slices import SlicesOut
from recommender.accounts.audit import verify
from recommender.cases.clock import today
from recommender.changes.examiner import examine
from recommender.changes.packs import audit_pack
from recommender.changes.records import record
from recommender.kinds.fairness import fairness
from recommender.kinds.slices import quarters
from recommender.policies.exporting import policy_as_data

router = APIRouter(tags=["reports"])
_ZIP: dict[int | str, dict[str, object]] = {
    200: {"content": {"application/zip": {}}, "description": "The pack."}
}


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


@router.get("/audit-pack", response_class=Response, responses=_ZIP)
def make_audit_pack(house: OpenedHouse, actor: SignedIn) -> Response:
    """Rule books, decision records and the event log in one zip; that it was made is recorded."""
    named = {"Content-Disposition": 'attachment; filename="audit-pack.zip"'}
    return Response(audit_pack(house, actor), media_type="application/zip", headers=named)


@router.get("/audit-log")
def verify_audit_log(house: OpenedHouse, actor: SignedIn) -> AuditLogOut:
    """Walk the whole event log; 409 at the first entry that is not as it was written."""
    with house.reading(actor) as tx:
        return AuditLogOut(entries=verify(tx).sequence)


@router.get("/slices")
def read_slices(
    house: OpenedHouse, actor: SignedIn, quarter: Annotated[str | None, Query(max_length=20)] = None
) -> SlicesOut:
    """A quarter's exceptions and declines by channel, product and the like; never by person."""
    with house.reading(actor) as tx:
        return SlicesOut.model_validate(fairness(tx, quarter))


@router.get("/examiner")
def read_examiner(
    house: OpenedHouse, actor: SignedIn, quarter: Annotated[str | None, Query(max_length=20)] = None
) -> ExaminedOut:
    """An examiner's questions about a quarter (`2026-Q1`; by default the newest), answered."""
    with house.reading(actor) as tx:
        report = examine(tx, quarter)
        return ExaminedOut(
            quarter=report.quarter,
            quarters=[str(one) for one in quarters(tx)],
            answers=[ExaminedLineOut.model_validate(one) for one in report.answers],
            markdown=report.markdown,
        )
