"""Drawings of numbers: what is more is drawn larger, and each says aloud what it shows."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from api.schemas.effects import EffectWeekOut
from api.schemas.evidence import FactSpreadOut, ValueOut
from dashboard.marks import MOST_DOTS, MOST_HIGH, interval_html, spark_html, spread_html, weeks_html
from dashboard.words import number
from tests.unit import screen_answers as made

SHARES = st.floats(0, 1)


def numbers(pattern: str, drawn: str) -> list[float]:
    return [float(each) for each in re.findall(pattern, drawn)]


def fact(low: float | None, high: float | None, **given: object) -> FactSpreadOut:
    known = {
        "fact": "days_late",
        "unit": "day",
        "n": 9,
        "missing": 0,
        "low": low,
        "q1": low,
        "median": low,
        "q3": high,
        "high": high,
        "values": [],
        "declined_low": None,
        "declined_high": None,
    }
    return FactSpreadOut.model_validate(known | given)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=12), st.integers(0, 500))
def test_a_fuller_week_is_a_higher_bar_and_an_empty_one_is_none(
    weeks: Sequence[int], more: int
) -> None:
    drawn = spark_html(weeks, max(weeks) + more)
    heights = iter(numbers(r"height:(\d+)%", drawn))
    bars = [next(heights) if each else 0 for each in weeks]
    assert drawn.count("class='none'") == list(weeks).count(0)
    assert [bar == 0 for bar in bars] == [cases == 0 for cases in weeks]
    for (_, low), (_, high) in pairwise(sorted(zip(weeks, bars, strict=True))):
        assert low <= high
    assert max(bars) <= 100
    assert f"oldest first: {', '.join(map(str, weeks))}'" in drawn


def test_rows_of_one_list_have_one_scale() -> None:
    assert "height:50%" in spark_html([2], 4)
    assert "height:100%" in spark_html([4], 4)


@given(SHARES, SHARES, SHARES, SHARES)
def test_an_interval_lies_within_what_it_could_be(a: float, b: float, c: float, d: float) -> None:
    widest, *inner, most = sorted((a, b, c, d))
    drawn = interval_html(inner[0], inner[1], (widest, most))
    (outer, box) = zip(
        numbers(r"left:([\d.]+)%", drawn), numbers(r"width:([\d.]+)%", drawn), strict=True
    )
    assert outer[0] <= box[0] + 0.11
    assert box[0] + box[1] <= outer[0] + outer[1] + 0.21
    assert "whatever the unknown were" in drawn
    assert "whatever" not in interval_html(inner[0], inner[1])


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 1e5))
def test_a_limit_is_drawn_beyond_what_it_lies_beyond(one: float, other: float, at: float) -> None:
    low, high = sorted((one, other))
    drawn = spread_html(fact(low, high), {"today": at})
    if min(low, at) == max(high, at):
        return
    (line,) = numbers(r"<b class='today (?:left|right)' style='left:([\d.]+)%", drawn)
    left, *_ = numbers(r"<i class='range' style='left:([\d.]+)%", drawn)
    width, *_ = numbers(r"<i class='range' style='left:[\d.]+%;width:([\d.]+)%", drawn)
    assert 0 <= line <= 100
    if at > high:
        assert line >= left + width - 0.2
    if at < low:
        assert line <= left + 0.1
    assert f"today {number(at)}" in drawn


def test_a_spread_tells_its_five_numbers_and_the_declined_ones() -> None:
    drawn = spread_html(fact(31, 56, declined_low=63, declined_high=70), {"today": 30})
    for told in ("signed 31–56 days", "declined 63–70", "today 30", "<summary>Numbers</summary>"):
        assert told in drawn
    assert "class='track declined'" in drawn, "where single numbers are not told"


def test_a_fact_that_never_differs_is_said_and_not_drawn() -> None:
    drawn = spread_html(fact(30, 30), {})
    assert "always 30 days" in drawn
    assert "track" not in drawn


@given(st.lists(st.integers(0, 40), min_size=2, max_size=MOST_DOTS), st.integers(0, 40))
def test_each_case_is_a_dot_on_its_side_of_a_limit(values: Sequence[int], limit: int) -> None:
    counted = [{"value": each, "cases": n} for each, n in sorted(Counter(values).items())]
    low, high = min(values), max(values)
    drawn = spread_html(fact(low, high, counts=counted), {"today": limit})
    if min(low, limit) == max(high, limit) or max(Counter(values).values()) > MOST_HIGH:
        return
    assert drawn.count("<i></i>") == len(values)
    places = numbers(r"class='yes' style='left:([\d.]+)%", drawn)
    (line,) = numbers(r"<b class='today (?:left|right)' style='left:([\d.]+)%", drawn)
    for place, value in zip(places, sorted({*values}), strict=True):
        assert (place > line - 0.11) if value >= limit else (place < line + 0.11)


def test_declined_cases_have_another_shape_and_many_are_bars() -> None:
    counted = [{"value": day, "cases": 60 - day} for day in range(30, 36)]
    drawn = spread_html(
        fact(30, 35, counts=counted, declined=[{"value": 36, "cases": 2}]), {"suggested": 34}
    )
    assert drawn.count("class='no'") == 1
    assert drawn.count("<i></i>") == 2, "the declined ones"
    assert drawn.count("class='bar'") == 6, "of many on a few numbers"
    assert "suggested 34</span>" in drawn


def test_words_are_counted_the_rest_together() -> None:
    values = [ValueOut(value=f"<b>{each}", cases=9 - each) for each in range(7)]
    drawn = spread_html(fact(None, None, values=values), {})
    assert drawn.count("<tr>") == 6
    assert "others" in drawn
    assert "<b>" not in drawn


def test_weeks_that_are_masked_are_said_to_be() -> None:
    shown = EffectWeekOut(week=made.TODAY, exceptions=2, uses=4)
    hidden = EffectWeekOut(week=made.TODAY, exceptions=None, uses=None)
    drawn = weeks_html([shown, hidden])
    assert "week of 4 Nov 2026: 2 exceptions, 4 uses; week of 4 Nov 2026: too few people" in drawn
    assert "<td class='figures'>2</td><td class='figures'>4</td>" in drawn
    assert "No exception came since" in weeks_html([hidden])


def gallery() -> None:
    from tests.e2e.marks_gallery import show

    show()


def test_the_gallery_draws_every_mark() -> None:
    app = AppTest.from_function(gallery, default_timeout=15).run()
    assert not app.exception
    drawn = "".join(each.proto.body for each in app.get("html"))
    for mark in ("spark", "interval", "score", "track declined", "weeks"):
        assert f"class='{mark}" in drawn.replace("class='mark ", "class='")
