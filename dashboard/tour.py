"""The guided tour of the demo: a quiet bar on top of each page, and a page of its own.

The step and the case stand in the address, and in the tab's memory while pages change. What is done
is read from the API, so that the tour goes on wherever somebody has clicked before.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import Enum
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
_NUMBERS: Final = frozenset(str(number) for number, _ in enumerate(STEPS, 1))
_ELSEWHERE: Final = mark("You are somebody else just now. Look around, and go on when you like.")
_REOPENABLE: Final = frozenset(
    {CandidateState.RETURNED, CandidateState.REJECTED, CandidateState.ROLLED_BACK}
)


class Stand(Enum):
    """How a step stands; MISSING: the step before was left out, so there is nothing to do here."""

    OPEN = "open"
    DONE = "done"
    MISSING = "missing"


def offered(person: MeOut) -> bool:
    """Tell whether there is a tour: the dashboard and the API must both say that it is the demo."""
    return person.demo and demo_people.offered()


def bar(person: MeOut, page: str) -> None:
    """Draw the bar above a page while the tour runs."""
    if not offered(person) or page == "tour":
        return
    _take_up()
    step = _step()
    if step is None:
        return
    number = STEPS.index(step) + 1
    mine = person.name == step.who
    stand = _stand(step) if mine else Stand.OPEN
    row = st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="tour", border=True
    )
    with row:
        _words(step, number, _says(step, stand) if mine else t(_ELSEWHERE))
        if not mine:
            label = t("Continue as {name}", name=PEOPLE[step.who][0])
            _onward(person, number, label, ready=True)
        elif stand is Stand.MISSING:
            _onward(person, number - 1, t("Back one step"))
        else:
            if page != step.page and not (stand is Stand.DONE and step.done):
                link(t("Show me where"), "tour", key="tour-there", **_running())
            _next(person, number, ready=stand is Stand.DONE)
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
        go(step.page, **_place(step), **_running())
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
    label = t("Start as Maya") if number == 1 else t("Go on at step {n}", n=number)
    _onward(session.me(), number, label, about=left.get(ABOUT), ready=True)
    with st.container(key="tour-steps", gap="xsmall"):
        st.caption(t("Or begin at any step:"))
        for place, each in enumerate(STEPS, 1):
            _onward(session.me(), place, f"{place}. {t(each.title)}", about=left.get(ABOUT))


def _words(step: Step, number: int, says: str) -> None:
    name, part = PEOPLE[step.who]
    told = {"n": number, "all": len(STEPS), "name": name, "part": t(part)}
    with st.container(key="tour-words", gap=None):
        st.caption(md("Tour, {n} of {all} · {name}, {part}", **told))
        st.markdown(f"**{t(step.title)}.** {says}")


def _says(step: Step, stand: Stand) -> str:
    if stand is Stand.MISSING:
        return t("There is nothing here yet: the step before was left out. It is still there.")
    return t(step.done) if stand is Stand.DONE and step.done else t(step.says)


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
    if number > 1 and (about := about or _about()):
        address[ABOUT] = about
    who = STEPS[number - 1].who
    if who == person.name:
        key = f"tour-to-{number}{'-ready' if ready else ''}"
        link(label, "tour", key=key, **address)
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
    if asked in _NUMBERS:
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


def _place(step: Step) -> dict[str, str]:
    """What the step's page is to show; where that cannot be told, it shows all that there is."""
    find = _PLACES.get(step.page)
    found = ""
    if find is not None:
        with suppress(RecommenderError):
            found = find()
    return {"id": found} if found else {}


def _about() -> str:
    return _running().get(ABOUT, "")


def _largest_kind() -> str:
    found = [one for one in session.api().inbox().kinds if one.clause == CLAUSE]
    return max(found, key=lambda one: one.cases or 0).id if found else ""


def _candidate() -> str:
    candidate = _promoted()
    return "" if candidate is None else candidate.id


def _changed_before() -> str:
    rows = session.api().effects().effects
    return next((row.candidate.id for row in rows if row.clause == CHANGED), "")


_PLACES: Final[Mapping[str, Callable[[], str]]] = {
    "candidate": _candidate,
    "cosign": _about,
    "effects": _changed_before,
    "kind": _largest_kind,
    "mine": _about,
}


# How a step stands ----------------------------------------------------------------------------


def _stand(step: Step) -> Stand:
    """Ask whether it was done, by whomever; what only is read counts as done."""
    ask = _STANDS.get(step.name)
    if ask is None:
        return Stand.DONE
    try:
        return ask()
    except RecommenderError:
        return Stand.OPEN


def _done_if(*, done: bool) -> Stand:
    return Stand.DONE if done else Stand.OPEN


def _answered() -> Stand:
    about = _about()
    if not about:
        return Stand.OPEN
    return _done_if(done=session.api().proposal(about).state is not CaseState.PENDING)


def _claimed() -> Stand:
    candidate = _promoted()
    if candidate is None:
        return Stand.MISSING
    return _done_if(done=candidate.claimed_by_you or candidate.state in DECIDED_CANDIDATES)


def _decided() -> Stand:
    candidate = _promoted()
    if candidate is None:
        return Stand.MISSING
    return _done_if(done=candidate.state in DECIDED_CANDIDATES)


def _promoted() -> CandidateOut | None:
    """The newest candidate of the tour's rule that was not sent back."""
    found = [
        one
        for one in session.api().candidates().candidates
        if one.clause == CLAUSE and one.state not in _REOPENABLE
    ]
    return max(found, key=lambda one: one.promoted_on, default=None)


_STANDS: Final[Mapping[str, Callable[[], Stand]]] = {
    "file": lambda: _done_if(done=bool(_about())),
    "cosign": _answered,
    "promote": lambda: _done_if(done=_promoted() is not None),
    "claim": _claimed,
    "decide": _decided,
}
