"""The owner's answer to a claimed candidate: accept, reject, defer or return, with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from api.schemas.candidates import AcceptIn, CandidatePage, DeferIn
from api.schemas.drafts import BacktestOut, TriedOut, TryIn
from dashboard import session
from dashboard.backtests import backtest, warnings
from dashboard.cards import part
from dashboard.pages import attempt, carry_out
from dashboard.transport import typed
from dashboard.trying import boxes
from dashboard.widgets import changes_between, escape_md, redline
from dashboard.words import VERDICTS, costs, count, day
from recommender.errors import Invalid
from recommender.vocabulary import TEXT_CHANGING_VERDICTS, Verdict

ACCEPT: Final = "Accept"
REJECT: Final = "Reject"
DEFER: Final = "Defer"
RETURN: Final = "Return"

_SAYS: Final = {
    ACCEPT: "The new wording comes into force, and everybody who contributed hears why.",
    REJECT: "The rule stays. It is not suggested again until its evidence has really changed.",
    DEFER: "Nothing changes until a date; then it waits here again.",
    RETURN: "Back to the manager who promoted it, with your question.",
}
_EDITABLE: Final = TEXT_CHANGING_VERDICTS - {Verdict.RETIRE_RULE}


@dataclass(frozen=True)
class _Edited:
    """What the owner would accept, and what it would do; `ready` once both belong together."""

    markup: str | None
    """The wording in place of the drafted one; None where it stays as drafted."""
    backtest: BacktestOut | None
    ready: bool = True


@st.fragment
def decide(page: CandidatePage) -> None:
    """The wording with its numbers to move, what it would do, and the answer; drawn as one."""
    left, right = st.columns((3, 2), gap="large")
    with left:
        proposed(page)
        edited = _edit(page)
        _answer(page, edited)
    with right:
        if edited.backtest is not None:
            on_past_cases(edited.backtest, moved=edited.backtest is not page.backtest)


def proposed(page: CandidatePage) -> None:
    """The verdict, its reason, and the wording as it was drafted."""
    st.subheader(VERDICTS[page.verdict].word, anchor=False)
    st.caption(escape_md(page.reason))
    if not page.changes:
        part("The clause stays as it is", page.clause_text)
        return
    with st.container(border=True, key="candidate-redline"):
        base = page.base_revision
        st.caption(escape_md("A new clause" if base is None else f"{page.clause}, wording {base}"))
        redline(page.changes, key="redline")


def on_past_cases(result: BacktestOut, *, moved: bool = False) -> None:
    """What the wording would have done, with what speaks against it first."""
    st.subheader("On past cases", anchor=False)
    st.caption(
        "As you edited it."
        if moved
        else "All that was approved or declined under the clause, this kind and others."
    )
    warnings(result, key="warnings")
    backtest(result, key="backtest")


def _edit(page: CandidatePage) -> _Edited:
    """Let the numbers be moved and the words be changed, and replay what comes of both."""
    drafted = page.new_markup
    if drafted is None or page.verdict not in _EDITABLE:
        return _Edited(None, page.backtest)
    name = f"{page.id}-{page.version}"
    chosen = boxes(page.draft, name)
    tried = attempt(session.api().try_candidate, page.id, chosen.wish) if chosen.moved else None
    if chosen.moved and tried is None:
        return _Edited(None, page.backtest, ready=False)
    offered = drafted if tried is None else tried.new_markup or drafted
    markup = _words(offered, f"{name}-{chosen.mark}")
    if markup != offered and page.kind is not None:
        tried = attempt(session.api().try_candidate, page.id, _with_words(chosen.wish, markup))
        if tried is None:
            return _Edited(None, page.backtest, ready=False)
    if markup == drafted:
        return _Edited(None, page.backtest)
    _show_edited(page, markup, tried)
    return _Edited(markup, None if tried is None else tried.backtest)


def _with_words(wish: TryIn, markup: str) -> TryIn:
    return typed(TryIn, **wish.model_dump(exclude_unset=True), markup=markup)


def _show_edited(page: CandidatePage, markup: str, tried: TriedOut | None) -> None:
    """The edited wording against the one in force, where it can be replayed; else its markup."""
    with st.container(border=True, key="edited-redline"):
        st.caption("As you edited it")
        if tried is None:
            redline(changes_between(page.new_markup or "", markup), key="tried-redline")
        else:
            redline(changes_between(tried.redline.old, tried.redline.new), key="tried-redline")


def _words(drafted: str, name: str) -> str:
    """The wording as the owner types it, for what the numbers cannot say."""
    with st.expander("Edit the words", key="edit-wording"):
        st.caption("Numbers in square brackets are the clause's limits; keep what is in braces.")
        text = st.text_area("Wording", drafted, height=140, key=f"wording-{name}")
    return text.strip() if text.strip() != drafted.strip() else drafted


def _answer(page: CandidatePage, edited: _Edited) -> None:
    with st.container(border=True, key="decision"):
        st.markdown("**Your decision**")
        choice = st.segmented_control(
            "Answer",
            list(_SAYS),
            default=ACCEPT,
            required=True,
            key=f"answer-{page.id}",
            label_visibility="collapsed",
        )
        st.caption(_SAYS[choice])
        if choice == ACCEPT:
            _accept(page, edited)
        else:
            _FORMS[choice](page)
        if st.button("Give it back undecided", key="release", type="tertiary"):
            carry_out("Given back; it is drafted anew.", session.api().release, page.id)


def _accept(page: CandidatePage, edited: _Edited) -> None:
    start = st.date_input(
        "In force from (empty: at once)",
        value=None,
        format="YYYY-MM-DD",
        key=f"effective-from-{page.id}",
    )
    reason = _reason(page, "Why is this right? Contributors read it.")
    given = password(f"accept-password-{page.id}")
    since = "At once" if start is None else f"From {day(start)}"
    st.caption(escape_md(f"{since}. {_recap(edited.backtest)}".strip()))
    label = "Accept" if edited.markup is None else "Accept with edits"
    open_to_yes = edited.ready and not page.stale
    if st.button(label, key="accept", type="primary", disabled=not open_to_yes):

        def act() -> CandidatePage:
            wish = {"effective_from": start, "markup": edited.markup, "password": given or None}
            known = {name: value for name, value in wish.items() if value is not None}
            return session.api().accept(page, typed(AcceptIn, reason=reason, **known))

        carry_out("Decided. Everybody who contributed has been told why.", act)


def _recap(result: BacktestOut | None) -> str:
    """What is about to be accepted, in a line."""
    if result is None or result.covered is None:
        return ""
    told = [f"Allows {count(result.covered, 'past case')} without a signature"]
    if result.newly_refused:
        told.append(f"refuses {count(result.newly_refused, 'case')} that it allows today")
    if result.newly_allowed:
        told.append(f"{count(result.newly_allowed, 'case')} that peers had declined")
    if result.year is not None:
        year = result.year
        told.append(f"{costs(year.low, year.mid, year.high, result.currency)} a year")
    return f"{', '.join(told)}."


def password(key: str) -> str:
    """Ask for the reader's own password once more."""
    return st.text_input("Your password, once more", type="password", key=key) or ""


