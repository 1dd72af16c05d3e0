"""Checking a file of cases: every row by itself, and no key twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from recommender.cases.importing.mapping import ImportMapping
from recommender.cases.importing.reading import Record, read_records
from recommender.cases.importing.refusals import RefusedRow, RowRefused
from recommender.cases.importing.rows import FIELDS, ImportRow, read_row
from recommender.errors import Invalid


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The good rows of a file and the refused ones, each in the file's order."""

    rows: Sequence[ImportRow]
    refused: Sequence[RefusedRow]


def check_file(path: Path, mapping: ImportMapping, zone: tzinfo) -> CheckedFile:
    """Read and check a file; a bad row spoils no other. Raises UnreadableFile.

    Of two good rows with one key the second is refused.
    """
    rows: dict[tuple[str, str], ImportRow] = {}
    refused = []
    for record in read_records(path, **mapping.file.written):
        row = record if isinstance(record, RefusedRow) else _check(record, mapping, zone)
        if isinstance(row, ImportRow) and row.key in rows:
            row = _twice(row, rows[row.key], mapping)
        if isinstance(row, ImportRow):
            rows[row.key] = row
        else:
            refused.append(row)
    return CheckedFile(list(rows.values()), refused)


def own_id(fields: dict[str, object]) -> str | None:
    """Give the id under which a refused row is reported, if it has a usable one."""
    given = fields.get("id")
    return str(given).strip() or None if isinstance(given, str | int) else None


def _check(record: Record, mapping: ImportMapping, zone: tzinfo) -> ImportRow | RefusedRow:
    fields, extra = mapping.rename(record.fields, FIELDS)
    try:
        return read_row(record.line, mapping.converted(fields), extra, zone)
    except Invalid as error:
        column = None if error.field is None else mapping.column(error.field)
        return RefusedRow.told(error, record.line, own_id(fields), column)


def _twice(row: ImportRow, first: ImportRow, mapping: ImportMapping) -> RefusedRow:
    error = RowRefused(
        f"This is a duplicate of the row on line {first.line}.",
        field="id",
        remedy="Keep one of the two.",
    )
    return RefusedRow.told(error, row.line, row.id, mapping.column("id"))
