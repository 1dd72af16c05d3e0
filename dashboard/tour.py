"""The guided tour of the demo: a quiet bar on top of each page, and a page of its own.

The step and the case stand in the address, and in the tab's memory while pages change. What is done
is read from the API, so that the tour goes on wherever somebody has clicked before.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from api.schemas.accounts import MeOut
from api.schemas.candidates import CandidateOut
from dashboard import demo_people, filing, session
from dashboard.catalogue import mark, md, t
from dashboard.demo_people import PEOPLE, TOUR_PATH
from dashboard.pages import go, heading, link
from dashboard.tour_steps import CHANGED, CLAUSE, DRAFT, RUNNING, STEPS, Step
from recommender.errors import RecommenderError
from recommender.vocabulary import DECIDED_CANDIDATES, CandidateState, CaseState

STEP: Final = "tour"
ABOUT: Final = "about"
_LEFT: Final = "tour-left"
_ELSEWHERE: Final = mark("You are somebody else just now. Look around, and go on when you like.")
_REOPENABLE: Final = frozenset(
    {CandidateState.RETURNED, CandidateState.REJECTED, CandidateState.ROLLED_BACK}
)


@dataclass(frozen=True)
class Spot:
    """Where a step happens, and whether it has been done."""

    params: Mapping[str, str] = field(default_factory=dict)
    done: bool = True
    missing: bool = False
    """What it is about is not there: the step before was left out."""


def offered(person: MeOut) -> bool:
    """Tell whether there is a tour: the dashboard and the API must both say that it is the demo."""
    return person.demo and demo_people.offered()


def bar(person: MeOut, page: str) -> None:
    """Draw the bar above a page while the tour runs."""
    _take_up()
    step = _step()
    if not offered(person) or step is None or page == "tour":
        return
    number = STEPS.index(step) + 1
    mine = person.name == step.who
    spot = _spot(step) if mine else Spot(done=False)
    row = st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="tour", border=True
    )
    with row:
        _words(step, number, _says(step, spot) if mine else t(_ELSEWHERE))
        if not mine:
            label = t("Continue as {name}", name=PEOPLE[step.who][0])
            _onward(person, number, label, ready=True)
        elif spot.missing:
            _onward(person, number - 1, t("Back one step"))
        else:
            if page != step.page and not (spot.done and step.done):
                link(t("Show me where"), "tour", key="tour-there", **_running())
            _next(person, number, ready=spot.done)
        st.button(t("Leave the tour"), key="tour-leave", type="tertiary", on_click=_leave)


def show() -> None:
    """Draw the tour's own page: lead to the step in the address, else tell what the tour is."""
    if STEP not in st.query_params:
        _leave()
    _take_up()
    step = _step()
    if step is not None and step.who == session.me().name:
        if step.name == "file":
            _prefill()
        go(step.page, **_spot(step).params, **_running())
    heading(t("Guided tour"))
    st.markdown(
        t(
            "One exception's life, from the counter to a better rule, as the five people who meet "
            "it. It takes about three minutes; everything that you do is done for real, in this "
            "demo."
        )
    )
    left = _running() or st.session_state.get(_LEFT, {})
    number = int(left.get(STEP, 1))
    label = t("Start") if number == 1 else t("Go on at step {n}", n=number)
    with _buttons():
        _onward(session.me(), number, label, about=left.get(ABOUT), ready=True)
    st.caption(t("Or begin at any step:"))
    for place, each in enumerate(STEPS, 1):
        with _buttons(f"tour-step-{place}"):
            words = f"{place}. {t(each.title)}"
            _onward(session.me(), place, words, about=left.get(ABOUT))


def _buttons(key: str = "tour-buttons") -> "st.delta_generator.DeltaGenerator":
    return st.container(horizontal=True, vertical_alignment="center", gap="small", key=key)


def _words(step: Step, number: int, says: str) -> None:
    name, part = PEOPLE[step.who]
    told = {"n": number, "all": len(STEPS), "name": name, "part": t(part)}
    with st.container(key="tour-words", gap=None):
        st.caption(md("Tour, {n} of {all} · {name}, {part}", **told))
        st.markdown(f"**{t(step.title)}.** {says}")


def _says(step: Step, spot: Spot) -> str:
    if spot.missing:
        return t("There is nothing here yet: the step before was left out. It is still there.")
    return t(step.done) if spot.done and step.done else t(step.says)


