"""Rates by contacts or by week: which is taken, and that their intervals cover as computed."""

import math
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from recommender.kinds.evidence import Trend, Window, gather
from recommender.kinds.rates import Exposed, Measure, exposed, rate
from recommender.kinds.rows import CaseFacts
from recommender.kinds.statistics import rate_ratio
from recommender.kinds.weeks import NO_CONTACTS, WEEK, Contacts

FIRST = date(2026, 1, 5)
START = datetime(2026, 1, 5, tzinfo=UTC)
DRAWN = 20_000


def row(number: int, day: float, **given: object) -> CaseFacts:
    fields: dict[str, object] = {
        "id": str(number),
        "occurred_at": START + timedelta(days=day, hours=9),
        "situation": f"tale {number} of town {number * 13} and thing {number * 7}",
        "agent": f"agent-{number}",
    }
    return CaseFacts(**(fields | given))  # type: ignore[arg-type]


def contacts(*weekly: dict[tuple[str, str], int]) -> Contacts:
    return Contacts({FIRST + WEEK * number: cells for number, cells in enumerate(weekly)})


def end_of(weeks: int) -> datetime:
    return START + WEEK * weeks - timedelta(seconds=1)


def of_all(*weekly: int) -> Contacts:
    return contacts(*({("", ""): each} for each in weekly))


# What is measured by


def test_without_contacts_a_rate_is_per_week() -> None:
    found = rate(exposed([row(n, 3 * n) for n in range(8)], START, end_of(4), NO_CONTACTS))
    assert found is not None
    assert (found.of, found.weeks, found.rate) == ("weeks", 4, 2.0)
    low, high = stats.chi2.ppf(0.025, 16) / 2, stats.chi2.ppf(0.975, 18) / 2
    assert (found.low * 4, found.high * 4) == pytest.approx((low, high))


def test_with_contacts_in_every_week_it_is_per_hundred_of_them() -> None:
    rows = [row(n, 3 * n) for n in range(8)]
    found = rate(exposed(rows, START, end_of(4), of_all(100, 200, 300, 200)))
    assert found is not None
    assert (found.of, found.rate) == ("contacts", 1.0)
    assert found.low < 1 < found.high
    lacking = rate(exposed(rows, START, end_of(5), of_all(100, 200, 300, 200)))
    assert lacking is not None
    assert lacking.of == "weeks"


def test_weeks_cut_off_at_either_end_do_not_count() -> None:
    rows = [row(n, day) for n, day in enumerate((0, 8, 9, 15))]
    found = exposed(rows, START + timedelta(hours=1), START + timedelta(days=16), NO_CONTACTS)
    assert (list(found.weeks), list(found.counts)) == ([FIRST + WEEK], [2])
    assert rate(exposed(rows, START, START, NO_CONTACTS)) is None


TOLD = {("tv", "chat"): 10, ("tv", "phone"): 20, ("net", "chat"): 40, ("net", "phone"): 80}


@pytest.mark.parametrize(
    ("cells", "products", "channels", "expected"),
    [
        (TOLD, ["tv"], ["chat", "chat"], 10),
        (TOLD, ["tv"], [None], 30),
        (TOLD, ["tv", "net"], [""], 150),
        (TOLD, [None], ["phone"], 100),
        (TOLD, [None], [None], 150),
        (TOLD, ["tv", None], ["phone"], 100),
        (TOLD | {("", ""): 500}, [None], [None], 500),
        (TOLD | {("tv", ""): 90}, ["tv"], [None], 90),
        (TOLD, ["radio"], ["phone"], 100),
        (TOLD, ["radio", "tv"], [None], 150),
        ({("", ""): 500}, ["tv"], ["chat"], 500),
        ({("tv", ""): 90}, [None], [None], None),
        ({}, [None], [None], None),
    ],
)
def test_contacts_are_of_what_the_cases_name_else_of_all(
    cells: dict[tuple[str, str], int],
    products: list[str | None],
    channels: list[str | None],
    expected: float | None,
) -> None:
    found = contacts(cells).of([FIRST], products, channels)
    assert found == (None if expected is None else [expected])


def test_one_measure_is_taken_for_all_weeks() -> None:
    both = contacts({("", ""): 500, ("tv", ""): 90}, {("", ""): 400})
    assert both.of([FIRST, FIRST + WEEK], ["tv"], [None]) == [500, 400]


# Trends


