"""Two periods compared: against scipy and statsmodels, and by the duality of test and interval."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.rates import confint_poisson
from statsmodels.stats.rates import test_poisson_2indep as poisson_test

from recommender.learning.ratios import (
    Counted,
    NoExposure,
    Ratio,
    between,
    dispersion,
    fell,
    of_sums,
)

COUNTS = st.integers(0, 200)
SPANS = st.floats(0.5, 60)
ALPHAS = st.sampled_from([0.025, 0.05])


def of(before: int, after: int, spans: tuple[float, float] = (13, 13), **given: float) -> Ratio:
    return fell(
        Counted(cases=before, exposure=spans[0]), Counted(cases=after, exposure=spans[1]), **given
    )


@given(COUNTS, COUNTS, SPANS, SPANS)
def test_the_chance_is_the_exact_conditional_one(
    before: int, after: int, one: float, other: float
) -> None:
    found = float(of(before, after, (one, other)).p)
    share = other / (one + other)
    assert found == pytest.approx(stats.binom.cdf(after, before + after, share), abs=1e-9)
    if before:
        theirs = poisson_test(after, other, before, one, method="exact-cond", alternative="smaller")
        assert found == pytest.approx(float(theirs.pvalue), abs=1e-9)


@given(COUNTS, COUNTS, SPANS, SPANS, ALPHAS)
def test_the_interval_is_clopper_and_pearsons_turned_into_a_ratio(
    before: int, after: int, one: float, other: float, alpha: float
) -> None:
    found = of(before, after, (one, other), alpha=alpha)
    if before + after == 0:
        assert (float(found.low), float(found.high)) == (0.0, np.inf)
        return
    share = stats.binomtest(after, before + after).proportion_ci(1 - 2 * alpha, method="exact")
    if before:
        assert float(found.high) == pytest.approx(share.high / (1 - share.high) * one / other)
    else:
        assert float(found.high) == np.inf
    assert float(found.low) == pytest.approx(share.low / (1 - share.low) * one / other)


@given(COUNTS, COUNTS, SPANS, SPANS, ALPHAS, st.floats(1, 4))
def test_a_fall_is_called_exactly_where_the_interval_lies_below_one(
    before: int, after: int, one: float, other: float, alpha: float, phi: float
) -> None:
    found = of(before, after, (one, other), alpha=alpha, phi=phi)
    if abs(float(found.p) - alpha) > 1e-9:
        assert (found.p < alpha) == (found.high < 1)
    assert found.low <= found.high


@given(COUNTS, COUNTS, st.floats(1, 4))
def test_scatter_only_widens(before: int, after: int, phi: float) -> None:
    plain, scattered = of(before, after), of(before, after, phi=phi)
    assert scattered.low <= plain.low + 1e-9
    assert scattered.high >= plain.high - 1e-9


def test_many_are_compared_at_once() -> None:
    found = fell(Counted(cases=[26, 26, 0], exposure=13), Counted(cases=[1, 26, 0], exposure=13))
    assert found.p.shape == (3,)
    assert [bool(p <= 0.05) for p in found.p] == [True, False, False]


@pytest.mark.parametrize("spans", [(0, 13), (13, 0), (-1, 13)])
def test_a_period_without_exposure_is_refused(spans: tuple[float, float]) -> None:
    with pytest.raises(NoExposure, match="no rate"):
        of(3, 1, spans)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=30))
def test_dispersion_is_variance_by_mean_where_weeks_are_alike(weekly: list[int]) -> None:
    mean = np.mean(weekly)
    expected = max(1.0, np.var(weekly, ddof=1) / mean) if mean else 1.0
    assert dispersion(weekly) == pytest.approx(expected)


@given(st.integers(1, 5), st.lists(st.integers(1, 50), min_size=2, max_size=20))
def test_what_follows_its_exposure_does_not_scatter(each: int, exposures: list[int]) -> None:
    assert dispersion([each * size for size in exposures], exposures) == pytest.approx(1.0)


@pytest.mark.parametrize("weekly", [[], [7], [0, 0, 0]])
def test_too_little_to_tell_counts_as_no_scatter(weekly: list[int]) -> None:
    assert dispersion(weekly) == 1.0


def test_weeks_without_exposure_tell_nothing() -> None:
    assert dispersion([2, 0, 8], [1, 0, 1]) == dispersion([2, 8])


@given(COUNTS, ALPHAS)
def test_a_counts_interval_is_garwoods(cases: int, alpha: float) -> None:
    low, high = between(cases, alpha=alpha)
    theirs = confint_poisson(cases, 1, method="exact-c", alpha=2 * alpha)
    assert float(low) == pytest.approx(0.0 if cases == 0 else theirs[0], abs=1e-9)
    assert float(high) == pytest.approx(theirs[1], abs=1e-9)


def test_scattered_counts_say_as_much_as_fewer() -> None:
    scattered, few = np.array(between(20, phi=2.0)), np.array(between(10))
    assert scattered == pytest.approx(2 * few)


@given(st.integers(1, 200), COUNTS, st.floats(0.5, 900), st.floats(1, 4), ALPHAS)
def test_sums_of_equal_costs_are_compared_like_their_numbers(
    before: int, after: int, cost: float, phi: float, alpha: float
) -> None:
    costs = Counted(cases=[cost] * before, exposure=13), Counted(cases=[cost] * after, exposure=9)
    found = of(before, after, (13, 9), phi=phi, alpha=alpha)
    assert of_sums(*costs, phi=phi, alpha=alpha) == pytest.approx(
        (float(found.low), float(found.high))
    )


def test_dearer_cases_after_count_as_a_higher_cost() -> None:
    same, dearer = (
        of_sums(Counted(cases=[10.0] * 30, exposure=13), Counted(cases=[cost] * 30, exposure=13))
        for cost in (10.0, 40.0)
    )
    assert dearer == pytest.approx((4 * same[0], 4 * same[1]))


def sums(random: np.random.Generator, mean: float, dearer: float = 1.0) -> Counted:
    """Draw the costs of Poisson-many cases, most of them small and a few large, in 13 weeks."""
    costs = random.lognormal(0.0, 0.8, max(1, random.poisson(mean)))
    return Counted(cases=dearer * costs, exposure=13)


def test_the_interval_of_a_ratio_of_sums_holds_the_true_one() -> None:
    """95 % are promised; fewer than 550 of 600 come in one of 2,000 runs if that is so."""
    random = np.random.default_rng(7)
    found = [of_sums(sums(random, 26), sums(random, 26)) for _ in range(600)]
    assert sum(low <= 1 <= high for low, high in found) >= 550


@pytest.mark.parametrize(
    ("times", "dearer", "least", "most"),
    [(1, 1.0, 0.0, 0.005), (2, 1.0, 0.0, 0.05), (5, 1.0, 0.8, 1.0), (3, 2.0, 0.8, 1.0)],
)
def test_more_than_twice_the_cost_is_seen_and_chance_is_not(
    times: int, dearer: float, least: float, most: float
) -> None:
    """Two a week, 13 weeks before and 13 after: as a look reads a miss of the cost."""
    random = np.random.default_rng(7)
    found = [
        of_sums(sums(random, 26), sums(random, 26 * times, dearer), alpha=0.05) for _ in range(400)
    ]
    missed = sum(low > 2 for low, _ in found) / len(found)
    assert least <= missed <= most


@pytest.mark.parametrize("phi", [1.0, 1.5, 2.5])
@pytest.mark.parametrize("rate", [1.0, 5.0])
def test_an_unchanged_rate_is_seldom_said_to_have_fallen(rate: float, phi: float) -> None:
    random = np.random.default_rng(0)
    spread = (2000, 26)
    weekly = (
        random.poisson(rate, spread)
        if phi == 1
        else random.negative_binomial(rate / (phi - 1), 1 / phi, spread)
    )
    found = fell(
        Counted(cases=weekly[:, :13].sum(axis=1), exposure=13),
        Counted(cases=weekly[:, 13:].sum(axis=1), exposure=13),
        phi=np.array([dispersion(one) for one in weekly[:, :13]]),
    )
    assert (found.p <= 0.05).mean() <= 0.06
