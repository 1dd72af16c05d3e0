"""Planned looks: the figures that EVIDENCE.md gives, and power against plain enumeration."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from recommender.learning.planning import MOST_WEEKS, Expected, power, weeks_needed
from recommender.learning.ratios import Counted, fell


@pytest.mark.parametrize(
    ("rate", "drop", "weeks"),
    [(5, 0.8, 2), (2, 0.8, 5), (1, 0.8, 13), (5, 0.6, 4), (2, 0.6, 13)],
)
def test_weeks_are_those_of_the_table(rate: float, drop: float, weeks: int) -> None:
    assert weeks_needed(Expected(rate=rate, drop=drop)) == weeks


def test_a_fall_by_three_fifths_of_one_a_week_needs_more_than_a_year() -> None:
    assert weeks_needed(Expected(rate=1, drop=0.6), most=52) is None


@pytest.mark.parametrize("phi", [1.0, 1.5, 2.5])
@pytest.mark.parametrize(("rate", "drop", "weeks"), [(1, 0.8, 9), (2, 0.6, 6), (5, 0.0, 4)])
def test_power_is_the_sum_over_all_counts(
    rate: float, drop: float, weeks: float, phi: float
) -> None:
    def chances(mean: float) -> np.ndarray:
        counts = np.arange(200)
        if phi == 1:
            return stats.poisson.pmf(counts, mean)
        return stats.nbinom.pmf(counts, mean / (phi - 1), 1 / phi)

    before, after = np.meshgrid(np.arange(200), np.arange(200), indexing="ij")
    called = fell(Counted(cases=before, exposure=13), Counted(cases=after, exposure=weeks), phi=phi)
    every = chances(13 * rate)[:, None] * chances(weeks * rate * (1 - drop))[None, :]
    expected = Expected(rate=rate, drop=drop, phi=phi)
    assert power(expected, weeks) == pytest.approx(every[called.p <= expected.alpha].sum())


def test_stating_the_chance_keeps_it() -> None:
    expected = Expected(rate=2, drop=0.6)
    weeks = weeks_needed(expected)
    assert weeks is not None
    assert power(expected, weeks) >= 0.8 > power(expected, weeks - 1)


@pytest.mark.parametrize("change", [{"drop": 0.5}, {"phi": 2.0}, {"rate": 0.8}, {"alpha": 0.025}])
def test_less_to_see_takes_longer(change: dict[str, float]) -> None:
    easy = Expected(rate=3, drop=0.8)
    weeks = weeks_needed(easy)
    longer = weeks_needed(replace(easy, **change))
    assert weeks is not None
    assert longer is None or longer > weeks


@pytest.mark.parametrize("nothing", [{"rate": 0.0}, {"drop": 0.0}])
def test_nothing_to_see_is_never_seen(nothing: dict[str, float]) -> None:
    assert weeks_needed(replace(Expected(rate=3, drop=0.8), **nothing)) is None


def test_a_fall_to_nothing_is_seen_soonest() -> None:
    assert weeks_needed(Expected(rate=5, drop=1.0)) == 1


def test_a_look_never_lies_further_away_than_two_years() -> None:
    assert weeks_needed(Expected(rate=0.2, drop=0.3)) is None
    assert power(Expected(rate=0.2, drop=0.3), MOST_WEEKS) < 0.8
