"""The arithmetic behind evidence: shares, rate ratios, spread. Pure functions on numbers."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A share with its 95 % interval, and what it would be if all missing were bad or good.

    Shares are rounded outward to whole percent; None where nothing is known. `known` and
    `missing` count cases.
    """

    known: int
    missing: int
    share_low: float | None
    share_high: float | None
    all_missing_bad: float | None
    all_missing_good: float | None

    def __str__(self) -> str:
        if self.share_low is None or self.share_high is None:
            return "unknown"
        return f"{self.share_low * 100:.0f}–{self.share_high * 100:.0f} %"


UNKNOWN = Interval(
    known=0,
    missing=0,
    share_low=None,
    share_high=None,
    all_missing_bad=None,
    all_missing_good=None,
)
"""Of nothing, or of what may not be shown."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Sum, median and 90th percentile of amounts."""

    sum: float
    median: float
    p90: float


def wilson(hits: int, known: int) -> tuple[float, float]:
    """Give Wilson's 95 % interval of a share, in 0..1; everything where nothing is known."""
    if known == 0:
        return 0.0, 1.0
    share, square = hits / known, _Z * _Z / known
    centre = (share + square / 2) / (1 + square)
    reach = _Z * math.sqrt(share * (1 - share) / known + square / (4 * known)) / (1 + square)
    return max(0.0, centre - reach), min(1.0, centre + reach)


def share_of_good(good: int, known: int, missing: int) -> Interval:
    """Give the share of good outcomes; missing ones are never counted as good."""
    least, most = _bounds(good, known, missing)
    return _interval(good, known, missing, all_missing_bad=least, all_missing_good=most)


def share_of_bad(bad: int, known: int, missing: int) -> Interval:
    """Give the share of bad outcomes."""
    least, most = _bounds(bad, known, missing)
    return _interval(bad, known, missing, all_missing_bad=most, all_missing_good=least)


def rate_ratio(
    recent: int, earlier: int, exposures: tuple[float, float] = (1, 1)
) -> tuple[float, float]:
    """Give the 95 % interval of the recent to the earlier rate, by what both are measured by.

    Given their sum, the recent count is binomial; its exact (Clopper-Pearson) interval is turned
    into one of the ratio. The upper end is infinite where nothing was earlier.
    """
    from scipy.special import betaincinv

    tail = (1 - CONFIDENCE) / 2
    low = float(betaincinv(recent, earlier + 1, tail)) if recent else 0.0
    high = float(betaincinv(recent + 1, earlier, 1 - tail)) if earlier else 1.0
    size = exposures[1] / exposures[0]
    return low / (1 - low) * size, high / (1 - high) * size if high < 1 else math.inf


def effective_number(members: Iterable[Hashable]) -> float:
    """Count as many equally active members as would make the same mix: the inverse Simpson."""
    counts = Counter(members)
    total = counts.total()
    return total * total / sum(n * n for n in counts.values()) if total else 0.0


def spread(amounts: Sequence[float]) -> Spread | None:
    """Summarise amounts; percentiles lie on the line between neighbours. None without any."""
    if not amounts:
        return None
    ordered = sorted(amounts)
    return Spread(
        sum=math.fsum(ordered), median=percentile(ordered, 0.5), p90=percentile(ordered, 0.9)
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Give what lies so far up in ascending numbers, on the line between neighbours."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _interval(
    hits: int,
    known: int,
    missing: int,
    *,
    all_missing_bad: float | None,
    all_missing_good: float | None,
) -> Interval:
    low, high = wilson(hits, known)
    return Interval(
        known=known,
        missing=missing,
        share_low=_down(low) if known else None,
        share_high=_up(high) if known else None,
        all_missing_bad=all_missing_bad,
        all_missing_good=all_missing_good,
    )


def _bounds(hits: int, known: int, missing: int) -> tuple[float | None, float | None]:
    """Give the least and the largest share that the missing ones allow."""
    total = known + missing
    return (_down(hits / total), _up((hits + missing) / total)) if total else (None, None)


def _down(share: float) -> float:
    return math.floor(round(share * 100, 9)) / 100


def _up(share: float) -> float:
    return math.ceil(round(share * 100, 9)) / 100
