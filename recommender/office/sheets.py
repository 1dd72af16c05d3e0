"""Workbooks: the rows of one sheet, each value as its cell means it, formulas by their last value.

A sheet is read as a stream, so that one stray cell far out costs nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile

from recommender.office.archive import UnreadableOffice, require_office

if TYPE_CHECKING:
    from openpyxl import Workbook

WORKBOOK: Final = ".xlsx"
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 500
_FIRST_ROWS: Final = 20
"""Within so many rows that say something, the header is looked for: a title may stand above it."""
_ERRORS: Final = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"}
)

Row = tuple[int, list[object]]
"""Its number in the sheet, and its cells: text, number, yes or no, or None."""


def sheet_names(path: Path) -> list[str]:
    """Give the sheets that a reader of the workbook sees, in order; raises UnreadableOffice."""
    with _opened(path) as book:
        return _visible(book)


def default_sheet(path: Path) -> str | None:
    """Give the first sheet with a row under a header; raises UnreadableOffice."""
    with _opened(path) as book:
        return next((name for name, rows in _sheets(book, path) if len(rows) > 1), None)


def read_sheet(path: Path, name: str | None = None) -> list[Row]:
    """Read a sheet from its header on, by default the first with a row under one.

    Every row has as many cells as the widest one. Raises UnreadableOffice.
    """
    with _opened(path) as book:
        if name is None:
            return next((rows for _, rows in _sheets(book, path) if len(rows) > 1), [])
        if name not in book.sheetnames:
            raise UnreadableOffice(
                f"{path.name} has no sheet {name!r}.",
                field="sheet",
                remedy=f"Its sheets are {', '.join(_visible(book))}.",
            )
        return _read(book, name, path)


def _visible(book: "Workbook") -> list[str]:
    return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _sheets(book: "Workbook", path: Path) -> Iterator[tuple[str, list[Row]]]:
    for name in _visible(book):
        yield name, _read(book, name, path)


def _read(book: "Workbook", name: str, path: Path) -> list[Row]:
    rows = list(_rows(book, name, path))
    return _from_header(rows) if rows else []


@contextmanager
def _opened(path: Path) -> Iterator["Workbook"]:
    """Open a workbook for reading alone; whatever the library stumbles over is the file's fault."""
    from openpyxl import load_workbook

    require_office(path, "xl/workbook.xml")
    with path.open("rb") as file:
        try:
            yield load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except UnreadableOffice:
            raise
        except (ArithmeticError, AttributeError, BadZipFile, LookupError, OSError) as error:
            raise _broken(path) from error
        except (SyntaxError, TypeError, ValueError) as error:  # SyntaxError: XML that is none
            raise _broken(path) from error


def _broken(path: Path) -> UnreadableOffice:
    return UnreadableOffice(
        f"{path.name} cannot be read: it is damaged, or no workbook.",
        field="file",
        remedy="Open it, and save it as .xlsx once more, or as CSV.",
    )


def _rows(book: "Workbook", name: str, path: Path) -> Iterator[Row]:
    """Give the rows that say something; one past a limit refuses the sheet, not its end."""
    sheet = book[name]
    found = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1, values_only=True)
    for number, cells in enumerate(found, start=1):
        end = len(cells)
        while end and cells[end - 1] is None:  # most of a row lies beyond its last column
            end -= 1
        values = [_plain(cell) for cell in cells[:end]]
        if end and (number > MOST_ROWS or end > MOST_COLUMNS):
            raise UnreadableOffice(
                f"{path.name} has more than {MOST_ROWS:,} rows or {MOST_COLUMNS} columns.",
                field="file",
                remedy="Split it into several files.",
            )
        if any(value is not None for value in values):
            yield number, values


def _from_header(rows: Sequence[Row]) -> list[Row]:
    """Leave out what stands above the header: the first row with half as many cells as the widest.

    A title has one cell, a header one for each column.
    """
    width = max(len(cells) for _, cells in rows)
    filled = [sum(cell is not None for cell in cells) for _, cells in rows]
    enough = max(filled[:_FIRST_ROWS]) / 2
    start = next(place for place, number in enumerate(filled) if number >= enough)
    return [(line, cells + [None] * (width - len(cells))) for line, cells in rows[start:]]


def _plain(cell: object) -> object:
    """Give a cell's value as a row of JSON would hold it; an error in a formula says nothing."""
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, str):
        return None if not cell.strip() or cell in _ERRORS else cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    if isinstance(cell, int):
        return cell
    return _WRITTEN[type(cell)](cell) if type(cell) in _WRITTEN else str(cell)


def _moment(cell: datetime) -> str:
    """Give a moment to the second: workbooks count days in fractions and miss it by a hair."""
    return (cell + timedelta(milliseconds=500)).replace(microsecond=0).isoformat()


_WRITTEN: Final[dict[type, Callable[..., str]]] = {
    datetime: _moment,
    date: date.isoformat,
    time: time.isoformat,
}
