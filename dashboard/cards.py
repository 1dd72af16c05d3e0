"""A case as a card: what was wished, by the rules of typed text, and what became of it."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from api.schemas.cases import CaseOut
from api.schemas.kinds import KindCaseOut
from api.schemas.precedents import PrecedentOut
from dashboard.markup import escape_md
from dashboard.pages import link
from dashboard.widgets import as_text
from dashboard.words import (
    CASE_STATES,
    NO_CLAUSE,
    OUTCOMES,
    Label,
    day,
    facts_line,
    money,
    short_id,
)
from recommender.vocabulary import CaseState, OutcomeReading


def badge(label: Label) -> None:
    """A word of ours with its colour and, on pointing, its sentence."""
    st.badge(label.word, color=label.colour, help=label.says)


def badges(*labels: Label | None) -> None:
    """Several in one line; None leaves a place out."""
    with st.container(horizontal=True, gap="xsmall", width="content"):
        for label in labels:
            if label is not None:
                badge(label)


def chip(label: str, to: str, *, key: str, chosen: bool, **query: str) -> None:
    """A link to another view of the same page; the one that is shown is framed."""
    link(label, to, key=f"{'chosen-' if chosen else ''}chip-{key}", **query)


def part(title: str, text: str | None) -> None:
    """A typed text under its small title; nothing where there is none."""
    if text:
        with st.container(gap=None):
            st.caption(escape_md(title))
            as_text(text)


def _wished(state: CaseState) -> str:
    if state is CaseState.PENDING:
        return "What the colleague wants to do"
    return "What was approved" if state is CaseState.APPROVED else "What the colleague asked for"


def proposal_body(case: CaseOut, *, mine: bool = False) -> None:
    """All that a peer reads before signing, and its filer afterwards."""
    with st.container(gap="xsmall"):
        part("What happened", case.situation)
        part("Done or to be done" if mine else _wished(case.state), case.resolution)
        part("Why", case.reason)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if case.amount is not None:
                st.markdown(f"**{escape_md(money(case.amount, case.currency))}**", width="content")
            if case.facts:
                st.markdown(escape_md(facts_line(case.facts)), width="content")
            if case.clause_key:
                link(case.clause_key, "library", key=f"rule-{case.id}", clause=case.clause_key)
            else:
                st.markdown(NO_CLAUSE, width="content")


def thread(case: CaseOut) -> None:
    """What colleagues asked about a proposal, and what its filer answered."""
    for asked in case.questions:
        with st.container(key=f"question-{asked.id}-shown", gap="xsmall"):
            who = "You asked" if asked.mine else "A colleague asked"
            part(f"{who}, about an earlier wording" if asked.earlier else who, asked.text)
            part("Answer", asked.answer)


def case_card(case: KindCaseOut | PrecedentOut, *, key: str, match: str = "") -> DeltaGenerator:
    """A case among others: its answer, texts, numbers and why it is shown; gives the card."""
    state = case.state if isinstance(case, KindCaseOut) else case.decision
    card = st.container(border=True, gap="xsmall", key=key)
    with card:
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            badge(CASE_STATES[state])
            if case.outcome is not OutcomeReading.MISSING:
                badge(OUTCOMES[case.outcome])
            st.caption(
                escape_md(" · ".join(filter(None, (match, day(case.day), short_id(case.id)))))
            )
        as_text(case.situation)
        if case.resolution:
            part("Asked for" if state is CaseState.DECLINED else "Done", case.resolution)
        part("Declined because", case.decline_reason)
        numbers = [facts_line(case.facts)] if case.facts else []
        if case.amount is not None:
            numbers.insert(0, money(case.amount, case.currency))
        if numbers:
            st.caption(escape_md(" · ".join(numbers)))
        _why(case.why)
        if isinstance(case, PrecedentOut):
            _against(case)
    return card


def _why(reasons: Sequence[str]) -> None:
    if reasons:
        st.caption(escape_md(f"Alike: {'; '.join(reasons)}"))


def _against(case: PrecedentOut) -> None:
    """How a precedent differs, and what speaks against leaning on it."""
    if case.differs:
        st.caption(escape_md(f"Differs: {'; '.join(case.differs)}"))
    if case.superseded:
        st.caption(":orange[The rule reads otherwise by now.]")
