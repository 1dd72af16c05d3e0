"""Small drawings of our own numbers in HTML and CSS; each says aloud what it shows."""

import html
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import streamlit as st

from api.schemas.effects import EffectWeekOut
from api.schemas.evidence import CountedOut, FactSpreadOut, OutcomesOut
from api.schemas.scores import ScorePartOut
from dashboard.catalogue import t
from dashboard.tables import grid_html
from dashboard.words import DASH, GRADES, day, fact_name, number, percents, quantity
from recommender.vocabulary import Grade

MOST_WORDS: Final = 5
"""Words of a fact that are drawn; the others are counted together."""
MOST_DOTS: Final = 60
"""So many cases are drawn one by one; more are drawn as bars."""
MOST_HIGH: Final = 12
"""So many dots stand on each other; more are drawn as bars."""
_HALF: Final = 0.5
_BOXES: Final = (Grade.WEAK, Grade.MODERATE, Grade.STRONG)


def spark_html(weeks: Sequence[int], top: int) -> str:
    """The bars, with their numbers as a text; a week without a case is a line at the foot."""
    bars = "".join(
        f"<i style='height:{_height(each, top)}%'></i>" if each else "<i class='none'></i>"
        for each in weeks
    )
    said = f"Cases a week, oldest first: {', '.join(str(each) for each in weeks)}"
    return f"<div class='spark' role='img' aria-label='{said}' title='{said}'>{bars}</div>"


def interval_html(low: float, high: float, bounds: tuple[float, float] | None = None) -> str:
    """An interval of shares on a line from 0 to 100 %, and what it could be at the widest."""
    said = f"{percents(low, high)} on a line from 0 to 100 %"
    widest = ""
    if bounds is not None:
        said += f"; {percents(*bounds)} whatever the unknown were"
        widest = _box(*bounds, "range")
    return (
        f"<div class='mark interval' role='img' aria-label='{said}'>"
        f"<div class='track'>{widest}{_box(low, high)}</div></div>"
    )


def grade_html(grade: Grade) -> str:
    """A grade as its word and one to three full boxes."""
    filled = _BOXES.index(grade) + 1
    boxes = "".join(f"<i class='{'full' if at < filled else ''}'></i>" for at in range(len(_BOXES)))
    label = GRADES[grade]
    return (
        f"<div class='grade' title='{html.escape(label.says)}'>"
        f"<span aria-hidden='true'>{boxes}</span> {html.escape(label.word)}</div>"
    )


def outcomes_html(outcomes: OutcomesOut) -> str:
    """How cases ended, as parts of one bar: well, mixed, badly, and not known."""
    parts = [
        ("good", outcomes.good, t("went well")),
        ("neutral", outcomes.neutral, t("mixed")),
        ("bad", outcomes.bad, t("went badly")),
        ("missing", outcomes.missing, t("not known")),
    ]
    said = ", ".join(f"{cases} {words}" for _, cases, words in parts)
    boxes = "".join(
        f"<i class='{name}' style='flex:{cases}'></i>" for name, cases, _ in parts if cases
    )
    return f"<div class='stack' role='img' aria-label='{said}' title='{said}'>{boxes}</div>"


def score(parts: Sequence[ScorePartOut], *, key: str) -> None:
    """The parts of a score, each with its points of the most there are, and why."""
    body = "".join(
        f"<tr><th scope='row'>{html.escape(part.name.capitalize())}<br>"
        f"<small>{html.escape(part.words)}</small></th>"
        f"<td class='bar'><div class='track'>{_box(0, _share(part.points, part.most))}</div></td>"
        f"<td>{number(part.points)} <small>of {number(part.most)}</small></td></tr>"
        for part in parts
    )
    _show(f"<table class='mark score'>{body}</table>", key)


def spread(fact: FactSpreadOut, limits: Mapping[str, float], *, key: str) -> None:
    """How one fact spreads: its range, the middle half and the median, or the words it takes.

    `limits` are lines to draw: the limit of `today`, and others by their names.
    """
    _show(spread_html(fact, limits), key)


