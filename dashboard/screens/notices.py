"""Notices: what I am told, what needs me first."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from api.schemas.notices import NoticeOut
from dashboard import session
from dashboard.pages import carry_out, heading, link
from dashboard.read_rules import changed_rules, rules_to_read
from dashboard.widgets import as_text, empty_state, escape_md
from dashboard.words import day
from recommender.vocabulary import NoticeTopic, Role

_CASES: Final = {
    NoticeTopic.ANSWER: ("Read the answer", "cosign"),
    NoticeTopic.COSIGN_WANTED: ("Read the proposal", "cosign"),
    NoticeTopic.HANDED_OVER: ("See what was left open", "handed-over"),
    NoticeTopic.ROUTED: ("Read what is asked of you", "routed"),
    NoticeTopic.SIGNATURE_VOIDED: ("Read the proposal", "cosign"),
}


def show() -> None:
    """Draw the screen."""
    heading("Notices", bound={"earlier"})
    rules_to_read(changed_rules())
    notices = session.api().notices().notices
    unread = [note for note in notices if note.read_at is None]
    earlier = [note for note in notices if note.read_at is not None]
    if not unread:
        empty_state(
            "Nothing new",
            "You are told here when a proposal of yours is answered, and when a case of yours led "
            "to a decision about a rule.",
        )
    _group("Needs you", [note for note in unread if note.needs_you])
    _group("New", [note for note in unread if not note.needs_you])
    if earlier and st.toggle(f"Earlier ({len(earlier)})", key="earlier", bind="query-params"):
        for note in earlier:
            _card(note)


def _group(title: str, notices: Sequence[NoticeOut]) -> None:
    if notices:
        st.subheader(title, anchor=False)
        for note in notices:
            _card(note)


def _card(note: NoticeOut) -> None:
    with st.container(border=True, gap="xsmall", key=f"notice-{note.id}"):
        st.markdown(f"**{escape_md(note.title)}**")
        as_text(note.body)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(day(note.created_at), width="content")
            _way_on(note)
            if note.read_at is None and st.button(
                "Mark as read", key=f"read-{note.id}", type="tertiary"
            ):
                carry_out("Marked as read.", session.api().read_notice, note.id)


def _way_on(note: NoticeOut) -> None:
    """Lead to what the notice is about, where its reader may look at it."""
    key = f"open-notice-{note.id}"
    only_agent = not set(session.me().roles) - {Role.AGENT}
    if note.candidate_id and not only_agent:
        link("Open the candidate", "candidate", key=key, id=note.candidate_id)
    elif note.topic is NoticeTopic.IDENTITY_SHOWN and not only_agent:
        link("See what was asked for", "identities", key=key)
    elif note.topic is NoticeTopic.REVIEW_WANTED:
        link("Take a second look", "reviews", key=key)
    elif note.case_id:
        label, to = _CASES.get(note.topic, ("Open the case", "mine"))
        link(label, to, key=key, id=note.case_id)
