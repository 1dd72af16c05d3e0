"""What the screens that answer proposals share: when one waits until, and the kind no."""

from collections.abc import Callable

import streamlit as st

from api.schemas.cases import CaseOut
from dashboard import kept
from dashboard.catalogue import md, t
from dashboard.pages import carry_out
from dashboard.words import day


def direction(words: str) -> None:
    """What the organisation wants for customers, in view of who files and of who signs."""
    with st.container(key="direction"):
        st.caption(md("**What we want for customers:** {words}", words=words))


def waiting_line(case: CaseOut) -> list[str]:
    """Say of which day a proposal is, until when it waits, and whether it was done already."""
    facing = [day(case.day)]
    if case.expires_at is not None:
        facing.append(t("waits until {day}", day=day(case.expires_at)))
    if case.filed_after_the_act:
        facing.append(t("done already, as it could not wait"))
    return facing


def decline_with_reason(case: CaseOut, decline: Callable[[CaseOut, str], CaseOut]) -> None:
    """Offer to say no; `decline` sends it with the reason that its filer will read."""
    field = f"decline-reason-{case.id}"
    with st.popover(t("Decline with a reason"), key=f"decline-{case.id}"):
        reason = kept.area(t("Why not? Your colleague reads it, without your name."), key=field)
        if st.button(t("Decline"), key=f"decline-save-{case.id}"):

            def say_no() -> None:
                decline(case, reason)
                kept.sent(field)
                st.query_params.clear()

            carry_out(t("Declined. Your colleague has been told why."), say_no)
