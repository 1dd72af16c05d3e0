"""What stands beside the filing form: what is allowed, what was done before, the limits."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from api.schemas.advice import AdviceIn, AdviceOut
from api.schemas.cases import BreachOut
from api.schemas.findability import AlreadyAllowedIn
from api.schemas.policies import ClauseOut
from api.schemas.precedents import AllowanceOut, CloseDeclineOut, TotalsOut
from api.schemas.reuse import DifferenceOut
from dashboard import filing, session
from dashboard.cards import case_card
from dashboard.catalogue import md, t, tn
from dashboard.markup import escape_md
from dashboard.pages import say
from dashboard.transport import typed
from dashboard.widgets import empty_state, refusals_shown
from dashboard.words import day, fact_name, money, number, percent, short_id

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


def show(found: AdviceOut | None, wish: Mapping[str, object], rule: ClauseOut | None) -> None:
    """Draw the column: the rule first, then what was done before."""
    with st.container(key="rule", gap="xsmall"):
        if found is not None and found.allowed is not None:
            _allowed(found.allowed, wish)
        else:
            _rule(rule)
        if found is not None and found.limits:
            _limits(found.limits)
    with st.container(key="precedents"):
        st.subheader(t("Cases like yours"), anchor=False)
        if found is None:
            empty_state(
                t("They appear here as you write"),
                t("What colleagues did in cases like it, what was declined, and how it went."),
            )
            return
        _reused()
        if found.close_decline is not None:
            close_decline(found.close_decline)
        _precedents(found)


def _rule(rule: ClauseOut | None) -> None:
    """The rule in the way, as it stands; its place is there before it is known."""
    st.subheader(t("The rule as it stands"), anchor=False)
    if rule is None:
        st.caption(t("It is shown here once you name it, or once your words do."))
        return
    with st.container(key="clause-text", gap="xsmall"):
        named = st.session_state.get("clause") is not None
        words = md("**{rule}**", rule=rule.key)
        st.markdown(words if named else md("**{rule}**, likely meant", rule=rule.key))
        st.text(rule.section_title if rule.revision is None else rule.revision.text)
    if rule.never_bend:
        st.warning(
            t(
                "**This rule is never bent**, so peers cannot approve it. You can still file, so "
                "that it is seen."
            )
        )
    elif rule.ceiling is not None:
        st.caption(t("Peers can approve up to {most} under this rule.", most=number(rule.ceiling)))


def _allowed(allowed: AllowanceOut, wish: Mapping[str, object]) -> None:
    with st.container(key="allowed", gap="xsmall"):
        words = allowed.words or t(
            "{rule} allows this already: nobody has to sign.", rule=allowed.clause_key
        )
        st.success(md("**No proposal is needed.** {words}", words=words))
        st.text(allowed.text)
        if st.button(t("Good, then I just do it"), key="just-do-it"):
            with refusals_shown():
                count_allowed(allowed, wish)
                session.api().drop_draft()
                filing.done()
                say(t("Nothing to file: the rule allows it. That it was hard to find is counted."))
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
            md(
                "**Peers cannot approve this as it stands.** {words} File it all the same: it goes "
                "to the desk that owns the rule.",
                words=words,
            )
        )


def close_decline(close: CloseDeclineOut) -> None:
    """Say that a case much like this one was declined, when and why."""
    with st.container(key="close-decline"):
        st.info(
            md(
                "**A close case was declined on {day}**, because: {reason} ({case})",
                day=day(close.day),
                reason=close.reason,
                case=short_id(close.case_id),
            )
        )


def _precedents(found: AdviceOut) -> None:
    if not found.precedents:
        empty_state(
            t("Nothing like it so far"), t("Yours would be the first. That is worth filing.")
        )
        return
    if found.totals is not None:
        with st.container(key="totals"):
            st.markdown(escape_md(told(found.totals)))
    for each in found.precedents:
        match = t("{share} alike", share=percent(each.similarity))
        with case_card(each, key=f"precedent-{each.id}", match=match):
            st.button(
                md("Same as {case}", case=short_id(each.id)),
                key=f"same-{each.id}",
                help=t("Fills the form in from it; what you typed stays."),
                on_click=filing.reuse,
                args=(each.id, found.facts),
            )


def told(totals: TotalsOut) -> str:
    """How cases much like it went, in a line: `Much like it: 41 approved, 3 declined · ...`."""
    if not totals.approved + totals.declined:
        return t("None is very close; these come nearest.")
    approved = t("{n} approved", n=totals.approved)
    if totals.badly_ended:
        approved = t(
            "{n} approved ({badly} ended badly)", n=totals.approved, badly=totals.badly_ended
        )
    said = [t("Much like it: {yes}, {no} declined", yes=approved, no=totals.declined)]
    if totals.csat is not None:
        score = number(totals.csat)
        said.append(
            tn("CSAT {score} (1 told)", "CSAT {score} ({n} told)", totals.csat_told, score=score)
        )
    if totals.largest is not None:
        said.append(t("largest granted {most}", most=money(totals.largest, totals.currency)))
    return " · ".join(said)


def _reused() -> None:
    """Which precedent fills the form, and where the draft departs from it."""
    found = filing.reused()
    if found is None:
        return
    case_id, filled = found
    with st.container(border=True, key="reused", gap="xsmall"):
        st.markdown(
            md("**Filled in from {case}.** Please read it through.", case=short_id(case_id))
        )
        for warning in filled.warnings:
            st.warning(escape_md(warning))
        for one in filled.differences:
            st.caption(escape_md(difference(one)))
        st.button(t("Not like that one"), key="not-same", on_click=filing.forget_precedent)


def difference(one: DifferenceOut, *, reader: bool = True) -> str:
    """One field in which two cases differ: `Amount: yours 60, theirs 20`."""
    given = {
        "field": fact_name(one.field.removeprefix("facts.").removesuffix("_key")),
        "ours": one.yours or t("not given"),
        "theirs": one.theirs or t("not given"),
    }
    if reader:
        return t("{field}: yours {ours}, theirs {theirs}", **given)
    return t("{field}: this {ours}, theirs {theirs}", **given)
