"""Numbers as hurried people type them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.learning.quantities import quantities
from recommender.learning.units import converted, unit_named


def read(text: str) -> list[tuple[float, str | None]]:
    return [(one.value, one.unit) for one in quantities(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("came 22 days after it was sent", [(22, "day")]),
        ("seventeen working days over", [(17, "working_day")]),
        ("a hundred and twenty quid", [(120, "GBP")]),
        ("twenty-seven month old kettle", [(27, "month")]),
        ("two and a half weeks away", [(2.5, "week")]),
        ("paid £35.50 and then EUR 1,200", [(35.5, "GBP"), (1200, "EUR")]),
        ("half of the fee, then 30% of the rest", [(0.5, "share"), (30, "percent")]),
        ("kettle is 27m, the kid 7yo", [(27, "month"), (7, "year")]),
        ("thirteen mnths in, 2 mths left", [(13, "month"), (2, "month")]),
        ("gone a fortnight", [(14, "day")]),
        ("half an hour on hold", [(0.5, "hour")]),
        ("a dozen eggs, a couple of calls", [(12, None), (2, None)]),
        ("gave him a tenner", [(10, "GBP")]),
        ("out for a week", [(1, "week")]),
        ("six pounds a month", [(6, "GBP")]),
        ("one parcel", [(1, None)]),
    ],
)
def test_it_reads(text: str, found: list[tuple[float, str | None]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "on 3 March and 2025-04-01 and 12/04/2025",
        "at 14:30 or 3pm",
        "call 020 7946 0588 or +44 20 7946 0588",
        "order 88201734, form P45, clause RET-2.1",
        "the 2nd parcel, her third call",
        "bought in 2019",
        "open 24/7",
        "she sent one of them, a new one",
        "went w/o a receipt",
    ],
)
def test_what_counts_nothing_is_left_out(text: str) -> None:
    assert read(text) == []


WORDS = st.sampled_from(
    ["ten", "two", "half", "days", "£", "12", "3.5", "and", "a", "week", "hundred", "x", ",", "-"]
)


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join)))
def test_spans_bound_their_words_and_never_overlap(text: str) -> None:
    found = quantities(text)
    assert all(one.said == text[one.start : one.end] for one in found)
    assert all(one.start < one.end for one in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


@given(st.integers(0, 99_999))
def test_any_whole_number_in_figures_is_read(number: int) -> None:
    assert read(f"it cost {number} euros") == [(number, "EUR")]


def test_times_are_converted_where_the_calendar_says_how() -> None:
    assert converted(2, "week", "day") == 14
    assert converted(36, "hour", "day") == 1.5
    assert converted(2, "year", "month") == 24
    assert converted(50, "percent", "share") == 0.5
    assert converted(3, "kg", "kg") == 3
    assert converted(1, "month", "day") is None
    assert converted(1, "EUR", "day") is None


def test_units_are_known_in_the_plural_too() -> None:
    assert (unit_named("Days"), unit_named("per  cent"), unit_named("€")) == (
        "day",
        "percent",
        "EUR",
    )
