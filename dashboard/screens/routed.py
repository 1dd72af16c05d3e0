"""Asked of you: what peers cannot approve, answered case by case by the rule's owner."""

import streamlit as st

from api.schemas.cases import CaseOut
from dashboard import session
from dashboard.cards import proposal_body, thread
from dashboard.catalogue import md, t, tn
from dashboard.markup import escape_md
from dashboard.pages import carry_out, heading, link
from dashboard.proposals import decline_with_reason, waiting_line
from dashboard.widgets import empty_state

_NEVER_BEND = "never_bend"


def show() -> None:
    """Draw the screen."""
    heading(t("Asked of you"), "id")
    page = session.api().routed()
    wanted = st.query_params.get("id")
    cards, aside = st.columns((3, 1.4), gap="large")
    with aside:
        _aside(page.direction)
    with cards:
        if not page.proposals:
            empty_state(
                t("Nothing waits for your desk"),
                t(
                    "What peers cannot approve under your rules appears here: above a ceiling, "
                    "over the budget, paused or never bent."
                ),
            )
            return
        waiting = [each for each in page.proposals if wanted in {None, each.id}]
        if wanted:
            if not waiting:
                st.info(t("That proposal no longer waits for you: it was answered or taken back."))
            link(t("All that wait"), "routed", key="all-waiting")
        else:
            st.caption(
                tn(
                    "{n} proposal waits, oldest first",
                    "{n} proposals wait, oldest first",
                    len(waiting),
                )
            )
        for case in waiting:
            _card(case, first=case is waiting[0])


def _aside(direction: str) -> None:
    with st.container(border=True, key="direction", gap="xsmall"):
        st.caption(t("What we want for customers"))
        st.text(direction)
    st.caption(
        t(
            "You answer one case, and the rule stays. Your yes counts against the budget, and "
            "never as a colleague's signature. If it should hold for all, change the rule or its "
            "limits."
        )
    )


def _card(case: CaseOut, *, first: bool) -> None:
    with st.container(border=True, key=f"routed-{case.id}"):
        st.caption(escape_md(" · ".join(waiting_line(case))))
        with st.container(key=f"breaches-{case.id}"):
            words = " ".join(breach.words for breach in case.breaches)
            st.warning(md("**Why peers cannot approve it.** {reasons}", reasons=words))
        proposal_body(case)
        thread(case)
        with st.container(horizontal=True, vertical_alignment="center"):
            if any(breach.rule == _NEVER_BEND for breach in case.breaches):
                st.caption(
                    t("This rule is never bent, so it can only be declined."), width="content"
                )
            elif st.button(
                t("Approve as owner"),
                key=f"approve-{case.id}",
                type="primary" if first else "secondary",
                help=t("For this one case. Its filer is told to go ahead."),
            ):
                carry_out(t("Approved. Its filer has been told to go ahead."), _approve, case)
            decline_with_reason(case, session.api().decline_as_owner)
            if case.clause_key:
                link(t("Its limits"), "limits", key=f"limits-{case.id}", clause=case.clause_key)


def _approve(case: CaseOut) -> None:
    session.api().approve_as_owner(case)
    st.query_params.clear()
