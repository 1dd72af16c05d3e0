"""How often cases of a kind come: by a hundred contacts where these are on record, else by week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from recommender.kinds.rows import CaseFacts
from recommender.kinds.weeks import Contacts, per_week, whole_weeks
from recommender.learning.ratios import between

Measure = Literal["contacts", "weeks"]
PER_CONTACTS: Final = 100
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Cases per 100 contacts or per week, with the exact 95 % interval, over so many weeks."""

    rate: float
    low: float
    high: float
    of: Measure
    weeks: int


@dataclass(frozen=True, kw_only=True)
class Exposed:
    """Whole weeks, the cases in each, and what each is measured by."""

    weeks: Sequence[date]
    counts: Sequence[int]
    sizes: Sequence[float]
    by: Measure


def weeks_between(start: datetime, end: datetime) -> list[date]:
    """Give the Mondays of the whole weeks between two moments, the last one's day among them."""
    first = start.date() if start.time() == start.time().min else start.date() + _DAY
    return whole_weeks(first, end.date() + _DAY)


def exposed(
    rows: Sequence[CaseFacts], start: datetime, end: datetime, contacts: Contacts
) -> Exposed:
    """Lay cases out by whole weeks.

    Contacts are those about the products and by the channels that all of the cases name; else all.
    """
    weeks = weeks_between(start, end)
    sizes = contacts.of(weeks, (row.product for row in rows), (row.channel for row in rows))
    return Exposed(
        weeks=weeks,
        counts=per_week((row.day for row in rows), weeks),
        sizes=[1.0] * len(weeks) if sizes is None else sizes,
        by="weeks" if sizes is None else "contacts",
    )


def rate(found: Exposed) -> Rate | None:
    """Give the rate of cases over whole weeks, taken as independent (Poisson); None without one."""
    size = sum(found.sizes)
    if not size:
        return None
    times = 1 if found.by == "weeks" else PER_CONTACTS
    cases = sum(found.counts)
    low, high = between(cases)
    return Rate(
        rate=cases / size * times,
        low=float(low) / size * times,
        high=float(high) / size * times,
        of=found.by,
        weeks=len(found.weeks),
    )
