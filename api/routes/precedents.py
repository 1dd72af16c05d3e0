"""Earlier cases beside a draft."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.precedents import AllowanceOut, PrecedentsIn, PrecedentsOut
from api.views.precedents import precedent_out
from recommender.access import Act
from recommender.cases.filing import Wish, already_allowed
from recommender.cases.precedents import PrecedentQuery, precedents

router = APIRouter(tags=["cases"])


@router.post("/precedents")
def look_up_precedents(house: OpenedHouse, actor: SignedIn, body: PrecedentsIn) -> PrecedentsOut:
    """Earlier cases like this draft: approved, declined and badly ended ones, each with why."""
    with house.reading(actor) as tx:
        found = precedents(tx, PrecedentQuery(**body.model_dump()))
        files = actor.may(Act.FILE)
        allowed = already_allowed(tx, Wish(**body.model_dump(exclude={"top"}))) if files else None
        return PrecedentsOut(
            allowed=None if allowed is None else AllowanceOut.model_validate(allowed),
            precedents=[precedent_out(precedent) for precedent in found],
        )
