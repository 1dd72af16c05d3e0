"""File: an agent's wish to act outside a clause, with what was done before beside it."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from api.schemas.advice import AdviceOut, ClauseGuessOut, FactGuessOut
from api.schemas.cases import CaseOut, FilingPage, ProposalIn
from api.schemas.policies import ClauseOut
from dashboard import beside, charter, filing, kept, session
from dashboard.as_typed import told_as_typed
from dashboard.cards import badge
from dashboard.filing import GAP, UNKNOWN, fact_key
from dashboard.markup import escape_md
from dashboard.pages import heading, link
from dashboard.transport import typed
from dashboard.widgets import refusals_shown
from dashboard.words import (
    CASE_STATES,
    DIMENSIONS,
    NO_CLAUSE,
    bound,
    count,
    day,
    fact_name,
    number,
    percent,
    quantity,
    short,
)
from recommender.errors import Invalid
from recommender.vocabulary import CaseState, Dimension

AMOUNT: Final = "amount"
_NO_RULE: Final[Mapping[str, str]] = {GAP: NO_CLAUSE, UNKNOWN: "I do not know which"}
LIKELY: Final = 0.15
"""How likely a clause must be meant to be offered."""


def show() -> None:
    """Draw the screen."""
    heading("File", "filed")
    if not charter.accepted():
        return
    page = session.api().filing()
    filing.begin()
    filed = st.query_params.get("filed")
    if filed:
        _next_steps(filed)
    _draft(page)


@st.fragment
def _draft(page: FilingPage) -> None:
    """The form and, beside it, what follows from it as it is typed."""
    before = filing.proposal(filing.facts(), page.currency)
    left, right = st.columns((3, 2), gap="large")
    with right:
        found = beside.advice(before)
    with left, told_as_typed():
        wish = _form(page, found)
    with right:
        with st.container(border=True, key="direction", gap="xsmall"):
            st.caption("What we want for customers")
            st.text(page.direction)
        beside.show(found, wish)
    with refusals_shown():
        filing.keep()
        kept.stored(*filing.TEXTS)


def _form(page: FilingPage, found: AdviceOut | None) -> dict[str, object]:
    kept.area(
        "What happened?",
        key="situation",
        height=120,
        placeholder="The customer's case in your own words. Leave names out.",
    )
    _read_facts([] if found is None else found.facts)
    kept.area("What do you want to do?", key="resolution", height=80)
    clause = _clause(page, [] if found is None else found.clauses)
    asked = _facts(clause, [] if found is None else found.asked)
    st.number_input(
        f"What does it cost? ({page.currency or 'amount'}, optional)",
        min_value=0.0,
        value=None,
        step=1.0,
        key="amount",
        persist_state="session",
    )
    kept.area("Why is it right? (optional)", key="reason", height=68)
    _more(page, found)
    wish = filing.proposal(asked, page.currency)
    if clause == UNKNOWN and found is not None and found.clauses:
        wish["none_taken"] = True
    _send(wish, found, chosen=clause is not None)
    return wish


def _row(key: str) -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", key=key, gap="xsmall")


def _read_facts(found: Sequence[FactGuessOut]) -> None:
    """Numbers that the text states, each taken over with one click."""
    if not found:
        return
    with _row("read-facts"):
        st.caption("You wrote:", width="content")
        for each in found:
            label = f"{fact_name(each.name)}: {quantity(float(each.value), None)}"
            st.button(
                escape_md(f"{label} (“{each.said}”) ✓"),
                key=f"take-{each.name}",
                help="Takes it over as a fact of the case.",
                on_click=filing.take_fact,
                args=(each.name, float(each.value)),
            )


def _clause(page: FilingPage, likely: Sequence[ClauseGuessOut]) -> ClauseOut | str | None:
    """The clause in the way, GAP or UNKNOWN where none is named, None while nothing is chosen."""
    living = {each.key: each for each in page.clauses if not each.retired}
    offered = [each for each in likely if each.key in living and each.likely >= LIKELY]
    if st.session_state.get("clause") is None and offered:
        with _row("likely-clauses"):
            st.caption("Likely meant:", width="content")
            for each in offered:
                st.button(
                    escape_md(f"{each.key} · {percent(each.likely)}"),
                    key=f"meant-{each.key}",
                    help=escape_md(each.text),
                    on_click=filing.suggest,
                    args=("clause", each.key),
                )
    chosen = st.selectbox(
        "Which rule stands in the way?",
        [*_NO_RULE, *living],
        index=None,
        format_func=lambda key: _NO_RULE.get(key) or _headline(living[key]),
        placeholder="Type a word of it, or its number",
        key="clause",
        persist_state="session",
    )
    clause = living.get(chosen or "")
    if clause is None:
        return chosen if chosen in _NO_RULE else None
    if clause.revision is not None:
        with st.container(key="clause-text"):
            st.text(clause.revision.text)
    if clause.never_bend:
        st.warning(
            "**This rule is never bent**, so peers cannot approve it. You can still file, so that "
            "it is seen."
        )
    elif clause.ceiling is not None:
        st.caption(f"Peers can approve up to {number(clause.ceiling)} under this rule.")
    return clause


def _headline(clause: ClauseOut) -> str:
    text = clause.revision.text if clause.revision else clause.section_title
    return f"{clause.key} · {short(text, 70)}"


def _facts(clause: ClauseOut | str | None, asked: Sequence[str]) -> dict[str, None]:
    """Ask for the facts that the clause's limits speak of and its cases carry; give their names.

    Nothing is asked before a clause is chosen, but what was taken from the text is shown.
    """
    says: dict[str, str | None] = {}
    if isinstance(clause, ClauseOut):
        limits = clause.revision.parameters if clause.revision else []
        for limit in limits:
            says[limit.fact] = bound(limit.bound, limit.limit, limit.unit)
        says |= {name: None for name in asked if name not in says}
    says |= {name: None for name in filing.facts() if name not in says}
    says.pop(AMOUNT, None)
    for name, limit_words in says.items():
        if isinstance(filing.facts().get(name), str | bool):
            continue
        note = f" (the rule says {limit_words})" if limit_words else " (if you know it)"
        st.number_input(
            escape_md(f"{fact_name(name)}{note}"),
            value=None,
            step=1.0,
            format="%g",
            key=fact_key(name),
            persist_state="session",
        )
    return dict.fromkeys(says)


def _more(page: FilingPage, found: AdviceOut | None) -> None:
    with st.expander("More, if you like", key="more"):
        st.checkbox(
            "It could not wait: I have done it already",
            key="after-the-act",
            persist_state="session",
        )
        st.selectbox(
            "In a word, what is granted?",
            page.actions,
            index=None,
            accept_new_options=True,
            placeholder="Choose or type",
            format_func=lambda word: fact_name(str(word)),
            key="action",
            persist_state="session",
        )
        _dimension(found)
        st.selectbox(
            "About which product?",
            page.products,
            index=None,
            accept_new_options=True,
            placeholder="Choose or type",
            key="product",
            persist_state="session",
        )
        kept.line(
            "Customer number",
            key="customer",
            hint="Only to count different customers; nobody is shown it.",
        )


def _dimension(found: AdviceOut | None) -> None:
    guess = None if found is None else found.dimension
    if guess is not None and st.session_state.get("dimension") is None:
        st.button(
            f"{DIMENSIONS[guess.dimension]} ✓",
            key="take-dimension",
            help=escape_md(guess.why),
            on_click=filing.suggest,
            args=("dimension", guess.dimension.value),
        )
    st.selectbox(
        "In which way does it depart from the script?",
        [dimension.value for dimension in Dimension],
        index=None,
        format_func=lambda value: DIMENSIONS[Dimension(value)],
        placeholder="Choose",
        key="dimension",
        persist_state="session",
    )


def _send(wish: Mapping[str, object], found: AdviceOut | None, *, chosen: bool) -> None:
    if not st.button("File for co-signing", key="file", type="primary", shortcut="Ctrl+Enter"):
        return
    with refusals_shown():
        known = {name: value for name, value in wish.items() if value is not None}
        precedent = filing.reused()
        if precedent is not None:
            known["precedent_id"] = precedent[0]
        sources = filing.provenance()
        if sources:
            known["provenance"] = sources
        body = typed(ProposalIn, **known)
        if not chosen:
            raise Invalid(
                "Choose the rule in the way, “No clause fits” or “I do not know which”.",
                remedy="Nothing was sent.",
                title="Not yet",
            )
        if found is not None and found.allowed is not None:
            beside.count_allowed(found.allowed, wish)
        once = uuid.uuid5(filing.draft_id(), body.model_dump_json())
        case = session.api().file(body, str(once))
        filing.done()
        st.query_params["filed"] = case.id
        st.rerun()


def _next_steps(case_id: str) -> None:
    """What happens to the proposal that was just filed."""
    with refusals_shown():
        case = session.api().proposal(case_id)
        with st.container(border=True, key="filed", gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown("**Filed. What happens next**", width="content")
                badge(CASE_STATES[case.state])
            _steps(case)
            link("Follow it under Mine", "mine", key="follow", id=case.id)


def _steps(case: CaseOut) -> None:
    if case.state is not CaseState.PENDING:
        st.markdown(CASE_STATES[case.state].says)
        return
    if case.breaches:
        words = " ".join(breach.words for breach in case.breaches)
        with st.container(key="breaches"):
            st.warning(
                f"**Peers cannot approve this here.** {escape_md(words)} It went to the desk that "
                "owns the rule; you hear its answer."
            )
        return
    until = f" until {day(case.expires_at)}" if case.expires_at else ""
    who = f" {count(case.could_sign, 'colleague')} can sign it." if case.could_sign else ""
    st.markdown(
        f"1. It waits in your colleagues' queue{until}.{who} You cannot.\n"
        "2. One signature approves it. You get a notice either way, a no with its reason.\n"
        "3. Please act once it is approved, and tell under Mine what came of it."
    )
