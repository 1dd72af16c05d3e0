"""Notices: what I am told, what needs me first, the rest by its day."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import streamlit as st

from api.schemas.acknowledging import ChangedClauseOut
from api.schemas.notices import NoticeOut
from dashboard import session
from dashboard.catalogue import mark, t, tn
from dashboard.markup import escape_md
from dashboard.pages import carry_out, heading, link
from dashboard.read_rules import changed_rules, rules_to_read
from dashboard.widgets import as_text, empty_state
from dashboard.words import day
from recommender.vocabulary import NoticeTopic, Role

_CASES: Final = {
    NoticeTopic.ANSWER: (mark("Read the answer"), "cosign"),
    NoticeTopic.COSIGN_WANTED: (mark("Read the proposal"), "cosign"),
    NoticeTopic.HANDED_OVER: (mark("See what was left open"), "handed-over"),
    NoticeTopic.ROUTED: (mark("Read what is asked of you"), "routed"),
    NoticeTopic.SIGNATURE_VOIDED: (mark("Read the proposal"), "cosign"),
}


def show() -> None:
    """Draw the screen."""
    heading(t("Notices"), bound={"earlier"})
    changed = changed_rules()
    rules_to_read(changed)
    notices = session.api().notices().notices
    unread = [note for note in notices if note.read_at is None and not _shown(note, changed)]
    earlier = [note for note in notices if note.read_at is not None]
    with st.container(width=760):
        if not unread:
            empty_state(
                t("Nothing new"),
                t(
                    "You are told here when a proposal of yours is answered, and when a case of "
                    "yours led to a decision about a rule."
                ),
            )
        _group(t("Needs you"), [note for note in unread if note.needs_you])
        _by_day([note for note in unread if not note.needs_you])
        shown = tn("{n} read earlier", "{n} read earlier", len(earlier))
        if earlier and st.toggle(shown, key="earlier", bind="query-params"):
            _by_day(earlier)


def _shown(note: NoticeOut, changed: Sequence[ChangedClauseOut]) -> bool:
    """Tell whether the rules above say all that the notice does."""
    return bool(changed) and note.topic is NoticeTopic.ACKNOWLEDGE


def _by_day(notices: Sequence[NoticeOut]) -> None:
    newest = sorted(notices, key=lambda note: note.created_at, reverse=True)
    for written, same in groupby(newest, key=lambda note: day(note.created_at)):
        _group(written, list(same))


def _group(title: str, notices: Sequence[NoticeOut]) -> None:
    if notices:
        st.subheader(escape_md(title), anchor=False)
        for note in notices:
            _card(note)


def _card(note: NoticeOut) -> None:
    new = note.read_at is None
    with st.container(border=new, gap="xsmall", key=f"notice-{note.id}"):
        title = escape_md(note.title)
        st.markdown(f"**{title}**" if new else title)
        as_text(note.body)
        with st.container(horizontal=True, vertical_alignment="center"):
            if note.needs_you and new:
                st.caption(day(note.created_at), width="content")
            _way_on(note)
            if new and st.button(t("Mark as read"), key=f"read-{note.id}", type="tertiary"):
                carry_out(t("Marked as read."), session.api().read_notice, note.id)


def _way_on(note: NoticeOut) -> None:
    """Lead to what the notice is about, where its reader may look at it."""
    key = f"open-notice-{note.id}"
    only_agent = not set(session.me().roles) - {Role.AGENT}
    if note.candidate_id and not only_agent:
        link(t("Open the candidate"), "candidate", key=key, id=note.candidate_id)
    elif note.topic is NoticeTopic.IDENTITY_SHOWN and not only_agent:
        link(t("See what was asked for"), "identities", key=key)
    elif note.topic is NoticeTopic.IDENTITY_SHOWN:
        link(t("See who read your name"), "protection", key=key)
    elif note.topic is NoticeTopic.REVIEW_WANTED:
        link(t("Take a second look"), "reviews", key=key)
    elif note.case_id:
        label, to = _CASES.get(note.topic, (mark("Open the case"), "mine"))
        link(t(label), to, key=key, id=note.case_id)
