"""What came of one's own cases, and whether one is named for it."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.recognition import BecameOut, CreditIn, CreditOut
from recommender.changes.recognition import set_credit, what_came_of

router = APIRouter(tags=["cases"])


@router.get("/became")
def list_became(house: OpenedHouse, actor: SignedIn) -> list[BecameOut]:
    """The changes that one's own cases led to, the newest first."""
    with house.reading(actor) as tx:
        return [
            BecameOut(
                case_id=one.case_id,
                kind=one.kind,
                clause_key=one.clause_key,
                since=None if one.since is None else one.since.date(),
                day=one.decided_at.date(),
            )
            for one in what_came_of(tx)
        ]


@router.put("/me/credit")
def choose_credit(house: OpenedHouse, actor: SignedIn, body: CreditIn) -> CreditOut:
    """Say whether one is named beside changes that one's cases led to; off unless chosen."""
    with house.transaction(actor) as tx:
        return CreditOut(on=set_credit(tx, on=body.on).credit)
