"""What the rules allow already, counted where people ask for it."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.findability import AlreadyAllowedIn, CountedOut
from recommender.cases.findability import count_hit
from recommender.cases.wishes import Wish

router = APIRouter(tags=["cases"])


@router.post("/already-allowed")
def count_already_allowed(
    house: OpenedHouse, actor: SignedIn, body: AlreadyAllowedIn
) -> CountedOut:
    """Count, without any person, that somebody wanted to ask for what a clause allows already."""
    with house.transaction(actor) as tx:
        wish = Wish(situation="", resolution="", **body.model_dump(exclude={"draft"}))
        return CountedOut(clause_key=body.clause_key, counted=count_hit(tx, body.draft, wish))
