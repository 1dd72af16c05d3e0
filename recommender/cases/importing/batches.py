"""Earlier imports: what each brought, and whether it can still be undone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.importing.undoing import why_it_stays
from recommender.models.cases import ImportBatch
from recommender.storage.house import Transaction

MOST: Final = 20


@dataclass(frozen=True, slots=True)
class ImportedBatch:
    """An import that was taken in; `stays` says why it cannot be undone any more."""

    id: str
    file_name: str
    imported_at: datetime
    rows: int
    imported: int
    updated: int
    refused: int
    undone_at: datetime | None
    stays: str | None


def imported_batches(tx: Transaction) -> list[ImportedBatch]:
    """List the last imports, the newest first."""
    tx.actor.require(Act.IMPORT)
    newest = select(ImportBatch).order_by(ImportBatch.imported_at.desc(), ImportBatch.id)
    return [_told(tx, batch) for batch in tx.session.scalars(newest.limit(MOST))]


def _told(tx: Transaction, batch: ImportBatch) -> ImportedBatch:
    refusal = why_it_stays(tx, batch)
    return ImportedBatch(
        id=batch.id,
        file_name=batch.file_name,
        imported_at=batch.imported_at,
        rows=batch.counts["rows"],
        imported=batch.counts["imported"],
        updated=batch.counts["updated"],
        refused=batch.counts["refused"],
        undone_at=batch.undone_at,
        stays=None if refusal is None else refusal.detail,
    )