def spread_html(fact: FactSpreadOut, limits: Mapping[str, float]) -> str:
    """The spread with its numbers as a text."""
    return _words_html(fact) if fact.low is None else _range_html(fact, limits)


def weeks_after(curve: Sequence[EffectWeekOut], *, key: str) -> None:
    """Exceptions and uses of each week since a change, the oldest first."""
    _show(weeks_html(curve), key)


def weeks_html(curve: Sequence[EffectWeekOut]) -> str:
    """The weeks with their numbers as a text."""
    most = max(max(one.exceptions or 0, one.uses or 0) for one in curve)
    if not most:
        said = "No exception came since, and no use is known."
        return f"<div class='mark'><small>{said}</small></div>"
    bars = "".join(
        f"<div title='{_said(one)}'>{_bar(one.exceptions, most)}{_bar(one.uses, most, 'use')}</div>"
        for one in curve
    )
    said = "; ".join(_said(one) for one in curve)
    return (
        f"<div class='mark'><div class='weeks' role='img' aria-label='{said}'>{bars}</div>"
        f"<div class='ends'><small>{day(curve[0].week)}</small>"
        f"<small>{day(curve[-1].week)}</small></div>"
        "<small>strong: exceptions, pale: uses of the new wording</small>"
        + _details(
            ("Week of", "Exceptions", "Uses"),
            [(day(one.week), _known(one.exceptions), _known(one.uses)) for one in curve],
        )
        + "</div>"
    )


def _range_html(fact: FactSpreadOut, limits: Mapping[str, float]) -> str:
    marked = [fact.low, fact.high, fact.declined_low, fact.declined_high, *limits.values()]
    known = [each for each in marked if each is not None]
    low, high = min(known), max(known)
    said = html.escape(_spread_said(fact, limits))
    if low == high:
        return f"<div class='mark'><small>{said}</small></div>"
    scale = _Scale(low, high)
    drawn = _cases_html(fact, scale) if fact.counts else _box_html(fact, scale)
    return (
        f"<div class='mark spread'><div class='plot' role='img' aria-label='{said}'>"
        f"{drawn}{_lines(limits, scale)}</div>"
        f"<div class='ends'><small>{number(low)}</small><small>{number(high)}</small></div>"
        f"<small>{said}</small>{_details(('', 'Signed', 'Declined'), _five(fact))}</div>"
    )


class _Scale(NamedTuple):
    """Where numbers lie on a line, from 0 to 1."""

    low: float
    high: float

    def at(self, value: float | None) -> float:
        return 0.0 if value is None else (value - self.low) / (self.high - self.low)


def _box_html(fact: FactSpreadOut, scale: _Scale) -> str:
    """The range, the middle half and the median; the declined range below."""
    at = scale.at
    middle = f"<i class='middle' style='left:{100 * at(fact.median):.1f}%'></i>"
    signed = f"{_box(at(fact.low), at(fact.high), 'range')}{_box(at(fact.q1), at(fact.q3))}{middle}"
    declined = ""
    if fact.declined_low is not None:
        box = _box(at(fact.declined_low), at(fact.declined_high))
        declined = f"<div class='track declined'>{box}</div>"
    return f"<div class='track'>{signed}</div>{declined}"


def _cases_html(fact: FactSpreadOut, scale: _Scale) -> str:
    """Each case as a dot over its number, declined ones as crosses below; of many, bars."""
    below = (
        f"<div class='below'>{_marks(fact.declined, scale, 'no')}</div>" if fact.declined else ""
    )
    return f"<div class='above'>{_marks(fact.counts, scale, 'yes')}</div>{below}"


