"""How long the desk's answers take, and who decides while its owner is away."""

import streamlit as st

from api.schemas.candidates import AnswersOut
from api.schemas.deputies import DeputyIn, DeputyOut
from dashboard import session
from dashboard.pages import carry_out
from dashboard.places import Places
from dashboard.transport import typed
from dashboard.widgets import escape_md
from dashboard.words import count, day, number


def answers_line(answers: AnswersOut) -> None:
    """How many were answered, and how long their yes or no took."""
    told = []
    if answers.days is not None:
        told.append(f"Half of all suggestions had their yes or no within {_days(answers.days)}")
    if answers.days_here is not None:
        told.append(f"at your desk {_days(answers.days_here)}")
    if answers.decided:
        told.append(f"{answers.accepted} of {answers.decided} decided were accepted")
    if answers.edited:
        told.append(f"{answers.edited} of these with edits")
    if told:
        st.caption(escape_md(", ".join(told) + "."))
    if answers.red:
        st.error(
            f"**{count(answers.red, 'change has', 'changes have')} waited too long** for a yes "
            "or no. Contributors still do not know what became of their cases."
        )


def deputy_form() -> None:
    """Who decides in the reader's place; asked for only once it is opened."""
    with st.expander("Away for a while?", key="deputy", on_change="rerun") as opened:
        if opened.open:
            _form(session.api().deputy())


def _form(now: DeputyOut) -> None:
    if now.deputy is not None:
        until = "until you say otherwise" if now.away_until is None else f"to {day(now.away_until)}"
        since = "" if now.away_from is None else f"from {day(now.away_from)} "
        st.markdown(escape_md(f"{now.deputy} decides in your place {since}{until}."))
        if st.button("I am back", key="deputy-end"):
            body = DeputyIn(deputy=None)
            carry_out("You decide again.", session.api().choose_deputy, body)
        return
    st.caption("A colleague who decides about policies then sees what waits for your desk.")
    places = Places()
    name = st.text_input("Their sign-in name", key="deputy-name")
    places.under("deputy")
    with st.container(horizontal=True):
        first = st.date_input(
            "From (empty: today)", value=None, format="YYYY-MM-DD", key="deputy-from"
        )
        last = st.date_input("To (empty: open)", value=None, format="YYYY-MM-DD", key="deputy-to")
    places.under("away_from", "away_until")
    if st.button("Let them decide", key="deputy-save"):
        places.carry_out(
            "They have been told.",
            lambda: session.api().choose_deputy(
                typed(DeputyIn, deputy=name or None, away_from=first, away_until=last)
            ),
        )


def _days(days: float) -> str:
    return f"{number(round(days, 1))} day{'' if days == 1 else 's'}"
