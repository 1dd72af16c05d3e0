"""Numbers for a draft: order statistics of what peers signed, and where they begin to decline.

With n independent values the k-th of them covers at least a share p of what peers would sign with
confidence P(Binomial(n, p) < k). It is a statement about what peers sign today, not about all
future asks: precedents and ceilings shape those.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median
from typing import Final

from recommender.policies.syntax.handbook import Bound

CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Threshold:
    """A number that decides, with the words that a screen and a sentence use for it."""

    label: str
    value: float
    words: str


LEAST_CASES: Final = Threshold("least cases for a number", 9, "under nine there is no number")
WEAK_BELOW: Final = Threshold(
    "cases of a plain number", 14, "Weak: a number from nine to thirteen signed cases"
)
MEDIUM_COVER: Final = Threshold(
    "cover of the medium limit", 0.80, "medium covers at least 80 % of what peers sign"
)
WIDE_COVER: Final = Threshold(
    "cover of the wide limit", 0.95, "wide covers at least 95 % of what peers sign"
)
FAR_OUT: Final = Threshold(
    "far out", 3.0, "more than three quartile ranges beyond the upper quartile"
)
MOST_EXCEPTIONS: Final = Threshold(
    "honest exceptions", 2, "one or two cases beyond the regular practice are set aside"
)
ROUNDING: Final = Threshold("rounding", 0.05, "rounded inward by at most 5 % of the value")


@dataclass(frozen=True)
class Point:
    """One case's value of a fact, and what the case cost where that is known."""

    case: str
    value: float
    cost: float | None = None


@dataclass(frozen=True)
class Purse:
    """What all cases within a limit may cost together, and every case that would be within one."""

    most: float
    points: Sequence[Point]


@dataclass(frozen=True)
class Limit:
    """A suggested limit after rounding.

    `coverage` is the share of what peers sign that it covers at least, with 95 % confidence;
    `cost` the sum of the signed cases within it, None where none carries an amount.
    """

    limit: float
    coverage: float
    cost: float | None


