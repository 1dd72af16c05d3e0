"""What is kept about people here, who may read it, and for how long."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.protection import ProtectionOut
from recommender.accounts.protection import protection_report

router = APIRouter(tags=["protection"])


@router.get("/protection-report")
def read_protection_report(house: OpenedHouse, actor: SignedIn) -> ProtectionOut:
    """The protection report of this installation, in Markdown; nobody is counted for it."""
    with house.reading(actor) as tx:
        return ProtectionOut(markdown=protection_report(tx))
