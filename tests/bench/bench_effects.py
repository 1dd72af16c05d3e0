"""How often a look at a change is wrong, and whether it sees what the plan says: by simulation.

`make bench PYTEST_ARGS='-k effects'` prints the tables and keeps the figures in `bench-results/`.
Weekly counts are drawn, the dispersion is estimated from the weeks before as the product does, and
the product's own test is asked. Nothing here passes or fails by a figure.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from recommender.changes.predicting import EACH_OF_TWO, ONE_LOOK
from recommender.changes.weeks import MANY_OTHERS
from recommender.learning.planning import Expected, power, weeks_needed
from recommender.learning.ratios import Counted, dispersion, fell
from tests.bench import results
from tests.bench.tables import show

RATES: Final = (1, 2, 5)
PHIS: Final = (1.0, 1.5, 2.5)
BASE: Final = 13
AFTER: Final = 13
FIRST: Final = 5
"""Weeks until the first of two looks."""
SEASON: Final = 0.3
"""How far the rate swings over the year, up and down."""
TRIGGER: Final = 8
DRAWS: Final = 20_000
PLANS: Final = 400
"""Draws whose look is planned one by one."""
SEED: Final = 0

Counts = npt.NDArray[np.int64]
Means = npt.NDArray[np.float64]


def test_false_falls() -> None:
    """How often "fell" is said where nothing changed: one look, two looks, a look each week."""
    rows = list(_without_change())
    show("Said to have fallen, where nothing changed", rows)
    seasons = list(_seasons())
    show("The same, with a season", seasons)
    peaks = list(_peaks())
    show("The same, promoted at the peak of the year", peaks)
    results.write("effects-false", {"plain": rows, "seasons": seasons, "peaks": peaks}, seed=SEED)


def test_power() -> None:
    """How often a planned look sees the fall that was predicted; the plan is for 80 %."""
    rows = list(_powers())
    show("Falls seen at the planned look", rows)
    results.write("effects-power", {"plans": rows}, seed=SEED)


def test_coverage() -> None:
    """How often the interval of the ratio holds the true one, beside its exact coverage."""
    rows = list(_coverages())
    show("Intervals that hold the true ratio", rows)
    results.write("effects-coverage", {"intervals": rows}, seed=SEED)


def _without_change() -> Iterator[dict[str, Any]]:
    random = np.random.default_rng(SEED)
    for rate in RATES:
        for phi in PHIS:
            weekly = _drawn(random, np.full((DRAWS, BASE + AFTER), float(rate)), phi)
            yield {
                "rate": rate,
                "phi": phi,
                "one look": _share(_fell(weekly, AFTER, ONE_LOOK)),
                "two looks": _share(
                    _fell(weekly, FIRST, EACH_OF_TWO) | _fell(weekly, AFTER, EACH_OF_TWO)
                ),
                "phi not estimated": _share(_fell(weekly, AFTER, ONE_LOOK, scattered=False)),
                "a look each week": _share(
                    np.logical_or.reduce(
                        [_fell(weekly, weeks, ONE_LOOK) for weeks in range(1, AFTER + 1)]
                    )
                ),
            }


def _seasons() -> Iterator[dict[str, Any]]:
    """The season is common to the house and measured by its other exceptions, or is the kind's."""
    random = np.random.default_rng(SEED)
    for rate in RATES:
        for phi in PHIS:
            begins = random.random((DRAWS, 1)) * 2 * np.pi
            weeks = 2 * np.pi * np.arange(BASE + AFTER) / 52
            means = rate * (1 + SEASON * np.sin(weeks + begins))
            weekly = _drawn(random, means, phi)
            row: dict[str, Any] = {
                "rate": rate,
                "phi": phi,
                "by weeks": _share(_fell(weekly, AFTER, ONE_LOOK)),
            }
            for many in (MANY_OTHERS, 2 * MANY_OTHERS):
                others = _drawn(random, many * means, 1.0)
                row[f"by {many} times as many others"] = _share(
                    _fell(weekly, AFTER, ONE_LOOK, sizes=others)
                )
            yield row


def _peaks() -> Iterator[dict[str, Any]]:
    """The change comes after those eight weeks of a year that had most cases."""
    random = np.random.default_rng(SEED)
    for rate in RATES:
        for phi in PHIS:
            year = _drawn(random, np.full((DRAWS, 52 + 2 * AFTER), float(rate)), phi)
            sums = np.lib.stride_tricks.sliding_window_view(year, TRIGGER, axis=1).sum(axis=2)
            peak = sums[:, BASE : 52 + AFTER - TRIGGER].argmax(axis=1) + BASE
            after = _from(year, peak + TRIGGER, AFTER)
            yield {
                "rate": rate,
                "phi": phi,
                "without those weeks": _share(
                    _fell(np.hstack([_from(year, peak - BASE, BASE), after]), AFTER, ONE_LOOK)
                ),
                "with those weeks": _share(
                    _fell(
                        np.hstack([_from(year, peak + TRIGGER - BASE, BASE), after]),
                        AFTER,
                        ONE_LOOK,
                    )
                ),
            }


