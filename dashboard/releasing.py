"""Giving a claimed candidate back: what would be lost, before and after."""

import streamlit as st

from api.schemas.candidates import CandidatePage, LostOut, ReleaseIn
from dashboard import session
from dashboard.catalogue import t
from dashboard.markup import escape_md
from dashboard.pages import carry_out
from dashboard.transport import typed
from dashboard.widgets import as_text, redline


def release(page: CandidatePage, *, edited: bool, markup: str | None, words: str) -> None:
    """Offer to give it back.

    `edited` tells whether anything was, `markup` and `words` the wording that came of it.
    """
    with st.popover(t("Give it back undecided"), type="tertiary", key=f"give-back-{page.id}"):
        if not edited:
            st.caption(t("You have changed nothing in it, so nothing of yours is lost."))
        elif markup is None:
            st.markdown(t("**Your edits are not kept.**"))
        else:
            st.markdown(t("**Your edits are not kept.** It would not say any more:"))
            as_text(words)
        st.caption(
            t("It is drafted anew on the clause and the cases of today, and waits for your desk.")
        )
        if st.button(t("Give it back"), key="release"):

            def act() -> None:
                known = {} if markup is None else {"markup": markup}
                given = session.api().release(page.id, typed(ReleaseIn, **known))
                if given.lost is not None:
                    st.session_state[_key(given)] = given.lost

            carry_out(t("Given back; it is drafted anew."), act)


def lost_words(page: CandidatePage) -> None:
    """After a release: what the new draft does not say any more, to be copied."""
    lost: LostOut | None = st.session_state.get(_key(page))
    if lost is None:
        return
    with st.container(border=True, key="lost"):
        st.markdown(t("**Not in the new draft**"))
        for condition in lost.conditions:
            st.markdown(f"- {escape_md(condition)}")
        if lost.changes:
            st.caption(t("From the new draft to the words that you gave back:"))
            redline(lost.changes, key="lost-redline")
        st.caption(t("This is kept nowhere: copy what you need."))


def _key(page: CandidatePage) -> str:
    return f"lost-{page.id}-{page.version}"
