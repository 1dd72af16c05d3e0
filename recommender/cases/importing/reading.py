"""Reading files of rows: CSV with a header, a sheet, or JSONL; texts packed with gzip or not.

A row that cannot be read is refused by itself; the rows around it are read.
"""

import csv
import gzip
import io
import json
import math
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, Literal, TypedDict

from recommender.cases.importing.refusals import RefusedRow, RowRefused, UnreadableFile
from recommender.office.archive import UnreadableOffice
from recommender.office.sheets import WORKBOOK, default_sheet, read_sheet, sheet_names

Encoding = Literal["utf-8", "utf-8-sig", "cp1252", "iso-8859-1", "iso-8859-15"]
LARGEST_FILE: Final = 512 * 1024 * 1024
"""Bytes, unpacked."""
_CSV: Final = (".csv", ".tsv")
_JSONL: Final = (".jsonl", ".ndjson")
_DEEPEST: Final = 20
_BROKEN: Final = re.compile("[\ud800-\udfff]")
_OTHER_DELIMITER: Final = re.compile(r"[;\t|]")


class Written(TypedDict):
    """How a file is written, as `read_records` takes it."""

    encoding: Encoding
    delimiter: str | None
    sheet: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """One row as the file has it, and the line on which it begins."""

    line: int
    fields: dict[str, object]


def read_records(
    path: Path,
    *,
    encoding: Encoding = "utf-8",
    delimiter: str | None = None,
    sheet: str | None = None,
) -> list[Record | RefusedRow]:
    """Read a file's rows in order; the form is told by the name's ending, before any `.gz`.

    A byte order mark is dropped. `delimiter` is a comma unless given, a tab in `.tsv`; `sheet` is
    the first of a workbook unless named. Raises UnreadableFile where no row can be told from
    another.
    """
    if is_workbook(path):
        return list(_sheet(path, sheet))
    form = _form(path)
    if form not in _CSV + _JSONL:
        raise UnreadableFile(
            f"{path.name} is neither CSV, JSONL nor a workbook by its name.",
            field="file",
            remedy="Let it end in .csv, .tsv, .xlsx, .jsonl or .ndjson; all but .xlsx may be "
            "packed, with .gz behind.",
        )
    if sheet is not None:
        raise UnreadableFile(
            f"{path.name} has no sheets.", field="sheet", remedy="Name one of an .xlsx file only."
        )
    known = "utf-8-sig" if encoding == "utf-8" else encoding
    # A byte that the encoding does not know becomes a surrogate: its row is refused, not the file.
    text = unpacked(path).decode(known, errors="surrogateescape")
    if form in _JSONL:
        return list(_jsonl(text))
    return list(_csv(text, delimiter or ("\t" if form == ".tsv" else ",")))


def unpacked(path: Path) -> bytes:
    """Give a file's bytes, unpacked; raises UnreadableFile."""
    try:
        with gzip.open(path) if _is_packed(path) else path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(
            f"{path.name} cannot be read: {error}.",
            field="file",
            remedy="Check that the file is whole and that it may be read.",
        ) from error
    if len(content) > LARGEST_FILE:
        raise UnreadableFile(
            f"{path.name} holds more than {LARGEST_FILE // 1024**2} MiB.",
            field="file",
            remedy="Split it into several files.",
        )
    return content


def is_workbook(path: Path) -> bool:
    """Tell by its name whether a file is a workbook."""
    return path.suffix.lower() == WORKBOOK


def has_header(path: Path) -> bool:
    """Tell by its name whether a file is one of columns under a header."""
    return _form(path) in _CSV


