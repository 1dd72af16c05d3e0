"""Mine: what I filed and signed, and what became of it."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from api.schemas.cases import CaseOut
from api.schemas.outcomes import OutcomeIn
from api.schemas.recognition import BecameOut
from dashboard import kept, session
from dashboard.cards import badge, part, proposal_body, thread
from dashboard.catalogue import mark, md, t
from dashboard.clause_names import in_section
from dashboard.markup import escape_md
from dashboard.pages import carry_out, heading, link
from dashboard.read_rules import changed_rules, rules_changed_line
from dashboard.widgets import empty_state
from dashboard.words import CASE_STATES, GAP, day, outcome_label, short
from recommender.vocabulary import CaseState, OutcomeReading

FILED: Final = mark("Filed")
SIGNED: Final = mark("Signed")
MOST: Final = 15
TAPS: Final[Mapping[str, tuple[str, OutcomeIn]]] = {
    "stayed": (mark("All well, they stayed"), OutcomeIn(retained=True, complaint=False)),
    "complained": (mark("They complained"), OutcomeIn(complaint=True)),
    "left": (mark("They left us"), OutcomeIn(retained=False)),
}
"""What an agent can know without asking: no score is made up for the customer."""


def show() -> None:
    """Draw the screen."""
    heading(t("Mine"), "id", bound={"list", "all"})
    page = session.api().mine()
    wanted = st.query_params.get("id")
    if wanted:
        _one([case for case in (*page.filed, *page.signed) if case.id == wanted][:1])
        return
    rules_changed_line(changed_rules())
    lists = {FILED: page.filed, SIGNED: page.signed}
    chosen = st.segmented_control(
        t("Which"),
        list(lists),
        default=FILED,
        required=True,
        format_func=t,
        key="list",
        label_visibility="collapsed",
        bind="query-params",
    )
    _became(session.api().became())
    _listed(chosen, lists[chosen])
    _credit(on=page.credit)


def _became(changes: Sequence[BecameOut]) -> None:
    """What the reader's cases changed, each change once."""
    told = {(one.kind, one.clause_key): one for one in reversed(changes)}
    if not told:
        return
    with st.container(border=True, key="became", gap="xsmall"):
        st.markdown(t("**Your cases changed something**"))
        for one in told.values():
            since = "" if one.since is None else day(one.since)
            words = (
                md(
                    "{rule} reads otherwise since {since}, because of “{kind}”. Thank you.",
                    rule=one.clause_key or t("A rule"),
                    since=since,
                    kind=one.kind,
                )
                if since
                else md(
                    "{rule} was looked at, because of “{kind}”. Thank you.",
                    rule=one.clause_key or t("A rule"),
                    kind=one.kind,
                )
            )
            st.markdown(words)


def _listed(chosen: str, cases: Sequence[CaseOut]) -> None:
    """One line a case; what a colleague asks stands first."""
    if not cases:
        _nothing_yet(chosen)
        return
    everything = len(cases) <= MOST or st.toggle(
        t("Show all {n}", n=len(cases)), key="all", bind="query-params"
    )
    first = sorted(cases, key=lambda case: not _asked(case))
    for case in first if everything else first[:MOST]:
        _line(case)


