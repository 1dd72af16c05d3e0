"""The order statistics of a draft: coverage, rounding, set-aside, boundary."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from recommender.changes.parameters import (
    Boundary,
    Point,
    Purse,
    admits,
    confidence,
    coverage,
    find_split,
    read_numbers,
    round_inward,
)
from recommender.policies.syntax.handbook import Bound

BOUNDS = st.sampled_from(["max", "min"])
VALUES = st.floats(0.01, 10_000, allow_nan=False).map(lambda value: round(value, 2))


def points(values: list[float], cost: float | None = None) -> list[Point]:
    return [Point(f"c{place:03}", value, cost) for place, value in enumerate(values)]


@pytest.mark.parametrize(
    ("share", "with_the_largest", "without_the_most_extreme"),
    [(0.80, 14, 22), (0.90, 29, 46), (0.95, 59, 93)],
)
def test_the_table_of_sample_sizes(
    share: float, with_the_largest: int, without_the_most_extreme: int
) -> None:
    largest = next(n for n in range(1, 200) if confidence(n, n, share) >= 0.95)
    second = next(n for n in range(2, 200) if confidence(n - 1, n, share) >= 0.95)
    assert (largest, second) == (with_the_largest, without_the_most_extreme)


@given(st.integers(1, 200), st.data(), st.floats(0.5, 0.99))
def test_confidence_is_the_binomial_tail(n: int, data: st.DataObject, share: float) -> None:
    k = data.draw(st.integers(1, n))
    assert confidence(k, n, share) == pytest.approx(binom.cdf(k - 1, n, share), abs=1e-9)


@given(st.integers(1, 200), st.data())
def test_coverage_is_the_lower_clopper_pearson_bound(n: int, data: st.DataObject) -> None:
    covered = data.draw(st.integers(1, n))
    expected = beta.ppf(0.05, covered, n - covered + 1)
    assert coverage(covered, n) == pytest.approx(expected, abs=1e-9)
    assert coverage(covered, n) < 1
    assert coverage(0, n) == 0


def test_five_of_five_are_not_everything() -> None:
    assert coverage(5, 5) == pytest.approx(0.5493, abs=1e-4)


@pytest.mark.parametrize("count", [0, 1, 5, 8])
def test_no_number_under_nine_signed_cases(count: int) -> None:
    numbers = read_numbers(points([float(v) for v in range(count)]), points([90.0, 95.0]), "max")
    assert (numbers.narrow, numbers.medium, numbers.wide) == (None, None, None)
    assert numbers.boundary is None
    assert not numbers.weak


@pytest.mark.parametrize(("count", "weak"), [(9, True), (13, True), (14, False), (30, False)])
def test_nine_to_thirteen_cases_are_weak(count: int, weak: bool) -> None:  # noqa: FBT001 - a table
    assert read_numbers(points([float(v) for v in range(count)]), [], "max").weak is weak


def test_narrow_is_the_median_and_below_22_medium_and_wide_coincide() -> None:
    numbers = read_numbers(points([float(v) for v in range(1, 16)]), [], "max")
    assert numbers.narrow
    assert numbers.medium
    assert numbers.narrow.limit == 8
    assert numbers.medium == numbers.wide
    assert numbers.medium.limit == 15
    assert numbers.medium.coverage == pytest.approx(0.05 ** (1 / 15), abs=1e-4)


def test_from_59_cases_wide_reaches_95_percent_and_medium_stays_inside() -> None:
    numbers = read_numbers(points([float(v) for v in range(1, 60)]), [], "max")
    assert numbers.medium
    assert numbers.wide
    assert numbers.wide.limit == 59
    assert numbers.wide.coverage >= 0.95
    assert numbers.medium.limit < 59
    assert numbers.medium.coverage >= 0.80


def test_a_minimum_closes_on_the_other_side() -> None:
    values = [float(v) for v in range(5, 21)]
    numbers = read_numbers(points(values), points([1.0, 2.0]), "min")
    assert numbers.medium
    assert numbers.medium.limit == 5
    assert numbers.boundary == Boundary(3.5, 2, 5)


def test_one_far_value_is_set_aside_and_still_counts_against_coverage() -> None:
    numbers = read_numbers(points([*(float(v) for v in range(1, 16)), 400.0]), [], "max")
    assert numbers.medium
    assert numbers.set_aside == ("c015",)
    assert numbers.medium.limit == 15
    assert numbers.medium.coverage == pytest.approx(coverage(15, 16), abs=1e-4)


def test_three_far_values_are_a_tail_and_stay() -> None:
    values = [*(float(v) for v in range(1, 30)), 400.0, 410.0, 420.0]
    numbers = read_numbers(points(values), [], "max")
    assert numbers.set_aside == ()
    assert numbers.wide
    assert numbers.wide.limit == 420


def test_signed_exceptions_beyond_regular_declines_are_set_aside() -> None:
    signed = points([*(float(v) for v in range(1, 21)), 33.0])
    numbers = read_numbers(signed, points([30.0, 35.0, 40.0, 50.0]), "max")
    assert numbers.set_aside == ("c020",)
    assert numbers.boundary == Boundary(25, 20, 30)
    assert numbers.separates is True
    assert numbers.wide
    assert numbers.wide.limit == 20


def test_a_fact_that_does_not_separate_has_no_boundary() -> None:
    signed = points([float(v) for v in range(1, 21)])
    numbers = read_numbers(signed, points([3.0, 7.0, 11.0, 15.0]), "max")
    assert numbers.boundary is None
    assert numbers.separates is False


def test_without_declines_there_is_no_boundary_and_nothing_said() -> None:
    numbers = read_numbers(points([float(v) for v in range(1, 21)]), [], "max")
    assert numbers.boundary is None
    assert numbers.separates is None


def test_one_declined_case_must_lie_beyond_every_signed_one() -> None:
    signed = points([1.0, 2.0, 3.0, 9.0])
    assert find_split(signed, points([5.0]), "max") is None
    split = find_split(signed, points([10.0]), "max")
    assert split
    assert split.boundary == Boundary(9.5, 9, 10)
    assert find_split([], points([5.0]), "max") is None


def test_no_limit_passes_the_ceiling() -> None:
    numbers = read_numbers(points([float(v) for v in range(10, 30)]), [], "max", ceiling=17.5)
    assert numbers.wide
    assert numbers.wide.limit == 17
    assert numbers.wide.coverage == pytest.approx(coverage(8, 20), abs=1e-4)


def test_cost_is_the_sum_of_what_lies_within_and_unknown_without_amounts() -> None:
    signed = [Point(f"c{v:02}", float(v), 10.0 if v % 2 else None) for v in range(1, 16)]
    numbers = read_numbers(signed, [], "max")
    assert numbers.narrow
    assert numbers.wide
    assert (numbers.narrow.cost, numbers.wide.cost) == (40, 80)
    bare = read_numbers(points([float(v) for v in range(1, 16)]), [], "max")
    assert bare.wide
    assert bare.wide.cost is None


@pytest.mark.parametrize(
    ("value", "bound", "whole", "expected"),
    [
        (17, "max", True, 17),
        (27, "max", True, 27),
        (23, "min", True, 23),
        (404, "max", True, 400),
        (401, "min", True, 410),
        (153, "max", True, 150),
        (151, "min", True, 155),
        (13.5, "max", True, 13),
        (12.4, "max", False, 12.0),
        (12.4, "min", False, 12.5),
        (4.97, "max", False, 4.9),
        (0.5, "max", False, 0.5),
        (0, "max", True, 0),
    ],
)
def test_rounding_to_human_numbers(
    value: float,
    bound: Bound,
    whole: bool,  # noqa: FBT001 - a table
    expected: float,
) -> None:
    assert round_inward(value, bound, whole=whole) == pytest.approx(expected)


@given(VALUES, BOUNDS)
def test_rounding_is_inward_and_small(value: float, bound: Bound) -> None:
    rounded = round_inward(value, bound, whole=False)
    assert rounded <= value + 1e-9 if bound == "max" else rounded >= value - 1e-9
    assert abs(rounded - value) <= 0.05 * value + 1e-9
    assert round_inward(rounded, bound, whole=False) == pytest.approx(rounded)


@given(st.lists(VALUES, min_size=9, max_size=80), st.lists(VALUES, max_size=10), BOUNDS)
def test_a_draft_grants_nothing_that_no_case_asked_for(
    signed: list[float], declined: list[float], bound: Bound
) -> None:
    numbers = read_numbers(points(signed), points(declined), bound)
    assert numbers.narrow
    assert numbers.medium
    assert numbers.wide
    limits = [numbers.narrow.limit, numbers.medium.limit, numbers.wide.limit]
    if bound == "max":
        assert limits == sorted(limits)
        assert limits[-1] <= max(signed) + 1e-9
    else:
        assert limits == sorted(limits, reverse=True)
        assert limits[-1] >= min(signed) - 1e-9
    covers = [numbers.narrow.coverage, numbers.medium.coverage, numbers.wide.coverage]
    assert covers == sorted(covers)
    assert covers[-1] < 1
    assert len(numbers.set_aside) <= 2


@given(
    st.lists(VALUES, min_size=9, max_size=60),
    st.lists(VALUES, min_size=1, max_size=12),
    BOUNDS,
    st.randoms(use_true_random=False),
)
def test_order_of_the_cases_does_not_matter(
    signed: list[float], declined: list[float], bound: Bound, chance: random.Random
) -> None:
    ours, theirs = points(signed), points(declined)
    before = read_numbers(ours, theirs, bound)
    chance.shuffle(ours)
    chance.shuffle(theirs)
    assert read_numbers(ours, theirs, bound) == before


@given(st.lists(VALUES, min_size=1, max_size=40), st.lists(VALUES, min_size=1, max_size=12), BOUNDS)
def test_a_boundary_parts_all_but_a_few_exceptions(
    signed: list[float], declined: list[float], bound: Bound
) -> None:
    split = find_split(points(signed), points(declined), bound)
    if split is None:
        return
    line = split.boundary.estimate
    outside = [v for v in signed if (v > line if bound == "max" else v < line)]
    inside = [v for v in declined if (v < line if bound == "max" else v > line)]
    assert len(outside) <= split.signed_aside <= 2
    assert len(inside) <= split.declined_aside <= 2
    assert split.signed_aside < len(declined)
    assert split.boundary.low < split.boundary.high
    numbers = read_numbers(points(signed), points(declined), bound)
    limits = [one.limit for one in (numbers.narrow, numbers.medium, numbers.wide) if one]
    assert all(one <= line if bound == "max" else one >= line for one in limits)


COSTS = st.floats(0, 500).map(lambda value: round(value, 2))


@given(
    st.lists(st.tuples(VALUES, st.one_of(st.none(), COSTS)), min_size=9, max_size=40),
    st.floats(0, 5_000),
    BOUNDS,
)
def test_the_cases_within_a_limit_fit_the_purse(
    cases: list[tuple[float, float | None]], most: float, bound: Bound
) -> None:
    signed = [Point(f"c{place:03}", *case) for place, case in enumerate(cases)]
    numbers = read_numbers(signed, [], bound, purse=Purse(most, signed))
    for limit in (numbers.narrow, numbers.medium, numbers.wide):
        inside = [p.cost or 0 for p in signed if limit and admits(limit.limit, p.value, bound)]
        assert math.fsum(inside) <= most or not inside
    whole = math.fsum(cost or 0 for _, cost in cases) <= most
    if whole:
        assert numbers == read_numbers(signed, [], bound), (
            "a purse that carries all changes nothing"
        )


def test_where_not_one_case_fits_the_purse_there_is_no_limit() -> None:
    signed = points([float(value) for value in range(1, 10)], cost=20)
    numbers = read_numbers(signed, [], "max", purse=Purse(19, signed))
    assert (numbers.narrow, numbers.medium, numbers.wide, numbers.n) == (None, None, None, 9)


def test_cases_of_one_value_fit_the_purse_together_or_not_at_all() -> None:
    signed = points([1.0] * 3 + [2.0] * 6, cost=10)
    numbers = read_numbers(signed, [], "max", purse=Purse(80, signed))
    assert numbers.wide is not None
    assert (numbers.wide.limit, numbers.wide.cost) == (1, 30)
