"""How a file writes its days, its numbers and its answers, told by its first values.

What can be read in two ways is not decided here: 3/4/2026 is a question for whoever knows the file.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from recommender.cases.importing.rows import STATES

ISO: Final = "iso"
DAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "31.12.2026": ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%y"),
    "31-12-2026": ("%d-%m-%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S"),
    "2026/12/31": ("%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S"),
    "31 December 2026": ("%d %B %Y", "%d %b %Y", "%d %B %Y %H:%M", "%d %b %Y %H:%M", "%d-%b-%Y"),
    "December 31, 2026": ("%B %d, %Y", "%b %d, %Y", "%B %d, %Y %H:%M", "%b %d, %Y %H:%M"),
    "31/12/2026": (
        *("%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %I:%M %p"),
        *("%d/%m/%y", "%d/%m/%y %H:%M"),
    ),
    "12/31/2026": (
        *("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p"),
        *("%m/%d/%y", "%m/%d/%y %H:%M"),
    ),
}
"""Ways to write a day, each called by the last of 2026, and its formats."""
_LOOKED_AT: Final = 200
_ENOUGH: Final = 0.7
"""Of a column's values, so many must be read by the way that is taken for the file's."""
_NUMBER: Final = re.compile(r"[+-]?\d{1,3}(?:[., '’\u00a0]?\d{3})*(?:[.,]\d+)?")
_COMMA: Final = re.compile(r"[+-]?[\d.]*\d,\d{1,2}")
_POINT: Final = re.compile(r"[+-]?[\d,]*\d\.\d{1,2}")
_YES_NO: Final = frozenset({"yes", "no", "true", "false"})
_SAID: Final[Mapping[str, str]] = {
    **dict.fromkeys(("accepted", "agreed", "allowed", "granted", "ok", "yes"), "approved"),
    **dict.fromkeys(("closed", "completed", "done", "resolved", "solved"), "approved"),
    **dict.fromkeys(("denied", "no", "not approved", "not granted", "refused"), "declined"),
    **dict.fromkeys(("in progress", "new", "open", "requested", "waiting"), "pending"),
    **dict.fromkeys(("cancelled", "canceled"), "withdrawn"),
}
"""What others say of a decision, and what we say."""


def is_moment(cell: object) -> bool:
    """Tell whether a value is a day or a time in any of the ways that we know."""
    return isinstance(cell, str) and any(_reads(cell, way) for way in (ISO, *DAYS))


def is_number(cell: object) -> bool:
    """Tell whether a value is a number, with a point or a comma."""
    if isinstance(cell, str):
        return _NUMBER.fullmatch(cell.strip()) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def is_yes_no(cell: object) -> bool:
    """Tell whether a value is yes or no."""
    return isinstance(cell, bool) or str(cell).strip().casefold() in _YES_NO


def ways_of_days(cells: Sequence[object]) -> list[str]:
    """Give the ways in which the days of a column may be written: none for ISO 8601, two to ask."""
    texts = [str(cell).strip() for cell in cells[:_LOOKED_AT]]
    found = {way: sum(_reads(text, way) for text in texts) for way in (ISO, *DAYS)}
    best = max(found.values())
    if not texts or best < _ENOUGH * len(texts) or found[ISO] == best:
        return []
    return [way for way, count in found.items() if count == best]


def conversions(cells: Mapping[str, Sequence[object]]) -> str:
    """Write as TOML what else a mapping of these values would say, by our fields."""
    tables = []
    for field in ("occurred_at", "approved_at"):
        ways = ways_of_days(cells.get(field, ()))
        if len(ways) == 1:
            tables.append(f"[convert.{field}]\nformats = {json.dumps(DAYS[ways[0]])}\n")
    tables.extend(
        f'[convert."{field}"]\ndecimal = ","\n'
        for field in ("amount", "outcome.actual_cost")
        if _has_comma(cells.get(field, ()))
    )
    said = _answers(cells.get("status", ()))
    if said:
        lines = "\n".join(f"{json.dumps(word)} = {json.dumps(ours)}" for word, ours in said.items())
        tables.append(f"[convert.status.values]\n{lines}\n")
    return "\n".join(tables)


def _has_comma(cells: Sequence[object]) -> bool:
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    commas = sum(_COMMA.fullmatch(text) is not None for text in texts)
    return commas > sum(_POINT.fullmatch(text) is not None for text in texts)


def _answers(cells: Sequence[object]) -> dict[str, str]:
    words = dict.fromkeys(str(cell).strip().casefold() for cell in cells)
    return {word: _SAID[word] for word in words if word in _SAID and word not in STATES}


def _reads(text: str, way: str) -> bool:
    if way != ISO:
        return any(_is_written(text.strip(), form) for form in DAYS[way])
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return not text.strip().isdigit()


def _is_written(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 - only whether it can be read so
    except ValueError:
        return False
    return True