def _form(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    return "".join(suffixes[:-1][-1:] if _is_packed(path) else suffixes[-1:])


def _is_packed(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def _jsonl(text: str) -> Iterator[Record | RefusedRow]:
    for line, row in enumerate(text.split("\n"), start=1):
        if not row.strip():
            continue
        try:
            fields = _object(row)
            require_storable(fields)
        except RowRefused as error:
            yield RefusedRow.told(error, line, None)
        else:
            yield Record(line, fields)


def _object(row: str) -> dict[str, object]:
    try:
        fields = json.loads(row)
    except (ValueError, RecursionError) as error:
        raise RowRefused(
            "This line is not JSON.", remedy="Write one JSON object on each line."
        ) from error
    if not isinstance(fields, dict):
        raise RowRefused(
            "This line is JSON, but not an object.", remedy="Write one JSON object on each line."
        )
    return fields


def _csv(text: str, delimiter: str) -> Iterator[Record | RefusedRow]:
    """Read rows under a header; after a row with a broken quote, go on with the next line."""
    lines = list(io.StringIO(text, newline=""))
    header: list[str] | None = None
    start = 0
    while start < len(lines):
        reader = csv.reader(islice(lines, start, None), delimiter=delimiter, strict=True)
        begun, faulty = start, False
        try:
            for cells in reader:
                line, begun = begun + 1, start + reader.line_num
                if header is None:
                    header = _header(cells)
                elif any(cell.strip() for cell in cells):
                    yield _row(line, header, cells)
        except csv.Error as error:
            faulty = True
            if header is None:
                raise UnreadableFile(
                    f"The header cannot be read: {error}.",
                    field="file",
                    remedy="Write the names of the columns on the first line.",
                ) from error
            fault = RowRefused(
                f"The quotes in this row are broken: {error}.",
                remedy='Close each quote; write a quote within quotes as "".',
            )
            yield RefusedRow.told(fault, begun + 1, None)
        start = begun + 1 if faulty else len(lines)


def sheets_of(path: Path) -> tuple[list[str], str | None]:
    """Give a workbook's sheets, and which of several is read; raises UnreadableFile."""
    with _as_a_file():
        names = sheet_names(path)
        return names, default_sheet(path) if len(names) > 1 else None


@contextmanager
def _as_a_file() -> Iterator[None]:
    """Refuse a workbook as any other file is refused."""
    try:
        yield
    except UnreadableOffice as error:
        raise UnreadableFile(error.detail, field=error.field, remedy=error.remedy) from error


def _sheet(path: Path, sheet: str | None) -> Iterator[Record | RefusedRow]:
    """Read a sheet's rows under its header; a column without a name and a value is none."""
    with _as_a_file():
        rows = read_sheet(path, sheet)
    if not rows:
        return
    header = _header(["" if cell is None else str(cell) for cell in rows[0][1]])
    used = [any(cells[at] is not None for _, cells in rows) for at in range(len(header))]
    for line, cells in rows[1:]:
        fields = {
            name: cell for name, cell, filled in zip(header, cells, used, strict=True) if filled
        }
        try:
            require_storable(fields)
        except RowRefused as error:
            yield RefusedRow.told(error, line, None)
        else:
            yield Record(line, fields)


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip() or f"column {number}" for number, cell in enumerate(cells, start=1)]
    if len(names) == 1 and (other := _OTHER_DELIMITER.search(names[0])):
        raise UnreadableFile(
            f"The header is one column, with {other.group()!r} in it.",
            field="file",
            remedy="State the delimiter in a mapping.",
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UnreadableFile(
            f"Two columns are called {twice[0]!r}.",
            field="file",
            remedy="Give each column its own name on the first line.",
        )
    try:
        require_storable(names)
    except RowRefused as error:
        raise UnreadableFile(error.detail, field="file", remedy=error.remedy) from error
    return names


def _row(line: int, header: list[str], cells: list[str]) -> Record | RefusedRow:
    try:
        _require_width(header, cells)
        require_storable(cells)
    except RowRefused as error:
        return RefusedRow.told(error, line, None)
    return Record(line, dict(zip(header, cells, strict=True)))


def _require_width(header: list[str], cells: list[str]) -> None:
    if len(cells) != len(header):
        raise RowRefused(
            f"This row has {len(cells)} cells, and the header has {len(header)}.",
            remedy="Put texts that contain the delimiter or a line break in quotes.",
        )


def require_storable(value: object, depth: int = 0) -> None:
    """Refuse what no database keeps: broken characters, endless numbers, endless nesting."""
    if isinstance(value, str):
        _require_characters(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise RowRefused("This row has a number without end.", remedy="Leave it out.")
    elif depth > _DEEPEST:
        raise RowRefused("This row is nested too deep.", remedy="Leave out what is not needed.")
    elif isinstance(value, dict):
        for key, inside in value.items():
            _require_characters(key)
            require_storable(inside, depth + 1)
    elif isinstance(value, list):
        for inside in value:
            require_storable(inside, depth + 1)


def _require_characters(text: str) -> None:
    if _BROKEN.search(text):
        raise RowRefused(
            "This row has characters that its encoding does not know.",
            remedy='Save the file as UTF-8, or state its encoding in a mapping, such as "cp1252".',
        )
    if "\0" in text:
        raise RowRefused(
            "This row has a NUL character.", remedy="Export it anew; texts hold no NUL."
        )
