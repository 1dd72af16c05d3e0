"""The queue while somebody reads it: what comes is announced, and nothing moves by itself.

The cards stay as they were when they were drawn, in their order: a card that slid under the cursor
would be signed unread, and a reason half typed would be gone. Beside them a fragment asks again and
again what waits.
"""

from collections.abc import Collection
from typing import Final

import streamlit as st

from api.schemas.cases import CaseOut, QueuePage
from dashboard import session
from dashboard.catalogue import t, tn
from dashboard.pages import came
from dashboard.transport import SignedOut
from recommender.errors import RecommenderError

_SHOWN: Final = "queue-shown"
_JUST_ASKED: Final = "queue-just-asked"


def settled(page: QueuePage) -> list[CaseOut]:
    """The proposals that are drawn: those shown before, in that order, as long as they wait."""
    now = {case.id: case for case in page.proposals}
    before: list[str] = [] if came() else st.session_state.get(_SHOWN, [])
    drawn = [now[each] for each in before if each in now] or page.proposals
    st.session_state[_SHOWN] = [case.id for case in drawn]
    st.session_state[_JUST_ASKED] = page
    return drawn


def announced(page: QueuePage) -> None:
    """Draw the line that says what came and went since; it asks by itself."""
    st.fragment(_line, run_every=page.ask_again_seconds)()


def _line() -> None:
    shown: list[str] = st.session_state.get(_SHOWN, [])
    with st.container(key="arrivals", horizontal=True, vertical_alignment="center", gap="small"):
        try:
            page = st.session_state.pop(_JUST_ASKED, None) or session.api().queue()
        except SignedOut:
            st.caption(t("Your sign-in has ended. What you typed is there again after the next."))
        except RecommenderError:
            st.caption(t("It cannot be asked at the moment what waits; it is tried again."))
        else:
            _told(shown, {case.id for case in page.proposals})


def _told(shown: Collection[str], waiting: Collection[str]) -> None:
    more, gone = len(set(waiting) - set(shown)), len(set(shown) - set(waiting))
    words = []
    if shown:
        words.append(
            tn(
                "{n} proposal waits, oldest first",
                "{n} proposals wait, oldest first",
                len(shown),
            )
        )
    if gone:
        words.append(tn("{n} of them is answered by now", "{n} of them are answered by now", gone))
    if more:
        words.append(tn("{n} more has come since", "{n} more have come since", more))
    st.caption(" · ".join(words), width="content")
    if (more or gone) and st.button(t("Show what waits"), key="show-what-waits"):
        st.session_state[_SHOWN] = []
        st.rerun()
