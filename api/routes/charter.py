"""The charter: read and accepted before somebody files or signs."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.charter import CharterIn, CharterOut
from recommender.accounts.charter import accept_charter, charter

router = APIRouter(tags=["charter"])


@router.get("/charter")
def read_charter(house: OpenedHouse, actor: SignedIn) -> CharterOut:
    """The charter that protects whoever files and signs, and whether the reader accepted it."""
    with house.reading(actor) as tx:
        return CharterOut.model_validate(charter(tx))


@router.post("/charter")
def take_charter(house: OpenedHouse, actor: SignedIn, body: CharterIn) -> CharterOut:
    """Accept the version that was read; without it nobody files or signs."""
    with house.transaction(actor) as tx:
        return CharterOut.model_validate(accept_charter(tx, body.version))
