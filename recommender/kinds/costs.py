"""What a case cost, and such cases in a year: one definition wherever money is told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from recommender.kinds.weeks import monday
from recommender.models.cases import Case

LEAST_WEEKS: Final = 4
"""Fewer whole weeks say nothing about a year [J]."""
WEEKS_A_YEAR: Final = 365.25 / 7
_RESAMPLES: Final = 4000
_ENDS: Final = (0.025, 0.975)


@dataclass(frozen=True, kw_only=True)
class Year:
    """What cases cost in a year: as in the weeks seen, and the 95 % interval over weeks."""

    low: float
    mid: float
    high: float


def known_cost(amount: float | None, actual: float | None) -> float | None:
    """Give the actual cost where it is known, else the amount granted."""
    return amount if actual is None else actual


def cost_of(case: Case, currency: str | None) -> float | None:
    """Give what a case cost: the actual cost where it is known, else the amount granted.

    None in another currency, for amounts are never converted.
    """
    if case.currency != currency:
        return None
    return known_cost(case.amount, case.outcome.actual_cost)


def yearly(
    costs: Iterable[tuple[date, float]], weeks: Sequence[date], *, seed: str = ""
) -> Year | None:
    """Give what costs, each with its day, come to in a year like the weeks seen.

    `weeks` are the Mondays of whole weeks, those without a cost too; costs outside them are left
    out. The middle is the mean week times 52.18; both ends are percentiles of it over weeks drawn
    anew (a bootstrap), for cases of one week come together. One seed, one answer. None under four
    weeks.
    """
    seen = _by_week(costs, weeks)
    if seen is None:
        return None
    mid = _a_year(seen)
    drawn = _drawn(len(weeks), seed) @ seen
    low, high = np.quantile(drawn, _ENDS) / len(weeks) * WEEKS_A_YEAR
    return Year(low=min(float(low), mid), mid=mid, high=max(float(high), mid))


@lru_cache(maxsize=8)
def _drawn(weeks: int, seed: str) -> npt.NDArray[np.int16]:
    """How often each week is drawn, by resample; kept, for drawing takes longer than all else."""
    random = np.random.default_rng(crc32(seed.encode()))
    drawn = random.multinomial(weeks, [1 / weeks] * weeks, size=_RESAMPLES).astype(np.int16)
    drawn.flags.writeable = False
    return drawn


def middle(costs: Iterable[tuple[date, float]], weeks: Sequence[date]) -> float | None:
    """Give the middle of `yearly` alone."""
    seen = _by_week(costs, weeks)
    return None if seen is None else _a_year(seen)


def _by_week(
    costs: Iterable[tuple[date, float]], weeks: Sequence[date]
) -> npt.NDArray[np.float64] | None:
    if len(weeks) < LEAST_WEEKS:
        return None
    sums: dict[date, float] = defaultdict(float)
    for day, cost in costs:
        sums[monday(day)] += cost
    return np.array([sums[week] for week in weeks], dtype=np.float64)


def _a_year(seen: npt.NDArray[np.float64]) -> float:
    return float(seen.mean()) * WEEKS_A_YEAR
