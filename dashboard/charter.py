"""The charter: read and accepted before the first filing or signature, and to be read again."""

import streamlit as st

from dashboard import session
from dashboard.catalogue import t
from dashboard.pages import carry_out
from dashboard.widgets import below_title
from dashboard.words import day


def accepted() -> bool:
    """Tell whether the reader has accepted the charter; until then it stands on the page."""
    if session.me().charter_accepted:
        return True
    charter = session.api().charter()
    st.markdown(t("Before you file or sign for the first time, please read what protects you."))
    with st.container(border=True, key="charter"):
        st.markdown(below_title(charter.text))
    if st.button(t("I have read it and accept"), key="accept-charter", type="primary"):
        carry_out(t("Thank you. You can begin."), session.api().accept_charter, charter.version)
    return False


def as_accepted() -> None:
    """The charter in force, and when the reader accepted it."""
    charter = session.api().charter()
    if charter.accepted_at is not None:
        st.caption(t("You accepted it on {day}.", day=day(charter.accepted_at)))
    else:
        st.caption(t("You have not accepted it yet; that is asked before you first file or sign."))
    st.markdown(below_title(charter.text))