def _powers() -> Iterator[dict[str, Any]]:
    random = np.random.default_rng(SEED)
    for drop in (0.8, 0.6):
        for rate in RATES:
            for phi in PHIS:
                expected = Expected(rate=rate, drop=drop, base_weeks=BASE, phi=phi)
                weeks = weeks_needed(expected)
                if weeks is None:
                    yield {"drop": drop, "rate": rate, "phi": phi, "weeks": None}
                    continue
                means = np.full((DRAWS, BASE + weeks), float(rate))
                means[:, BASE:] *= 1 - drop
                weekly = _drawn(random, means, phi)
                known = _fell(weekly, weeks, ONE_LOOK, phi=phi)
                yield {
                    "drop": drop,
                    "rate": rate,
                    "phi": phi,
                    "weeks": weeks,
                    "stated": round(power(expected, weeks), 3),
                    "seen": _share(known),
                    "seen, phi estimated": _share(_fell(weekly, weeks, ONE_LOOK)),
                    **_as_planned(random, expected),
                }


def _as_planned(random: np.random.Generator, true: Expected) -> dict[str, Any]:
    """Plan each draw's look by its own weeks before, as the product does, and take it."""
    seen, waits = [], []
    for weekly in _drawn(random, np.full((PLANS, BASE), true.rate), true.phi):
        phi = round(dispersion(weekly), 1)
        weeks = weeks_needed(replace(true, rate=weekly.mean(), phi=phi))
        if weeks is None:
            continue
        after = _drawn(random, np.full(weeks, true.rate * (1 - true.drop)), true.phi).sum()
        found = fell(
            Counted(cases=weekly.sum(), exposure=BASE),
            Counted(cases=after, exposure=weeks),
            phi=dispersion(weekly),
        )
        waits.append(weeks)
        seen.append(bool(found.p <= true.alpha))
    return {
        "no plan": round(1 - len(seen) / PLANS, 3),
        "weeks planned": float(np.median(waits)) if waits else None,
        "seen as planned": round(float(np.mean(seen)), 3) if seen else None,
    }


def _coverages() -> Iterator[dict[str, Any]]:
    """Exact coverage sums the chance of all pairs of counts whose interval holds the ratio."""
    random = np.random.default_rng(SEED)
    for rate in RATES:
        for ratio in (1.0, 0.4, 0.2):
            means = BASE * rate, AFTER * rate * ratio
            top = [int(mean + 10 * np.sqrt(mean) + 10) for mean in means]
            pairs = np.meshgrid(np.arange(top[0]), np.arange(top[1]), indexing="ij")
            chance = stats.poisson.pmf(pairs[0], means[0]) * stats.poisson.pmf(pairs[1], means[1])
            drawn = [random.poisson(mean, DRAWS) for mean in means]
            exact = float(chance[_holds(pairs[0], pairs[1], ratio)].sum())
            yield {
                "rate": rate,
                "ratio": ratio,
                "nominal": 1 - 2 * ONE_LOOK,
                "exact": round(exact, 4),
                "seen": round(float(_holds(drawn[0], drawn[1], ratio).mean()), 4),
            }


def _drawn(random: np.random.Generator, means: Means, phi: float) -> Counts:
    """Draw counts of these means, Poisson or negative binomial of the dispersion."""
    if phi == 1:
        return random.poisson(means)
    return random.negative_binomial(means / (phi - 1), 1 / phi)


def _fell(
    weekly: Counts,
    weeks: int,
    alpha: float,
    *,
    scattered: bool = True,
    phi: float | None = None,
    sizes: Counts | None = None,
) -> npt.NDArray[np.bool_]:
    """Ask the product's test of every draw: its first weeks are before, so many next ones after."""
    by = np.ones_like(weekly) if sizes is None else sizes
    scatter = _scatter(weekly[:, :BASE], by[:, :BASE]) if scattered else np.ones(len(weekly))
    after = slice(BASE, BASE + weeks)
    found = fell(
        Counted(cases=weekly[:, :BASE].sum(axis=1), exposure=by[:, :BASE].sum(axis=1)),
        Counted(cases=weekly[:, after].sum(axis=1), exposure=by[:, after].sum(axis=1)),
        phi=scatter if phi is None else phi,
        alpha=alpha,
    )
    return np.asarray(found.p <= alpha)


def _scatter(counts: Counts, sizes: Counts) -> Means:
    """Estimate each draw's dispersion as `dispersion` does, all at once."""
    share = sizes / sizes.sum(axis=1, keepdims=True)
    expected = np.maximum(counts.sum(axis=1, keepdims=True) * share, 1e-12)
    found = ((counts - expected) ** 2 / expected).sum(axis=1) / (counts.shape[1] - 1)
    return np.where(counts.any(axis=1), np.maximum(1.0, found), 1.0)


def _holds(before: Counts, after: Counts, ratio: float) -> npt.NDArray[np.bool_]:
    found = fell(Counted(cases=before, exposure=BASE), Counted(cases=after, exposure=AFTER))
    return np.asarray((found.low <= ratio) & (ratio <= found.high))


def _from(weekly: Counts, starts: npt.NDArray[np.intp], weeks: int) -> Counts:
    return np.take_along_axis(weekly, starts[:, None] + np.arange(weeks), axis=1)


def _share(said: npt.NDArray[np.bool_]) -> float:
    return round(float(said.mean()), 3)
