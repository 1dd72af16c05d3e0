"""Cases: those behind a number of a kind's page, or one that a reason cites."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import streamlit as st

from api.schemas.kinds import OpenedOut
from dashboard import session
from dashboard.cards import badges, case_card, chip, proposal_body
from dashboard.catalogue import mark, t, tn
from dashboard.pages import heading, link, read
from dashboard.triage import PARAMS
from dashboard.widgets import empty_state
from dashboard.words import CASE_STATES, day, fact_name, outcome_label, short_id

AT_ONCE: Final = 12
_NUMBER: Final = ("of", "day", "fact", "value")
_COUNTED: Final[Mapping[str, tuple[str, str]]] = {
    "all": (mark("{n} case of this kind"), mark("{n} cases of this kind")),
    "good": (mark("{n} case that went well"), mark("{n} cases that went well")),
    "neutral": (mark("{n} case that went neither way"), mark("{n} cases that went neither way")),
    "bad": (mark("{n} case that went badly"), mark("{n} cases that went badly")),
    "missing": (
        mark("{n} case of which nobody said how it ended"),
        mark("{n} cases of which nobody said how they ended"),
    ),
    "without_amount": (mark("{n} case without an amount"), mark("{n} cases without an amount")),
    "declined": (mark("{n} declined case like them"), mark("{n} declined cases like them")),
    "event": (mark("{n} case of {day}"), mark("{n} cases of {day}")),
    "fact": (mark("{n} case that says: {fact}"), mark("{n} cases that say: {fact}")),
}
"""What each number counts, as the title of its cases."""
_OTHERS: Final[Mapping[str, str]] = {
    "all": mark("All"),
    "good": mark("Went well"),
    "neutral": mark("Neither"),
    "bad": mark("Went badly"),
    "missing": mark("Not known"),
    "declined": mark("Declined ones like them"),
}
"""The numbers that are a click away from each other."""


def show() -> None:
    """Draw the screen: one case if the address names it, else those of a number."""
    case_id, kind_id = st.query_params.get("case"), st.query_params.get("id")
    if case_id:
        _one(case_id)
    elif kind_id:
        _behind(kind_id)
    else:
        heading(t("Cases"))
        empty_state(t("No number chosen"), t("Open the cases behind one from a kind's page."))
        link(t("To the inbox"), "inbox", key="to-inbox")


def _one(case_id: str) -> None:
    case = read(t("Case"), session.api().proposal, case_id)
    heading(t("Case of {day}", day=day(case.day)), "case", caption=short_id(case.id))
    with st.container(width=760):
        badges(CASE_STATES[case.state], outcome_label(case.state, case.outcome))
        proposal_body(case)


def _behind(kind_id: str) -> None:
    asked = {name: st.query_params[name] for name in _NUMBER if name in st.query_params}
    back = {"id": kind_id} | {
        name: st.query_params[name] for name in PARAMS if name in st.query_params
    }
    after = st.query_params.get("after")

    def ask(wanted: str) -> OpenedOut:
        return session.api().cases_behind(wanted, **asked, after=after, top=AT_ONCE)

    page = read(t("Cases"), ask, kind_id)
    heading(_title(page, asked), "id", *PARAMS, *_NUMBER, "after")
    link(t("Back to the kind"), "kind", key="back-to-kind", **back)
    _filters(back, asked)
    if page.masked:
        empty_state(t("These cases stay closed"), t("Too few people are behind this kind."))
    elif not page.cases:
        empty_state(t("No such case"))
    for start in range(0, len(page.cases), 3):
        for place, case in zip(st.columns(3), page.cases[start : start + 3], strict=False):
            with place:
                case_card(case, key=f"case-{case.id}")
    with st.container(horizontal=True, gap="small", key="pages"):
        if after is not None:
            link(t("The newest"), "cases", key="newest", **back, **asked)
        if page.after is not None:
            link(t("Older ones"), "cases", key="older", **back, **asked, after=page.after)


def _filters(back: Mapping[str, str], asked: Mapping[str, str]) -> None:
    with st.container(horizontal=True, gap="small", key="views", vertical_alignment="center"):
        for of, label in _OTHERS.items():
            chosen = asked.get("of", "all") == of
            chip(t(label), "cases", key=of, chosen=chosen, **back, of=of)


def _title(page: OpenedOut, asked: Mapping[str, str]) -> str:
    """Say how many cases it is, and which number counts them."""
    if page.total is None:
        return t("Cases")
    one, more = _COUNTED.get(asked.get("of", "all"), _COUNTED["all"])
    fact = ": ".join(filter(None, [fact_name(asked.get("fact", "")), asked.get("value")]))
    return tn(one, more, page.total, day=_day(asked.get("day", "")), fact=fact)


def _day(written: str) -> str:
    try:
        return day(date.fromisoformat(written))
    except ValueError:
        return written
