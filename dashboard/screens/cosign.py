"""Co-sign: proposals of others, one card each, oldest first; a yes approves at once."""

import streamlit as st

from api.schemas.cases import CaseOut, QueuePage
from api.schemas.precedents import PrecedentsIn, PrecedentsOut
from dashboard import charter, kept, session
from dashboard.beside import close_decline, difference
from dashboard.cards import case_card, proposal_body, thread
from dashboard.markup import escape_md
from dashboard.pages import carry_out, heading, link
from dashboard.proposals import decline_with_reason, waiting_line
from dashboard.transport import typed
from dashboard.widgets import empty_state, refusals_shown
from dashboard.words import count, percent, short_id


def show() -> None:
    """Draw the screen."""
    heading("Co-sign", "id", "look")
    if not charter.accepted():
        return
    page = session.api().queue()
    wanted = st.query_params.get("id")
    cards, aside = st.columns((3, 1.4), gap="large")
    with aside:
        _direction(page)
    with cards:
        if not page.proposals:
            empty_state(
                "Nothing waits for you",
                "Colleagues' proposals appear here, the oldest first. Your own never do: somebody "
                "else signs those.",
            )
            return
        waiting = [each for each in page.proposals if wanted in {None, each.id}]
        if wanted:
            _only_one(gone=not waiting)
        else:
            st.caption(f"{count(len(waiting), 'proposal waits', 'proposals wait')}, oldest first")
        for case in waiting:
            _card(case, first=case is waiting[0])


def _direction(page: QueuePage) -> None:
    with st.container(border=True, key="direction", gap="xsmall"):
        st.caption("What we want for customers")
        st.text(page.direction)
    st.caption(
        "You sign the text as it stands; if it is changed, your signature is void. Declining "
        "counts nothing against anybody: a no with a reason helps as much as a yes."
    )


def _only_one(*, gone: bool) -> None:
    if gone:
        st.info("That proposal no longer waits for you: it was answered, withdrawn or is your own.")
    link("All that wait", "cosign", key="all-waiting")


def _card(case: CaseOut, *, first: bool) -> None:
    looks = st.query_params.get("look") == case.id
    with st.container(border=True, key=f"proposal-{case.id}"):
        st.caption(escape_md(" · ".join(_facing(case))))
        proposal_body(case)
        if case.breaches:
            words = " ".join(breach.words for breach in case.breaches)
            with st.container(key=f"breaches-{case.id}"):
                st.warning(
                    f"**Peers cannot approve this here.** {escape_md(words)} The desk that owns "
                    "the rule can answer it."
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
                "Hide cases like it" if looks else "Show cases like it",
                key=f"look-{case.id}",
                type="tertiary",
                on_click=_look,
                args=(None if looks else case.id,),
            )
        if looks:
            _precedents(case)


def _facing(case: CaseOut) -> list[str]:
    late = ["no peer answered in time, so leads were asked"] if case.escalated else []
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
                st.caption(escape_md(f"Filled in from {short_id(reused.case_id)}."))
                for warning in reused.warnings:
                    st.warning(escape_md(warning))
                for one in reused.differences:
                    st.caption(escape_md(difference(one, ours="this")))


def _sign(case: CaseOut, *, first: bool) -> None:
    label = "Co-sign: this approves it"
    if st.button(label, key=f"cosign-{case.id}", type="primary" if first else "secondary"):
        carry_out("Co-signed. It is approved, and its filer has been told.", _give_signature, case)


def _give_signature(case: CaseOut) -> None:
    session.api().cosign(case)
    st.query_params.clear()


def _ask(case: CaseOut) -> None:
    with st.popover("Ask first", key=f"ask-{case.id}"):
        question = kept.area(
            "What do you need to know? Its filer and the other peers read it, without your name.",
            key=f"question-{case.id}",
        )
        if st.button("Ask", key=f"ask-save-{case.id}"):
            carry_out("Asked. It waits here, and you are told the answer.", _put, case, question)


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
        )
        kept[name] = session.api().precedents(query)
    return kept[name]


def _precedents(case: CaseOut) -> None:
    with st.container(key=f"precedents-{case.id}"), refusals_shown():
        found = _like(case).precedents
        if not found:
            empty_state("Nothing like it so far", "Yours is the first answer to such a case.")
        for each in found:
            key = f"precedent-{each.id}"
            case_card(each, key=key, match=f"{percent(each.similarity)} alike")
