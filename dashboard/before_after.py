"""A change's weeks before and after its day, with what was predicted drawn across."""

import html
from collections.abc import Sequence
from typing import Final

import streamlit as st

from api.schemas.effects import EffectOut, EffectReadingOut, EffectWeekOut
from dashboard.catalogue import t, tn
from dashboard.words import DASH, day, number

_EXCEPTIONS: Final = "exceptions"
_ROOM: Final = 4
"""So many weeks have room on either side, however few there are."""


def before_after(effect: EffectOut, *, key: str) -> None:
    """Exceptions of each week as bars, the day of the change as a line between them."""
    with st.container(key=key):
        st.html(before_after_html(effect))


def before_after_html(effect: EffectOut) -> str:
    """The weeks with their numbers as a text; in words alone where no week may be shown."""
    known = [
        one.exceptions for one in (*effect.before, *effect.curve) if one.exceptions is not None
    ]
    if not known:
        return _only_words(
            t("No week of it can be shown: none is over yet, or few people are behind.")
        )
    low, high = predicted(effect)
    top = max([*known, high or 0]) or 1
    was, now = (max(len(weeks), _ROOM) for weeks in (effect.before, effect.curve))
    drawing = (
        f"<div class='was' style='flex:{was}'>{_bars(effect.before, top, was)}</div>"
        f"<div class='now' style='flex:{now}'>{_band(low, high, top)}"
        f"{_bars(effect.curve, top, now)}</div>"
    )
    said = html.escape(_said(effect), quote=True)
    return (
        f"<div class='mark'><div class='around' role='img' aria-label='{said}' title='{said}'>"
        f"{drawing}</div><small>{html.escape(_legend(effect))}</small></div>"
    )


def predicted(effect: EffectOut) -> tuple[float | None, float | None]:
    """How many exceptions a week were predicted, at least and at most."""
    one = next((each for each in effect.readings if each.name == _EXCEPTIONS), None)
    return (None, None) if one is None else _ends(one)


def _ends(reading: EffectReadingOut) -> tuple[float | None, float | None]:
    return reading.predicted_low, reading.predicted_high


def _bars(weeks: Sequence[EffectWeekOut], top: float, room: int) -> str:
    """All bars of a drawing are equally wide, and a week without a case is a line at the foot."""
    return "".join(
        f"<i style='width:{100 / room:.1f}%;height:{100 * (one.exceptions or 0) / top:.0f}%'></i>"
        for one in weeks
    )


def _band(low: float | None, high: float | None, top: float) -> str:
    if low is None or high is None:
        return ""
    tall = max(100 * (high - low) / top, 1)
    return f"<b style='bottom:{100 * low / top:.0f}%;height:{tall:.0f}%'></b>"


def _legend(effect: EffectOut) -> str:
    weeks = tn("{n} week before", "{n} weeks before", len(effect.before))
    told = [weeks, f"{_since(effect)} │ {_after(effect)}"]
    if predicted(effect)[1] is not None:
        told.append(t("striped: predicted"))
    return " · ".join(told)


def _since(effect: EffectOut) -> str:
    return DASH if effect.since is None else day(effect.since)


def _after(effect: EffectOut) -> str:
    if not effect.curve:
        return t("no full week after yet")
    return tn("{n} week after", "{n} weeks after", len(effect.curve))


def _said(effect: EffectOut) -> str:
    low, high = predicted(effect)
    told = [
        t("Exceptions a week, oldest first. Before: {weeks}", weeks=_listed(effect.before)),
        t("After {day}: {weeks}", day=_since(effect), weeks=_listed(effect.curve)),
    ]
    if low is not None and high is not None:
        told.append(t("Predicted: {low} to {high}", low=number(low), high=number(high)))
    return ". ".join(told)


def _listed(weeks: Sequence[EffectWeekOut]) -> str:
    counts = [DASH if one.exceptions is None else number(one.exceptions) for one in weeks]
    return ", ".join(counts) or t("none yet")


def _only_words(said: str) -> str:
    return f"<div class='mark'><small>{html.escape(said)}</small></div>"
