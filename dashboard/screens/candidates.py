"""Changes: what was suggested, each by the sentence it would write, and who has to act on it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import streamlit as st

from api.schemas.candidates import CandidateOut
from dashboard import session
from dashboard.cards import badge
from dashboard.catalogue import mark, md, t, tn
from dashboard.clause_names import in_section
from dashboard.pages import heading, link
from dashboard.standing_in import answers_line, deputy_form
from dashboard.suggested import comes_of, in_a_sentence, sentences
from dashboard.whose_turn import who_acts
from dashboard.widgets import empty_state
from dashboard.words import CANDIDATE_STATES, DASH, OVERDUE, day, number, short
from recommender.vocabulary import DECIDED_CANDIDATES, CandidateState, Role, Verdict

_STATE: Final = "state"
_YOURS, _OTHERS, _LATER, _DECIDED, _ALL = "yours", "others", "later", "decided", "all"
_PUT_OFF: Final = frozenset({CandidateState.DEFERRED, CandidateState.RETURNED})
_WIDTHS: Final = (5, 1.4, 2, 1.7, 1.1)
_HEAD: Final = (
    mark("What would change"),
    mark("State"),
    mark("Who acts next"),
    mark("Cost a year"),
    mark("Age"),
)
_LONGEST: Final = 170

_PARTS: Final[Mapping[str, tuple[str, Callable[[CandidateOut], bool]]]] = {
    _YOURS: (mark("Waits for you ({n})"), lambda one: _waits(one) and one.yours),
    _OTHERS: (mark("Waits for others ({n})"), lambda one: _waits(one) and not one.yours),
    _LATER: (mark("Put off or asked back ({n})"), lambda one: one.state in _PUT_OFF),
    _DECIDED: (mark("Decided ({n})"), lambda one: one.state in DECIDED_CANDIDATES),
    _ALL: (mark("All ({n})"), lambda _: True),
}
"""The parts of the list by their name in the address."""


def show() -> None:
    """Draw the screen."""
    heading(
        t("Changes"),
        _STATE,
        caption=t("What colleagues' exceptions suggest to change. The rule's desk says yes or no."),
    )
    answers_line(session.api().answers())
    found = session.api().candidates().candidates
    if not found:
        empty_state(
            t("No change has been suggested yet"),
            t("A manager promotes a kind that recurs; it then waits here for the clause's desk."),
        )
    else:
        _list(sorted(found, key=lambda one: (not one.red, not _waits(one), not one.yours)))
    if Role.POLICY_OWNER in session.me().roles:
        deputy_form()


def _waits(candidate: CandidateOut) -> bool:
    return candidate.state not in DECIDED_CANDIDATES | _PUT_OFF


def _list(found: Sequence[CandidateOut]) -> None:
    parts = {name: [one for one in found if fits(one)] for name, (_, fits) in _PARTS.items()}
    if not parts[_YOURS]:
        st.markdown(t("Nothing waits for you."))
    rows = parts[_choose(parts)]
    if not rows:
        empty_state(t("Nothing here"), t("Choose another part of the list above."))
        return
    with st.container(key="head-candidates"):
        for place, title in zip(st.columns(_WIDTHS), _HEAD, strict=True):
            place.caption(t(title))
    for each in rows:
        _row(each)


def _choose(parts: Mapping[str, Sequence[CandidateOut]]) -> str:
    """Choose a part of the list; another than the first with something in it is in the address."""
    first = next(name for name, rows in parts.items() if rows)
    asked = st.query_params.get(_STATE, first)
    chosen = st.segmented_control(
        t("Which ones"),
        list(parts),
        default=asked if asked in parts else first,
        required=True,
        format_func=lambda name: t(_PARTS[name][0], n=len(parts[name])),
        key=f"part-{first}",
        label_visibility="collapsed",
    )
    if chosen == first:
        st.query_params.pop(_STATE, None)
    else:
        st.query_params[_STATE] = chosen
    return chosen


def _row(one: CandidateOut) -> None:
    with st.container(border=True, key=f"candidate-row-{one.id}"):
        what, state, who, cost, age = st.columns(_WIDTHS, vertical_alignment="center")
        with what, st.container(gap=None):
            key = f"open-candidate-{one.id}"
            link(short(in_a_sentence(one), _LONGEST), "candidate", key=key, id=one.id)
            st.caption(_about(one))
        with state, st.container(gap="xsmall"):
            badge(CANDIDATE_STATES[one.state])
            if one.red:
                badge(OVERDUE)
        who.markdown(who_acts(one))
        cost.markdown(_cost(one))
        age.markdown(_age(one))


def _about(one: CandidateOut) -> str:
    """Which clause it is about, with the sentence it has today, and the kind it comes of."""
    clause = in_section(one.clause, one.section) if one.clause else t("no clause yet")
    kind = comes_of(one)
    before, _ = sentences(one)
    if not before:
        return md("{clause} · {kind}", clause=clause, kind=kind)
    today = short(before, _LONGEST)
    return md("{clause} today: “{today}” · {kind}", clause=clause, today=today, kind=kind)


def _cost(one: CandidateOut) -> str:
    """What a year of it would cost, low to high; of an authority what its cases cost so far."""
    if one.year is None:
        return DASH
    low, high = number(round(one.year.low)), number(round(one.year.high))
    told = {"low": low, "high": high, "currency": one.currency or ""}
    if one.verdict is Verdict.GRANT_AUTHORITY:
        return md("{low}–{high} {currency} so far", **told)
    return md("{low}–{high} {currency}", **told)


def _age(one: CandidateOut) -> str:
    """How long it waits, or waited."""
    if one.waits_days is not None:
        return t("today") if one.waits_days == 0 else tn("{n} day", "{n} days", one.waits_days)
    if one.answered_in_days is not None:
        return tn("answered in {n} day", "answered in {n} days", one.answered_in_days)
    return day(one.promoted_on)
