"""Reports: an examiner's questions about a quarter, how fast answers come, and what audits ask."""

from collections.abc import Callable
from itertools import groupby
from typing import Final, TypeVar

import streamlit as st

from api.schemas.candidates import AnswersOut
from api.schemas.examiner import ExaminedOut
from api.schemas.slices import SlicesOut
from dashboard import session
from dashboard.catalogue import md, t, tn
from dashboard.examined import alike, answer
from dashboard.pages import attempt, heading
from dashboard.widgets import empty_state
from dashboard.words import number
from recommender.vocabulary import Role

Report = TypeVar("Report", ExaminedOut, SlicesOut)
_EXAMINERS: Final = frozenset(
    {Role.ADMIN, Role.AUDITOR, Role.EMPLOYEE_REPRESENTATIVE, Role.POLICY_OWNER}
)
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
    if _EXAMINERS.isdisjoint(session.me().roles):
        _compared()
    else:
        _examined()


def _examined() -> None:
    """All of the examiner's questions, on the screen and as a file."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        report = _of_quarter(session.api().examiner)
        if report is None:
            return
        st.download_button(
            t("Download as Markdown"),
            report.markdown,
            f"examiner-{report.quarter}.md",
            "text/markdown",
            key="examiner-download",
            on_click="ignore",
        )
    for question, lines in groupby(report.answers, key=lambda one: one.question):
        answer(question, list(lines))


def _compared() -> None:
    """The one question that whoever reads kinds may ask: whether groups were treated alike."""
    found = _of_quarter(session.api().slices)
    if found is not None:
        alike(found.slices)


def _of_quarter(ask: Callable[[str | None], Report]) -> Report | None:
    """Ask about the quarter that is chosen, by default the newest; None where none was kept."""
    report = ask(st.query_params.get("quarter"))
    if report.quarter is None:
        empty_state(
            t("No quarter has been kept yet"), t("The first one is kept when a quarter ends.")
        )
        return None
    chosen = st.selectbox(
        t("Quarter"),
        report.quarters,
        index=report.quarters.index(report.quarter),
        key="quarter",
        bind="query-params",
        width=200,
    )
    return report if chosen == report.quarter else ask(chosen)


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
