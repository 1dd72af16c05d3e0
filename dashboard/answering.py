"""The owner's answer to a claimed candidate: accept, reject, defer or return, with a reason."""

from collections.abc import Callable
from datetime import date
from typing import Final

import streamlit as st

from api.schemas.candidates import AcceptIn, CandidatePage, DeferIn
from dashboard import addressed, kept, oneself, session
from dashboard.catalogue import mark, t, tn
from dashboard.editing import Edited, drafted_wording, edit, edited_wording, on_past_cases, verdict
from dashboard.places import Places
from dashboard.recap import Signed, recap
from dashboard.releasing import release
from dashboard.transport import typed
from recommender.errors import Invalid
from recommender.vocabulary import TEXT_CHANGING_VERDICTS

ACCEPT: Final = mark("Accept")
REJECT: Final = mark("Reject")
DEFER: Final = mark("Defer")
RETURN: Final = mark("Return")

_SAYS: Final = {
    ACCEPT: mark("It holds from its day on, and everybody who contributed hears why."),
    REJECT: mark(
        "The rule stays. It is not suggested again until its evidence has really changed."
    ),
    DEFER: mark("Nothing changes until a date; then it waits here again."),
    RETURN: mark("Back to the manager who promoted it, with your question."),
}


@st.fragment
def decide(page: CandidatePage, evidence: Callable[[], None]) -> None:
    """The wording with its numbers to move, what it would do, and the answer; drawn as one.

    `evidence` draws what the wording rests on, beside them.
    """
    places = Places()
    left, right = st.columns((3, 2), gap="large")
    with left:
        verdict(page)
        wording = st.container()
        edited = edit(page, places)
        with wording:
            if edited.markup is None:
                drafted_wording(page)
            else:
                edited_wording(page, edited)
        _answer(page, edited, places)
    with right:
        if edited.backtest is not None:
            moved = edited.backtest is not page.backtest
            on_past_cases(page, edited.backtest, drafted=page.backtest if moved else None)
        evidence()


def _answer(page: CandidatePage, edited: Edited, places: Places) -> None:
    with st.container(border=True, key="decision"):
        st.markdown(t("**Your decision**"))
        choice = st.segmented_control(
            t("Answer"),
            list(_SAYS),
            default=ACCEPT,
            required=True,
            format_func=t,
            key=f"answer-{page.id}",
            label_visibility="collapsed",
        )
        st.caption(t(_SAYS[choice]))
        if choice == ACCEPT:
            _accept(page, edited, places)
        else:
            _FORMS[choice](page, places)
        release(page, edited=bool(edited.given), markup=edited.markup, words=edited.new)


def _accept(page: CandidatePage, edited: Edited, places: Places) -> None:
    start, review = _days(page, places)
    reason = _reason(page, t("Why is this right? Contributors read it."), places)
    recap(
        page,
        Signed(
            old=edited.old,
            new=edited.new,
            backtest=edited.backtest,
            scope=edited.scope,
            effective_from=start,
            review_on=review,
        ),
    )
    given = oneself.proof(f"accept-password-{page.id}", "candidate", places)
    label = t("Accept with edits") if edited.given else t("Accept")
    closed = page.stale or not edited.ready or oneself.awaited()
    if st.button(label, key="accept", type="primary", disabled=closed, shortcut="A"):

        def act() -> None:
            days = {"effective_from": start, "review_on": review, "password": given}
            known = {name: value for name, value in days.items() if value is not None}
            session.api().accept(page, typed(AcceptIn, reason=reason, **edited.given, **known))
            kept.sent(_reason_key(page))

        places.carry_out(t("Decided. Everybody who contributed has been told why."), act)


def _days(page: CandidatePage, places: Places) -> tuple[date | None, date | None]:
    """Ask for the first day and the day of review; nothing is reviewed where no words change."""
    starts, ends = st.columns(2)
    with starts:
        start = addressed.day_field(
            "from", t("In force from (empty: at once)"), key=f"effective-from-{page.id}"
        )
        places.under("effective_from")
    if page.verdict not in TEXT_CHANGING_VERDICTS:
        return start, None
    with ends:
        again = tn(
            "Look at it again on (empty: {n} day after)",
            "Look at it again on (empty: {n} days after)",
            page.review_days,
        )
        review = addressed.day_field("review", again, key=f"review-on-{page.id}")
        places.under("review_on")
    return start, review


def _reject(page: CandidatePage, places: Places) -> None:
    reason = _reason(page, t("Why does the rule stay? Contributors read it."), places)
    if st.button(t("Reject"), key="reject", type="primary"):

        def act() -> None:
            session.api().reject(page, reason)
            kept.sent(_reason_key(page))

        places.carry_out(t("Rejected. Everybody who contributed has been told why."), act)


def _defer(page: CandidatePage, places: Places) -> None:
    until = kept.calendar(t("Look again on"), key=f"defer-until-{page.id}")
    places.under("until")
    reason = _reason(page, t("Why not now?"), places)
    if st.button(t("Defer"), key="defer", type="primary"):

        def act() -> None:
            if until is None:
                raise Invalid(t("Choose the day to look again."), field="until", title=t("Not yet"))
            session.api().defer(page, typed(DeferIn, reason=reason, until=until))
            kept.sent(_reason_key(page), f"defer-until-{page.id}")

        places.carry_out(t("Deferred. It comes back on its date."), act)


def _return(page: CandidatePage, places: Places) -> None:
    question = _reason(page, t("What do you need to know?"), places)
    if st.button(t("Return with this question"), key="return", type="primary"):

        def act() -> None:
            session.api().return_to_manager(page, question)
            kept.sent(_reason_key(page))

        places.carry_out(t("Returned. The manager has been told."), act)


def _reason(page: CandidatePage, label: str, places: Places) -> str:
    text = kept.area(label, key=_reason_key(page))
    places.under("reason")
    return text


def _reason_key(page: CandidatePage) -> str:
    return f"reason-{page.id}"


_FORMS: Final[dict[str, Callable[[CandidatePage, Places], None]]] = {
    REJECT: _reject,
    DEFER: _defer,
    RETURN: _return,
}
