"""Effects: every change of a wording, and what it did."""

import streamlit as st

from api.schemas.effects import EffectOut, EffectRowOut
from dashboard import session
from dashboard.cards import badge
from dashboard.pages import heading, link
from dashboard.widgets import empty_state, escape_md
from dashboard.words import CANDIDATE_STATES, DASH, EFFECTS, REGRESSED, VERDICTS, count, day

_WIDTHS = (5, 1.6, 1.8, 1.4)
_HEAD = ("Change", "State", "What it did", "Look")


def show() -> None:
    """Draw the screen."""
    heading("Effects", caption="What changes did, read on the day that was planned beforehand.")
    rows = session.api().effects().effects
    if not rows:
        empty_state(
            "No wording has been changed yet",
            "Once a change is accepted, its effect is read here beside what was predicted.",
        )
        return
    with st.container(key="head-effects"):
        for place, title in zip(st.columns(_WIDTHS), _HEAD, strict=True):
            place.caption(title)
    for row in sorted(rows, key=lambda each: _urgent(each.effect)):
        _row(row)


def _urgent(told: EffectOut) -> tuple[bool, bool]:
    """What recurs comes first, then what missed its prediction or is not used."""
    return told.regressed_on is None, not told.remedies


def _row(row: EffectRowOut) -> None:
    told = row.effect
    with st.container(border=True, key=f"effect-row-{row.candidate.id}"):
        name, state, verdict, look = st.columns(_WIDTHS, vertical_alignment="center")
        with name, st.container(gap=None):
            label = row.kind_name or row.clause or VERDICTS[row.candidate.verdict].word
            link(label, "candidate", key=f"open-effect-{row.candidate.id}", id=row.candidate.id)
            st.caption(escape_md(f"{row.clause or 'a new clause'} · {told.words}"))
        with state:
            badge(CANDIDATE_STATES[row.candidate.state])
        with verdict, st.container(gap="xsmall"):
            badge(EFFECTS[told.verdict])
            if told.regressed_on is not None:
                badge(REGRESSED)
            if told.remedies:
                st.caption(f"{count(len(told.remedies), 'remedy', 'remedies')} offered")
        look.markdown(_look(told))


def _look(told: EffectOut) -> str:
    if told.read_on is not None:
        return f"taken {day(told.read_on)}"
    return DASH if told.look_on is None else f"on {day(told.look_on)}"