def trend(days: list[float], weekly: Contacts, weeks: int = 10) -> Trend:
    rows = [row(n, day) for n, day in enumerate(days)]
    found = gather(rows, Window(start=START, end=end_of(weeks)), contacts=weekly).trend
    assert found is not None
    return found


def test_twice_the_contacts_make_twice_the_cases_no_trend() -> None:
    days = [7.0 * (n % 5) + n // 5 for n in range(15)] + [
        35 + 7.0 * (n % 5) + n // 5 for n in range(30)
    ]
    counted = trend(days, NO_CONTACTS)
    assert (counted.by, counted.recent, counted.earlier) == ("weeks", 30, 15)
    assert counted.low > 1
    by_contacts = trend(days, of_all(*[100] * 5, *[200] * 5))
    assert (by_contacts.by, by_contacts.recent, by_contacts.earlier) == ("contacts", 30, 15)
    assert (by_contacts.low, by_contacts.high) == pytest.approx((counted.low / 2, counted.high / 2))
    assert by_contacts.low < 1 < by_contacts.high


def test_an_odd_week_more_in_the_earlier_half_is_measured_too() -> None:
    days = [7.0 * n for n in range(11)]
    even = trend(days, of_all(*[100] * 11), weeks=11)
    assert (even.recent, even.earlier) == (5, 6)
    share = stats.binomtest(5, 11).proportion_ci(0.95, method="exact")
    assert even.low == pytest.approx(share.low / (1 - share.low) * 6 / 5)
    assert even.high == pytest.approx(share.high / (1 - share.high) * 6 / 5)


@given(st.integers(0, 40), st.integers(1, 40), st.floats(0.2, 5), st.floats(0.2, 5))
def test_exposures_only_turn_the_ratio(
    recent: int, earlier: int, late: float, early: float
) -> None:
    low, high = rate_ratio(recent, earlier)
    turned = rate_ratio(recent, earlier, (late, early))
    assert turned == pytest.approx((low * early / late, high * early / late))


# Coverage: simulated against enumerated


def within_three_errors(held: float, exact: float) -> bool:
    return abs(held - exact) <= 3 * math.sqrt(exact * (1 - exact) / DRAWN) + 1e-9


@pytest.mark.parametrize("mean", [0.7, 3.0, 12.5])
@pytest.mark.parametrize("by", ["weeks", "contacts"])
def test_the_coverage_of_a_rate_is_the_enumerated_one(mean: float, by: Measure) -> None:
    sizes = [1.0] * 4 if by == "weeks" else [150.0, 90.0, 110.0, 50.0]
    truth = mean / 4 if by == "weeks" else mean / 400 * 100
    counts = np.arange(80)
    covers = np.array([_rate_covers(int(count), sizes, by, truth) for count in counts])
    exact = float(stats.poisson.pmf(counts, mean)[covers].sum())
    assert exact >= 0.95
    drawn = np.random.default_rng(11).poisson(mean, size=DRAWN)
    assert within_three_errors(float(covers[drawn].mean()), exact)


def _rate_covers(count: int, sizes: list[float], by: Measure, truth: float) -> bool:
    weeks = [FIRST + WEEK * number for number in range(4)]
    found = rate(Exposed(weeks=weeks, counts=[count, 0, 0, 0], sizes=sizes, by=by))
    assert found is not None
    return found.low <= truth <= found.high


@pytest.mark.parametrize(
    ("means", "exposures"), [((4.0, 4.0), (1.0, 1.0)), ((9.0, 3.0), (2.0, 1.0))]
)
def test_the_coverage_of_a_trend_is_the_enumerated_one(
    means: tuple[float, float], exposures: tuple[float, float]
) -> None:
    truth = (means[0] / exposures[0]) / (means[1] / exposures[1])
    counts = range(40)
    covers = np.array([[_ratio_covers(r, e, exposures, truth) for e in counts] for r in counts])
    chances = np.outer(*(stats.poisson.pmf(np.arange(40), mean) for mean in means))
    exact = float(chances[covers].sum())
    assert exact >= 0.95
    rng = np.random.default_rng(13)
    recent, earlier = (rng.poisson(mean, size=DRAWN) for mean in means)
    assert within_three_errors(float(covers[recent, earlier].mean()), exact)


def _ratio_covers(recent: int, earlier: int, exposures: tuple[float, float], truth: float) -> bool:
    low, high = rate_ratio(recent, earlier, exposures)
    return low <= truth <= high
