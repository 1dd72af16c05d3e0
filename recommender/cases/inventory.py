"""What an administrator looks after: the data and their size, the last backup, the settings."""

from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from recommender.access import Act
from recommender.cases.embedding import VIEWS
from recommender.config import PREFIX, Settings
from recommender.models.cases import Case, Embedding
from recommender.storage.backing_up import LastBackup, last_backup
from recommender.storage.house import Transaction
from recommender.vocabulary import DECIDED_CASES

SHOWN: Final = (
    *("as_of", "encoder", "encrypt_raw", "retention_days", "agent_id_days"),
    *("people_floor_agents", "people_floor_customers", "protected_facts"),
    *("reauthenticate", "session_hours", "break_glass_hours", "oidc_issuer", "demo"),
    *("proposal_hours", "escalate_after_hours", "outcome_after_days", "review_share"),
    *("review_days", "answer_days", "acknowledge_after_days", "baseline_weeks"),
)
"""The settings that are shown, by name: one that may hold a secret is not among them."""
_SIZE: Final = {
    "sqlite": text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
    "postgresql": text("SELECT pg_database_size(current_database())"),
}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting in force: its name and words as in the documentation, and its value."""

    name: str
    value: str
    changed: bool
    """Other than by default."""
    says: str


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """The database, what it holds, its last backup, and the settings in force."""

    database: Literal["sqlite", "postgresql"]
    size: int
    """In bytes."""
    cases: int
    decided: int
    """Decided cases with a text, which can be embedded."""
    embedded: int
    """Of these, those with a vector of the encoder in use."""
    backup: LastBackup | None
    settings: list[Setting]


def take_inventory(tx: Transaction) -> Inventory:
    """Count what the house holds, and say how it is kept."""
    tx.actor.require(Act.READ_INVENTORY)
    database: Literal["sqlite", "postgresql"] = (
        "sqlite" if tx.house.database.is_sqlite else "postgresql"
    )
    decided = (Case.state.in_(DECIDED_CASES), func.trim(Case.situation) != "")
    vector = select(Embedding.case_id).where(
        Embedding.case_id == Case.id,
        Embedding.view == VIEWS[0],
        Embedding.fingerprint == tx.house.encoder.fingerprint,
    )
    return Inventory(
        database=database,
        size=tx.session.scalar(_SIZE[database]) or 0,
        cases=_count(tx.session),
        decided=_count(tx.session, *decided),
        embedded=_count(tx.session, *decided, vector.exists()),
        backup=last_backup(tx.session),
        settings=in_force(tx.settings),
    )


def in_force(settings: Settings) -> list[Setting]:
    """List the settings that are shown, those that were changed first."""
    found = [
        Setting(
            name=f"{PREFIX}{name}".upper(),
            value=_written(getattr(settings, name)),
            changed=getattr(settings, name) != Settings.model_fields[name].default,
            says=Settings.model_fields[name].description or "",
        )
        for name in SHOWN
    ]
    return sorted(found, key=lambda one: not one.changed)


def _written(value: object) -> str:
    """Write a value as docs/settings.md does."""
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _count(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Case).where(*where)) or 0
