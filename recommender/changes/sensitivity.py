"""What a change would cost a year, low to high, by outcome, and if more people came than before."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from recommender.changes.population import Mask, Numbers, Places, Population
from recommender.vocabulary import OutcomeReading

WEEKS_A_YEAR: Final = 365.25 / 7
LEAST_WEEKS: Final = 4
"""A shorter time tells no year [J]."""
UPTAKE: Final = (1, 2, 3)
DRAWS: Final = 2000
_SEED: Final = 5
_LOW_HIGH: Final = (0.025, 0.975)


@dataclass(frozen=True, kw_only=True)
class CostRange:
    """A cost in a year; low and high are an interval of 95 % over weeks."""

    low: float
    mid: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Uptake(CostRange):
    """The same if `times` as many such cases came, once nobody has to ask."""

    times: int


@dataclass(frozen=True, kw_only=True)
class OutcomeSplit:
    """What changes among the cases with one outcome."""

    outcome: OutcomeReading
    covered: int
    newly_allowed: int


def a_year(costs: Numbers, days: Places, first: int, last: int) -> CostRange | None:
    """Reckon what a year costs from the costs of some days, between a first and a last one.

    The middle is the mean week, the interval a percentile bootstrap over whole weeks, those without
    a cost among them. None under four weeks, and where no cost is known.

    Parameters
    ----------
    costs : (n,) array
        NaN where a cost is not known: such a case adds nothing.
    days : (n,) array of int
        Ordinal days, none before `first` or after `last`.
    first, last : int
        The days from which to which history reaches, ordinal.
    """
    weeks = (last - first + 1) // 7
    known = ~np.isnan(costs)
    if weeks < LEAST_WEEKS or not known.any():
        return None
    week = (last - days[known]) // 7
    inside = week < weeks  # the first days that make no whole week are left out
    sums = np.bincount(week[inside], costs[known][inside], minlength=weeks)
    draws = np.random.default_rng(_SEED).multinomial(weeks, np.full(weeks, 1 / weeks), DRAWS)
    low, high = np.quantile(draws @ sums / weeks, _LOW_HIGH)
    low, mid, high = (round(float(one) * WEEKS_A_YEAR, 2) for one in (low, sums.mean(), high))
    return CostRange(low=low, mid=mid, high=high)


def year_of(cases: Population, some: Mask) -> CostRange | None:
    """Reckon what some of the cases cost a year; history reaches from the first to the last of all.

    In a shorter one than the bootstrap asks for, and without any cost, there is none.
    """
    if not some.any():
        return None
    first, last = int(cases.days.min()), int(cases.days.max())
    return a_year(cases.costs[some], cases.days[some], first, last)


def uptake(year: CostRange | None) -> list[Uptake]:
    """Multiply what the change allows: all of it, for the covered may come more often as well."""
    if year is None:
        return []
    return [
        Uptake(
            times=times,
            low=round(times * year.low, 2),
            mid=round(times * year.mid, 2),
            high=round(times * year.high, 2),
        )
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
