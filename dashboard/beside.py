"""What stands beside the filing form: what is allowed, what was done before, the limits."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from api.schemas.advice import AdviceIn, AdviceOut
from api.schemas.cases import BreachOut
from api.schemas.findability import AlreadyAllowedIn
from api.schemas.precedents import AllowanceOut, CloseDeclineOut, PrecedentOut, TotalsOut
from api.schemas.reuse import DifferenceOut
from dashboard import filing, session
from dashboard.cards import case_card
from dashboard.markup import escape_md
from dashboard.pages import say
from dashboard.transport import typed
from dashboard.widgets import empty_state, refusals_shown
from dashboard.words import count, day, fact_name, percent, short_id

LEAST_LETTERS: Final = 12
_ANSWER: Final = "advice-shown"
_NO_ADVICE: Final = AdviceOut(asked=[], allowed=None, precedents=[], limits=[])


def advice(wish: Mapping[str, object]) -> AdviceOut | None:
    """Ask once for each wording; None while too little is typed.

    The form is drawn more often than its words change.
    """
    if len(str(wish["situation"])) < LEAST_LETTERS:
        return None
    fields = {name: value for name, value in wish.items() if name in AdviceIn.model_fields}
    with refusals_shown():
        draft = typed(AdviceIn, **fields)
        kept: tuple[AdviceIn, AdviceOut] | None = st.session_state.get(_ANSWER)
        if kept is None or kept[0] != draft:
            kept = st.session_state[_ANSWER] = (draft, session.api().advice(draft))
        return kept[1]
    return _NO_ADVICE


def show(found: AdviceOut | None, wish: Mapping[str, object]) -> None:
    """Draw the column."""
    if found is not None and found.allowed is not None:
        _allowed(found.allowed, wish)
    if found is not None and found.limits:
        _limits(found.limits)
    with st.container(key="precedents"):
        st.subheader("Cases like yours", anchor=False)
        if found is None:
            empty_state(
                "They appear here as you write",
                "What colleagues did in cases like it, what was declined, and how it went.",
            )
            return
        _reused()
        if found.close_decline is not None:
            close_decline(found.close_decline)
        _precedents(found.precedents, found.totals)


def _allowed(allowed: AllowanceOut, wish: Mapping[str, object]) -> None:
    with st.container(key="allowed", gap="xsmall"):
        words = allowed.words or f"{allowed.clause_key} allows this already: nobody has to sign."
        st.success(f"**No proposal is needed.** {escape_md(words)}")
        st.text(allowed.text)
        if st.button("Good, then I just do it", key="just-do-it"):
            with refusals_shown():
                count_allowed(allowed, wish)
                session.api().drop_draft()
                filing.done()
                say("Nothing to file: the rule allows it. That it was hard to find is counted.")
                st.rerun()


def count_allowed(allowed: AllowanceOut, wish: Mapping[str, object]) -> None:
    """Count, once for a draft, that it asked for what the rules allow; who asked is not kept."""
    told = {name: wish[name] for name in ("facts", "amount", "currency")}
    known = {name: value for name, value in told.items() if value is not None}
    draft = typed(
        AlreadyAllowedIn, draft=str(filing.draft_id()), clause_key=allowed.clause_key, **known
    )
    session.api().count_already_allowed(draft)


def _limits(limits: Sequence[BreachOut]) -> None:
    with st.container(key="limits"):
        words = " ".join(each.words for each in limits)
        st.warning(
            f"**Peers cannot approve this as it stands.** {escape_md(words)} File it all the same: "
            "it goes to the desk that owns the rule."
        )


def close_decline(close: CloseDeclineOut) -> None:
    """Say that a case much like this one was declined, when and why."""
    with st.container(key="close-decline"):
        st.info(
            f"**A close case was declined on {day(close.day)}**, because: "
            f"{escape_md(close.reason)} ({escape_md(short_id(close.case_id))})"
        )


def _precedents(found: Sequence[PrecedentOut], totals: TotalsOut | None) -> None:
    if not found:
        empty_state("Nothing like it so far", "Yours would be the first. That is worth filing.")
        return
    if totals is not None:
        st.caption(_told(totals))
    for each in found:
        match = f"{percent(each.similarity)} alike"
        with case_card(each, key=f"precedent-{each.id}", match=match):
            st.button(
                f"Same as {short_id(each.id)}",
                key=f"same-{each.id}",
                help="Fills the form in from it; what you typed stays.",
                on_click=filing.reuse,
                args=(each.id,),
            )


def _told(totals: TotalsOut) -> str:
    together = totals.approved + totals.declined
    if not together:
        return "None is very close; these come nearest."
    ended = f" ({totals.badly_ended} ended badly)" if totals.badly_ended else ""
    return (
        f"{count(together, 'case')} much like it: {totals.approved} approved{ended}, "
        f"{totals.declined} declined"
    )


def _reused() -> None:
    """Which precedent fills the form, and where the draft departs from it."""
    found = filing.reused()
    if found is None:
        return
    case_id, filled = found
    with st.container(border=True, key="reused", gap="xsmall"):
        st.markdown(f"**Filled in from {escape_md(short_id(case_id))}.** Please read it through.")
        for warning in filled.warnings:
            st.warning(escape_md(warning))
        for one in filled.differences:
            st.caption(escape_md(difference(one)))
        st.button("Not like that one", key="not-same", on_click=filing.forget_precedent)


def difference(one: DifferenceOut, *, ours: str = "yours") -> str:
    """One field in which two cases differ: `Amount: yours 60, theirs 20`."""
    name = fact_name(one.field.removeprefix("facts.").removesuffix("_key"))
    return f"{name}: {ours} {one.yours or 'not given'}, theirs {one.theirs or 'not given'}"
