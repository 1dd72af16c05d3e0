"""Protection report: what is kept about people here, who reads it, and for how long."""

import streamlit as st

from dashboard import session
from dashboard.pages import heading


def show() -> None:
    """Draw the screen."""
    heading("Protection report")
    report = session.api().protection_report()
    st.download_button(
        "Download as Markdown", report, "protection-report.md", "text/markdown", key="download"
    )
    with st.container(width=960, key="report"):
        st.markdown(_without_title(report))


def _without_title(report: str) -> str:
    """The report below its own heading: the screen has one."""
    title, _, rest = report.partition("\n")
    return rest if title.startswith("#") else report
