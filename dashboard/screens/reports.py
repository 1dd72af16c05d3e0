"""Reports: an examiner's questions about a quarter, and the pack for an audit."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

import streamlit as st

from api.schemas.examiner import ExaminedLineOut
from dashboard import session
from dashboard.pages import heading
from dashboard.tables import grid
from dashboard.widgets import empty_state
from dashboard.words import DASH, MASKED, fact_name, number, percents
from recommender.vocabulary import Role

_QUESTIONS: Final[Mapping[str, str]] = {
    "share": "How many contacts ended in an exception?",
    "attribute": "Were groups of customers treated alike?",
    "product": "For which products?",
    "reason": "For which reasons?",
    "limits": "Were the limits kept?",
    "deciders": "Did two pairs of eyes decide?",
}
_PACK_MAKERS: Final = frozenset({Role.ADMIN, Role.AUDITOR})


def show() -> None:
    """Draw the screen."""
    heading("Reports", bound={"quarter"}, caption="Comparisons, not causes. Nobody is ranked.")
    if not _PACK_MAKERS.isdisjoint(session.me().roles):
        _pack()
    report = session.api().examiner(st.query_params.get("quarter"))
    if report.quarter is None:
        empty_state("No quarter has been kept yet", "The first one is kept when a quarter ends.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Quarter",
            report.quarters,
            index=report.quarters.index(report.quarter),
            key="quarter",
            bind="query-params",
            width=200,
        )
        if chosen != report.quarter:
            report = session.api().examiner(chosen)
        st.download_button(
            "Download as Markdown",
            report.markdown,
            f"examiner-{report.quarter}.md",
            "text/markdown",
            key="examiner-download",
            on_click="ignore",
        )
    for question, lines in groupby(report.answers, key=lambda one: one.question):
        st.subheader(_QUESTIONS[question], anchor=False)
        _answers(list(lines), f"answers-{question}")


def _pack() -> None:
    with st.container(border=True, key="pack"):
        st.markdown("**Audit pack**")
        st.caption(
            "All rule books, decision records and the event log in one file, with their digests. "
            "That you made it is recorded."
        )
        st.download_button(
            "Make and download it",
            session.api().audit_pack,
            "audit-pack.zip",
            "application/zip",
            key="audit-pack",
            on_click="ignore",
            type="primary",
        )


def _answers(lines: Sequence[ExaminedLineOut], key: str) -> None:
    rows = [
        (
            ": ".join(filter(None, (fact_name(one.attribute), one.value))) or DASH,
            _counted(one.exceptions),
            _counted(one.declined),
            percents(one.low, one.high),
            one.note,
        )
        for one in lines
    ]
    with st.container(width=960):
        grid(("", "Exceptions", "Declined", "95 % interval", ""), rows, key=key)


def _counted(many: int | None) -> str:
    return MASKED if many is None else number(many)
