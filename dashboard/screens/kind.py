"""Kind: what recurs, how far its evidence carries, and which change it suggests."""

import functools
from collections.abc import Sequence
from typing import Final

import streamlit as st

from api.schemas.drafts import DraftOut, OfferedOut
from api.schemas.kinds import KindCaseOut, KindPage
from dashboard import kept, session
from dashboard.cards import badges, case_card, part
from dashboard.drafts import also, limits, rationale
from dashboard.evidence import events, evidence_panel, opened_numbers, shortfalls, spreads
from dashboard.pages import attempt, carry_out, go, heading, link, read, say
from dashboard.putting_off import put_off, put_off_until
from dashboard.session import judges
from dashboard.trying import what_if
from dashboard.widgets import changes_between, empty_state, escape_md, redline
from dashboard.words import (
    CANDIDATE_STATES,
    DIMENSIONS,
    GAP,
    GRADES,
    KIND_STATES,
    MODES,
    VERDICTS,
    day,
)
from recommender.vocabulary import CandidateState, KindState, Verdict

_SORTS: Final = {
    "Typical": ("representative", "The cases in the middle of this kind."),
    "At the edge": ("borderline", "In this kind, but least alike."),
    "Just outside": ("nearest_outside", "Alike, but not in this kind."),
    "Declined": ("declined", "Alike, and a peer said no: the contrast."),
}
_ASIDE: Final = frozenset({KindState.DISMISSED, KindState.EMERGING})
_REOPENABLE: Final = frozenset(
    {CandidateState.RETURNED, CandidateState.REJECTED, CandidateState.ROLLED_BACK}
)


def show() -> None:
    """Draw the screen."""
    kind_id = st.query_params.get("id")
    if not kind_id:
        heading("Kind")
        empty_state("No kind chosen", "Open one from the inbox.")
        link("To the inbox", "inbox", key="to-inbox")
        return
    page = read("Kind", session.api().kind, kind_id)
    heading(page.kind.name, "id", bound={"cases"})
    _head(page)
    left, right = st.columns((3, 2), gap="large")
    with left:
        _change(page)
    with right:
        _evidence(page)
    _cases(page)
    _history(page)


def _head(page: KindPage) -> None:
    kind = page.kind
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="kind-head"):
        badges(KIND_STATES[kind.state], GRADES[kind.grade] if kind.grade else None)
        if kind.clause:
            link(kind.clause, "library", key="kind-clause", clause=kind.clause)
        elif kind.gap:
            st.caption(GAP, width="content")
        st.caption(escape_md(kind.why), width="content")
        if judges():
            _rename(page)
            if page.candidate is None and kind.state not in _ASIDE:
                with st.popover("Not now", type="tertiary", key="not-now"):
                    put_off(kind)
    if page.asked_for:
        st.caption(escape_md(f"Asked for: {page.asked_for}"))
    if kind.snoozed is not None:
        st.info(escape_md(put_off_until(kind.snoozed)))
    if page.aliases:
        st.caption(escape_md(f"Once called: {', '.join(page.aliases)}"))


def _rename(page: KindPage) -> None:
    with st.popover("Rename", type="tertiary", key="rename"):
        field = f"rename-name-{page.kind.id}-{page.version}"
        name = st.text_input("Name", page.kind.name, max_chars=120, key=field)
        if st.button("Keep this name", key="rename-save"):
            carry_out(
                "Renamed. The name stays, whatever later runs find.",
                session.api().rename_kind,
                page.kind.id,
                name,
                page.version,
            )


def _evidence(page: KindPage) -> None:
    st.subheader("Evidence", anchor=False)
    st.caption(MODES[page.kind.evidence_mode])
    opened_numbers(page.evidence, page.kind.id)
    evidence_panel(page.evidence, key="evidence")
    events(page.evidence, page.kind.id)
    spreads(page.evidence, page.clause, page.draft, page.kind.id)
    shortfalls(page.evidence)


def _change(page: KindPage) -> None:
    draft = page.draft
    st.subheader("Suggested change", anchor=False)
    if draft is None:
        if page.clause is not None and page.clause.revision is not None:
            part(f"{page.clause.key} today", page.clause.revision.text)
        st.caption("No change is suggested for this kind.")
        _judgement(page)
        return
    label = VERDICTS[draft.verdict]
    st.markdown(f"**{label.word}.** {escape_md(draft.reason)}")
    _wording(draft)
    _judgement(page)
    limits(draft.parameters, page.evidence.currency, key="limits")
    also(draft)
    if draft.conditions and page.candidate is None:
        ask = functools.partial(session.api().try_kind, page.kind.id)
        what_if(draft, ask, f"{page.kind.id}-{page.version}")
    if draft.rationale:
        with st.expander("Why, and on which cases", key="why"):
            rationale(draft.rationale, key="rationale")


def _wording(draft: DraftOut) -> None:
    old, new = draft.redline.old, draft.redline.new
    if not old and not new:
        return
    with st.container(border=True, key="draft-redline"):
        if draft.clause and draft.base_revision is not None:
            st.caption(escape_md(f"{draft.clause}, wording {draft.base_revision}"))
        redline(changes_between(old, new), key="redline")


