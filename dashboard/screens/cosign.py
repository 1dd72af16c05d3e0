"""Co-sign: proposals of others, one card each, oldest first; a yes approves at once."""

from typing import Final

import streamlit as st

from api.schemas.cases import CaseOut
from api.schemas.precedents import PrecedentsIn, PrecedentsOut
from dashboard import arrivals, charter, kept, session
from dashboard.beside import close_decline, difference, told
from dashboard.cards import case_card, proposal_body, thread
from dashboard.catalogue import md, t
from dashboard.markup import escape_md
from dashboard.pages import carry_out, heading, link
from dashboard.proposals import decline_with_reason, direction, waiting_line
from dashboard.transport import typed
from dashboard.widgets import empty_state, refusals_shown
from dashboard.words import money, percent, short, short_id

_RULE: Final = 240
"""Letters of a rule's wording that a card has room for."""


def show() -> None:
    """Draw the screen."""
    heading(t("Co-sign"), "id", "look")
    if not charter.accepted():
        return
    page = session.api().queue()
    direction(page.direction)
    wanted = st.query_params.get("id")
    drawn = arrivals.settled(page)
    with st.container(width=860):
        if wanted:
            waiting = [each for each in page.proposals if each.id == wanted]
            _only_one(gone=not waiting)
        else:
            waiting = drawn
            arrivals.announced(page)
        if not page.proposals and not wanted:
            _nothing_waits()
        rules: dict[str | None, str] = {rule.clause: rule.text for rule in page.rules}
        for case in waiting:
            _card(case, rules.get(case.clause_key), first=case is waiting[0])
        if waiting:
            st.caption(
                t(
                    "You sign the text as it stands; if it is changed, your signature is void. "
                    "Declining counts nothing against anybody: a no with a reason helps as much "
                    "as a yes."
                )
            )


def _nothing_waits() -> None:
    empty_state(
        t("Nothing waits for you"),
        t(
            "When a colleague wants to act outside a rule, it comes here by itself: you read what "
            "happened, see how cases like it went, and sign, ask or decline. Your own never come "
            "here: somebody else signs those."
        ),
    )


def _only_one(*, gone: bool) -> None:
    if gone:
        st.info(
            t("That proposal no longer waits for you: it was answered, withdrawn or is your own.")
        )
    link(t("All that wait"), "cosign", key="all-waiting")


def _card(case: CaseOut, rule: str | None, *, first: bool) -> None:
    looks = st.query_params.get("look") == case.id
    with st.container(border=True, key=f"proposal-{case.id}"):
        st.caption(escape_md(" · ".join(_facing(case))))
        proposal_body(case)
        if rule is not None:
            st.caption(md("The rule says: “{rule}”", rule=short(rule, _RULE)))
        if case.breaches:
            words = " ".join(breach.words for breach in case.breaches)
            with st.container(key=f"breaches-{case.id}"):
                st.warning(
                    md(
                        "**Peers cannot approve this here.** {why} The desk that owns the rule can "
                        "answer it.",
                        why=words,
                    )
                )
        if first or looks:
            _before_you_sign(case)
        thread(case)
        with st.container(horizontal=True, vertical_alignment="center"):
            if not case.breaches:
                _sign(case, first=first)
            _ask(case)
            decline_with_reason(case, session.api().decline)
            st.button(
                t("Hide cases like it") if looks else t("Show cases like it"),
                key=f"look-{case.id}",
                type="tertiary",
                on_click=_look,
                args=(None if looks else case.id,),
            )
        if looks:
            _precedents(case)


def _facing(case: CaseOut) -> list[str]:
    late = [t("no peer answered in time, so leads were asked")] if case.escalated else []
    return waiting_line(case) + late


def _before_you_sign(case: CaseOut) -> None:
    """What both should know: a close case that was declined, and which precedent fills it."""
    with refusals_shown():
        close = _like(case).close_decline
        if close is not None:
            close_decline(close)
        reused = session.api().reused(case.id)
        if reused is not None:
            with st.container(key=f"reused-{case.id}", gap="xsmall"):
                st.caption(md("Filled in from {case}.", case=short_id(reused.case_id)))
                for warning in reused.warnings:
                    st.warning(escape_md(warning))
                for one in reused.differences:
                    st.caption(escape_md(difference(one, reader=False)))


def _sign(case: CaseOut, *, first: bool) -> None:
    label = t("Co-sign: this approves it")
    if st.button(label, key=f"cosign-{case.id}", type="primary" if first else "secondary"):
        words = t("Co-signed. It is approved: {what}. Its filer has been told.", what=_what(case))
        carry_out(words, _give_signature, case)


def _what(case: CaseOut) -> str:
    """What a signature approves, in a line."""
    deed = short(case.resolution or case.situation, 90).rstrip(".")
    return deed if case.amount is None else f"{deed}, {money(case.amount, case.currency)}"


def _give_signature(case: CaseOut) -> None:
    session.api().cosign(case)
    st.query_params.clear()


def _ask(case: CaseOut) -> None:
    with st.popover(t("Ask first"), key=f"ask-{case.id}"):
        question = kept.area(
            t(
                "What do you need to know? Its filer and the other peers read it, without your "
                "name."
            ),
            key=f"question-{case.id}",
        )
        if st.button(t("Ask"), key=f"ask-save-{case.id}"):
            carry_out(t("Asked. It waits here, and you are told the answer."), _put, case, question)


def _put(case: CaseOut, question: str) -> None:
    session.api().ask(case, question)
    kept.sent(f"question-{case.id}")


def _look(case_id: str | None) -> None:
    """Open one proposal's precedents and close any other's: one more question a run, not many."""
    if case_id is None:
        st.query_params.pop("look", None)
    else:
        st.query_params["look"] = case_id


def _like(case: CaseOut) -> PrecedentsOut:
    """Earlier cases like a proposal; asked once for each wording of it."""
    kept: dict[str, PrecedentsOut] = st.session_state.setdefault("like", {})
    name = f"{case.id} {case.content_hash}"
    if name not in kept:
        query = typed(
            PrecedentsIn,
            situation=case.situation,
            resolution=case.resolution or "",
            clause_key=case.clause_key,
            facts=case.facts,
            granted_action=case.granted_action,
            amount=case.amount,
            currency=case.currency,
        )
        kept[name] = session.api().precedents(query)
    return kept[name]


def _precedents(case: CaseOut) -> None:
    with st.container(key=f"precedents-{case.id}"), refusals_shown():
        like = _like(case)
        found = like.precedents
        if found and like.totals is not None:
            with st.container(key="totals"):
                st.markdown(escape_md(told(like.totals)))
        if not found:
            empty_state(t("Nothing like it so far"), t("Yours is the first answer to such a case."))
        for each in found:
            key = f"precedent-{each.id}"
            case_card(each, key=key, match=t("{share} alike", share=percent(each.similarity)))
