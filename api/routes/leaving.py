"""Leavers: proposals that wait although their filer is gone, on their lead's list."""

from http import HTTPStatus

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.leaving import LeftProposalOut, LeftProposalsPage
from recommender.changes.leaving import left_open, withdraw_left
from recommender.models.cases import Case

router = APIRouter(tags=["leavers"])


@router.get("/handed-over")
def list_left_proposals(house: OpenedHouse, actor: SignedIn) -> LeftProposalsPage:
    """Proposals that wait and whose filer left the reader's line."""
    with house.reading(actor) as tx:
        return LeftProposalsPage(proposals=[_left(case) for case in left_open(tx)])


@router.post("/handed-over/{case_id}/withdraw", status_code=HTTPStatus.NO_CONTENT)
def withdraw_left_proposal(house: OpenedHouse, actor: SignedIn, case_id: str) -> None:
    """Withdraw one of them in the place of its filer."""
    with house.transaction(actor) as tx:
        withdraw_left(tx, case_id)


def _left(case: Case) -> LeftProposalOut:
    return LeftProposalOut(
        id=case.id,
        filed_on=case.filed_at.date(),
        clause=None if case.clause is None else case.clause.key,
        section=None if case.clause is None else case.clause.section_title,
        gap=case.gap,
        situation=case.situation,
        resolution=case.resolution,
        reason=case.reason,
        amount=case.amount,
        currency=case.currency,
    )
