"""Which columns of a file of figures are which: survey answers by case, contacts by week.

A guess by names, then by what stands in the columns; somebody confirms it before it counts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recommender.cases.importing.columns import (
    Values,
    all_keys,
    by_content,
    by_name,
    values_of,
)
from recommender.cases.importing.guessing import Column, form_of, samples_of, written_as
from recommender.cases.importing.mapping import FileForm, ImportMapping, put_together
from recommender.cases.importing.reading import Record, is_workbook, read_records
from recommender.cases.importing.written import DAYS, is_moment, is_number, ways_of_days

ANSWERS: Final[Mapping[str, str]] = {
    "id": "id case_id case ticket ticket_id ticket_no ticket_number case_number case_no number "
    "reference ref",
    "source_system": "source_system system",
    "csat": "csat satisfaction rating score stars mark",
    "complaint": "complaint complained",
    "retained": "retained stayed",
    "actual_cost": "actual_cost cost",
}
"""Fields of a survey's answer, and what others call them."""
WEEKS: Final[Mapping[str, str]] = {
    "week": "week week_of week_starting week_beginning date day monday",
    "product": "product item article",
    "channel": "channel origin contact_type",
    "contacts": "contacts contact_count calls tickets enquiries customers volume total count",
}
"""Fields of a week's contacts, and what others call them."""
_LOOKED_AT: Final = 2_000
_BEST: Final = 5
"""The best that a customer can answer."""


@dataclass(frozen=True, slots=True)
class FigureColumns:
    """A file's columns, each with the field that it seems to be, and how the file is written."""

    columns: Sequence[Column]
    written: str
    """TOML of a mapping."""

    @property
    def guessed(self) -> dict[str, str]:
        """Field -> the column that seems to be it."""
        return {one.field: one.name for one in self.columns if one.field is not None}

    def mapping(self, chosen: Mapping[str, str], fields: Mapping[str, str]) -> ImportMapping:
        """Make the mapping of what was chosen; a column of our name that was not is left out."""
        ours = {one.name for one in self.columns} & fields.keys()
        return put_together(chosen, sorted(ours - {*chosen.values()}), self.written, fields)


def look_at_figures(path: Path, fields: Mapping[str, str]) -> FigureColumns:
    """Look at a file of figures without taking it in; raises UnreadableFile."""
    form = FileForm() if is_workbook(path) else form_of(path)
    rows = read_records(path, **form.written)
    good = [row.fields for row in rows if isinstance(row, Record)][:_LOOKED_AT]
    names = dict.fromkeys(name for row in good for name in row)
    values = values_of(names, lambda name: (row.get(name) for row in good))
    taken = {name: name for name in names if name in fields}
    by_name(values, taken, fields, _may_be)
    for field, fits in (("id", all_keys), ("week", _all_days), ("csat", _all_marks)):
        if field in fields:
            by_content(values, taken, field, fits)
    if "contacts" in fields:
        by_content(values, taken, "contacts", _all_counts)
    return FigureColumns(
        [Column(name, samples_of(values[name]), taken.get(name)) for name in names],
        "\n".join(filter(None, (written_as(form), _days(values, taken)))),
    )


def _days(values: Values, taken: Mapping[str, str]) -> str:
    name = next((name for name, field in taken.items() if field == "week"), None)
    ways = [] if name is None else ways_of_days(values[name])
    return f"[convert.week]\nformats = {json.dumps(DAYS[ways[0]])}\n" if len(ways) == 1 else ""


def _may_be(field: str, cells: Sequence[object]) -> bool:
    """Tell whether values speak against a name."""
    if field in {"csat", "contacts", "actual_cost"}:
        return sum(map(is_number, cells)) * 2 >= len(cells)
    return True


def _all_days(cells: Sequence[object]) -> bool:
    return bool(cells) and all(map(is_moment, cells))


def _all_counts(cells: Sequence[object]) -> bool:
    return bool(cells) and all(is_number(cell) and float(str(cell)) >= 0 for cell in cells)


def _all_marks(cells: Sequence[object]) -> bool:
    return bool(cells) and all(str(cell) in {*map(str, range(1, _BEST + 1))} for cell in cells)
