"""What came of a change: its effect beside the prediction, its record, the last word on it."""

import functools
from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from api.schemas.candidates import CandidatePage
from api.schemas.effects import EffectOut, EffectReadingOut, NeighbourOut
from dashboard import marks, session
from dashboard.cards import badge
from dashboard.catalogue import mark, md, t
from dashboard.drafts import cited
from dashboard.markup import escape_md
from dashboard.pages import link
from dashboard.remedies import remedies
from dashboard.tables import grid
from dashboard.taking_back import confirm, take_back
from dashboard.words import DASH, EFFECTS, day, number, percent, percents

_READINGS: Final[Mapping[str, str]] = {
    "exceptions": mark("Exceptions a week"),
    "uses": mark("Uses a week"),
    "cost": mark("Cost a week"),
    "good": mark("Went well"),
}
"""What is read of a change, by name."""
_HEAD: Final = (
    mark("Before"),
    mark("After"),
    mark("95 % interval"),
    mark("Predicted"),
    mark("Reads"),
)
_READS: Final[Mapping[str, str]] = {
    "inside": mark("as predicted"),
    "under": mark("below it"),
    "over": mark("above it"),
}
_MEASURES: Final[Mapping[str, str]] = {
    "contacts": mark("Both times are measured by contacts."),
    "other exceptions": mark("Both times are measured by the other exceptions."),
    "weeks": mark("Both times are measured by weeks."),
}


def effect_card(page: CandidatePage, effect: EffectOut) -> None:
    """The verdict of the planned look, the readings, the weeks, what recurs, what may help."""
    with st.container(border=True, key="effect"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(t("**What it did**"), width="content")
            badge(EFFECTS[effect.verdict])
        st.markdown(escape_md(effect.words))
        _regression(effect, None if page.kind is None else page.kind.id)
        if effect.readings:
            rows = [_reading(each, effect.currency) for each in effect.readings]
            grid(("", *map(t, _HEAD)), rows, key="effect-readings")
        if effect.exposure is not None:
            st.caption(t(_MEASURES[effect.exposure]))
        if effect.curve:
            marks.weeks_after(effect.curve, key="effect-weeks")
        _nearby(effect.nearby)
        remedies(page, effect.remedies)


def last_word(page: CandidatePage, *, way_back: bool) -> None:
    """Confirm what is in force, or take it back; for who may."""
    takes_back = page.may_roll_back and way_back
    if not (page.may_confirm or takes_back):
        return
    with st.container(horizontal=True, key="last-word"):
        if page.may_confirm:
            confirm(page)
        if takes_back:
            take_back(page)


def record(page: CandidatePage) -> None:
    """The decision on paper, fetched when somebody asks for it."""
    fetch = functools.partial(session.api().record, page.id)
    with st.container(horizontal=True, gap="small", key="record"):
        st.download_button(
            t("Record (Markdown)"),
            lambda: fetch().markdown,
            f"decision-{page.id}.md",
            "text/markdown",
            key="record-markdown",
            on_click="ignore",
            type="tertiary",
        )
        st.download_button(
            t("Record (to print)"),
            lambda: fetch().html,
            f"decision-{page.id}.html",
            "text/html",
            key="record-html",
            on_click="ignore",
            type="tertiary",
        )


def _regression(effect: EffectOut, kind_id: str | None) -> None:
    if effect.regressed_on is None:
        return
    st.warning(
        md(
            "**People have to ask again** since {day}, under the new wording.",
            day=day(effect.regressed_on),
        )
    )
    if effect.recurring:
        cited(effect.recurring, key="recurring")
    if kind_id is not None:
        link(t("The kind, to promote it again"), "kind", key="promote-again", id=kind_id)


def _nearby(grown: Sequence[NeighbourOut]) -> None:
    """The kinds beside the changed rule that people now bend more."""
    if not grown:
        return
    with st.container(key="nearby", gap="xsmall"):
        st.markdown(t("**The same rule is now bent more in another way**"))
        for one in grown:
            link(one.name, "kind", key=f"nearby-{one.id}", id=one.id)
            st.caption(_growth(one))
        st.caption(t("A comparison, not a cause: it may have grown for another reason."))


def _growth(grown: NeighbourOut) -> str:
    after = number(round(grown.after, 1))
    if grown.before is None or grown.least is None:
        return md("Hardly ever before, {after} times a week since.", after=after)
    return md(
        "{before} times a week before, {after} since: at least {least} times as often.",
        before=number(round(grown.before, 1)),
        after=after,
        least=number(round(grown.least, 1)),
    )


def reading_name(reading: EffectReadingOut, currency: str | None) -> str:
    """What is read, money with its currency."""
    name = t(_READINGS[reading.name])
    return f"{name}, {currency}" if reading.name == "cost" and currency else name


def _reading(reading: EffectReadingOut, currency: str | None) -> tuple[str, ...]:
    shares = reading.name == "good"
    return (
        reading_name(reading, currency),
        value(reading.before, shares=shares),
        value(reading.after, shares=shares),
        span(reading.low, reading.high, shares=shares),
        span(reading.predicted_low, reading.predicted_high, shares=shares),
        DASH if reading.reads is None else t(_READS[reading.reads]),
    )


def value(known: float | None, *, shares: bool) -> str:
    """A reading of a week, or a share of good outcomes."""
    if known is None:
        return DASH
    return percent(known) if shares else number(round(known, 1))


def span(low: float | None, high: float | None, *, shares: bool) -> str:
    """What a reading could be, or was predicted to be."""
    if low is None and high is None:
        return DASH
    if shares:
        return percents(low, high)
    if high is None:
        return t("at least {least}", least=value(low, shares=False))
    least, most = value(low, shares=False), value(high, shares=False)
    return least if least == most else f"{least}{DASH}{most}"
