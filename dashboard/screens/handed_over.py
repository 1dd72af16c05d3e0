"""Handed over: proposals that still wait although whoever filed them has left."""

import streamlit as st

from api.schemas.leaving import LeftProposalOut
from dashboard import session
from dashboard.cards import part
from dashboard.catalogue import t, tn
from dashboard.clause_names import in_section
from dashboard.markup import escape_md
from dashboard.pages import carry_out, heading
from dashboard.widgets import as_text, empty_state
from dashboard.words import NO_CLAUSE, day, money


def show() -> None:
    """Draw the screen."""
    heading(
        t("Handed over"),
        caption=t(
            "Proposals of people who left your team. A colleague may still answer each. If the "
            "customer needs more, let somebody file it again; if it is settled, withdraw it."
        ),
    )
    proposals = session.api().handed_over().proposals
    with st.container(width=960):
        if not proposals:
            empty_state(
                t("Nothing was left open"),
                t(
                    "When somebody of your team leaves while a proposal of theirs still waits, it "
                    "comes here, so that no customer is forgotten."
                ),
            )
            return
        many = len(proposals)
        st.caption(tn("{n} proposal waits, oldest first", "{n} proposals wait, oldest first", many))
        for proposal in sorted(proposals, key=lambda each: each.filed_on):
            _card(proposal)


def _card(proposal: LeftProposalOut) -> None:
    rule = t(NO_CLAUSE)
    if proposal.clause is not None:
        rule = in_section(proposal.clause, proposal.section)
    facing = [day(proposal.filed_on), rule]
    if proposal.amount is not None:
        facing.append(money(proposal.amount, proposal.currency))
    with st.container(border=True, key=f"left-{proposal.id}"):
        told, acts = st.columns((5, 1), vertical_alignment="center")
        with told, st.container(gap="xsmall"):
            st.caption(escape_md(" · ".join(facing)))
            as_text(proposal.situation)
            part(t("What was to be done"), proposal.resolution)
            part(t("Why"), proposal.reason)
        with acts:
            words = t("Withdrawn. It is settled, and nobody answers it any more.")
            if st.button(
                t("Withdraw"),
                key=f"withdraw-save-{proposal.id}",
                help=t("It is settled. Nobody can answer it afterwards."),
            ):
                carry_out(words, session.api().withdraw_left, proposal.id)