def _marks(counts: Sequence[CountedOut], scale: _Scale, name: str) -> str:
    most = max(each.cases for each in counts)
    single = sum(each.cases for each in counts) <= MOST_DOTS and most <= MOST_HIGH
    return "".join(
        f"<span class='{name}' style='left:{100 * scale.at(each.value):.1f}%'>"
        + ("<i></i>" * each.cases if single else _bar(each.cases, most, "bar"))
        + "</span>"
        for each in counts
    )


def _lines(limits: Mapping[str, float], scale: _Scale) -> str:
    """The limits as lines, each with its name and number on the side where there is room."""
    drawn = []
    for name, value in limits.items():
        at = scale.at(value)
        classes = f"{'today' if name == 'today' else 'other'} {'left' if at > _HALF else 'right'}"
        said = html.escape(f"{name} {number(value)}")
        drawn.append(f"<b class='{classes}' style='left:{100 * at:.1f}%'><span>{said}</span></b>")
    return "".join(drawn)


def _five(fact: FactSpreadOut) -> list[tuple[str, str, str]]:
    """The numbers of a spread in their order."""
    return [
        ("lowest", _known(fact.low), _known(fact.declined_low)),
        ("a quarter is below", _known(fact.q1), DASH),
        ("half is below", _known(fact.median), DASH),
        ("three quarters are below", _known(fact.q3), DASH),
        ("highest", _known(fact.high), _known(fact.declined_high)),
    ]


def _spread_said(fact: FactSpreadOut, limits: Mapping[str, float]) -> str:
    low, high = fact.low or 0, fact.high or 0
    if low == high:
        told = [f"always {quantity(low, fact.unit)}"]
    else:
        told = [f"signed {number(low)}{DASH}{quantity(high, fact.unit)}"]
        if fact.q1 is not None and fact.q3 is not None:
            told.append(f"half of them {number(fact.q1)}{DASH}{number(fact.q3)}")
    if fact.declined_low is not None and fact.declined_high is not None:
        told.append(f"declined {number(fact.declined_low)}{DASH}{number(fact.declined_high)}")
    told += [f"{name} {number(value)}" for name, value in limits.items()]
    return ", ".join(told)


def _words_html(fact: FactSpreadOut) -> str:
    rows = [(each.value, each.cases) for each in fact.values[:MOST_WORDS]]
    if rest := sum(each.cases for each in fact.values[MOST_WORDS:]):
        rows.append(("others", rest))
    most = max((cases for _, cases in rows), default=0) or 1
    body = "".join(
        f"<tr><th scope='row'>{html.escape(value)}</th><td class='bar'><div class='track'>"
        f"{_box(0, cases / most)}</div></td><td>{cases}</td></tr>"
        for value, cases in rows
    )
    return (
        f"<table class='mark score' aria-label='{html.escape(fact_name(fact.fact))}'>{body}</table>"
    )


def _box(low: float, high: float, name: str = "") -> str:
    wide = 100 * max(high - low, 0.0)
    return f"<i class='{name}' style='left:{100 * low:.1f}%;width:{wide:.1f}%'></i>"


def _height(value: float, top: float) -> int:
    """A bar's height in whole per cent; the least of all is still seen."""
    return max(10, min(100, round(100 * value / max(top, 1))))


def _known(value: float | None) -> str:
    return DASH if value is None else number(value)


def _details(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The numbers of a drawing as a table, folded away."""
    return f"<details><summary>Numbers</summary>{grid_html(head, rows)}</details>"


def _share(points: float, most: float) -> float:
    return points / most if most else 0.0


def _bar(value: int | None, most: int, name: str = "") -> str:
    return f"<i class='{name}' style='height:{100 * (value or 0) / most:.0f}%'></i>"


def _said(week: EffectWeekOut) -> str:
    if week.exceptions is None or week.uses is None:
        return f"week of {day(week.week)}: too few people to show"
    return f"week of {day(week.week)}: {week.exceptions} exceptions, {week.uses} uses"


def _show(markup: str, key: str) -> None:
    with st.container(key=key):
        st.html(markup)
