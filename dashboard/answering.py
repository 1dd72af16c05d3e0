"""The owner's answer to a claimed candidate: accept, reject, defer or return, with a reason."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from api.schemas.candidates import AcceptIn, CandidatePage, DeferIn
from dashboard import session
from dashboard.client import typed
from dashboard.pages import carry_out
from dashboard.widgets import changes_between, redline
from recommender.errors import Invalid
from recommender.vocabulary import TEXT_CHANGING_VERDICTS, Verdict

ACCEPT: Final = "Accept"
REJECT: Final = "Reject"
DEFER: Final = "Defer"
RETURN: Final = "Return"

_SAYS: Final = {
    ACCEPT: "The new wording comes into force, and everybody who contributed hears why.",
    REJECT: "The rule stays. It is not suggested again until its evidence has really changed.",
    DEFER: "Nothing changes until a date; then it waits here again.",
    RETURN: "Back to the manager who promoted it, with your question.",
}
_EDITABLE: Final = TEXT_CHANGING_VERDICTS - {Verdict.RETIRE_RULE}


def answer(page: CandidatePage) -> None:
    """The form for the answer, and the way back: release."""
    with st.container(border=True, key="decision"):
        st.markdown("**Your decision**")
        choice = st.segmented_control(
            "Answer",
            list(_SAYS),
            default=ACCEPT,
            required=True,
            key="answer",
            label_visibility="collapsed",
        )
        st.caption(_SAYS[choice])
        _FORMS[choice](page)
        if st.button("Release without deciding", key="release", type="tertiary"):
            carry_out("Released; it is drafted anew.", session.api().release, page.id)


def _accept(page: CandidatePage) -> None:
    edited = _edited_wording(page)
    start = st.date_input(
        "In force from (empty: at once)", value=None, format="YYYY-MM-DD", key="effective-from"
    )
    reason = _reason("Why is this right? Contributors read it.")
    password = st.text_input("Your password, once more", type="password", key="accept-password")
    label = "Accept with edits" if edited is not None else "Accept"
    if st.button(label, key="accept", type="primary", disabled=page.stale):

        def act() -> CandidatePage:
            given = {"effective_from": start, "markup": edited, "password": password or None}
            known = {name: value for name, value in given.items() if value is not None}
            return session.api().accept(page, typed(AcceptIn, reason=reason, **known))

        carry_out("Decided. Everybody who contributed has been told why.", act)


def _edited_wording(page: CandidatePage) -> str | None:
    """The wording as the owner changed it; None where it stays as drafted."""
    if page.new_markup is None or page.verdict not in _EDITABLE:
        return None
    with st.expander("Edit the wording first", key="edit-wording"):
        st.caption("Numbers in square brackets are the clause's limits; keep what is in braces.")
        text = st.text_area("Wording", page.new_markup, height=140, key="wording")
        edited = text.strip() != page.new_markup.strip()
        if edited:
            redline(changes_between(page.new_markup, text), key="edited-redline")
    return text.strip() if edited else None


def _reject(page: CandidatePage) -> None:
    reason = _reason("Why does the rule stay? Contributors read it.")
    if st.button("Reject", key="reject", type="primary"):
        words = "Rejected. Everybody who contributed has been told why."
        carry_out(words, session.api().reject, page, reason)


def _defer(page: CandidatePage) -> None:
    until = st.date_input("Look again on", value=None, format="YYYY-MM-DD", key="defer-until")
    reason = _reason("Why not now?")
    if st.button("Defer", key="defer", type="primary"):

        def act() -> CandidatePage:
            if until is None:
                raise Invalid("Choose the day to look again.", field="until", title="Not yet")
            return session.api().defer(page, typed(DeferIn, reason=reason, until=until))

        carry_out("Deferred. It comes back on its date.", act)


def _return(page: CandidatePage) -> None:
    question = _reason("What do you need to know?")
    if st.button("Return with this question", key="return", type="primary"):
        words = "Returned. The manager has been told."
        carry_out(words, session.api().return_to_manager, page, question)


def _reason(label: str) -> str:
    return st.text_area(label, key="reason", height=90)


_FORMS: Final[dict[str, Callable[[CandidatePage], None]]] = {
    ACCEPT: _accept,
    REJECT: _reject,
    DEFER: _defer,
    RETURN: _return,
}
