"""Whole weeks, what is counted in them, and the contacts that they had."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.models.contacts import ContactVolume

WEEK: Final = timedelta(days=7)
_ALL: Final = frozenset({""})


def monday(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def whole_weeks(first: date, end: date) -> list[date]:
    """Give the Mondays of the weeks that lie wholly from one day on and before another."""
    start = monday(first + timedelta(days=6))
    return [start + WEEK * number for number in range((end - start) // WEEK)]


def per_week(days: Iterable[date], weeks: Sequence[date]) -> list[int]:
    """Count days by the weeks they lie in."""
    counts = Counter(monday(day) for day in days)
    return [counts[week] for week in weeks]


@dataclass(frozen=True)
class Contacts:
    """The imported contact volumes: of each week's Monday, by product and channel ("" is all)."""

    cells: Mapping[date, Mapping[tuple[str, str], int]]

    @classmethod
    def read(cls, session: Session) -> Self:
        """Read all that were imported."""
        cells: dict[date, dict[tuple[str, str], int]] = defaultdict(dict)
        for row in session.scalars(select(ContactVolume)):
            cells[row.week][row.product, row.channel] = row.contacts
        return cls(cells)

    def of_all(self, weeks: Sequence[date]) -> list[float] | None:
        """Give each week's contacts; None unless every week has some on record."""
        return self._each(weeks, _ALL, _ALL)

    def of(
        self,
        weeks: Sequence[date],
        products: Iterable[str | None],
        channels: Iterable[str | None],
    ) -> list[float] | None:
        """Give each week's contacts about what some cases name: their products and channels.

        Where a case names none, and where a week tells none of them, those of all are given; None
        unless every week has some on record.
        """
        products, channels = _named(products), _named(channels)
        levels = [(products, channels), (products, _ALL), (_ALL, channels), (_ALL, _ALL)]
        found = (self._each(weeks, *level) for level in levels)
        return next((each for each in found if each is not None), None)

    def _each(
        self, weeks: Sequence[date], products: frozenset[str], channels: frozenset[str]
    ) -> list[float] | None:
        every = [_sum(self.cells.get(week, {}), products, channels) for week in weeks]
        return [float(each) for each in every] if every and all(every) else None


NO_CONTACTS: Final = Contacts({})
"""Of a house that imported none."""


def _named(names: Iterable[str | None]) -> frozenset[str]:
    found = frozenset(name or "" for name in names)
    return _ALL if "" in found or not found else found


def _sum(
    cells: Mapping[tuple[str, str], int], products: frozenset[str], channels: frozenset[str]
) -> int:
    """Add up what is told of them; where all are asked for, what stands for all or the parts.

    0 where one of them is not told.
    """
    asked = [(product, channel) for product in products for channel in channels]
    if all(cell in cells for cell in asked):
        return sum(cells[cell] for cell in asked)
    if _ALL not in (products, channels):
        return 0
    parts = {cell: count for cell, count in cells.items() if all(cell)}
    for place, names in enumerate((products, channels)):
        if names != _ALL:
            parts = {cell: count for cell, count in parts.items() if cell[place] in names}
            if {cell[place] for cell in parts} != names:
                return 0
    return sum(parts.values())
