"""The charter: read and accepted before the first filing or signature, and to be read again."""

import streamlit as st

from dashboard import session
from dashboard.pages import carry_out
from dashboard.widgets import below_title
from dashboard.words import day


def accepted() -> bool:
    """Tell whether the reader has accepted the charter; until then it stands on the page."""
    if session.me().charter_accepted:
        return True
    charter = session.api().charter()
    st.markdown("Before you file or sign for the first time, please read what protects you.")
    with st.container(border=True, key="charter"):
        st.markdown(below_title(charter.text))
    if st.button("I have read it and accept", key="accept-charter", type="primary"):
        carry_out("Thank you. You can begin.", session.api().accept_charter, charter.version)
    return False


def as_accepted() -> None:
    """The charter in force, and when the reader accepted it."""
    charter = session.api().charter()
    if charter.accepted_at is not None:
        st.caption(f"You accepted it on {day(charter.accepted_at)}.")
    st.markdown(below_title(charter.text))
