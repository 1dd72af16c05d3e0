"""What an administrator looks after."""

from datetime import datetime
from typing import Literal

from api.schemas.base import Out
from api.schemas.health import HealthOut


class BackupOut(Out):
    """The newest backup: when it was begun, and when the newest sound one was done.

    `entries`: the length of the event log in that one, which was walked from end to end. Without
    `checked`, or with one before `begun`, the newest was not finished.
    """

    begun: datetime
    checked: datetime | None
    entries: int | None


class SettingOut(Out):
    """A setting in force, by its name and in the words of the documentation; never a secret."""

    name: str
    value: str
    changed: bool
    """Other than by default."""
    says: str


class InventoryOut(Out):
    """Whether the parts answer, what the database holds, its last backup, and the settings."""

    health: HealthOut
    database: Literal["sqlite", "postgresql"]
    size: int
    """In bytes."""
    cases: int
    decided: int
    """Decided cases that can be embedded."""
    embedded: int
    """Of these, those with a vector of the encoder in use."""
    backup: BackupOut | None
    """Null: none is in the event log. PostgreSQL is backed up by tools of its own."""
    settings: list[SettingOut]
