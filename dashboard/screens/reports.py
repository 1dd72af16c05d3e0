"""Reports: an examiner's questions about a quarter, how fast answers come, and what audits ask."""

from itertools import groupby
from typing import Final

import streamlit as st

from api.schemas.candidates import AnswersOut
from api.schemas.examiner import ExaminedOut
from dashboard import session
from dashboard.catalogue import md, t, tn
from dashboard.examined import answer
from dashboard.pages import attempt, heading
from dashboard.widgets import empty_state
from dashboard.words import number
from recommender.vocabulary import Role

_PACK_MAKERS: Final = frozenset({Role.ADMIN, Role.AUDITOR})


def show() -> None:
    """Draw the screen."""
    heading(
        t("Reports"), bound={"quarter"}, caption=t("Comparisons, not causes. Nobody is ranked.")
    )
    audits = not _PACK_MAKERS.isdisjoint(session.me().roles)
    left, right = st.columns(2, gap="medium")
    with left:
        _answered(session.api().answers())
    if audits:
        with right:
            _audit()
    report = session.api().examiner(st.query_params.get("quarter"))
    if report.quarter is None:
        empty_state(
            t("No quarter has been kept yet"), t("The first one is kept when a quarter ends.")
        )
        return
    _examined(report, report.quarter)


def _examined(report: ExaminedOut, quarter: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            t("Quarter"),
            report.quarters,
            index=report.quarters.index(quarter),
            key="quarter",
            bind="query-params",
            width=200,
        )
        if chosen != quarter:
            report = session.api().examiner(chosen)
        st.download_button(
            t("Download as Markdown"),
            report.markdown,
            f"examiner-{chosen}.md",
            "text/markdown",
            key="examiner-download",
            on_click="ignore",
        )
    for question, lines in groupby(report.answers, key=lambda one: one.question):
        answer(question, list(lines))


def _answered(answers: AnswersOut) -> None:
    """How long suggested changes wait for their yes or no; what waits too long first."""
    with st.container(border=True, key="answered", height="stretch"):
        st.markdown(t("**From a suggestion to its yes or no**"))
        if answers.red:
            late = tn("{n} waits too long", "{n} wait too long", answers.red)
            st.badge(late, color="red", icon=":material/schedule:")
        if answers.days is None:
            st.markdown(t("Nothing has been decided yet."))
        else:
            days = number(answers.days)
            st.markdown(
                md("Half took at most **{days} days** (of {n}).", days=days, n=answers.decided)
            )
        st.caption(tn("{n} waits now", "{n} wait now", answers.waiting))


def _audit() -> None:
    with st.container(border=True, key="pack", height="stretch"):
        st.markdown(t("**For an audit**"))
        st.caption(
            t(
                "The pack holds all rule books, decision records and the event log in one file, "
                "with their digests. That you made it is recorded."
            )
        )
        with st.container(horizontal=True):
            st.download_button(
                t("Make the pack and download it"),
                session.api().audit_pack,
                "audit-pack.zip",
                "application/zip",
                key="audit-pack",
                on_click="ignore",
                type="primary",
            )
            checks = st.button(t("Check the event log"), key="audit-log")
        if checks:
            _checked()


def _checked() -> None:
    log = attempt(session.api().audit_log)
    if log is not None:
        st.success(
            tn(
                "The log is sound: its one entry is as it was written.",
                "The log is sound: each of its {n} entries is as it was written.",
                log.entries,
            )
        )