def _judgement(page: KindPage) -> None:
    """The one primary act of the page, or why there is none."""
    candidate = page.candidate
    again = page.kind.state is KindState.REGRESSED
    waits = candidate is not None and candidate.state not in _REOPENABLE and not again
    with st.container(border=True, key="judgement"):
        if candidate is not None:
            label = CANDIDATE_STATES[candidate.state]
            st.markdown(f"This kind was promoted. The candidate is: **{label.word}**. {label.says}")
            link("Open the candidate", "candidate", key="open-candidate", id=candidate.id)
        if not judges():
            st.caption("Managers promote or dismiss a kind; you can read all of it.")
        elif page.kind.state is KindState.DISMISSED:
            _restore(page)
        elif page.kind.state is KindState.EMERGING:
            st.caption("An emerging kind cannot be promoted yet; see what is missing.")
            _dismiss(page)
        elif not waits and page.draft is not None:
            _promote(page, page.draft)


def _promote(page: KindPage, draft: DraftOut) -> None:
    """The menu of verdicts: the proposed one first, what is barred below with the reason."""
    offers = {each.verdict: each for each in draft.verdicts if each.allowed}
    suggested = draft.verdict
    verdict = st.selectbox(
        "What should happen",
        list(offers) or [suggested],
        format_func=lambda each: f"{VERDICTS[each].word}{_mark(each, suggested)}",
        key=f"verdict-{page.kind.id}-{suggested}",
    )
    known = verdict in offers and verdict is not suggested
    means = offers[verdict].why if known else VERDICTS[verdict].says
    st.caption(escape_md(f"{means} The clause's desk decides; everybody involved hears why."))
    with st.container(horizontal=True):
        wanted = st.button("Promote", key="promote", type="primary", shortcut="P")
        _dismiss(page)
    _barred([each for each in draft.verdicts if not each.allowed])
    if wanted:
        candidate = attempt(session.api().promote, page.kind.id, verdict)
        if candidate is not None:
            say("Promoted. The clause's desk has been told; its answer comes with a reason.")
            go("candidate", id=candidate.id)


def _barred(offers: Sequence[OfferedOut]) -> None:
    if offers:
        with st.expander(f"{len(offers)} not on offer here, and why", key="barred"):
            st.markdown(
                "\n".join(f"- {VERDICTS[one.verdict].word}: {escape_md(one.why)}" for one in offers)
            )


def _mark(verdict: Verdict, suggested: Verdict) -> str:
    return " (suggested)" if verdict is suggested else ""


def _dismiss(page: KindPage) -> None:
    with st.popover("Dismiss", key="dismiss"):
        st.caption("It comes back by itself when its evidence has doubled.")
        key = f"dismiss-reason-{page.kind.id}"
        reason = kept.area("Reason", key=key, height=80)
        if st.button("Dismiss this kind", key="dismiss-save"):

            def act() -> None:
                session.api().dismiss_kind(page.kind.id, reason)
                kept.sent(key)

            carry_out("Put aside. It comes back when its evidence has doubled.", act)


def _restore(page: KindPage) -> None:
    st.caption("This kind was put aside. It comes back by itself when its evidence has doubled.")
    if st.button("Take it back now", key="restore"):
        carry_out("Taken back.", session.api().restore_kind, page.kind.id)


def _cases(page: KindPage) -> None:
    st.subheader("Cases", anchor=False)
    chosen = st.segmented_control(
        "Which cases",
        list(_SORTS),
        default="Typical",
        required=True,
        key="cases",
        label_visibility="collapsed",
        bind="query-params",
    )
    cases = _of(page, chosen)
    st.caption(_SORTS[chosen][1])
    if not cases:
        hidden = {"agents", "cases", "customers"} & set(page.evidence.masked)
        hint = "So few people are behind this kind that its cases stay hidden." if hidden else ""
        empty_state("No such case", hint)
        return
    for place, case in zip(st.columns(3), cases, strict=False):
        with place, case_card(case, key=f"case-{case.id}"):
            if judges():
                link("Ask for a name", "identities", key=f"ask-{case.id}", case=case.id)


def _of(page: KindPage, name: str) -> Sequence[KindCaseOut]:
    cases: list[KindCaseOut] = getattr(page, _SORTS[name][0])
    return cases


def _history(page: KindPage) -> None:
    for asked in page.waiting:
        st.info(escape_md(f"Since {day(asked.since)}: {asked.words}"))
    with st.expander("History", key="history"):
        for step in page.history:
            st.markdown(f"- {day(step.at)}: {escape_md(step.words)}")
        if page.dimensions:
            st.caption(
                "; ".join(f"{DIMENSIONS[one.dimension]}: {one.cases}" for one in page.dimensions)
            )
        if page.terms:
            st.caption(escape_md(f"Words that mark it: {', '.join(page.terms)}"))
