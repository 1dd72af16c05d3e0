"""Handed over: proposals that still wait although whoever filed them has left."""

import streamlit as st

from api.schemas.leaving import LeftProposalOut
from dashboard import session
from dashboard.cards import part
from dashboard.pages import carry_out, heading
from dashboard.widgets import empty_state, escape_md
from dashboard.words import NO_CLAUSE, count, day, money


def show() -> None:
    """Draw the screen."""
    heading(
        "Handed over",
        caption="Proposals of people who left your team. A colleague may still answer each. If "
        "the customer needs more, let somebody file it again; if it is settled, withdraw it.",
    )
    proposals = session.api().handed_over().proposals
    with st.container(width=760):
        if not proposals:
            empty_state(
                "Nothing was left open",
                "When somebody of your team leaves while a proposal of theirs still waits, it "
                "comes here, so that no customer is forgotten.",
            )
            return
        st.caption(f"{count(len(proposals), 'proposal waits', 'proposals wait')}, oldest first")
        for proposal in proposals:
            _card(proposal)


def _card(proposal: LeftProposalOut) -> None:
    clause = NO_CLAUSE if proposal.clause is None else proposal.clause
    facing = [day(proposal.filed_on), clause]
    if proposal.amount is not None:
        facing.append(money(proposal.amount, proposal.currency))
    with st.container(border=True, key=f"left-{proposal.id}", gap="xsmall"):
        st.caption(escape_md(" · ".join(facing)))
        part("What happened", proposal.situation)
        part("What was to be done", proposal.resolution)
        part("Why", proposal.reason)
        with st.popover("Withdraw", key=f"withdraw-{proposal.id}"):
            st.caption("Nobody can answer it afterwards.")
            if st.button("It is settled: withdraw it", key=f"withdraw-save-{proposal.id}"):
                carry_out("Withdrawn.", session.api().withdraw_left, proposal.id)
