"""Second look: a few approvals of other teams, read once more by one's own."""

import streamlit as st

from api.schemas.reviews import ReviewOut
from dashboard import kept, session
from dashboard.cards import badge, proposal_body
from dashboard.catalogue import t, tn
from dashboard.markup import escape_md
from dashboard.pages import carry_out, heading
from dashboard.widgets import empty_state
from dashboard.words import CASE_STATES, day
from recommender.vocabulary import ReviewVerdict


def show() -> None:
    """Draw the screen."""
    heading(
        t("Second look"),
        caption=t(
            "A few approvals of other teams are read once more: most are drawn by lot, some "
            "because the same two people met often. You are not told which, you see no names, and "
            "nothing is counted for or against anybody."
        ),
    )
    reviews = session.api().reviews()
    if not reviews:
        empty_state(
            t("Nothing waits for your team"),
            t(
                "When an approval of another team is drawn, it comes here for whoever is free: one "
                "click says that it is fine. So a signature stays worth something, and nobody has "
                "to suspect anybody."
            ),
        )
        return
    st.caption(
        tn(
            "{n} case waits, oldest first",
            "{n} cases wait, oldest first",
            len(reviews),
        )
    )
    with st.container(width=760):
        for review in reviews:
            _card(review, first=review is reviews[0])


def _card(review: ReviewOut, *, first: bool) -> None:
    with st.container(border=True, key=f"review-{review.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            badge(CASE_STATES[review.case.state])
            st.caption(
                escape_md(
                    t(
                        "{day} · drawn on {drawn} from what another team approved",
                        day=day(review.case.day),
                        drawn=day(review.day),
                    )
                )
            )
        proposal_body(review.case)
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(
                t("It is fine"),
                key=f"fine-{review.id}",
                type="primary" if first else "secondary",
            ):
                _judge(review, ReviewVerdict.FINE, "")
            _misuse(review)


def _misuse(review: ReviewOut) -> None:
    with st.popover(t("This is misuse"), key=f"misuse-{review.id}"):
        reason = kept.area(
            t(
                "Why? Its filer reads it, without your name. The case then no longer counts as a "
                "reason to change a rule; nothing else follows."
            ),
            key=_reason_key(review),
        )
        if st.button(t("It should not count"), key=f"misuse-save-{review.id}"):
            _judge(review, ReviewVerdict.MISUSE, reason)


def _judge(review: ReviewOut, verdict: ReviewVerdict, reason: str) -> None:
    def act() -> None:
        session.api().judge_review(review.id, verdict, reason)
        kept.sent(_reason_key(review))

    carry_out(t("Thank you. Your team has answered."), act)


def _reason_key(review: ReviewOut) -> str:
    return f"misuse-reason-{review.id}"
