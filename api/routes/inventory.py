"""What an administrator looks after: data, backups, settings."""

from fastapi import APIRouter, Request

from api.deps import OpenedHouse, SignedIn
from api.routes.health import health_of
from api.schemas.inventory import BackupOut, InventoryOut, SettingOut
from recommender.cases.inventory import take_inventory

router = APIRouter(tags=["health"])


@router.get("/inventory")
def read_inventory(request: Request, house: OpenedHouse, actor: SignedIn) -> InventoryOut:
    """What the database holds, its size, the last backup and the settings in force; no secret."""
    with house.reading(actor) as tx:
        found = take_inventory(tx)
    return InventoryOut(
        health=health_of(request),
        database=found.database,
        size=found.size,
        cases=found.cases,
        decided=found.decided,
        embedded=found.embedded,
        backup=None if found.backup is None else BackupOut.model_validate(found.backup),
        settings=[SettingOut.model_validate(one) for one in found.settings],
    )
