"""Bunching: whether cases crowd just within a limit, as where people bring them down to it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from recommender.changes.population import REPLAYED, Numbers, Population
from recommender.policies.safe_words import fact_words
from recommender.policies.syntax.handbook import Parameter
from recommender.vocabulary import CaseState

STEP: Final = 0.1
"""A tenth of the limit is one step [J]."""
LEAST: Final = 9
"""Under so many cases in both steps nothing is said."""
CONFIDENCE: Final = 0.95


@dataclass(frozen=True, kw_only=True)
class Bunching:
    """Granted cases in the last step within a limit, those in the step before, and their ratio.

    Low and high are the ratio's exact interval of 95 %; high is infinite where `before` is 0, and
    is then left open.
    """

    below: int
    before: int
    low: float
    high: float | None
    words: str


def bunching(cases: Population, limits: tuple[Parameter, ...]) -> Bunching | None:
    """Count granted cases just within the first of the old limits that enough of them lie near."""
    declined = REPLAYED.index(CaseState.DECLINED)
    granted = cases.states != declined
    for limit in limits:
        values = cases.numbers(limit.fact)[granted]
        within = (limit.limit - values) if limit.bound == "max" else (values - limit.limit)
        step = _step(values, limit.limit)
        below = int(((within >= 0) & (within < step)).sum())
        before = int(((within >= step) & (within < 2 * step)).sum())
        if below + before >= LEAST:
            return _told(limit, below, before)
    return None


def ratio(below: int, before: int) -> tuple[float, float]:
    """Give the exact interval of the ratio of two Poisson means, given their sum."""
    from scipy.special import betaincinv

    tail, whole = (1 - CONFIDENCE) / 2, below + before
    low = 0.0 if below == 0 else float(betaincinv(below, whole - below + 1, tail))
    high = 1.0 if before == 0 else float(betaincinv(below + 1, whole - below, 1 - tail))
    return low / (1 - low), np.inf if high == 1 else high / (1 - high)


def _step(values: Numbers, limit: float) -> float:
    """Give a tenth of the limit; where all is counted in whole numbers, in whole ones."""
    step = abs(limit) * STEP
    known = values[np.isfinite(values)]
    whole = float(limit).is_integer() and bool((known == np.floor(known)).all())
    return max(1.0, float(round(step))) if whole else step


def _told(limit: Parameter, below: int, before: int) -> Bunching:
    low, high = ratio(below, before)
    name = fact_words(limit.fact)
    counted = (
        f"{below} cases lie in the last tenth within {name} {limit.limit:.12g}, {before} in the "
        "tenth before it"
    )
    words = (
        f"{counted}: more than chance. They may be brought down to the limit, or split."
        if low > 1
        else f"{counted}: no more than chance may do."
    )
    return Bunching(
        below=below,
        before=before,
        low=round(low, 2),
        high=None if np.isinf(high) else round(high, 2),
        words=words,
    )
