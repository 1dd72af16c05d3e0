"""Identities: whose name behind which case was asked for, why, and with whose yes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import streamlit as st

from api.schemas.identities import IdentityIn, IdentityRequestOut
from dashboard import kept, session
from dashboard.cards import badge, part, proposal_body
from dashboard.catalogue import mark, md, t
from dashboard.markup import escape_md
from dashboard.pages import attempt, carry_out, heading, link
from dashboard.transport import typed
from dashboard.widgets import empty_state, refusals_shown
from dashboard.words import Label, day, short_id
from recommender.vocabulary import Participant, RequestState, Role

_ASKERS: Final = frozenset({Role.ADMIN, Role.MANAGER})
_STATES: Final = {
    RequestState.WAITING: Label(
        mark("Waits for a second person"), "blue", mark("It lapses after 14 days.")
    ),
    RequestState.OPEN: Label(mark("Readable"), "orange", mark("Who asked may read the name.")),
    RequestState.OVER: Label(
        mark("Over"), "gray", mark("It was granted, and its hours have passed.")
    ),
    RequestState.LAPSED: Label(mark("Lapsed"), "gray", mark("Nobody agreed in time.")),
}
_DID: Final = {
    Participant.FILER: mark("who filed it"),
    Participant.SIGNER: mark("who answered it"),
}
_READABLE: Final = mark("{who} agreed on {day}; the name is readable until {until} at {time} UTC")
_WAS_READABLE: Final = mark(
    "{who} agreed on {day}; the name was readable until {until} at {time} UTC"
)
_WAITS: Final = timedelta(days=14)


def show() -> None:
    """Draw the screen."""
    asks = not _ASKERS.isdisjoint(session.me().roles)
    heading(
        t("Identities"),
        "case",
        caption=t(
            "Cases bear no names. Where one is needed after all, it takes a reason and a second "
            "person; whoever is named is told both that it was read and why."
        ),
    )
    with st.container(width=760):
        case_id = st.query_params.get("case")
        requests = session.api().identities()
        if case_id and asks:
            _ask(case_id)
        elif not requests:
            _nobody_asked(asks=asks)
        _requests(requests, asks=asks)


def _ask(case_id: str) -> None:
    with st.container(border=True, key="ask"):
        st.markdown(md("**Ask for a name behind case {case}**", case=short_id(case_id)))
        with refusals_shown():
            proposal_body(session.api().proposal(case_id))
        who = st.segmented_control(
            t("Whose name?"),
            list(_DID),
            format_func=lambda each: t(_DID[each]).capitalize(),
            default=Participant.FILER,
            required=True,
            key=f"who-{case_id}",
        )
        reason = kept.area(
            t("Why do you need it? The person it is about will read this."), key=f"why-{case_id}"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(t("Ask"), key="ask-save", type="primary"):
                words = t("Asked. An auditor or employee representative decides, and you are told.")
                carry_out(words, _send, case_id, who, reason)
            link(t("Not now"), "identities", key="ask-not")


def _send(case_id: str, who: Participant, reason: str) -> None:
    session.api().ask_identity(typed(IdentityIn, case_id=case_id, who=who, reason=reason))
    kept.sent(f"why-{case_id}")
    st.query_params.clear()


def _nobody_asked(*, asks: bool) -> None:
    empty_state(
        t("No name was asked for"),
        t("To ask, open a kind, and choose “Ask for a name” under one of its cases.")
        if asks
        else t(
            "A request appears here with its reason. No name is shown before an auditor or "
            "employee representative agrees."
        ),
    )


def _requests(requests: Sequence[IdentityRequestOut], *, asks: bool) -> None:
    first = True
    for request in sorted(requests, key=lambda each: each.state is not RequestState.WAITING):
        grants = request.state is RequestState.WAITING and not asks
        _card(request, grants=grants, first=first)
        first = False


def _card(request: IdentityRequestOut, *, grants: bool, first: bool) -> None:
    with st.container(border=True, key=f"request-{request.id}", gap="xsmall"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            badge(_STATES[request.state])
            st.caption(
                escape_md(
                    t(
                        "Case {case}: {who}",
                        case=short_id(request.case_id),
                        who=t(_DID[request.who]),
                    )
                )
            )
        part(t("Why"), request.reason)
        for line in _history(request):
            st.caption(escape_md(line))
        if grants:
            _grant(request, first=first)
        if request.mine and request.state is RequestState.OPEN:
            _open(request)


def _history(request: IdentityRequestOut) -> list[str]:
    """Who did what when, for those who watch over it."""
    asker = t("You") if request.mine else request.asker
    told = [t("{who} asked on {day}", who=asker, day=day(request.asked_at))]
    if request.state is RequestState.WAITING:
        told.append(t("It lapses on {day}", day=day(request.asked_at + _WAITS)))
    if request.granted_at is not None and request.until is not None:
        granter = t("You") if request.granted_by == session.me().name else request.granter
        agreed = {
            "who": granter,
            "day": day(request.granted_at),
            "until": day(request.until),
            "time": f"{request.until:%H:%M}",
        }
        if request.state is RequestState.OPEN:
            told.append(t(_READABLE, **agreed))
        else:
            told.append(t(_WAS_READABLE, **agreed))
        if request.opened_at is not None:
            told.append(
                t("First read on {day}; the person was told then", day=day(request.opened_at))
            )
        elif request.state is RequestState.OVER:
            told.append(t("The name was not read"))
    return told


def _grant(request: IdentityRequestOut, *, first: bool) -> None:
    st.caption(
        t(
            "Agree only if you would give the person this reason yourself. Otherwise do nothing: "
            "after 14 days the request lapses."
        )
    )
    if st.button(t("Agree"), key=f"grant-{request.id}", type="primary" if first else "secondary"):
        words = t("Agreed. Who asked may read the name for some hours; the person is then told.")
        carry_out(words, session.api().grant_identity, request.id)


def _open(request: IdentityRequestOut) -> None:
    st.caption(t("When you read it, the person is told, with your reason."))
    if st.button(t("Read the name"), key=f"open-{request.id}"):
        person = attempt(session.api().open_identity, request.id)
        if person is not None:
            with st.container(key=f"name-{request.id}"):
                name = f"{person.shown_as} ({person.name})"
                st.info(escape_md(f"{t(_DID[request.who]).capitalize()}: {name}"))
