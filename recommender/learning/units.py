"""Units of counted things, of time and of money: their words, and what one is in another."""

from collections.abc import Mapping
from typing import Final

UNITS: Final[Mapping[str, str]] = {
    "minute": "minute",
    "hour": "hour",
    "night": "night",
    "day": "day",
    "week": "week",
    "month": "month",
    "year": "year",
    "km": "km",
    "kilometre": "km",
    "kilometer": "km",
    "kg": "kg",
    "kilogram": "kg",
    "item": "item",
    "piece": "piece",
    "time": "time",
    "%": "percent",
    "per cent": "percent",
    "percent": "percent",
}
"""A unit's word in the singular -> the unit."""

CURRENCIES: Final[Mapping[str, str]] = {
    "eur": "EUR",
    "euro": "EUR",
    "€": "EUR",
    "usd": "USD",
    "dollar": "USD",
    "$": "USD",
    "gbp": "GBP",
    "pound": "GBP",
    "£": "GBP",
    "chf": "CHF",
}
"""A currency's word or sign -> its code."""

_HOURS: Final[Mapping[str, float]] = {
    "minute": 1 / 60,
    "hour": 1,
    "day": 24,
    "night": 24,
    "working_day": 24,
    "week": 7 * 24,
}
_MONTHS: Final[Mapping[str, float]] = {"month": 1, "year": 12}

TIMES: Final = _HOURS.keys() | _MONTHS.keys()


def unit_named(words: str) -> str:
    """Give the unit or currency that words name, in the singular or plural; KeyError if none."""
    named = " ".join(words.casefold().split())
    single = named if named in UNITS or named in CURRENCIES else named.removesuffix("s")
    return CURRENCIES.get(single) or UNITS[single]


def converted(value: float, unit: str, into: str) -> float | None:
    """Give a quantity in another unit; None where neither calendar nor arithmetic says how many.

    A share is percent of 1; months have no fixed number of days.
    """
    if unit == into:
        return value
    if (unit, into) == ("percent", "share"):
        return value / 100
    for scale in (_HOURS, _MONTHS):
        if unit in scale and into in scale:
            return value * scale[unit] / scale[into]
    return None
