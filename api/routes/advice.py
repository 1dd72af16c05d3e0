"""What helps while a proposal is typed."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.advice import AdviceIn, AdviceOut
from api.views.advice import advice_out
from recommender.cases import advising
from recommender.cases.wishes import Wish

router = APIRouter(tags=["cases"])


@router.post("/advice")
def advise(house: OpenedHouse, actor: SignedIn, body: AdviceIn) -> AdviceOut:
    """All that helps with a draft, while it is typed; nothing of it is kept."""
    wish = Wish(**body.model_dump(exclude={"top"}))
    with house.reading(actor) as tx:
        return advice_out(advising.advise(tx, wish, body.top))
