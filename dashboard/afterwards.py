"""What came of a change: its effect beside the prediction, its record, the last word on it."""

import functools
from collections.abc import Mapping
from typing import Final

import streamlit as st

from api.schemas.candidates import CandidatePage, RollBackIn
from api.schemas.effects import EffectOut, EffectReadingOut
from dashboard import marks, session
from dashboard.answering import password
from dashboard.cards import badge
from dashboard.drafts import cited
from dashboard.pages import carry_out, link
from dashboard.tables import grid
from dashboard.transport import typed
from dashboard.widgets import escape_md
from dashboard.words import DASH, EFFECTS, day, number, percent, percents
from recommender.vocabulary import CandidateState, Role

_READINGS: Final[Mapping[str, str]] = {
    "exceptions": "Exceptions a week",
    "uses": "Uses a week",
    "cost": "Cost a week",
    "good": "Went well",
}
_READS: Final[Mapping[str, str]] = {
    "inside": "as predicted",
    "under": "below it",
    "over": "above it",
}
_MEASURES: Final[Mapping[str, str]] = {
    "contacts": "Both times are measured by contacts.",
    "other exceptions": "Both times are measured by the other exceptions.",
    "weeks": "Both times are measured by weeks.",
}


def effect_card(effect: EffectOut, *, kind_id: str | None) -> None:
    """The verdict of the planned look, the four readings, the weeks, and what recurs."""
    with st.container(border=True, key="effect"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**What it did**", width="content")
            badge(EFFECTS[effect.verdict])
        st.markdown(escape_md(effect.words))
        _regression(effect, kind_id)
        if effect.readings:
            rows = [_reading(each) for each in effect.readings]
            head = ("", "Before", "After", "95 % interval", "Predicted", "Reads")
            grid(head, rows, key="effect-readings")
        if effect.exposure is not None:
            st.caption(_MEASURES[effect.exposure])
        if effect.curve:
            marks.weeks_after(effect.curve, key="effect-weeks")


def last_word(page: CandidatePage) -> None:
    """Confirm what is in force, or take it back; for the desk."""
    in_force = page.state is CandidateState.IN_FORCE
    if not _of_the_desk(page) or not (in_force or page.state is CandidateState.CONFIRMED):
        return
    with st.container(horizontal=True, key="last-word"):
        if in_force:
            with st.popover("Confirm it", key="confirm"):
                st.caption("It stays, and nobody is asked to look at it again.")
                reason = st.text_area("Why?", key=f"confirm-reason-{page.id}", height=80)
                if st.button("Confirm", key="confirm-save", type="primary"):
                    carry_out("Confirmed. It stays.", session.api().confirm, page, reason)
        if page.effective_from is not None:
            with st.popover("Take it back", key="roll-back"):
                _roll_back(page)


def _of_the_desk(page: CandidatePage) -> bool:
    """Tell whether the reader sits at the clause's desk, and did not promote this."""
    me = session.me()
    owns = Role.POLICY_OWNER in me.roles and page.owner in {me.team, me.name, None}
    return owns and not page.you_promoted


def record(page: CandidatePage) -> None:
    """The decision on paper, fetched when somebody asks for it."""
    fetch = functools.partial(session.api().record, page.id)
    with st.container(horizontal=True, gap="small", key="record"):
        st.download_button(
            "Record (Markdown)",
            lambda: fetch().markdown,
            f"decision-{page.id}.md",
            "text/markdown",
            key="record-markdown",
            on_click="ignore",
            type="tertiary",
        )
        st.download_button(
            "Record (to print)",
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
        f"**People have to ask again** since {day(effect.regressed_on)}, under the new wording."
    )
    if effect.recurring:
        cited(effect.recurring, key="recurring")
    if kind_id is not None:
        link("The kind, to promote it again", "kind", key="promote-again", id=kind_id)


def _reading(reading: EffectReadingOut) -> tuple[str, ...]:
    shares = reading.name == "good"
    return (
        _READINGS[reading.name],
        _value(reading.before, shares=shares),
        _value(reading.after, shares=shares),
        _span(reading.low, reading.high, shares=shares),
        _span(reading.predicted_low, reading.predicted_high, shares=shares),
        _READS.get(reading.reads or "", DASH),
    )


def _value(value: float | None, *, shares: bool) -> str:
    if value is None:
        return DASH
    return percent(value) if shares else number(round(value, 1))


def _span(low: float | None, high: float | None, *, shares: bool) -> str:
    if low is None and high is None:
        return DASH
    if shares:
        return percents(low, high)
    if high is None:
        return f"at least {_value(low, shares=False)}"
    return f"{_value(low, shares=False)}{DASH}{_value(high, shares=False)}"


def _roll_back(page: CandidatePage) -> None:
    st.caption("The wording before it is written once more; nothing is erased.")
    start = st.date_input(
        "From (empty: at once)", value=None, format="YYYY-MM-DD", key=f"roll-back-from-{page.id}"
    )
    reason = st.text_area(
        "Why? Contributors read it.", key=f"roll-back-reason-{page.id}", height=80
    )
    given = password(f"roll-back-password-{page.id}")
    if st.button("Take it back", key="roll-back-save", type="primary"):

        def act() -> CandidatePage:
            wish = {"effective_from": start, "password": given or None}
            known = {name: value for name, value in wish.items() if value is not None}
            return session.api().roll_back(page, typed(RollBackIn, reason=reason, **known))

        carry_out("Taken back. Everybody who contributed has been told why.", act)
