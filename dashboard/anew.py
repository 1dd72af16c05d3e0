"""A draft whose clause was revised meanwhile: old draft and new clause beside each other."""

import streamlit as st

from api.schemas.candidates import CandidatePage, ReleaseIn
from dashboard import session
from dashboard.catalogue import md, t
from dashboard.pages import carry_out
from dashboard.sentence import plain
from dashboard.widgets import as_text
from recommender.vocabulary import DECIDED_CANDIDATES


def moved_on(page: CandidatePage) -> None:
    """Say that the clause reads otherwise by now, and offer whoever decides a new draft."""
    if not page.stale or page.state in DECIDED_CANDIDATES:
        return
    with st.container(key="stale"):
        st.warning(
            t(
                "**The clause has changed since this was drafted.** It cannot be accepted like "
                "this, for it would undo that change."
            )
        )
        _beside(page)
        if page.claimed_by_you:
            _offer(page)
        elif page.yours:
            st.caption(t("Claim it: it is then drafted anew on today's wording."))


def _beside(page: CandidatePage) -> None:
    """What the draft would write, and what the clause says today."""
    revision = None if page.clause is None else session.api().clause(page.clause).revision
    left, right = st.columns(2)
    with left, st.container(border=True):
        st.caption(md("As it was drafted, on wording {n}", n=page.base_revision or 0))
        as_text(plain(page.new_markup or page.old_markup or ""), key="stale-draft")
    with right, st.container(border=True):
        st.caption(md("{clause} as it reads today", clause=page.clause or ""))
        as_text(
            t("The clause no longer applies.") if revision is None else revision.text,
            key="stale-clause",
        )


def _offer(page: CandidatePage) -> None:
    """The numbers that were set stand in the address, and so in the new draft."""
    label = t("Draft it anew, keeping my numbers")
    if st.button(label, key=f"anew-{page.id}-{page.version}", type="primary"):

        def act() -> None:
            session.api().release(page.id, ReleaseIn())
            session.api().claim(page.id)

        carry_out(t("Drafted anew on today's wording. It is still yours to decide."), act)