@dataclass(frozen=True)
class Boundary:
    """Between the largest regularly signed and the smallest regularly declined value."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Numbers:
    """What the signed and declined values of one fact say.

    `set_aside` are the cases beyond the regular practice; `separates` tells whether the fact
    parts signed from declined ones, None without declined ones.
    """

    n: int
    bound: Bound
    narrow: Limit | None = None
    medium: Limit | None = None
    wide: Limit | None = None
    boundary: Boundary | None = None
    set_aside: tuple[str, ...] = ()
    separates: bool | None = None

    @property
    def weak(self) -> bool:
        """Tell whether the numbers stand on nine to thirteen cases."""
        return LEAST_CASES.value <= self.n < WEAK_BELOW.value


@dataclass(frozen=True)
class Split:
    """Signed and declined values parted at one place, but for a few honest exceptions."""

    boundary: Boundary
    signed_aside: int
    declined_aside: int


def read_numbers(
    signed: Sequence[Point],
    declined: Sequence[Point],
    bound: Bound,
    *,
    ceiling: float | None = None,
    purse: Purse | None = None,
    beside: int | None = 0,
) -> Numbers:
    """Read narrow, medium and wide limits and the boundary; none under nine signed cases.

    `bound` says which side a limit closes; `ceiling` is an amount that no limit passes, `purse`
    a sum that the cases within a limit do not pass together, and where none fits there is none.
    `beside` so many limits on other facts stand, each at its largest signed value, and medium and
    wide cover their shares all together; None makes this one of those.
    """
    split = find_split(signed, declined, bound)
    separates = None if not declined else split is not None
    if len(signed) < LEAST_CASES.value:
        return Numbers(len(signed), bound, separates=separates)
    ordered = sorted(signed, key=lambda point: (_outward(point.value, bound), point.case))
    aside = max(_far_out(ordered, bound), split.signed_aside if split else 0)
    regular = ordered[: len(ordered) - aside]
    reader = _Reader(signed, bound, ceiling, purse)
    return Numbers(
        n=len(signed),
        bound=bound,
        narrow=reader.limit(median(point.value for point in signed)),
        medium=reader.limit(_covering(regular, len(signed), MEDIUM_COVER.value, beside)),
        wide=reader.limit(_covering(regular, len(signed), WIDE_COVER.value, beside)),
        boundary=split.boundary if split else None,
        set_aside=tuple(point.case for point in ordered[len(regular) :]),
        separates=separates,
    )


def find_split(signed: Sequence[Point], declined: Sequence[Point], bound: Bound) -> Split | None:
    """Part signed from declined values with the fewest honest exceptions; None where none does.

    At most two exceptions a side, always fewer than the declined cases, so that one declined
    case alone has to lie beyond every signed one.
    """
    inner = sorted(_outward(point.value, bound) for point in signed)
    outer = sorted(_outward(point.value, bound) for point in declined)
    if not inner or not outer:
        return None
    most = int(MOST_EXCEPTIONS.value)
    signed_most = min(most, len(outer) - 1, len(inner) - 1)
    declined_most = min(most, (len(outer) - 1) // 2)
    tries = product(range(signed_most + 1), range(declined_most + 1))
    for signed_aside, declined_aside in sorted(tries, key=lambda pair: (sum(pair), pair[1])):
        low, high = inner[len(inner) - 1 - signed_aside], outer[declined_aside]
        if low < high:
            low, high = sorted((_outward(low, bound), _outward(high, bound)))
            return Split(Boundary((low + high) / 2, low, high), signed_aside, declined_aside)
    return None


def coverage(covered: int, n: int) -> float:
    """Give the share of what peers sign that `covered` of n signed cases stand for, at least.

    The lower end of a one-sided 95 % interval (Clopper-Pearson): five of five give 0.55, not 1.
    """
    if covered == 0:
        return 0.0
    from scipy.special import betaincinv

    return float(betaincinv(covered, n - covered + 1, 1 - CONFIDENCE))


def confidence(k: int, n: int, share: float) -> float:
    """Give the confidence that the k-th of n values covers at least this share."""
    from scipy.special import betainc

    return float(betainc(n - k + 1, k, 1 - share))


def blocks(n: int, share: float) -> int:
    """Give how many of n values, from the most generous one on, a limit for the share may cut.

    The limit lies on the last of them; 1 where even the most generous one is not sure to cover it.
    """
    return next((n - k + 1 for k in range(1, n) if confidence(k, n, share) >= CONFIDENCE), 1)


def round_inward(value: float, bound: Bound, *, whole: bool) -> float:
    """Round to a human number on the cautious side: down for a maximum, up for a minimum.

    The step is 1 or 5 times a power of ten and at most 5 % of the value; `whole` values stay
    whole.
    """
    if value == 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(abs(value) * ROUNDING.value))
    step = 5 * power if 5 * power <= abs(value) * ROUNDING.value else power
    step = max(step, 1.0) if whole else step
    steps = round(value / step, 9)
    return round((math.floor(steps) if bound == "max" else math.ceil(steps)) * step, 9)


def admits(limit: float, value: float, bound: Bound) -> bool:
    """Tell whether a value is within a limit."""
    return value <= limit if bound == "max" else value >= limit


class _Reader:
    """Turns a value into a limit: rounded inward, within ceiling and purse, coverage recounted."""

    def __init__(
        self, signed: Sequence[Point], bound: Bound, ceiling: float | None, purse: Purse | None
    ) -> None:
        self._signed, self._bound, self._ceiling = signed, bound, ceiling
        self._widest = math.inf if purse is None else _affordable(purse, bound)
        self._whole = all(float(point.value).is_integer() for point in signed)

    def limit(self, value: float) -> Limit | None:
        """Make the limit and state what it covers and costs; None where not one case is paid."""
        if self._ceiling is not None and self._bound == "max":
            value = min(value, self._ceiling)
        if self._widest == -math.inf:
            return None
        value = _outward(min(_outward(value, self._bound), self._widest), self._bound)
        limit = round_inward(value, self._bound, whole=self._whole)
        inside = [point for point in self._signed if admits(limit, point.value, self._bound)]
        costs = [point.cost for point in inside if point.cost is not None]
        return Limit(
            limit=int(limit) if limit.is_integer() else limit,
            coverage=math.floor(coverage(len(inside), len(self._signed)) * 10_000) / 10_000,
            cost=round(math.fsum(costs), 2) if costs else None,
        )


def _affordable(purse: Purse, bound: Bound) -> float:
    """Give the widest outward value within which all cases fit the purse.

    Infinite where all cases fit, minus infinity where not even the narrowest do.
    """
    values = sorted({_outward(point.value, bound) for point in purse.points})
    widest = -math.inf
    for value in values:
        inside = [point for point in purse.points if _outward(point.value, bound) <= value]
        if math.fsum(point.cost or 0 for point in inside) > purse.most:
            return widest
        widest = value
    return math.inf


def _outward(value: float, bound: Bound) -> float:
    """Turn a value so that more is always more generous; turning twice gives it back."""
    return value if bound == "max" else -value


def _covering(regular: Sequence[Point], n: int, share: float, beside: int | None) -> float:
    """Give the least extreme regular value that covers the share, else the most extreme one.

    Each limit beside it cuts one value more off (Tukey's statistically equivalent blocks).
    """
    if beside is not None:
        for k in range(beside + 1, len(regular) + 1):
            if confidence(k - beside, n, share) >= CONFIDENCE:
                return regular[k - 1].value
    return regular[-1].value


def _far_out(ordered: Sequence[Point], bound: Bound) -> int:
    """Count the one or two generous values far beyond the others; more than that is a tail."""
    values = [_outward(point.value, bound) for point in ordered]
    lower, upper = values[(len(values) - 1) // 4], values[(3 * (len(values) - 1) + 3) // 4]
    fence = upper + FAR_OUT.value * (upper - lower)
    beyond = sum(value > fence for value in values)
    most = 1 if len(values) < 10 * MOST_EXCEPTIONS.value else int(MOST_EXCEPTIONS.value)
    return beyond if beyond <= most else 0
