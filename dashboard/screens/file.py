"""File: an agent's wish to act outside a clause, with what was done before beside it."""

import uuid
from collections.abc import Mapping
from typing import Final

import streamlit as st

from api.schemas.cases import CaseOut, FilingPage, ProposalIn
from api.schemas.policies import ClauseOut
from api.schemas.precedents import PrecedentsIn, PrecedentsOut
from dashboard import session
from dashboard.cards import badge, case_card
from dashboard.client import typed
from dashboard.pages import heading, link
from dashboard.widgets import empty_state, escape_md, refusals_shown
from dashboard.words import (
    CASE_STATES,
    NO_CLAUSE,
    bound,
    count,
    day,
    fact_name,
    number,
    percent,
    short,
)
from recommender.errors import Invalid
from recommender.vocabulary import CaseState, Facts

GAP: Final = "gap"
AMOUNT: Final = "amount"
LEAST_LETTERS: Final = 12
_BLANK: Final[Mapping[str, object]] = {
    "situation": "",
    "resolution": "",
    "clause": None,
    "amount": None,
    "reason": "",
    "after-the-act": False,
    "action": None,
    "product": None,
    "customer": "",
}
_FILED: Final = "draft-filed"
_ANSWER: Final = "precedents-shown"


def show() -> None:
    """Draw the screen."""
    heading("File", "filed")
    page = session.api().filing()
    if st.session_state.pop(_FILED, False):
        _empty_the_form()
    filed = st.query_params.get("filed")
    if filed:
        _next_steps(filed)
    _draft(page)


def _empty_the_form() -> None:
    for key, blank in _BLANK.items():
        st.session_state[key] = blank
    for key in [key for key in st.session_state if str(key).startswith("fact-")]:
        st.session_state[key] = None


@st.fragment
def _draft(page: FilingPage) -> None:
    """The form and, beside it, what follows from it as it is typed."""
    left, right = st.columns((3, 2), gap="large")
    with left:
        wish = _form(page)
    with right:
        with st.container(border=True, key="direction", gap="xsmall"):
            st.caption("What we want for customers")
            st.text(page.direction)
        _precedents(wish)


def _form(page: FilingPage) -> dict[str, object]:
    situation = st.text_area(
        "What happened?",
        key="situation",
        height=120,
        placeholder="The customer's case in your own words. Leave names out.",
        persist_state="session",
    )
    resolution = st.text_area(
        "What do you want to do?", key="resolution", height=80, persist_state="session"
    )
    clause = _clause(page)
    facts = _facts(clause) if isinstance(clause, ClauseOut) else {}
    amount = st.number_input(
        f"What does it cost? ({page.currency or 'amount'}, optional)",
        min_value=0.0,
        value=None,
        step=1.0,
        key="amount",
        persist_state="session",
    )
    reason = st.text_area(
        "Why is it right? (optional)", key="reason", height=68, persist_state="session"
    )
    wish: dict[str, object] = {
        "situation": situation,
        "resolution": resolution,
        "reason": reason.strip() or None,
        "clause_key": clause.key if isinstance(clause, ClauseOut) else None,
        "gap": clause == GAP,
        "facts": facts,
        "amount": amount,
        "currency": page.currency if amount is not None else None,
        **_more(page),
    }
    _send(wish, chosen=clause is not None)
    return wish


def _clause(page: FilingPage) -> ClauseOut | str | None:
    """The clause in the way, GAP where none fits, None while nothing is chosen."""
    living = {each.key: each for each in page.clauses if not each.retired}
    chosen = st.selectbox(
        "Which rule stands in the way?",
        [GAP, *living],
        index=None,
        format_func=lambda key: NO_CLAUSE if key == GAP else _headline(living[key]),
        placeholder="Type a word of it, or its number",
        key="clause",
        persist_state="session",
    )
    clause = living.get(chosen or "")
    if clause is None:
        return GAP if chosen == GAP else None
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


def _facts(clause: ClauseOut) -> Facts:
    """The numbers that the clause's limits speak of."""
    facts: Facts = {}
    limits = clause.revision.parameters if clause.revision else []
    for limit in limits:
        if limit.fact == AMOUNT:
            continue
        says = bound(limit.bound, limit.limit, limit.unit)
        value = st.number_input(
            escape_md(f"{fact_name(limit.fact)} (the rule says {says})"),
            value=None,
            step=1.0,
            format="%g",
            key=f"fact-{limit.fact}",
            persist_state="session",
        )
        if value is not None:
            facts[limit.fact] = value
    return facts


