"""What a change would cost a year, low to high, by outcome, and if more people came than before."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from recommender.changes.population import Mask, Population
from recommender.kinds.costs import Year, yearly
from recommender.kinds.weeks import whole_weeks
from recommender.vocabulary import OutcomeReading

UPTAKE: Final = (1, 2, 3)


@dataclass(frozen=True, kw_only=True)
class Uptake(Year):
    """The same if `times` as many such cases came, once nobody has to ask."""

    times: int


@dataclass(frozen=True, kw_only=True)
class OutcomeSplit:
    """What changes among the cases with one outcome."""

    outcome: OutcomeReading
    covered: int
    newly_allowed: int


def year_of(cases: Population, some: Mask) -> Year | None:
    """Reckon what some of the cases cost a year, over the whole weeks that all of them span.

    A case whose cost is not known adds nothing; None in too short a time, and without any cost.
    """
    known = some & ~np.isnan(cases.costs)
    if not known.any():
        return None
    first, last = int(cases.days.min()), int(cases.days.max())
    weeks = whole_weeks(date.fromordinal(first), date.fromordinal(last + 1))
    days = [date.fromordinal(day) for day in cases.days[known]]
    return yearly(zip(days, cases.costs[known].tolist(), strict=True), weeks)


def uptake(year: Year | None) -> list[Uptake]:
    """Multiply what the change allows: all of it, for the covered may come more often as well."""
    if year is None:
        return []
    return [
        Uptake(times=times, low=times * year.low, mid=times * year.mid, high=times * year.high)
        for times in UPTAKE
    ]


def by_outcome(cases: Population, covered: Mask, newly_allowed: Mask) -> list[OutcomeSplit]:
    """Split what changes by what came of it; outcomes without such a case are left out."""
    found = (
        OutcomeSplit(
            outcome=reading,
            covered=int((covered & here).sum()),
            newly_allowed=int((newly_allowed & here).sum()),
        )
        for place, reading in enumerate(OutcomeReading)
        for here in [cases.outcomes == place]
    )
    return [one for one in found if one.covered or one.newly_allowed]
