"""Taking cases in: a file's good rows become cases, its bad ones are told; one transaction."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from recommender.access import Act, Actor
from recommender.cases.importing.checking import check_file
from recommender.cases.importing.erased import erased_keys
from recommender.cases.importing.mapping import ImportMapping, find_mapping, find_zone
from recommender.cases.importing.refusals import RefusedRow
from recommender.cases.importing.report import ImportReport, RowLeft
from recommender.cases.importing.rows import FIELDS, ImportRow
from recommender.cases.importing.undoing import undo_import
from recommender.cases.importing.writing import Library, Shown, link, new_case, show, take_over
from recommender.learning.progress import Progress, unseen
from recommender.models.base import IllegalMove, new_id
from recommender.models.cases import Case, ImportBatch
from recommender.storage.events import commitment
from recommender.storage.house import House, Transaction

__all__ = ["import_cases", "undo_import"]

Key = tuple[str, str]
CHUNK: Final = 500
"""Rows that one query asks for."""


def import_cases(
    house: House,
    actor: Actor,
    path: Path,
    *,
    mapping: str | Path | ImportMapping | None = None,
    zone: str | None = None,
    dry_run: bool = False,
    update: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Take a file of cases in, all good rows in one transaction; the same file changes nothing.

    `mapping` is the name of a built-in one, the path of a file, or one put together. `zone` is
    that of times which state none: else the mapping's, else UTC. `update` takes over new content of
    cases we have, but never of one on which a person decided here. Reading and redacting happen
    before the transaction; `progress` tells of them. Raises UnreadableFile, UnknownMapping,
    BadMapping, UnknownZone.
    """
    actor.require(Act.IMPORT)
    found = find_mapping(mapping, FIELDS)
    place = find_zone(zone or found.file.zone or "UTC")
    checked = check_file(path, found, place)
    report = _begun(checked.rows, checked.refused, place.key, dry_run=dry_run)
    redactor = house.redactor
    redact = lru_cache(10_000)(lambda text: redactor.redact(text).text)
    shown = _redact(house, actor, checked.rows, redact, progress or unseen)
    with house.transaction(actor) as tx, tx.session.begin_nested() as everything:
        taking = _Taking(tx, report, shown, redact, update=update)
        taking.take(checked.rows, path.name)
        if dry_run:
            everything.rollback()
            report.batch_id = None
    return report


def _begun(
    rows: Sequence[ImportRow], refused: Sequence[RefusedRow], zone: str, *, dry_run: bool
) -> ImportReport:
    """Report what the rows say by themselves, whatever we have."""
    return ImportReport(
        dry_run=dry_run,
        rows=len(rows) + len(refused),
        refused=list(refused),
        status_missing=sum(row.status_missing for row in rows),
        self_signed=sum(row.agent_id == row.cosigner_id is not None for row in rows),
        zone=zone,
        zoneless=sum(row.zoneless for row in rows),
    )


def _redact(
    house: House,
    actor: Actor,
    rows: Sequence[ImportRow],
    redact: Callable[[str], str],
    told: Progress,
) -> dict[Key, Shown]:
    """Redact the rows that say something new, so that no writer waits for it."""
    with house.reading(actor) as tx:
        held = _held(tx.session, rows)
    fresh = [row for row in rows if held.get(row.key) != row.hash]
    shown = {}
    for done, row in enumerate(fresh, start=1):
        shown[row.key] = show(row, redact)
        told(done, len(fresh))
    return shown


