"""Workbooks that tests import, made as a spreadsheet program would save them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

Rows = Iterable[Sequence[object]]


def workbook(path: Path, sheets: Mapping[str, Rows] | Rows) -> Path:
    """Write a workbook: named sheets of rows, or one sheet."""
    book = Workbook()
    given = sheets if isinstance(sheets, Mapping) else {"Cases": sheets}
    book.remove(book.worksheets[0])
    for name, rows in given.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Change one part of an Office file, as nobody's program would."""
    with ZipFile(path) as archive:
        parts = {each.filename: archive.read(each) for each in archive.infolist()}
    parts[part] = change(parts[part])
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
