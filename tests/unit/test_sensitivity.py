"""A year's cost from weeks, what more demand would make of it, and cases crowding at a limit."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from recommender.changes.bunching import bunching, ratio
from recommender.changes.population import PastCase, Population
from recommender.changes.sensitivity import uptake, year_of
from recommender.kinds.costs import WEEKS_A_YEAR, Year
from recommender.policies.syntax.handbook import Parameter
from recommender.vocabulary import CaseState


def costing(costs: list[float | None], *, last: int) -> Population:
    """Give a case for each cost on the last day, and one without a cost on the first Monday."""
    first = date(2026, 1, 5)
    cases = [
        PastCase(id=f"c{place}", state=CaseState.APPROVED, day=first + timedelta(last), cost=cost)
        for place, cost in enumerate(costs)
    ]
    return Population((PastCase(id="first", state=CaseState.APPROVED, day=first), *cases))


def test_weeks_without_a_cost_count_and_unknown_costs_add_nothing() -> None:
    cases = costing([100.0, None], last=69)
    found = year_of(cases, np.full(3, fill_value=True))
    assert found is not None
    assert found.mid == pytest.approx(10 * WEEKS_A_YEAR)
    assert found.low < found.mid < found.high


@pytest.mark.parametrize(("last", "cost"), [(26, 1.0), (69, None)])
def test_a_short_time_or_no_cost_tells_no_year(last: int, cost: float | None) -> None:
    assert year_of(costing([cost], last=last), np.full(2, fill_value=True)) is None
    assert uptake(None) == []


def test_uptake_multiplies_all_that_the_change_allows() -> None:
    year = Year(low=1.0, mid=2.0, high=4.0)
    assert [one.high for one in uptake(year)] == [4, 8, 12]


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_ratio_is_exact(below: int, before: int) -> None:
    if below + before:
        low, high = ratio(below, before)
        exact = stats.binomtest(below, below + before).proportion_ci(0.95, "exact")
        assert low / (1 + low) == pytest.approx(exact.low)
        assert (1.0 if np.isinf(high) else high / (1 + high)) == pytest.approx(exact.high)


def crowd(values: list[float], state: CaseState = CaseState.IN_POLICY) -> Population:
    return Population(
        tuple(
            PastCase(id=f"c{place}", state=state, day=date(2026, 1, 1), facts={"days": value})
            for place, value in enumerate(values)
        )
    )


FOURTEEN = (Parameter("days", "max", 14.0, "day", "14 days", 0, 7),)


def test_cases_that_crowd_at_the_limit_are_told() -> None:
    found = bunching(crowd([14.0] * 20 + [13.0] * 4 + [20.0] * 9), FOURTEEN)
    assert found is not None
    assert (found.below, found.before) == (20, 4)
    assert found.low > 1
    assert "brought down" in found.words


def test_an_even_spread_is_no_crowd() -> None:
    found = bunching(crowd([float(day) for day in range(1, 15)] * 8), FOURTEEN)
    assert found is not None
    assert (found.below, found.before) == (8, 8)
    assert "chance" in found.words


def test_few_or_declined_cases_say_nothing() -> None:
    assert bunching(crowd([14.0] * 8), FOURTEEN) is None
    assert bunching(crowd([14.0] * 30, CaseState.DECLINED), FOURTEEN) is None
    assert bunching(crowd([14.0] * 30), ()) is None


def test_a_minimum_is_crowded_from_above() -> None:
    least = (Parameter("days", "min", 5.0, "day", "5 days", 0, 6),)
    found = bunching(crowd([5.1] * 12), least)
    assert found is not None
    assert (found.below, found.before, found.high) == (12, 0, None)