@dataclass
class _Taking:
    """One import at work in its transaction."""

    tx: Transaction
    report: ImportReport
    shown: dict[Key, Shown]
    redact: Callable[[str], str]
    update: bool = field(kw_only=True)

    def __post_init__(self) -> None:
        self.library = Library(self.tx)

    def take(self, rows: Sequence[ImportRow], file_name: str) -> None:
        """Write what is new; a file that says nothing new leaves neither batch nor event."""
        erased = erased_keys(self.tx, rows)
        self.report.erased = sum(row.key in erased for row in rows)
        rows = [row for row in rows if row.key not in erased]
        self._link_known()
        self._count_refs(rows)
        held = _held(self.tx.session, rows)
        fresh = [row for row in rows if row.key not in held]
        other = [row for row in rows if row.key in held and held[row.key] != row.hash]
        self.report.unchanged = len(rows) - len(fresh) - len(other)
        updated = self._meet(other)
        if fresh or updated:
            batch = self._open(file_name)
            self._close(batch, updated + self._add(fresh, batch))

    def _link_known(self) -> None:
        """Link the cases of earlier imports whose reference has come to mean something."""
        lost = select(Case).where(
            Case.row_hash.is_not(None),
            Case.policy_ref.is_not(None),
            Case.clause_id.is_(None),
            Case.section_key.is_(None),
        )
        for case in self.tx.session.scalars(lost).all():
            if self.library.knows(case.policy_ref):
                link(case, self.library.resolve(case.policy_ref))
                self.report.linked += 1

    def _count_refs(self, rows: Sequence[ImportRow]) -> None:
        unknown = Counter(
            row.policy_ref
            for row in rows
            if row.policy_ref is not None and not self.library.knows(row.policy_ref)
        )
        self.report.unknown_refs = unknown.total()
        self.report.unknown = dict(unknown.most_common())

    def _meet(self, rows: Sequence[ImportRow]) -> list[Case]:
        """Decide about rows that say something new of cases we have; give those taken over."""
        cases = _cases(self.tx.session, rows)
        updated = []
        for row in rows:
            case = cases[row.key]
            if case.row_hash is None:
                self._refuse(row, "id", "A case of this id was filed here.", "Leave it out.")
            elif case.touched_here:
                self.report.kept += 1
                self.report.left.append(RowLeft(row.line, row.id))
            elif not self.update:
                self.report.changed += 1
                self.report.left.append(RowLeft(row.line, row.id))
            elif self._take_over(case, row):
                updated.append(case)
        self.report.updated = len(updated)
        return updated

    def _take_over(self, case: Case, row: ImportRow) -> bool:
        try:
            take_over(self.tx, case, row, self._shown(row), self.library)
        except IllegalMove as error:
            self._refuse(row, "status", error.detail, "Undo its batch and import the file anew.")
            return False
        return True

    def _refuse(self, row: ImportRow, field_: str, reason: str, remedy: str) -> None:
        self.report.refused.append(RefusedRow(row.line, row.id, field_, reason, remedy))
        self.report.refused.sort(key=lambda refused: refused.line)

    def _shown(self, row: ImportRow) -> Shown:
        return self.shown.get(row.key) or show(row, self.redact)

    def _open(self, file_name: str) -> ImportBatch:
        batch = ImportBatch(
            id=new_id(),
            file_name=file_name,
            counts={},
            imported_at=self.tx.at,
            imported_by=self.tx.actor.name,
        )
        self.tx.session.add(batch)
        self.tx.session.flush()
        return batch

    def _add(self, rows: Sequence[ImportRow], batch: ImportBatch) -> list[Case]:
        cases = [new_case(self.tx, row, self._shown(row), self.library) for row in rows]
        for case in cases:
            case.batch_id = batch.id
        self.tx.session.add_all(cases)
        self.tx.session.flush()
        self.report.imported = len(cases)
        return cases

    def _close(self, batch: ImportBatch, written: Sequence[Case]) -> None:
        """Keep the counts, and record the batch with one commitment to all that it wrote."""
        self.tx.session.flush()
        counts = {
            "rows": self.report.rows,
            "imported": self.report.imported,
            "updated": self.report.updated,
            "refused": len(self.report.refused),
        }
        batch.counts = counts
        self.report.batch_id = batch.id
        each = "".join(sorted(commitment(case) for case in written))
        whole = hashlib.sha256(each.encode()).hexdigest()
        self.tx.record("import", "batch", batch.id, **counts, commitment=whole)


def _held(session: Session, rows: Sequence[ImportRow]) -> dict[Key, str | None]:
    """Give the rows' keys that we have, with the hash of what we hold; None: filed here."""
    held: dict[Key, str | None] = {}
    for system, ids in _chunks(rows):
        found = session.execute(
            select(Case.source_id, Case.row_hash).where(
                Case.source_system == system, Case.source_id.in_(ids)
            )
        )
        held |= {(system, id_): hash_ for id_, hash_ in found}
    return held


def _cases(session: Session, rows: Sequence[ImportRow]) -> dict[Key, Case]:
    cases: dict[Key, Case] = {}
    for system, ids in _chunks(rows):
        found = session.scalars(
            select(Case)
            .where(Case.source_system == system, Case.source_id.in_(ids))
            .options(
                selectinload(Case.raw), selectinload(Case.outcomes), selectinload(Case.signatures)
            )
            .with_for_update()
        )
        cases |= {(system, case.source_id): case for case in found}
    return cases


def _chunks(rows: Sequence[ImportRow]) -> Iterator[tuple[str, list[str]]]:
    """Give the rows' ids by source system, so many at a time as one query may ask for."""
    systems: dict[str, list[str]] = {}
    for row in rows:
        systems.setdefault(row.source_system, []).append(row.id)
    for system, ids in systems.items():
        for start in range(0, len(ids), CHUNK):
            yield system, ids[start : start + CHUNK]
