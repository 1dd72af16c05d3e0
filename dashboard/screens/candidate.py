"""Candidates: suggested changes that wait for their desk, and one of them to decide."""

from collections.abc import Sequence

import streamlit as st

from api.schemas.candidates import CandidateOut, CandidatePage
from dashboard import session
from dashboard.answering import answer
from dashboard.cards import badge, badges, part
from dashboard.drafts import backtest, limits, rationale
from dashboard.evidence import evidence_panel
from dashboard.pages import carry_out, heading, link, read
from dashboard.widgets import as_text, empty_state, escape_md, redline
from dashboard.words import CANDIDATE_STATES, DECISIONS, GRADES, VERDICTS, day
from recommender.vocabulary import DECIDED_CANDIDATES, CandidateState, DecisionVerdict

_WIDTHS = (5, 2, 1.4, 1.4, 1.6)
_HEAD = ("Suggested change", "Verdict", "State", "Evidence", "Promoted")


def show() -> None:
    """Draw the screen: one candidate, or the list of all."""
    candidate_id = st.query_params.get("id")
    if candidate_id:
        _one(read("Candidate", session.api().candidate, candidate_id))
        return
    heading("Candidates", caption="Suggested changes. The clause's desk decides, with a reason.")
    _list(session.api().candidates().candidates)


def _list(candidates: Sequence[CandidateOut]) -> None:
    if not candidates:
        empty_state(
            "No change has been suggested yet",
            "A manager promotes a kind that recurs; it then waits here for the clause's desk.",
        )
        return
    decided = [each for each in candidates if each.state in DECIDED_CANDIDATES]
    waiting = [each for each in candidates if each.state not in DECIDED_CANDIDATES]
    groups = {
        "Waits for you": [each for each in waiting if each.yours],
        "Waits for somebody else": [each for each in waiting if not each.yours],
        "Decided": decided,
    }
    for title, rows in groups.items():
        if rows:
            st.subheader(title, anchor=False)
            _rows(rows, title.casefold().replace(" ", "-"))


def _rows(candidates: Sequence[CandidateOut], key: str) -> None:
    with st.container(key=f"head-{key}"):
        for place, title in zip(st.columns(_WIDTHS), _HEAD, strict=True):
            place.caption(title)
    for each in candidates:
        with st.container(border=True, key=f"candidate-row-{each.id}"):
            name, verdict, state, grade, when = st.columns(_WIDTHS, vertical_alignment="center")
            with name, st.container(gap=None):
                link(_subject(each), "candidate", key=f"open-candidate-{each.id}", id=each.id)
                st.caption(escape_md(_about(each)))
            verdict.markdown(VERDICTS[each.verdict].word)
            with state:
                badge(CANDIDATE_STATES[each.state])
            with grade:
                badges(GRADES[each.grade] if each.grade else None)
            when.markdown(day(each.promoted_on))


def _subject(candidate: CandidateOut) -> str:
    return candidate.clause or "" if candidate.kind is None else candidate.kind.name


def _about(candidate: CandidateOut) -> str:
    if candidate.kind is None:
        return "asked for, though it is allowed already"
    return candidate.clause or "a new clause"


def _one(page: CandidatePage) -> None:
    heading(_subject(page), "id")
    _head(page)
    _banners(page)
    left, right = st.columns((3, 2), gap="large")
    with left:
        _wording(page)
        _decide(page)
        _why(page)
        _decisions(page)
    with right:
        if page.backtest is not None:
            st.subheader("On past cases", anchor=False)
            st.caption("All that was approved or declined under the clause, this kind and others.")
            backtest(page.backtest, key="backtest")
        if page.evidence is not None:
            st.subheader("Evidence", anchor=False)
            st.caption(f"Frozen on {day(page.promoted_on)}, when it was promoted.")
            evidence_panel(page.evidence, key="evidence")


def _head(page: CandidatePage) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="candidate-head"):
        badges(CANDIDATE_STATES[page.state], GRADES[page.grade] if page.grade else None)
        if page.clause:
            link(page.clause, "library", key="candidate-clause", clause=page.clause)
        if page.kind is not None:
            link("The kind and its cases", "kind", key="candidate-kind", id=page.kind.id)
        link("All candidates", "candidate", key="all-candidates")


def _banners(page: CandidatePage) -> None:
    if page.stale and page.state not in DECIDED_CANDIDATES:
        with st.container(key="stale"):
            st.warning(
                "**The clause has changed since this was drafted.** It cannot be accepted like "
                "this. Claimed already? Release it; it is then drafted anew on today's wording."
            )
    if page.you_promoted and page.state not in DECIDED_CANDIDATES:
        with st.container(key="you-promoted"):
            st.info(
                "You promoted this, so somebody else decides: two pairs of eyes. You will be "
                "told the answer and its reason."
            )
    if page.effective_from and page.state in DECIDED_CANDIDATES - {CandidateState.REJECTED}:
        verdicts = {each.verdict for each in page.decisions}
        edited = " Below is the draft; it was accepted with edits, and the clause shows them."
        more = edited if DecisionVerdict.ACCEPT_WITH_EDITS in verdicts else ""
        st.caption(f"In force from {day(page.effective_from)}.{more}")


def _wording(page: CandidatePage) -> None:
    label = VERDICTS[page.verdict]
    st.subheader(label.word, anchor=False)
    st.caption(escape_md(page.reason))
    if page.changes:
        with st.container(border=True, key="candidate-redline"):
            base = page.base_revision
            named = f"{page.clause}, wording {base}" if base is not None else "A new clause"
            st.caption(escape_md(named))
            redline(page.changes, key="redline")
    else:
        part("The clause stays as it is", page.clause_text)
    currency = None if page.evidence is None else page.evidence.currency
    limits(page.draft.parameters, currency, key="limits")


def _why(page: CandidatePage) -> None:
    if page.draft.rationale:
        with st.expander("Why, and on which cases", key="why", expanded=True):
            rationale(page.draft.rationale, key="rationale")


def _decide(page: CandidatePage) -> None:
    if page.state in DECIDED_CANDIDATES:
        return
    if page.state is CandidateState.CLAIMED and page.claimed_by_you:
        answer(page)
    elif page.yours:
        _claim(page)
    elif not page.you_promoted:
        st.caption("The clause's desk decides this one.")


def _claim(page: CandidatePage) -> None:
    with st.container(border=True, key="decision"):
        st.caption("Claim it to decide. Its text and numbers then stay as you see them.")
        if st.button("Claim", key="claim", type="primary", shortcut="L"):
            carry_out(
                "It is yours to decide. Nothing in it changes until you have.",
                session.api().claim,
                page.id,
            )


def _decisions(page: CandidatePage) -> None:
    if not page.decisions:
        return
    st.subheader("Answers so far", anchor=False)
    for place, decision in enumerate(page.decisions):
        with st.container(border=True, key=f"answer-{place}", gap="xsmall"):
            st.markdown(f"**{DECISIONS[decision.verdict]}** on {day(decision.decided_on)}")
            as_text(decision.reason)
    if page.thanks:
        st.caption(escape_md(f"Thanks to {', '.join(page.thanks)}, who want to be named."))
