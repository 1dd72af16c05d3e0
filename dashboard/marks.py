"""Small drawings of our own numbers in HTML and CSS; each says aloud what it shows."""

import html
from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from api.schemas.effects import EffectWeekOut
from api.schemas.evidence import FactSpreadOut
from api.schemas.scores import ScorePartOut
from dashboard.words import DASH, day, fact_name, number, quantity

MOST_WORDS: Final = 5
"""Words of a fact that are drawn; the others are counted together."""

_STYLE: Final = """<style>
.mark { line-height: 1.35; font-variant-numeric: tabular-nums; }
.mark small { font-size: .84em; opacity: .76; }
.track { position: relative; height: 10px; border-radius: 5px; margin: .2rem 0;
  background: rgba(128, 128, 128, .2); }
.track > i { position: absolute; top: 0; bottom: 0; border-radius: 5px; min-width: 3px;
  background: currentColor; opacity: .62; }
.track > i.range { opacity: .28; }
.track > i.middle { opacity: 1; min-width: 2px; width: 2px; top: -2px; bottom: -2px; }
.track.declined { background: none; height: 6px; }
.track.declined > i { opacity: .8; background: repeating-linear-gradient(-45deg, currentColor 0 2px,
  transparent 2px 5px); }
.track > b { position: absolute; top: -5px; bottom: -5px; width: 0;
  border-left: 2px dashed #1f6f6b; }
.track > b.today { border-left: 2px solid currentColor; opacity: .7; }
.ends { display: flex; justify-content: space-between; }
.score { border-collapse: collapse; width: 22rem; max-width: 100%; }
.score th { font-weight: 400; text-align: left; padding: .2rem .8rem .2rem 0; }
.score td { padding: .2rem 0 .2rem .6rem; text-align: right; white-space: nowrap; }
.score td.bar { width: 40%; padding: .2rem 0; }
.score tr + tr > * { border-top: 1px solid rgba(128, 128, 128, .22); }
.weeks { display: flex; align-items: flex-end; gap: 3px; height: 48px; }
.weeks > div { display: flex; flex: 1; align-items: flex-end; gap: 1px; height: 100%; }
.weeks i { width: 7px; min-height: 2px; border-radius: 1px; background: currentColor; opacity: .85;}
.weeks i.use { opacity: .32; }
</style>"""


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
    _show(_spread_html(fact, limits) if fact.low is not None else _words_html(fact), key)


def weeks_after(curve: Sequence[EffectWeekOut], *, key: str) -> None:
    """Exceptions and uses of each week since a change, the oldest first."""
    most = max(max(one.exceptions or 0, one.uses or 0) for one in curve)
    if not most:
        st.caption("No exception came since, and no use is known.")
        return
    bars = "".join(
        f"<div title='{_said(one)}'>{_bar(one.exceptions, most)}{_bar(one.uses, most, 'use')}</div>"
        for one in curve
    )
    said = "; ".join(_said(one) for one in curve)
    ends = f"<div class='ends'><small>{day(curve[0].week)}</small><small>{day(curve[-1].week)}"
    _show(
        f"<div class='mark'><div class='weeks' role='img' aria-label='{said}'>{bars}</div>{ends}"
        "</small></div><small>dark: exceptions, light: uses of the new wording</small></div>",
        key,
    )


def _spread_html(fact: FactSpreadOut, limits: Mapping[str, float]) -> str:
    marked = [fact.low, fact.high, fact.declined_low, fact.declined_high, *limits.values()]
    known = [each for each in marked if each is not None]
    low, high = min(known), max(known)
    said = html.escape(_spread_said(fact, limits))
    if low == high:
        return f"<div class='mark'><small>{said}</small></div>"
    span = high - low

    def at(value: float | None) -> float:
        return 0.0 if value is None else (value - low) / span

    lines = "".join(
        f"<b class='{'today' if name == 'today' else ''}' style='left:{100 * at(value):.1f}%'></b>"
        for name, value in limits.items()
    )
    middle = f"<i class='middle' style='left:{100 * at(fact.median):.1f}%'></i>"
    signed = f"{_box(at(fact.low), at(fact.high), 'range')}{_box(at(fact.q1), at(fact.q3))}{middle}"
    declined = ""
    if fact.declined_low is not None:
        box = _box(at(fact.declined_low), at(fact.declined_high))
        declined = f"<div class='track declined'>{box}</div>"
    return (
        f"<div class='mark'><div role='img' aria-label='{said}'>"
        f"<div class='track'>{signed}{lines}</div>{declined}</div>"
        f"<div class='ends'><small>{number(low)}</small><small>{number(high)}</small></div>"
        f"<small>{said}</small></div>"
    )


def _spread_said(fact: FactSpreadOut, limits: Mapping[str, float]) -> str:
    low, high = fact.low or 0, fact.high or 0
    if low == high:
        return f"always {quantity(low, fact.unit)}"
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
        st.html(_STYLE + markup)
