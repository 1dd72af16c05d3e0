"""What is kept about people here, who may read it, and for how long."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.protection import KeptOut, KeptPage, ProtectionOut
from recommender.accounts.protection import kept_about_staff, protection_report

router = APIRouter(tags=["protection"])


@router.get("/protection-report")
def read_protection_report(house: OpenedHouse, actor: SignedIn) -> ProtectionOut:
    """The protection report of this installation, in Markdown; nobody is counted for it."""
    with house.reading(actor) as tx:
        return ProtectionOut(markdown=protection_report(tx))


@router.get("/kept")
def list_kept(house: OpenedHouse, actor: SignedIn) -> KeptPage:
    """What is kept about people who work here, who reads it, for how long; the same for all."""
    with house.reading(actor) as tx:
        return KeptPage(
            kept=[KeptOut.model_validate(one) for one in kept_about_staff(tx)],
            texts_days=tx.settings.retention_days,
            people_days=tx.settings.agent_id_days,
            hours=tx.settings.break_glass_hours,
        )