def _next(person: MeOut, number: int, *, ready: bool) -> None:
    """The way to the next step, framed once this one is done; after the last one, the end."""
    if number == len(STEPS):
        if st.button(t("Finish"), key="tour-finish"):
            del st.session_state[RUNNING]
            go("tour")
        return
    following = STEPS[number].who
    name = PEOPLE[following][0]
    label = t("Go on") if following == person.name else t("Continue as {name}", name=name)
    _onward(person, number + 1, label, ready=ready)


def _onward(
    person: MeOut, number: int, label: str, *, about: str | None = None, ready: bool = False
) -> None:
    """Lead to a step: as somebody else by signing in as them, else by a link."""
    address = {STEP: str(number)}
    if about := about or _running().get(ABOUT):
        address[ABOUT] = about
    who = STEPS[number - 1].who
    if who == person.name:
        link(label, "tour", key=f"tour-to-{number}", **address)
    else:
        then = f"{TOUR_PATH}?{urlencode(address)}"
        st.html(demo_people.button(who, label, then, ready=ready), width="content")


def _leave() -> None:
    if RUNNING in st.session_state:
        st.session_state[_LEFT] = st.session_state.pop(RUNNING)
    for name in (STEP, ABOUT):
        st.query_params.pop(name, None)


def _take_up() -> None:
    """Read the step from the address, which outlives a reload; what is filed is remembered."""
    asked = st.query_params.get(STEP, "")
    if asked.isdigit() and 0 < int(asked) <= len(STEPS):
        told = {STEP: asked, ABOUT: st.query_params.get(ABOUT, "")}
        st.session_state[RUNNING] = {name: value for name, value in told.items() if value}
    running = _running()
    filed = st.query_params.get("filed")
    if filed and running.get(STEP) == "1":
        st.session_state[RUNNING] = running | {ABOUT: filed}


def _running() -> dict[str, str]:
    running: dict[str, str] = st.session_state.get(RUNNING, {})
    return running


def _step() -> Step | None:
    number = _running().get(STEP)
    return None if number is None else STEPS[int(number) - 1]


def _prefill() -> None:
    """Leave a draft in the form, as if Maya had begun it; what somebody typed there stays."""
    with suppress(RecommenderError):
        if session.api().draft() is None:
            session.api().keep_draft(DRAFT)
            filing.take_up_again()


# Where a step happens -------------------------------------------------------------------------


def _spot(step: Step) -> Spot:
    """Find it; where it cannot be told, the page shows by itself what there is."""
    find = _FOUND.get(step.name)
    if find is None:
        return Spot()
    try:
        return find(_running().get(ABOUT, ""))
    except RecommenderError:
        return Spot(done=False)


def _case(about: str) -> Spot:
    if not about:
        return Spot(done=False)
    waits = session.api().proposal(about).state is CaseState.PENDING
    return Spot({"id": about}, done=not waits)


def _kind(_about: str) -> Spot:
    found = [one for one in session.api().inbox().kinds if one.clause == CLAUSE]
    if not found:
        return Spot(done=False)
    largest = max(found, key=lambda one: one.cases or 0)
    return Spot({"id": largest.id}, done=_promoted() is not None)


def _claimed(_about: str) -> Spot:
    candidate = _promoted()
    if candidate is None:
        return Spot(done=False, missing=True)
    done = candidate.claimed_by_you or candidate.state in DECIDED_CANDIDATES
    return Spot({"id": candidate.id}, done=done)


def _decided(_about: str) -> Spot:
    candidate = _promoted()
    if candidate is None:
        return Spot(done=False, missing=True)
    return Spot({"id": candidate.id}, done=candidate.state in DECIDED_CANDIDATES)


def _effect(_about: str) -> Spot:
    rows = session.api().effects().effects
    ids = [row.candidate.id for row in rows if row.clause == CHANGED]
    return Spot({"id": ids[0]} if ids else {})


def _promoted() -> CandidateOut | None:
    """The newest candidate of the tour's rule that was not sent back."""
    found = [
        one
        for one in session.api().candidates().candidates
        if one.clause == CLAUSE and one.state not in _REOPENABLE
    ]
    return max(found, key=lambda one: one.promoted_on, default=None)


_FOUND: Final[Mapping[str, Callable[[str], Spot]]] = {
    "file": lambda about: Spot(done=bool(about)),
    "cosign": _case,
    "join": lambda about: Spot({"id": about} if about else {}),
    "promote": _kind,
    "claim": _claimed,
    "decide": _decided,
    "effect": _effect,
}
