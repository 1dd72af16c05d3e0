"""What a file's columns seem to be: how it is written, its first rows, our field for each column.

A guess is a beginning for somebody who knows the file; nothing is imported by it alone.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from recommender.cases.importing.columns import fields_of, values_of
from recommender.cases.importing.mapping import (
    BUILT_IN,
    OPEN_FIELDS,
    FileForm,
    ImportMapping,
    built_in,
    is_blank,
    read_mapping,
    to_column,
)
from recommender.cases.importing.paths import RecordPath
from recommender.cases.importing.reading import (
    Encoding,
    Record,
    has_header,
    is_workbook,
    read_records,
    sheets_of,
    unpacked,
)
from recommender.cases.importing.rows import FIELDS
from recommender.cases.importing.written import conversions, ways_of_days

SAMPLES: Final = 5
_LOOKED_AT: Final = 2_000
_LONGEST_SAMPLE: Final = 200
_ENOUGH: Final = 0.7
"""Of a built-in mapping's fields, so many must be in a file that it is taken for that system's."""
_DELIMITERS: Final = ",;\t|"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its first values, and the field that it seems to be."""

    name: str
    samples: Sequence[str]
    field: str | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file holds: its rows, its columns, and what else a mapping of it would say (TOML)."""

    rows: int
    columns: Sequence[Column]
    conversions: str
    system: str | None
    """The built-in mapping that fits it."""
    sheets: Sequence[str] = ()
    """The sheets of a workbook, as its readers see them."""
    sheet: str | None = None
    """The one that was looked at, of several."""
    ways_of_days: Sequence[str] = ()
    """Two ways in which its days can be read, if neither is the only one: somebody has to say."""


def look_into(path: Path, sheet: str | None = None) -> Looked:
    """Look at a file, or one sheet of a workbook, without importing it; raises UnreadableFile."""
    sheets, first = sheets_of(path) if is_workbook(path) else ([], None)
    sheet = sheet or first
    form = FileForm(sheet=sheet) if is_workbook(path) else form_of(path)
    rows = read_records(path, **form.written)
    good = [row.fields for row in rows if isinstance(row, Record)][:_LOOKED_AT]
    names = dict.fromkeys(name for row in good for name in _flat(row))
    system = next((name for name in BUILT_IN if _fits(_mapping(name), good)), None)
    values = values_of(names, lambda name: _found_at(name, good))
    ways: list[str] = []
    if system is None:
        taken = fields_of(values)
        cells = {field: values[name] for name, field in taken.items()}
        text = "\n".join(filter(None, (written_as(form), conversions(cells))))
        ways = ways_of_days(cells.get("occurred_at", ()))
    else:
        paths = _mapping(system).fields.items()
        taken = {path.text: field for field, path in paths if _found(path, good)}
        text = _without_fields(built_in(system))
    return Looked(
        rows=len(rows),
        columns=[
            Column(name, _samples(name, good), taken.get(name))
            for name in dict.fromkeys((*names, *taken))
        ],
        conversions=text,
        system=system,
        sheets=sheets,
        sheet=sheet,
        ways_of_days=ways if len(ways) > 1 else [],
    )


def form_of(path: Path) -> FileForm:
    """Tell how a file of text is written: by its bytes, and by its header."""
    content = unpacked(path)
    try:
        content.decode("utf-8")
        encoding: Encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = "cp1252"
    header = content.split(b"\n", 1)[0].decode(encoding, errors="replace")
    delimiter = max(_DELIMITERS, key=header.count)
    usual = not has_header(path) or delimiter not in header or delimiter == ","
    return FileForm(encoding=encoding, delimiter=None if usual else delimiter)


def written_as(form: FileForm) -> str:
    """Write as TOML how a file is written, where it is not as usual."""
    said = form.model_dump(exclude_defaults=True)
    lines = [f"{name} = {json.dumps(value)}" for name, value in said.items()]
    return "\n".join(["[file]", *lines, ""]) if said else ""


def _flat(row: Mapping[str, object], under: str = "") -> Iterator[str]:
    """Give the names of a record's values; of an object within it, path by path."""
    for name, value in row.items():
        if isinstance(value, dict) and name not in OPEN_FIELDS:
            yield from _flat(value, f"{under}{name}.")
        else:
            yield f"{under}{name}"


def _fits(mapping: ImportMapping, rows: Sequence[Mapping[str, object]]) -> bool:
    """Tell whether a file is likely one of the system that a mapping is for."""
    found = [field for field, path in mapping.fields.items() if _found(path, rows)]
    needed = {"id", "occurred_at", "situation"}
    return needed <= {*found} and len(found) >= _ENOUGH * len(mapping.fields)


def _found(path: RecordPath, rows: Iterable[Mapping[str, object]]) -> bool:
    return any(path.find(row) is not None for row in rows)


def _mapping(system: str) -> ImportMapping:
    return read_mapping(built_in(system), FIELDS)


def _without_fields(text: str) -> str:
    """Give a mapping's TOML without what says which column is which field."""
    tables = re.split(r"(?m)^(?=\[)", text)
    return "".join(each for each in tables[1:] if not each.startswith("[fields]"))


def _found_at(name: str, rows: Iterable[Mapping[str, object]]) -> Iterator[object]:
    path = to_column(name)
    return (path.find(row) for row in rows)


def _samples(name: str, rows: Iterable[Mapping[str, object]]) -> list[str]:
    return samples_of(_found_at(name, rows))


def samples_of(values: Iterable[object]) -> list[str]:
    """Give a column's first values as texts, blanks left out."""
    written = (str(value).strip() for value in values if not is_blank(value))
    return [one[:_LONGEST_SAMPLE] for one in islice(written, SAMPLES)]
