"""Deputies: who decides in the reader's place while they are away."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.deputies import DeputyIn, DeputyOut
from recommender.changes.deputies import choose_deputy, deputy

router = APIRouter(tags=["candidates"])


@router.get("/me/deputy")
def read_deputy(house: OpenedHouse, actor: SignedIn) -> DeputyOut:
    """Who decides in the reader's place, and on which days."""
    with house.reading(actor) as tx:
        return DeputyOut.model_validate(deputy(tx))


@router.put("/me/deputy")
def put_deputy(house: OpenedHouse, actor: SignedIn, body: DeputyIn) -> DeputyOut:
    """Name another policy owner who decides in one's place, from a day to a day; null: nobody."""
    with house.transaction(actor) as tx:
        chosen = choose_deputy(
            tx, body.deputy, away_from=body.away_from, away_until=body.away_until
        )
        return DeputyOut.model_validate(chosen)
