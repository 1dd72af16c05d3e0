"""The acts on a kind: promoting it with a verdict, putting it off, putting it aside."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from api.schemas.drafts import DraftOut, OfferedOut
from api.schemas.kinds import KindOut, KindPage
from dashboard import kept, session
from dashboard.catalogue import md, t, tn
from dashboard.markup import escape_md
from dashboard.pages import attempt, carry_out, go, link, say
from dashboard.putting_off import put_off, put_off_until
from dashboard.session import judges
from dashboard.triage import ASIDE
from dashboard.words import CANDIDATE_STATES, VERDICTS
from recommender.vocabulary import CandidateState, KindState, Verdict

_REOPENABLE: Final = frozenset(
    {CandidateState.RETURNED, CandidateState.REJECTED, CandidateState.ROLLED_BACK}
)
_SNOOZING: Final = "snoozing"


def judgement(page: KindPage) -> None:
    """The one primary act of the page, or why there is none."""
    candidate, kind = page.candidate, page.kind
    again = kind.state is KindState.REGRESSED
    waits = candidate is not None and candidate.state not in _REOPENABLE and not again
    with st.container(border=True, key="judgement"):
        if candidate is not None:
            label = CANDIDATE_STATES[candidate.state]
            told = {"state": label.word, "says": label.says}
            st.markdown(md("This kind was promoted. The candidate is: **{state}**. {says}", **told))
            link(t("Open the candidate"), "candidate", key="open-candidate", id=candidate.id)
        if not judges():
            st.caption(t("Managers promote or dismiss a kind; you can read all of it."))
        elif kind.state is KindState.DISMISSED:
            _restore(page)
        elif kind.state is KindState.EMERGING:
            st.caption(t("An emerging kind cannot be promoted yet; see what is missing."))
            _dismiss(page)
        elif not waits and page.draft is not None:
            _promote(page, page.draft)
        if judges() and candidate is None and kind.state not in ASIDE:
            _later(kind)


def _later(kind: KindOut) -> None:
    """The form to put the kind off, once it is wanted; or until when it is."""
    if kind.snoozed is not None:
        st.info(escape_md(put_off_until(kind.snoozed)))
    if kind.snoozed is not None or st.session_state.get(_SNOOZING) == kind.id:
        put_off(kind)


def _want_to_snooze(kind_id: str) -> None:
    st.session_state[_SNOOZING] = kind_id


def _promote(page: KindPage, draft: DraftOut) -> None:
    """The menu of verdicts: the proposed one first, what is barred below with the reason."""
    offers = {each.verdict: each for each in draft.verdicts if each.allowed}
    suggested = draft.verdict
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        verdict = st.selectbox(
            t("What should happen"),
            list(offers) or [suggested],
            format_func=lambda each: _named(each, suggested),
            key=f"verdict-{page.kind.id}-{suggested}",
            width=320,
        )
        wanted = st.button(t("Promote"), key="promote", type="primary", shortcut="P")
        if page.candidate is None and page.kind.snoozed is None:
            st.button(
                t("Snooze"),
                key="snooze",
                shortcut="S",
                on_click=_want_to_snooze,
                args=(page.kind.id,),
            )
        _dismiss(page)
    known = verdict in offers and verdict is not suggested
    means = offers[verdict].why if known else VERDICTS[verdict].says
    st.caption(md("{means} The clause's desk decides; everybody involved hears why.", means=means))
    _barred([each for each in draft.verdicts if not each.allowed])
    if wanted:
        candidate = attempt(session.api().promote, page.kind.id, verdict)
        if candidate is not None:
            say(t("Promoted. The clause's desk has been told; its answer comes with a reason."))
            go("candidate", id=candidate.id)


def _barred(offers: Sequence[OfferedOut]) -> None:
    if offers:
        words = tn("{n} not on offer here, and why", "{n} not on offer here, and why", len(offers))
        with st.expander(words, key="barred"):
            told = [md("- {verdict}: {why}", verdict=_word(one), why=one.why) for one in offers]
            st.markdown("\n".join(told))


def _word(offer: OfferedOut) -> str:
    return VERDICTS[offer.verdict].word


def _named(verdict: Verdict, suggested: Verdict) -> str:
    word = VERDICTS[verdict].word
    return t("{verdict} (suggested)", verdict=word) if verdict is suggested else word


def _dismiss(page: KindPage) -> None:
    with st.popover(t("Dismiss"), key="dismiss"):
        st.caption(t("It comes back by itself when its evidence has doubled."))
        key = f"dismiss-reason-{page.kind.id}"
        reason = kept.area(t("Reason"), key=key, height=80)
        if st.button(t("Dismiss this kind"), key="dismiss-save"):

            def act() -> None:
                session.api().dismiss_kind(page.kind.id, reason)
                kept.sent(key)

            carry_out(t("Put aside. It comes back when its evidence has doubled."), act)


def _restore(page: KindPage) -> None:
    st.caption(t("This kind was put aside. It comes back by itself when its evidence has doubled."))
    if st.button(t("Take it back now"), key="restore"):
        carry_out(t("Taken back."), session.api().restore_kind, page.kind.id)
