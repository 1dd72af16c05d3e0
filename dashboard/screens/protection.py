"""Protection: the charter, and what is kept about people here, who reads it, and for how long."""

import streamlit as st

from dashboard import session
from dashboard.charter import as_accepted
from dashboard.pages import heading
from dashboard.widgets import below_title
from recommender.vocabulary import Role


def show() -> None:
    """Draw the screen."""
    heading("Protection")
    only_files = session.me().roles == [Role.AGENT]
    with st.container(width=960):
        with st.expander("The charter", key="charter", expanded=only_files):
            as_accepted()
        if not only_files:
            _report()


def _report() -> None:
    report = session.api().protection_report()
    st.download_button(
        "Download as Markdown", report, "protection-report.md", "text/markdown", key="download"
    )
    with st.container(key="report"):
        st.markdown(below_title(report))
