"""Reading files of figures that stand beside the cases: the frame that contacts and surveys share.

A figure we have already stays unless the import says `update`; a bad row spoils no other.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from recommender.cases.importing.checking import own_id
from recommender.cases.importing.mapping import ImportMapping
from recommender.cases.importing.reading import Record, read_records
from recommender.cases.importing.refusals import RefusedRow, RowRefused
from recommender.cases.importing.report import FiguresReport
from recommender.errors import Invalid
from recommender.storage.house import Transaction

Fields = Mapping[str, object]
Figure = TypeVar("Figure")
Keep = Callable[[Transaction, Figure], str]
"""Writes one figure; says what it was: added, unchanged, changed or updated. Raises Invalid."""


@dataclass(frozen=True, slots=True)
class Read(Generic[Figure]):
    """A good row: where it stands, its own id if it has one, and what it says."""

    line: int
    id: str | None
    says: Figure


def read_figures(
    path: Path, mapping: ImportMapping, known: Collection[str], check: Callable[[Fields], Figure]
) -> list[Read[Figure] | RefusedRow]:
    """Read and check every row of a file by itself; raises UnreadableFile."""
    return [
        row if isinstance(row, RefusedRow) else _read(row, mapping, known, check)
        for row in read_records(path, **mapping.file.written)
    ]


def keep_figures(
    tx: Transaction,
    rows: Collection[Read[Figure] | RefusedRow],
    key: Callable[[Figure], Hashable],
    keep: Keep[Figure],
    report: FiguresReport,
) -> None:
    """Write the good rows and count what became of each; of one key twice the second is refused."""
    first: dict[Hashable, int] = {}
    for row in rows:
        if isinstance(row, RefusedRow):
            report.refused.append(row)
            continue
        try:
            _require_once(key(row.says), row.line, first)
            became = keep(tx, row.says)
        except Invalid as error:
            report.refused.append(RefusedRow.told(error, row.line, row.id))
        else:
            setattr(report, became, getattr(report, became) + 1)


def _read(
    record: Record,
    mapping: ImportMapping,
    known: Collection[str],
    check: Callable[[Fields], Figure],
) -> Read[Figure] | RefusedRow:
    fields, _ = mapping.rename(record.fields, known)
    id_ = own_id(fields)
    try:
        return Read(record.line, id_, check(mapping.converted(fields)))
    except Invalid as error:
        column = None if error.field is None else mapping.column(error.field)
        return RefusedRow.told(error, record.line, id_, column)


def _require_once(key: Hashable, line: int, first: dict[Hashable, int]) -> None:
    if first.setdefault(key, line) != line:
        raise RowRefused(
            f"This is a duplicate of the row on line {first[key]}.", remedy="Keep one of the two."
        )
