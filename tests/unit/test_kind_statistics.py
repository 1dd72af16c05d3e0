"""The arithmetic of evidence, against scipy and numpy and by simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from recommender.changes.parameters import coverage
from recommender.kinds.statistics import (
    effective_number,
    rate_ratio,
    share_of_bad,
    share_of_good,
    spread,
    wilson,
)

COUNTS = st.integers(0, 300)


@given(COUNTS, COUNTS)
def test_wilson_is_scipys(hits: int, others: int) -> None:
    known = hits + others
    if known == 0:
        assert wilson(0, 0) == (0.0, 1.0)
        return
    expected = stats.binomtest(hits, known).proportion_ci(0.95, method="wilson")
    assert wilson(hits, known) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(COUNTS, COUNTS, COUNTS)
def test_printed_shares_hold_the_exact_ones_by_less_than_a_percent(
    good: int, others: int, missing: int
) -> None:
    known = good + others
    printed = share_of_good(good, known, missing)
    if known == 0:
        assert (printed.share_low, printed.share_high) == (None, None)
        return
    low, high = wilson(good, known)
    assert printed.share_low is not None
    assert printed.share_high is not None
    assert low - 0.01 < printed.share_low <= low + 1e-9
    assert high - 1e-9 <= printed.share_high < high + 0.01
    assert printed.share_low < printed.share_high


@given(COUNTS, COUNTS, COUNTS)
def test_bounds_of_good_and_bad_mirror_each_other(hits: int, others: int, missing: int) -> None:
    known = hits + others
    good, bad = share_of_good(hits, known, missing), share_of_bad(hits, known, missing)
    assert (good.all_missing_bad, good.all_missing_good) == (
        bad.all_missing_good,
        bad.all_missing_bad,
    )
    if known + missing:
        assert good.all_missing_bad is not None
        assert good.all_missing_good is not None
        total = known + missing
        assert 0 <= good.all_missing_bad <= hits / total + 1e-9
        assert (hits + missing) / total - 1e-9 <= good.all_missing_good <= 1


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_rate_ratio_is_the_exact_binomial_one(recent: int, earlier: int) -> None:
    low, high = rate_ratio(recent, earlier)
    if recent + earlier == 0:
        assert (low, high) == (0.0, math.inf)
        return
    share = stats.binomtest(recent, recent + earlier).proportion_ci(0.95, method="exact")
    assert low == pytest.approx(share.low / (1 - share.low), rel=1e-6)
    if earlier:
        assert high == pytest.approx(share.high / (1 - share.high), rel=1e-6)
    else:
        assert high == math.inf


@pytest.mark.parametrize(("n", "p"), [(5, 0.9), (20, 0.5), (20, 0.9), (60, 0.95)])
def test_the_simulated_coverage_is_the_exact_one(n: int, p: float) -> None:
    hits = np.arange(n + 1)
    covers = np.array([low <= p <= high for low, high in (wilson(int(k), n) for k in hits)])
    exact = float(stats.binom.pmf(hits, n, p)[covers].sum())
    drawn = np.random.default_rng(7).binomial(n, p, size=20_000)
    error = 3 * math.sqrt(exact * (1 - exact) / 20_000)
    assert covers[drawn].mean() == pytest.approx(exact, abs=error)


@pytest.mark.parametrize(("n", "p"), [(9, 0.9), (22, 0.8), (59, 0.95)])
def test_the_simulated_coverage_of_a_drafts_share_is_the_exact_one(n: int, p: float) -> None:
    hits = np.arange(n + 1)
    holds = np.array([coverage(int(k), n) <= p for k in hits])
    exact = float(stats.binom.pmf(hits, n, p)[holds].sum())
    assert exact >= 0.95
    drawn = np.random.default_rng(17).binomial(n, p, size=20_000)
    error = 3 * math.sqrt(exact * (1 - exact) / 20_000)
    assert holds[drawn].mean() == pytest.approx(exact, abs=error)


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1))
def test_the_effective_number_lies_between_one_and_the_distinct_number(agents: list[str]) -> None:
    assert 1 <= effective_number(agents) <= len(set(agents)) + 1e-9


def test_two_stragglers_hardly_raise_the_effective_number() -> None:
    assert effective_number([]) == 0
    assert effective_number("abcd") == pytest.approx(4)
    assert effective_number(["felix"] * 18 + ["ada", "bo"]) == pytest.approx(400 / 326)


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_amounts_are_summed_as_numpy_does(amounts: list[float]) -> None:
    found = spread(amounts)
    assert found is not None
    assert found.sum == pytest.approx(sum(amounts), rel=1e-9, abs=1e-9)
    assert found.median == pytest.approx(np.median(amounts), rel=1e-9, abs=1e-9)
    assert found.p90 == pytest.approx(np.percentile(amounts, 90), rel=1e-9, abs=1e-9)


def test_no_amount_is_no_spread() -> None:
    assert spread([]) is None
