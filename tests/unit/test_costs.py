"""What cases cost in a year, against scipy's bootstrap and by simulation."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from recommender.kinds.costs import LEAST_WEEKS, WEEKS_A_YEAR, Year, known_cost, middle, yearly
from recommender.kinds.weeks import WEEK

FIRST = date(2026, 1, 5)


def weeks(count: int) -> list[date]:
    return [FIRST + WEEK * number for number in range(count)]


def of_sums(sums: list[float], seed: str = "kind") -> Year | None:
    return yearly(
        [(FIRST + WEEK * number, each) for number, each in enumerate(sums)],
        weeks(len(sums)),
        seed=seed,
    )


def test_the_actual_cost_goes_before_the_amount() -> None:
    assert known_cost(40.0, None) == 40
    assert known_cost(40.0, 0.0) == 0
    assert known_cost(None, 12.0) == 12
    assert known_cost(None, None) is None


def test_under_four_weeks_nothing_is_said_about_a_year() -> None:
    assert of_sums([10.0] * (LEAST_WEEKS - 1)) is None
    assert of_sums([10.0] * LEAST_WEEKS) is not None
    assert middle([(FIRST, 10.0)], weeks(LEAST_WEEKS - 1)) is None


def test_the_middle_can_be_had_alone() -> None:
    costs = [(FIRST + WEEK * number, 7.0 * number) for number in range(9)]
    year = yearly(costs, weeks(9))
    assert year is not None
    assert middle(costs, weeks(9)) == year.mid == pytest.approx(28 * WEEKS_A_YEAR)


def test_even_weeks_make_a_sure_year() -> None:
    year = of_sums([70.0] * 10)
    assert year is not None
    assert (year.low, year.mid, year.high) == pytest.approx((70 * WEEKS_A_YEAR,) * 3)


def test_weeks_without_a_cost_count_and_days_outside_do_not() -> None:
    costs = [(FIRST + timedelta(days=day), 20.0) for day in (0, 6, 7)]
    outside = [(FIRST - timedelta(days=1), 900.0), (FIRST + 8 * WEEK, 900.0)]
    year = yearly([*costs, *outside], weeks(8), seed="kind")
    assert year is not None
    assert year.mid == pytest.approx(60 / 8 * WEEKS_A_YEAR)
    assert year == yearly(costs, weeks(8), seed="kind")


@given(st.lists(st.floats(0, 1e5), min_size=LEAST_WEEKS, max_size=60))
def test_the_middle_lies_inside_and_an_answer_is_repeated(sums: list[float]) -> None:
    year = of_sums(sums)
    assert year is not None
    assert 0 <= year.low <= year.mid <= year.high
    assert year.high <= max(sums) * WEEKS_A_YEAR * (1 + 1e-9)
    assert year == of_sums(sums)


def test_both_ends_are_those_of_scipys_bootstrap() -> None:
    sums = list(np.random.default_rng(3).gamma(2.0, 50.0, size=26))
    found = stats.bootstrap(
        (np.array(sums),), np.mean, method="percentile", n_resamples=20_000, rng=4
    ).confidence_interval
    year = of_sums(sums)
    assert year is not None
    assert year.low == pytest.approx(found.low * WEEKS_A_YEAR, rel=0.03)
    assert year.high == pytest.approx(found.high * WEEKS_A_YEAR, rel=0.03)


def test_the_interval_of_a_year_covers_about_as_often_as_the_bootstrap_can() -> None:
    """Percentiles over half a year of uneven weeks hold the truth a little less than 95 %."""
    rng = np.random.default_rng(5)
    held = 0
    for number in range(400):
        year = of_sums(list(rng.poisson(2, size=26) * 40.0), seed=str(number))
        assert year is not None
        held += year.low <= 80 * WEEKS_A_YEAR <= year.high
    assert 0.90 <= held / 400 <= 0.98
