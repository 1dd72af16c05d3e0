"""Earlier cases beside a draft, and their re-use."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.precedents import AllowanceOut, PrecedentsIn, PrecedentsOut
from api.schemas.reuse import ReusedOut, ReuseIn, ReuseOut
from api.views.precedents import close_decline_out, precedent_out, totals_out
from recommender.access import Act
from recommender.cases.findability import already_allowed
from recommender.cases.precedents import PrecedentQuery
from recommender.cases.reuse import reuse, reused
from recommender.cases.wishes import Wish
from recommender.kinds.drilling import open_look_up

router = APIRouter(tags=["cases"])


@router.post("/precedents")
def look_up_precedents(house: OpenedHouse, actor: SignedIn, body: PrecedentsIn) -> PrecedentsOut:
    """Earlier cases like this draft: approved, declined and badly ended ones, each with why."""
    with house.reading(actor) as tx:
        found = open_look_up(tx, PrecedentQuery(**body.model_dump()))
        files = actor.may(Act.FILE)
        allowed = already_allowed(tx, Wish(**body.model_dump(exclude={"top"}))) if files else None
        return PrecedentsOut(
            allowed=None if allowed is None else AllowanceOut.model_validate(allowed),
            precedents=[precedent_out(precedent) for precedent in found.precedents],
            close_decline=close_decline_out(found.close_decline),
            totals=totals_out(found.totals),
        )


@router.get("/cases/{case_id}/reuse")
def fill_in(house: OpenedHouse, actor: SignedIn, case_id: str) -> ReuseOut:
    """A proposal filled in from a precedent, each field with where it came from."""
    with house.reading(actor) as tx:
        return ReuseOut.model_validate(reuse(tx, case_id))


@router.post("/cases/{case_id}/reuse")
def fill_in_rest(house: OpenedHouse, actor: SignedIn, case_id: str, body: ReuseIn) -> ReuseOut:
    """The same for a draft: what is typed stays, and where it departs is named; nothing is kept."""
    with house.reading(actor) as tx:
        return ReuseOut.model_validate(reuse(tx, case_id, Wish(**body.model_dump())))


@router.get("/cases/{case_id}/reused")
def show_reused(house: OpenedHouse, actor: SignedIn, case_id: str) -> ReusedOut | None:
    """The precedent that a proposal re-used, and where it departs from it; null if none."""
    with house.reading(actor) as tx:
        found = reused(tx, case_id)
        return None if found is None else ReusedOut.model_validate(found)
