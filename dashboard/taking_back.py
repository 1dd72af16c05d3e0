"""The last word on a change: its owner confirms it, or takes it back."""

import streamlit as st

from api.schemas.candidates import CandidatePage, RollBackIn
from dashboard import addressed, kept, oneself, session
from dashboard.catalogue import t
from dashboard.places import Places
from dashboard.transport import typed


def confirm(page: CandidatePage) -> None:
    """Offer to say that it stays."""
    places = Places()
    with st.popover(t("Confirm it"), key="confirm"):
        st.caption(t("It stays, and nobody is asked to look at it again."))
        key = f"confirm-reason-{page.id}"
        reason = kept.area(t("Why?"), key=key, height=80)
        places.under("reason")
        if st.button(t("Confirm"), key="confirm-save", type="primary"):

            def act() -> None:
                session.api().confirm(page, reason)
                kept.sent(key)

            places.carry_out(t("Confirmed. It stays."), act)


def take_back(page: CandidatePage, *, reason: str = "") -> None:
    """Offer to take it back, with a reason to begin with."""
    places = Places()
    name = f"{page.id}-{'suggested' if reason else 'own'}"
    with st.popover(t("Take it back"), key=f"roll-back-{name}"):
        st.caption(t("The wording before it is written once more; nothing is erased."))
        start = addressed.day_field(
            "from", t("From (empty: at once)"), key=f"roll-back-from-{name}"
        )
        places.under("effective_from")
        key = f"roll-back-reason-{name}"
        words = kept.area(t("Why? Contributors read it."), reason, key=key, height=80)
        places.under("reason")
        given = oneself.proof(f"roll-back-password-{name}", "candidate", places)
        closed = oneself.awaited()
        save = f"roll-back-save-{name}"
        if st.button(t("Take it back"), key=save, type="primary", disabled=closed):

            def act() -> None:
                wish = {"effective_from": start, "password": given}
                known = {field: value for field, value in wish.items() if value is not None}
                session.api().roll_back(page, typed(RollBackIn, reason=words, **known))
                kept.sent(key)

            places.carry_out(t("Taken back. Everybody who contributed has been told why."), act)
