"""A case as a card: what was wished, by the rules of typed text, and what became of it."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from api.schemas.cases import CaseOut, QuestionOut
from api.schemas.kinds import KindCaseOut
from api.schemas.precedents import PrecedentOut
from dashboard.catalogue import md, t
from dashboard.clause_names import in_section
from dashboard.markup import escape_md
from dashboard.pages import link
from dashboard.widgets import as_text
from dashboard.words import (
    CASE_STATES,
    NO_CLAUSE,
    Label,
    day,
    facts_line,
    money,
    outcome_label,
    short_id,
)
from recommender.vocabulary import CaseState, OutcomeReading


def badge(label: Label) -> None:
    """A word of ours with its colour and, on pointing, its sentence."""
    st.badge(t(label.word), color=label.colour, help=t(label.says))


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
        return t("What the colleague wants to do")
    if state is CaseState.APPROVED:
        return t("What was approved")
    return t("What the colleague asked for")


def proposal_body(case: CaseOut, *, mine: bool = False) -> None:
    """All that a peer reads before signing, and its filer afterwards."""
    with st.container(gap="xsmall"):
        part(t("What happened"), case.situation)
        part(t("Done or to be done") if mine else _wished(case.state), case.resolution)
        part(t("Why"), case.reason)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if case.amount is not None:
                amount = money(case.amount, case.currency)
                st.markdown(md("**{amount}**", amount=amount), width="content")
            if case.facts:
                st.markdown(escape_md(facts_line(case.facts)), width="content")
            if case.clause_key:
                rule = in_section(case.clause_key, case.section)
                link(rule, "library", key=f"rule-{case.id}", clause=case.clause_key)
            else:
                st.markdown(t(NO_CLAUSE), width="content")


def thread(case: CaseOut) -> None:
    """What colleagues asked about a proposal, and what its filer answered."""
    for asked in case.questions:
        with st.container(key=f"question-{asked.id}-shown", gap="xsmall"):
            part(_who_asked(asked), asked.text)
            part(t("Answer"), asked.answer)


def _who_asked(asked: QuestionOut) -> str:
    if asked.earlier:
        return (
            t("You asked, about an earlier wording")
            if asked.mine
            else t("A colleague asked, about an earlier wording")
        )
    return t("You asked") if asked.mine else t("A colleague asked")


def case_card(case: KindCaseOut | PrecedentOut, *, key: str, match: str = "") -> DeltaGenerator:
    """A case among others: its answer, texts, numbers and why it is shown; gives the card."""
    state = case.state if isinstance(case, KindCaseOut) else case.decision
    card = st.container(border=True, gap="xsmall", key=key)
    with card:
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            badge(CASE_STATES[state])
            if case.outcome is not OutcomeReading.MISSING:
                badge(outcome_label(state, case.outcome))
            st.caption(
                escape_md(" · ".join(filter(None, (match, day(case.day), short_id(case.id)))))
            )
        as_text(case.situation)
        if case.resolution:
            asked = state is CaseState.DECLINED
            part(t("Asked for") if asked else t("Done"), case.resolution)
        part(t("Declined because"), case.decline_reason)
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
        st.caption(md("Alike: {why}", why="; ".join(reasons)))


def _against(case: PrecedentOut) -> None:
    """How a precedent differs, and what speaks against leaning on it."""
    if case.differs:
        st.caption(md("Differs: {how}", how="; ".join(case.differs)))
    if case.superseded:
        st.caption(t(":orange[The rule reads otherwise by now.]"))
