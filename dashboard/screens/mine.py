"""Mine: what I filed and signed, and what became of it."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from api.schemas.cases import CaseOut
from api.schemas.outcomes import OutcomeIn
from api.schemas.recognition import BecameOut
from dashboard import kept, session
from dashboard.cards import badge, part, proposal_body, thread
from dashboard.pages import carry_out, heading, link
from dashboard.read_rules import changed_rules, rules_changed_line
from dashboard.widgets import empty_state, escape_md
from dashboard.words import CASE_STATES, OUTCOMES, day
from recommender.vocabulary import CaseState, OutcomeReading

FILED: Final = "Filed"
SIGNED: Final = "Signed"
MOST: Final = 15
TAPS: Final[Mapping[str, tuple[str, OutcomeIn]]] = {
    "stayed": ("All well, they stayed", OutcomeIn(retained=True, complaint=False)),
    "complained": ("They complained", OutcomeIn(complaint=True)),
    "left": ("They left us", OutcomeIn(retained=False)),
}
"""What an agent can know without asking: no score is made up for the customer."""


def show() -> None:
    """Draw the screen."""
    heading("Mine", "id", bound={"list"})
    page = session.api().mine()
    wanted = st.query_params.get("id")
    if wanted:
        _one([case for case in (*page.filed, *page.signed) if case.id == wanted][:1])
        return
    rules_changed_line(changed_rules())
    lists = {FILED: page.filed, SIGNED: page.signed}
    chosen = st.segmented_control(
        "Which",
        list(lists),
        default=FILED,
        required=True,
        key="list",
        label_visibility="collapsed",
        bind="query-params",
    )
    cases = lists[chosen]
    if not cases:
        _nothing_yet(chosen)
        return
    _became(session.api().became())
    everything = len(cases) <= MOST or st.toggle(f"Show all {len(cases)}", key="all")
    for case in cases if everything else cases[:MOST]:
        _card(case)


def _became(changes: Sequence[BecameOut]) -> None:
    """What the reader's cases changed, each change once."""
    told = {(one.kind, one.clause_key): one for one in reversed(changes)}
    if not told:
        return
    with st.container(border=True, key="became", gap="xsmall"):
        st.markdown("**Your cases changed something**")
        for one in told.values():
            rule = one.clause_key or "A rule"
            since = f"reads otherwise since {day(one.since)}" if one.since else "was looked at"
            st.markdown(escape_md(f"{rule} {since}, because of “{one.kind}”. Thank you."))


def _one(found: Sequence[CaseOut]) -> None:
    link("All of mine", "mine", key="all-mine")
    if not found:
        empty_state("This is not among yours", "You see here what you filed or signed yourself.")
    for case in found:
        _card(case)


def _nothing_yet(chosen: str) -> None:
    if chosen == FILED:
        empty_state(
            "You have filed nothing yet",
            "When a rule stands in the way of what is right, file it. A colleague's signature "
            "approves it, and here you see what became of it.",
        )
        link("File one", "file", key="to-file")
    else:
        empty_state("You have signed nothing yet", "What you co-sign or decline is kept here.")
        link("See what waits", "cosign", key="to-cosign")


def _card(case: CaseOut) -> None:
    with st.container(border=True, key=f"mine-{case.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            badge(CASE_STATES[case.state])
            if case.outcome is not OutcomeReading.MISSING:
                badge(OUTCOMES[case.outcome])
            st.caption(escape_md(" · ".join(_facing(case))))
        proposal_body(case, mine=case.mine)
        thread(case)
        part("The reason for the no", case.decline_reason)
        if case.kind is not None:
            st.caption(escape_md(f"Others meet this too; together it is called: {case.kind.name}"))
        if case.mine:
            _acts(case)


def _facing(case: CaseOut) -> list[str]:
    facing = [day(case.day)]
    if case.state is CaseState.PENDING and case.expires_at is not None:
        facing.append(f"waits until {day(case.expires_at)}")
    if case.filed_after_the_act:
        facing.append("filed after the act")
    return facing


def _acts(case: CaseOut) -> None:
    if case.state is CaseState.PENDING:
        for breach in case.breaches:
            st.caption(escape_md(f"Peers cannot approve this here. {breach.words}"))
        _answers(case)
        if st.button("Withdraw", key=f"withdraw-{case.id}"):
            carry_out(
                "Withdrawn. Nobody has to answer it any more.", session.api().withdraw, case.id
            )
    elif case.state is CaseState.APPROVED:
        with st.container(horizontal=True, vertical_alignment="center"):
            _outcome(case)
            if case.outcome is OutcomeReading.MISSING:
                _revoke(case)


def _answers(case: CaseOut) -> None:
    """A field for each question of the present wording that waits for its answer."""
    for asked in case.questions:
        if asked.answer is not None or asked.earlier:
            continue
        _answer(asked.id)


def _answer(question: str) -> None:
    key = f"answer-{question}"
    text = kept.area("Your answer", key=key, height=80)
    if st.button("Answer", key=f"answer-save-{question}", type="primary"):

        def act() -> None:
            session.api().answer(question, text)
            kept.sent(key)

        carry_out("Answered. Who asked has been told.", act)


def _outcome(case: CaseOut) -> None:
    """One tap says what came of it, and another one later corrects it."""
    known = case.outcome is not OutcomeReading.MISSING
    st.caption("Has it changed since?" if known else "What came of it?", width="content")
    for tap, (label, outcome) in TAPS.items():
        if st.button(label, key=f"outcome-{tap}-{case.id}"):
            carry_out(
                "Thank you. Now others can see how it ended.",
                session.api().record_outcome,
                case.id,
                outcome,
            )


def _revoke(case: CaseOut) -> None:
    with st.popover("Not carried out", type="tertiary", key=f"revoke-{case.id}"):
        key = f"revoke-reason-{case.id}"
        reason = kept.area("What happened instead?", key=key, height=80)
        if st.button("Take the approval back", key=f"revoke-save-{case.id}"):

            def act() -> None:
                session.api().revoke(case.id, reason)
                kept.sent(key)

            carry_out("Taken back. Who signed has been told.", act)
