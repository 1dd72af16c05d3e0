"""Counts of two periods compared: did the rate fall, and how surely. Arrays in, arrays out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.errors import Invalid

Floats = np.ndarray[tuple[Any, ...], np.dtype[np.float64]]


class NoExposure(Invalid):
    """A period without exposure has no rate."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What was counted in a period, and what it is measured by: weeks, contacts, other cases."""

    cases: npt.ArrayLike
    exposure: npt.ArrayLike


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """The rate after to the rate before: an interval, and the chance of such a fall by chance.

    `high` is infinite where nothing was counted before. `p` is the one-sided chance of so few
    after if the rate had not fallen; `p <= alpha` says the same as `high <= 1`.
    """

    low: Floats
    high: Floats
    p: Floats


def fell(
    before: Counted, after: Counted, *, phi: npt.ArrayLike = 1.0, alpha: float = 0.05
) -> Ratio:
    """Compare two periods by the exact conditional test.

    Given the sum of both counts, the count after is binomial, whatever the rate; its
    Clopper-Pearson interval is turned into one of the ratio of rates. Counts that scatter more
    than Poisson ones are divided by their dispersion first (a quasi-binomial test).

    Parameters
    ----------
    before, after : Counted
        Counts of at least 0 with exposures above 0, numbers or arrays of one shape.
    phi : array-like
        Variance of a week's count by its mean, at least 1.
    alpha : float
        Chance of error on either side: the interval covers `1 - 2 * alpha`.

    Returns
    -------
    Ratio

    Raises
    ------
    NoExposure
        When an exposure is not above 0.
    """
    from scipy.special import betainc, betaincinv

    spans = [_floats(period.exposure) for period in (before, after)]
    if any((span <= 0).any() for span in spans):
        message = "A period without exposure has no rate."
        raise NoExposure(message)
    x, y = (_floats(period.cases) / _floats(phi) for period in (before, after))
    size = spans[0] / spans[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(y > 0, betaincinv(y, x + 1, alpha), 0.0)
        high = np.where(x > 0, betaincinv(y + 1, x, 1 - alpha), 1.0)
        return Ratio(
            low=low / (1 - low) * size,
            high=high / (1 - high) * size,
            p=np.where(x > 0, betainc(x, y + 1, spans[0] / (spans[0] + spans[1])), 1.0),
        )


def between(
    cases: npt.ArrayLike, *, phi: npt.ArrayLike = 1.0, alpha: float = 0.025
) -> tuple[Floats, Floats]:
    """Give the exact interval of a Poisson mean by its count, with `alpha` on either side.

    Parameters
    ----------
    cases : array-like
        Counts of at least 0.
    phi : array-like
        Variance of a week's count by its mean, at least 1.
    alpha : float
        Chance of error on either side.

    Returns
    -------
    low, high : array of float
    """
    from scipy.special import gammaincinv

    seen = _floats(cases) / _floats(phi)
    low = np.where(seen > 0, gammaincinv(np.maximum(seen, 1e-12), alpha), 0.0)
    return low * _floats(phi), gammaincinv(seen + 1, 1 - alpha) * _floats(phi)


def of_sums(
    before: Counted, after: Counted, *, phi: float = 1.0, alpha: float = 0.025
) -> tuple[float, float]:
    """Give the interval of the ratio of two sums by what their periods are measured by.

    A sum of unlike costs scatters like fewer cases that all cost the same, and dearer ones: its
    square by the sum of squares is their number. These are compared as `fell` compares counts.

    Parameters
    ----------
    before, after : Counted
        What each case cost, above 0, before at least one; and the exposure, a number.
    phi : float
        Variance of a week's count by its mean, at least 1.
    alpha : float
        Chance of error on either side.

    Returns
    -------
    low, high : float
        Without a case after, one as dear as the dearest before is reckoned with.
    """
    first, then = _floats(before.cases), _floats(after.cases)
    each = [float((one**2).sum() / one.sum()) for one in (first, then) if one.size]
    each = each if then.size else [*each, float(first.max())]
    alike = (first.sum() / each[0], then.sum() / each[1])
    ratio = fell(
        Counted(cases=alike[0], exposure=before.exposure),
        Counted(cases=alike[1], exposure=after.exposure),
        phi=phi,
        alpha=alpha,
    )
    dearer = each[1] / each[0]
    return float(ratio.low) * dearer, float(ratio.high) * dearer


def dispersion(counts: npt.ArrayLike, exposures: npt.ArrayLike | None = None) -> float:
    """Say how much more weekly counts scatter than Poisson ones: Pearson's statistic, at least 1.

    Parameters
    ----------
    counts : array-like of shape (w,)
        What was counted in each of w weeks.
    exposures : array-like of shape (w,), optional
        What each week is measured by; without them all weeks are alike.

    Returns
    -------
    float
        1 where fewer than two weeks, or none with a case, could tell.
    """
    seen = _floats(counts)
    by = np.ones_like(seen) if exposures is None else _floats(exposures)
    seen, by = seen[by > 0], by[by > 0]
    if seen.size < 2 or not seen.any():  # noqa: PLR2004 - a spread needs two
        return 1.0
    expected = seen.sum() * by / by.sum()
    return max(1.0, float(((seen - expected) ** 2 / expected).sum() / (seen.size - 1)))


def _floats(numbers: npt.ArrayLike) -> Floats:
    return np.asarray(numbers, dtype=np.float64)