def _line(case: CaseOut) -> None:
    with st.container(border=True, key=f"mine-{case.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            _states(case)
            link(short(case.situation, 80), "mine", key=f"open-{case.id}", id=case.id)
            st.caption(escape_md(" · ".join(_facing(case))), width="content")
        for news in _news(case):
            st.caption(news)
        if case.mine and _ended_unknown(case):
            _outcome(case)


def _states(case: CaseOut) -> None:
    badge(CASE_STATES[case.state])
    if case.outcome is not OutcomeReading.MISSING:
        badge(outcome_label(case.state, case.outcome))


def _facing(case: CaseOut) -> list[str]:
    facing = [_rule(case), day(case.day)]
    if case.state is CaseState.PENDING and case.expires_at is not None:
        facing.append(t("waits until {day}", day=day(case.expires_at)))
    if case.filed_after_the_act:
        facing.append(t("filed after the act"))
    return facing


def _rule(case: CaseOut) -> str:
    if case.clause_key:
        return in_section(case.clause_key, case.section)
    return t(GAP) if case.gap else t("no rule named")


def _news(case: CaseOut) -> list[str]:
    """What became of a case, in a line each."""
    news = []
    if _asked(case):
        news.append(t("**A colleague asks you something.** Open it to answer."))
    if case.mine and case.state is CaseState.EXPIRED:
        news.append(
            t(
                "Nobody answered in time, so it is not approved. File it once more, or tell your "
                "lead that nobody could sign."
            )
        )
    if case.decline_reason:
        news.append(md("Declined: {why}", why=short(case.decline_reason, 140)))
    if case.kind is not None:
        news.append(md("Others meet this too; together it is called: {kind}", kind=case.kind.name))
    elif case.suggested_kind is not None:
        news.append(md("Looks like: {kind}", kind=case.suggested_kind.name))
    return news


def _asked(case: CaseOut) -> bool:
    waiting = (one for one in case.questions if one.answer is None and not one.earlier)
    return case.mine and case.state is CaseState.PENDING and any(waiting)


def _ended_unknown(case: CaseOut) -> bool:
    return case.state is CaseState.APPROVED and case.outcome is OutcomeReading.MISSING


def _credit(*, on: bool) -> None:
    """Being named beside a change is chosen, never the rule."""
    with st.container(horizontal=True, vertical_alignment="center", key="credit"):
        st.caption(
            t("You are named beside changes that your cases led to.")
            if on
            else t("Nobody reads that you had a part in a change."),
            width="content",
        )
        if st.button(t("Do not name me") if on else t("Name me"), key="choose-credit"):
            said = t("You will not be named.") if on else t("You will be named.")
            carry_out(said, session.api().choose_credit, on=not on)


def _one(found: Sequence[CaseOut]) -> None:
    link(t("All of mine"), "mine", key="all-mine")
    if not found:
        empty_state(
            t("This is not among yours"), t("You see here what you filed or signed yourself.")
        )
    for case in found:
        _card(case)


def _nothing_yet(chosen: str) -> None:
    if chosen == FILED:
        empty_state(
            t("You have filed nothing yet"),
            t(
                "When a rule stands in the way of what is right, file it. A colleague's signature "
                "approves it, and here you see what became of it."
            ),
        )
        link(t("File one"), "file", key="to-file")
    else:
        empty_state(
            t("You have signed nothing yet"), t("What you co-sign or decline is kept here.")
        )
        link(t("See what waits"), "cosign", key="to-cosign")


def _card(case: CaseOut) -> None:
    with st.container(border=True, key=f"mine-{case.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            _states(case)
            st.caption(escape_md(" · ".join(_facing(case))))
        proposal_body(case, mine=case.mine)
        thread(case)
        part("The reason for the no", case.decline_reason)
        for news in _news(case.model_copy(update={"decline_reason": None})):
            st.caption(news)
        if case.mine:
            _acts(case)


def _acts(case: CaseOut) -> None:
    if case.state is CaseState.PENDING:
        for breach in case.breaches:
            st.caption(md("Peers cannot approve this here. {breach}", breach=breach.words))
        _answers(case)
        if st.button(t("Withdraw"), key=f"withdraw-{case.id}"):
            carry_out(
                t("Withdrawn. Nobody has to answer it any more."),
                session.api().withdraw,
                case.id,
            )
    elif case.state is CaseState.EXPIRED:
        link(t("File it once more"), "file", key=f"again-{case.id}")
    elif case.state is CaseState.APPROVED:
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
    text = kept.area(t("Your answer"), key=key, height=80)
    if st.button(t("Answer"), key=f"answer-save-{question}", type="primary"):

        def act() -> None:
            session.api().answer(question, text)
            kept.sent(key)

        carry_out(t("Answered. Who asked has been told."), act)


def _outcome(case: CaseOut) -> None:
    """One tap says what came of it, and another one later corrects it."""
    known = case.outcome is not OutcomeReading.MISSING
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(t("Has it changed since?") if known else t("What came of it?"), width="content")
        for tap, (label, outcome) in TAPS.items():
            if st.button(t(label), key=f"outcome-{tap}-{case.id}"):
                carry_out(
                    t("Thank you. Now others can see how it ended."),
                    session.api().record_outcome,
                    case.id,
                    outcome,
                )


def _revoke(case: CaseOut) -> None:
    with st.popover(t("Not carried out"), type="tertiary", key=f"revoke-{case.id}"):
        key = f"revoke-reason-{case.id}"
        reason = kept.area(t("What happened instead?"), key=key, height=80)
        if st.button(t("Take the approval back"), key=f"revoke-save-{case.id}"):

            def act() -> None:
                session.api().revoke(case.id, reason)
                kept.sent(key)

            carry_out(t("Taken back. Who signed has been told."), act)
