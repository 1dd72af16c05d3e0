"""The charter, read and accepted before the first filing or signature."""

import streamlit as st

from dashboard import session
from dashboard.pages import carry_out


def accepted() -> bool:
    """Tell whether the reader has accepted the charter; until then it stands on the page."""
    if session.me().charter_accepted:
        return True
    charter = session.api().charter()
    st.markdown("Before you file or sign for the first time, please read what protects you.")
    with st.container(border=True, key="charter"):
        st.markdown(charter.text)
    if st.button("I have read it and accept", key="accept-charter", type="primary"):
        carry_out("Thank you. You can begin.", session.api().accept_charter, charter.version)
    return False
