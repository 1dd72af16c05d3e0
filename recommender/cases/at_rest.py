"""Bringing what is kept as typed in line with the setting: sealed with the newest key, or plain."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Text, inspect, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from recommender.access import Act, Actor
from recommender.models.base import Base, Sealed
from recommender.models.cases import RawText
from recommender.models.drafts import FilingDraft
from recommender.storage.house import House

BATCH: Final = 500
_TABLES: Final[tuple[type[Base], ...]] = (RawText, FilingDraft)


@dataclass(frozen=True)
class SealedAgain:
    """How many rows were written anew, and the key made for it."""

    rows: int
    new_key: str | None = None


def seal_again(house: House, actor: Actor, *, new_key: bool = False) -> SealedAgain:
    """Write anew whatever is not stored as the setting says; `new_key` makes a key first.

    Restartable: each batch is committed by itself, and both forms stay readable meanwhile. Keys
    are never removed, for backups need them.
    """
    actor.require(Act.READ_RAW_TEXT)
    made = house.sealer.renew() if new_key else None
    rows = 0
    for table in _TABLES:
        stale = _stale(house, actor, table)
        rows += len(stale)
        for start in range(0, len(stale), BATCH):
            with house.transaction(actor) as tx:
                _write_anew(tx.session, table, stale[start : start + BATCH])
    with house.transaction(actor) as tx:
        tx.record("seal", "raw_texts", "all", rows=rows, key=made)
    house.database.compact()
    return SealedAgain(rows, made)


def _columns(table: type[Base]) -> list[str]:
    return [c.name for c in inspect(table).columns if isinstance(c.type, Sealed)]


def _stale(house: House, actor: Actor, table: type[Base]) -> list[str]:
    """Give the keys of the rows that hold a value which is not stored as it would be now."""
    (key,) = inspect(table).primary_key
    stored = [type_coerce(getattr(table, name), Text) for name in _columns(table)]
    with house.reading(actor) as tx:
        return [
            row_key
            for row_key, *values in tx.session.execute(select(key, *stored).order_by(key))
            if not all(house.sealer.is_current(value) for value in values if value is not None)
        ]


def _write_anew(session: Session, table: type[Base], keys: list[str]) -> None:
    (key,) = inspect(table).primary_key
    for row in session.scalars(select(table).where(key.in_(keys))):
        for name in _columns(table):
            flag_modified(row, name)
