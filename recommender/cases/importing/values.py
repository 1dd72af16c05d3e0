"""Values of an import row: a cell becomes a word, a number, a moment; or it refuses its row.

Every reader takes the row's fields and the name of one; a blank is None, never a refusal.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from recommender.cases.importing.mapping import is_blank
from recommender.cases.importing.reading import require_storable
from recommender.cases.importing.refusals import RowRefused
from recommender.cases.wishes import LARGEST_NUMBER, require_amount

LONGEST_ID: Final = 200
LONGEST_TEXT: Final = 32_000
_PLAIN: Final = re.compile(r"[+-]?\d+(\.\d+)?")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_SAID: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "no", "n", "0"), False),
}


def required_word(fields: Mapping[str, object], name: str, longest: int) -> str:
    """Give a word that every row needs; raises RowRefused where there is none."""
    word = read_word(fields, name, longest)
    if word is None:
        raise RowRefused(f"There is no {name}.", field=name, remedy="Every row needs one.")
    return word


def read_word(fields: Mapping[str, object], name: str, longest: int) -> str | None:
    """Give a field of a word or two; a number counts as its digits."""
    word = _written(fields.get(name), name)
    if word is not None and len(word) > longest:
        raise RowRefused(
            f"This has {len(word)} characters.", field=name, remedy=f"Keep it within {longest}."
        )
    return word


def read_yes_no(fields: Mapping[str, object], name: str) -> bool | None:
    """Give yes, no or unknown."""
    value = fields.get(name)
    if is_blank(value) or isinstance(value, bool):
        return value if isinstance(value, bool) else None
    said = _SAID.get(str(value).strip().casefold()) if isinstance(value, str | int) else None
    if said is None:
        raise RowRefused("This is neither yes nor no.", field=name, remedy="Write true or false.")
    return said


def read_amount(fields: Mapping[str, object], name: str) -> float | None:
    """Give a number of zero or more."""
    number = _number(fields.get(name), name)
    require_amount(name, number)
    return number


def read_whole(fields: Mapping[str, object], name: str) -> int | None:
    """Give a whole number of zero or more."""
    number = read_amount(fields, name)
    if number is not None and not number.is_integer():
        raise RowRefused(f"{number:g} is no whole number.", field=name, remedy="Write one.")
    return None if number is None else int(number)


def read_moment(
    fields: Mapping[str, object], name: str, zone: tzinfo
) -> tuple[datetime | None, bool]:
    """Give a moment in UTC, and whether it took the import's zone."""
    word = read_word(fields, name, LONGEST_ID)
    if word is None:
        return None, False
    try:
        moment = datetime.fromisoformat(word)
        zoneless = moment.tzinfo is None
        return (moment.replace(tzinfo=zone) if zoneless else moment).astimezone(UTC), zoneless
    except (ValueError, OverflowError) as error:
        raise RowRefused(
            f"{word[:40]!r} cannot be read as a time.",
            field=name,
            remedy="Write it like 2026-03-01T14:30:00Z, or state `formats` in a mapping.",
        ) from error


def read_currency(fields: Mapping[str, object]) -> str | None:
    """Give a currency in three capitals."""
    word = read_word(fields, "currency", LONGEST_ID)
    if word is not None and not _CURRENCY.fullmatch(word.upper()):
        raise RowRefused(
            "This is no currency.", field="currency", remedy="Write its three letters: EUR."
        )
    return None if word is None else word.upper()


def read_text(fields: Mapping[str, object], name: str) -> str | None:
    """Give a text as it was typed, without the blanks around it."""
    text = _written(fields.get(name), name)
    if text is not None and len(text) > LONGEST_TEXT:
        raise RowRefused(
            f"This has {len(text)} characters.",
            field=name,
            remedy=f"Keep it within {LONGEST_TEXT}.",
        )
    return text


def read_object(fields: Mapping[str, object], name: str) -> dict[str, object]:
    """Give a JSON object, whether it came as one or as its text; empty where there is none."""
    value = fields.get(name)
    if is_blank(value):
        return {}
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError) as error:
        raise RowRefused("This is not JSON.", field=name, remedy='Write {"name": 1}.') from error
    if not isinstance(found, dict):
        raise RowRefused("This is no JSON object.", field=name, remedy='Write {"name": 1}.')
    require_storable(found)
    return found


def _written(value: object, name: str) -> str | None:
    """Give a value as text without blanks around it; None where there is none."""
    if is_blank(value):
        return None
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RowRefused("This is no text.", field=name, remedy="Write a text in quotes.")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _number(value: object, name: str) -> float | None:
    if is_blank(value):
        return None
    if isinstance(value, str) and _PLAIN.fullmatch(value.strip()):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RowRefused(
            "This is no number.",
            field=name,
            remedy="Write it like 22.83, or state `decimal` in a mapping.",
        )
    return float(value) if abs(value) <= LARGEST_NUMBER else math.inf
