"""File: an agent's wish to act outside a clause, with what was done before beside it."""

import uuid
from collections.abc import Mapping
from typing import Final

import streamlit as st

from api.schemas.advice import AdviceOut
from api.schemas.cases import FilingPage, ProposalIn
from dashboard import beside, charter, filing, kept, session
from dashboard.as_typed import told_as_typed
from dashboard.catalogue import md, t, tn
from dashboard.filed import next_steps
from dashboard.filing import UNKNOWN
from dashboard.markup import escape_md
from dashboard.pages import heading
from dashboard.proposals import direction
from dashboard.transport import typed
from dashboard.which_rule import choose, facts, read_facts, rule_meant
from dashboard.widgets import refusals_shown
from dashboard.words import DIMENSIONS, fact_name
from recommender.errors import Invalid
from recommender.vocabulary import Dimension

_A_DAY: Final = 24


def show() -> None:
    """Draw the screen."""
    heading(t("File"), "filed")
    if not charter.accepted():
        return
    page = session.api().filing()
    filing.begin()
    filed = st.query_params.get("filed")
    if filed:
        next_steps(filed)
        return
    direction(page.direction)
    _draft(page)


@st.fragment
def _draft(page: FilingPage) -> None:
    """The form and, beside it, what follows from it as it is typed."""
    before = filing.proposal(filing.facts(), page.currency)
    with st.container(key="filing"):
        left, right = st.columns((3, 2), gap="large")
    panel = right.container(key="advice")
    with panel:
        found = beside.advice(before)
    with left, told_as_typed():
        wish = _form(page, found)
    with panel:
        beside.show(found, wish, rule_meant(page, found))
    with refusals_shown():
        filing.keep()
        kept.stored(*filing.keys())


def _form(page: FilingPage, found: AdviceOut | None) -> dict[str, object]:
    with st.container(gap=None):
        st.caption(
            t("Three things are needed: what happened, what you want to do, and which rule.")
        )
        kept.area(
            t("What happened?"),
            key="situation",
            height=80,
            placeholder=t("The customer's case in your own words. Leave names out."),
        )
    read_facts([] if found is None else found.facts)
    kept.area(t("What do you want to do?"), key="resolution", height=72)
    rule, cost = st.columns((5, 2), gap="small")
    with rule:
        clause = choose(page, found)
    with cost:
        _cost(page)
    asked = facts(clause, [] if found is None else found.asked)
    kept.area(t("Why is it right? (optional)"), key="reason", height=68)
    wish = filing.proposal(asked, page.currency)
    if clause == UNKNOWN and found is not None and found.clauses:
        wish["none_taken"] = True
    _send(wish, found, page.proposal_hours, chosen=clause is not None)
    _more(page, found)
    return wish


def _cost(page: FilingPage) -> None:
    label = t("Cost (optional)")
    if page.currency is not None:
        label = md("Cost in {currency} (optional)", currency=page.currency)
    kept.figure(label, key="amount", least=0.0)


def _more(page: FilingPage, found: AdviceOut | None) -> None:
    with st.expander(t("More, if you like"), key="more"):
        st.checkbox(
            t("It could not wait: I have done it already"),
            **kept.keeping("after-the-act", value=False),
        )
        st.selectbox(
            t("In a word, what is granted?"),
            page.actions,
            index=None,
            accept_new_options=True,
            placeholder=t("Choose or type"),
            format_func=lambda word: fact_name(str(word)),
            **kept.keeping("action", value=None),
        )
        _dimension(found)
        st.selectbox(
            t("About which product?"),
            page.products,
            index=None,
            accept_new_options=True,
            placeholder=t("Choose or type"),
            **kept.keeping("product", value=None),
        )
        kept.line(
            t("Customer number"),
            key="customer",
            hint=t("Only to count different customers; nobody is shown it."),
        )


def _dimension(found: AdviceOut | None) -> None:
    guess = None if found is None else found.dimension
    if guess is not None and st.session_state.get("dimension") is None:
        st.button(
            f"{t(DIMENSIONS[guess.dimension])} ✓",
            key="take-dimension",
            help=escape_md(guess.why),
            on_click=filing.suggest,
            args=("dimension", guess.dimension.value),
        )
    st.selectbox(
        t("In which way does it depart from the script?"),
        [dimension.value for dimension in Dimension],
        index=None,
        format_func=lambda value: t(DIMENSIONS[Dimension(value)]),
        placeholder=t("Choose"),
        **kept.keeping("dimension", value=None),
    )


def _send(wish: Mapping[str, object], found: AdviceOut | None, hours: int, *, chosen: bool) -> None:
    sent = st.button(t("File for co-signing"), key="file", type="primary", shortcut="Ctrl+Enter")
    st.caption(_what_comes(hours, done=bool(wish["filed_after_the_act"])))
    if not sent:
        return
    with refusals_shown():
        body = _body(wish)
        if not chosen:
            raise Invalid(
                t("Choose the rule in the way, “No clause fits” or “I do not know which”."),
                remedy=t("Nothing was sent."),
                title=t("Not yet"),
            )
        if found is not None and found.allowed is not None:
            beside.count_allowed(found.allowed, wish)
        once = uuid.uuid5(filing.draft_id(), body.model_dump_json())
        case = session.api().file(body, str(once))
        filing.done()
        st.query_params["filed"] = case.id
        st.rerun()


def _what_comes(hours: int, *, done: bool) -> str:
    """What sending it sets going, and how long it may take; what is done needs no promise."""
    whole_days = hours > _A_DAY and not hours % _A_DAY
    last = (
        tn("{n} day", "{n} days", hours // _A_DAY)
        if whole_days
        else tn("{n} hour", "{n} hours", hours)
    )
    signing = (
        t("Colleagues who may sign it are told at once; one signature approves it.")
        if done
        else t(
            "Colleagues who may sign it are told at once; one signature approves it, and until "
            "then please promise nothing."
        )
    )
    answer = t("You hear the answer under Notices; after {last} without one it expires.", last=last)
    return f"{signing} {answer}"


def _body(wish: Mapping[str, object]) -> ProposalIn:
    """What is sent: what is known, which precedent it re-used, and where each field came from."""
    known = {name: value for name, value in wish.items() if value is not None}
    precedent = filing.reused()
    if precedent is not None:
        known["precedent_id"] = precedent[0]
    sources = filing.provenance()
    if sources:
        known["provenance"] = sources
    return typed(ProposalIn, **known)