def _reject(page: CandidatePage) -> None:
    reason = _reason(page, "Why does the rule stay? Contributors read it.")
    if st.button("Reject", key="reject", type="primary"):
        words = "Rejected. Everybody who contributed has been told why."
        carry_out(words, session.api().reject, page, reason)


def _defer(page: CandidatePage) -> None:
    until = st.date_input(
        "Look again on", value=None, format="YYYY-MM-DD", key=f"defer-until-{page.id}"
    )
    reason = _reason(page, "Why not now?")
    if st.button("Defer", key="defer", type="primary"):

        def act() -> CandidatePage:
            if until is None:
                raise Invalid("Choose the day to look again.", field="until", title="Not yet")
            return session.api().defer(page, typed(DeferIn, reason=reason, until=until))

        carry_out("Deferred. It comes back on its date.", act)


def _return(page: CandidatePage) -> None:
    question = _reason(page, "What do you need to know?")
    if st.button("Return with this question", key="return", type="primary"):
        words = "Returned. The manager has been told."
        carry_out(words, session.api().return_to_manager, page, question)


def _reason(page: CandidatePage, label: str) -> str:
    return st.text_area(label, key=f"reason-{page.id}", height=90)


_FORMS: Final[dict[str, Callable[[CandidatePage], None]]] = {
    REJECT: _reject,
    DEFER: _defer,
    RETURN: _return,
}
