"""How long the desk's answers take, and who decides while its owner is away."""

import streamlit as st

from api.schemas.candidates import AnswersOut
from api.schemas.deputies import DeputyIn, DeputyOut
from dashboard import kept, session
from dashboard.catalogue import md, t, tn
from dashboard.markup import escape_md
from dashboard.pages import carry_out
from dashboard.places import Places
from dashboard.transport import typed
from dashboard.words import day, number


def answers_line(answers: AnswersOut) -> None:
    """How many were answered, and how long their yes or no took."""
    told = []
    if answers.days is not None:
        told.append(
            t(
                "Half of all suggestions had their yes or no within {days}",
                days=_days(answers.days),
            )
        )
    if answers.days_here is not None:
        told.append(t("at your desk {days}", days=_days(answers.days_here)))
    if answers.decided:
        told.append(
            tn(
                "{n} of {of} decided was accepted",
                "{n} of {of} decided were accepted",
                answers.accepted,
                of=answers.decided,
            )
        )
    if answers.edited:
        told.append(t("{n} of these with edits", n=answers.edited))
    if told:
        st.caption(escape_md(", ".join(told) + "."))
    if answers.red:
        st.error(
            tn(
                "**{n} change has waited too long** for a yes or no. Contributors still do not "
                "know what became of their cases.",
                "**{n} changes have waited too long** for a yes or no. Contributors still do not "
                "know what became of their cases.",
                answers.red,
            )
        )


def deputy_form() -> None:
    """Who decides in the reader's place; asked for only once it is opened."""
    with st.expander(t("Away for a while?"), key="deputy", on_change="rerun") as opened:
        if opened.open:
            _form(session.api().deputy())


def _form(now: DeputyOut) -> None:
    if now.deputy is not None:
        st.markdown(_standing(now))
        if st.button(t("I am back"), key="deputy-end"):
            body = DeputyIn(deputy=None)
            carry_out(t("You decide again."), session.api().choose_deputy, body)
        return
    st.caption(t("A colleague who decides about policies then sees what waits for your desk."))
    places = Places()
    name = kept.line(t("Their sign-in name"), key="deputy-name")
    places.under("deputy")
    with st.container(horizontal=True):
        first = kept.calendar(t("From (empty: today)"), key="deputy-from")
        last = kept.calendar(t("To (empty: open)"), key="deputy-to")
    places.under("away_from", "away_until")
    if st.button(t("Let them decide"), key="deputy-save"):

        def act() -> None:
            wish = typed(DeputyIn, deputy=name or None, away_from=first, away_until=last)
            session.api().choose_deputy(wish)
            kept.sent("deputy-name", "deputy-from", "deputy-to")

        places.carry_out(t("They have been told."), act)


def _standing(now: DeputyOut) -> str:
    """Who decides in the reader's place, and how long."""
    name = now.deputy or ""
    first = "" if now.away_from is None else day(now.away_from)
    last = "" if now.away_until is None else day(now.away_until)
    if first and last:
        return md(
            "{name} decides in your place from {first} to {last}.",
            name=name,
            first=first,
            last=last,
        )
    if first:
        return md(
            "{name} decides in your place from {first} until you say otherwise.",
            name=name,
            first=first,
        )
    if last:
        return md("{name} decides in your place to {last}.", name=name, last=last)
    return md("{name} decides in your place until you say otherwise.", name=name)


def _days(days: float) -> str:
    return t("1 day") if days == 1 else t("{n} days", n=number(round(days, 1)))
