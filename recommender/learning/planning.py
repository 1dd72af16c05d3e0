"""How long a change must run before a look at it can tell: power by enumeration, not by formula.

Counts are small, so a normal approximation would promise too much.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.learning.ratios import Floats

MOST_WEEKS = 104
"""A look further away than this is no plan."""
_REACH = 9.0
"""So many standard deviations of a count are enumerated; beyond them lies nothing."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What is expected of weekly counts when a look is planned.

    Attributes
    ----------
    rate : float
        Cases a week before the change.
    drop : float
        The share of them that the change is said to end, in 0..1.
    base_weeks : float
        Weeks that the rate before is read from.
    phi : float
        Variance of a week's count by its mean, at least 1.
    alpha : float
        Chance to see a fall where there is none, one-sided.
    """

    rate: float
    drop: float
    base_weeks: float = 13.0
    phi: float = 1.0
    alpha: float = 0.05


def power(expected: Expected, weeks: float) -> float:
    """Give the chance that a look after some weeks sees the fall.

    Both counts are Poisson, or negative binomial of the dispersion; the sum goes over all that can
    be counted before, with the largest count after that would still be called a fall.
    """
    mean = expected.rate * expected.base_weeks
    reach = _REACH * np.sqrt(mean * expected.phi) + 20
    before = np.arange(max(0.0, np.floor(mean - reach)), np.ceil(mean + reach))
    weights = _at_most(before, mean, expected.phi) - _at_most(before - 1, mean, expected.phi)
    most = _largest_fall(before, expected, weeks)
    left = weeks * expected.rate * (1 - expected.drop)
    return float((weights * _at_most(most, left, expected.phi)).sum())


def weeks_needed(expected: Expected, *, chance: float = 0.8, most: int = MOST_WEEKS) -> int | None:
    """Give the first number of whole weeks after which a look sees the fall with that chance.

    None where none up to `most` does, or where nothing falls.
    """
    if not (expected.rate > 0 and expected.drop > 0):
        return None
    return next((weeks for weeks in range(1, most + 1) if power(expected, weeks) >= chance), None)


def _largest_fall(before: Floats, expected: Expected, weeks: float) -> Floats:
    """Give, for each count before, the largest count after that is called a fall; else -1."""
    from scipy.special import betainc

    share = expected.base_weeks / (expected.base_weeks + weeks)
    low = np.full_like(before, -1.0)
    high = np.ceil(before * weeks / expected.base_weeks) + 1
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        x, y = before / expected.phi, middle / expected.phi
        chance = np.where(before > 0, betainc(np.maximum(x, 1e-12), y + 1, share), 1.0)
        falls = (chance <= expected.alpha) & (middle > low)
        low, high = np.where(falls, middle, low), np.where(falls, high, np.maximum(middle, low + 1))
    return low


def _at_most(counts: npt.ArrayLike, mean: float, phi: float) -> Floats:
    """Give the chance of at most so many, by a mean and its dispersion."""
    from scipy.special import betainc, pdtr

    seen = np.asarray(counts, dtype=np.float64)
    if mean <= 0:
        return np.where(seen >= 0, 1.0, 0.0)
    if phi <= 1:
        return np.where(seen >= 0, pdtr(np.maximum(seen, 0), mean), 0.0)
    chance = betainc(mean / (phi - 1), np.maximum(seen, 0) + 1, 1 / phi)
    return np.where(seen >= 0, chance, 0.0)
