"""Second look: a few approvals of other teams, read once more by one's own."""

import streamlit as st

from api.schemas.reviews import ReviewOut
from dashboard import session
from dashboard.cards import badge, proposal_body
from dashboard.pages import carry_out, heading
from dashboard.widgets import empty_state
from dashboard.words import CASE_STATES, count, day
from recommender.vocabulary import ReviewVerdict


def show() -> None:
    """Draw the screen."""
    heading(
        "Second look",
        caption="A few approvals of other teams are drawn by chance and read once more. You see no "
        "names, and nobody is rated by it.",
    )
    reviews = session.api().reviews()
    if not reviews:
        empty_state(
            "Nothing waits for your team",
            "When an approval of another team is drawn, it comes here, for whoever is free to read "
            "it and say whether it is fine.",
        )
        return
    st.caption(f"{count(len(reviews), 'case waits', 'cases wait')}, oldest first")
    with st.container(width=760):
        for review in reviews:
            _card(review)


def _card(review: ReviewOut) -> None:
    with st.container(border=True, key=f"review-{review.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            badge(CASE_STATES[review.case.state])
            st.caption(f"{day(review.case.day)} · drawn on {day(review.day)}")
        proposal_body(review.case)
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("It is fine", key=f"fine-{review.id}", type="primary"):
                _judge(review, ReviewVerdict.FINE, "")
            with st.popover("This is misuse", key=f"misuse-{review.id}"):
                st.text_area(
                    "Why? Its filer reads it, without your name. The case then no longer counts "
                    "as a reason to change a rule; nothing else follows.",
                    key=f"misuse-reason-{review.id}",
                    height=90,
                )
                if st.button("It should not count", key=f"misuse-save-{review.id}"):
                    reason = st.session_state[f"misuse-reason-{review.id}"]
                    _judge(review, ReviewVerdict.MISUSE, reason)


def _judge(review: ReviewOut, verdict: ReviewVerdict, reason: str) -> None:
    carry_out(
        "Thank you. Your team has answered.",
        session.api().judge_review,
        review.id,
        verdict,
        reason,
    )