def _more(page: FilingPage) -> dict[str, object]:
    with st.expander("More, if you like", key="more"):
        after = st.checkbox(
            "It could not wait: I have done it already",
            key="after-the-act",
            persist_state="session",
        )
        action = st.selectbox(
            "In a word, what is granted?",
            page.actions,
            index=None,
            accept_new_options=True,
            placeholder="Choose or type",
            format_func=lambda word: fact_name(str(word)),
            key="action",
            persist_state="session",
        )
        product = st.selectbox(
            "About which product?",
            page.products,
            index=None,
            accept_new_options=True,
            placeholder="Choose or type",
            key="product",
            persist_state="session",
        )
        customer = st.text_input(
            "Customer number",
            key="customer",
            help="Only to count different customers; nobody is shown it.",
            persist_state="session",
        )
    return {
        "filed_after_the_act": after,
        "granted_action": action or None,
        "product": product or None,
        "customer_id": customer.strip() or None,
    }


def _send(wish: Mapping[str, object], *, chosen: bool) -> None:
    if not st.button("File for co-signing", key="file", type="primary"):
        return
    with refusals_shown():
        known = {name: value for name, value in wish.items() if value is not None}
        body = typed(ProposalIn, **known)
        if not chosen:
            raise Invalid(
                "Choose the rule in the way, or “No clause fits”.",
                remedy="Nothing was sent.",
                title="Not yet",
            )
        once = uuid.uuid5(_draft_id(), body.model_dump_json())
        case = session.api().file(body, str(once))
        st.session_state[_FILED] = True
        st.session_state.pop("draft-id", None)
        st.query_params["filed"] = case.id
        st.rerun()


def _draft_id() -> uuid.UUID:
    """A name of this draft alone, so that sending it twice files it once."""
    drafted: uuid.UUID = st.session_state.setdefault("draft-id", uuid.uuid4())
    return drafted


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
                f"**Peers cannot approve this here.** {escape_md(words)} It stays in the queue, so "
                "that it is seen; please ask the desk that owns the rule."
            )
        return
    until = f" until {day(case.expires_at)}" if case.expires_at else ""
    st.markdown(
        f"1. It waits in your colleagues' queue{until}. Any one of them can sign, not you.\n"
        "2. One signature approves it. You get a notice either way, a no with its reason.\n"
        "3. Please act once it is approved, and tell under Mine what came of it."
    )


def _precedents(wish: Mapping[str, object]) -> None:
    with st.container(key="precedents"):
        st.subheader("Cases like yours", anchor=False)
        situation = str(wish["situation"]).strip()
        if len(situation) < LEAST_LETTERS:
            empty_state(
                "They appear here as you write",
                "What colleagues did in cases like it, what was declined, and how it went. "
                "Leave the first field, or press Ctrl+Enter.",
            )
            return
        with refusals_shown():
            _answer(_look_up(wish, situation))


def _look_up(wish: Mapping[str, object], situation: str) -> PrecedentsOut:
    """Ask once for each wording; the form is drawn more often than its words change."""
    query = typed(
        PrecedentsIn,
        situation=situation,
        resolution=wish["resolution"],
        clause_key=wish["clause_key"],
        facts=wish["facts"],
    )
    kept: tuple[PrecedentsIn, PrecedentsOut] | None = st.session_state.get(_ANSWER)
    if kept is not None and kept[0] == query:
        return kept[1]
    answer = session.api().precedents(query)
    st.session_state[_ANSWER] = (query, answer)
    return answer


def _answer(found: PrecedentsOut) -> None:
    if found.allowed is not None:
        with st.container(key="allowed"):
            st.success(
                f"**This may be allowed already** by {escape_md(found.allowed.clause_key)}. If its "
                "other words fit too, nobody has to sign."
            )
    if not found.precedents:
        empty_state("Nothing like it so far", "Yours would be the first. That is worth filing.")
        return
    signed = sum(each.decision is CaseState.APPROVED for each in found.precedents)
    refused = sum(each.decision is CaseState.DECLINED for each in found.precedents)
    st.caption(f"{count(len(found.precedents), 'case')}: {signed} approved, {refused} declined")
    for each in found.precedents:
        case_card(each, key=f"precedent-{each.id}", match=f"{percent(each.similarity)} alike")
