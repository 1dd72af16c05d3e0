"""Cases: those behind a number of a kind's page, or one that a reason cites."""

import streamlit as st

from api.schemas.kinds import OpenedOut
from dashboard import session
from dashboard.cards import badges, case_card, proposal_body
from dashboard.evidence import OPENED
from dashboard.pages import heading, link, read
from dashboard.widgets import empty_state
from dashboard.words import CASE_STATES, MASKED, OUTCOMES, count, day, fact_name, short_id

AT_ONCE = 12
_NUMBER = ("of", "day", "fact", "value")


def show() -> None:
    """Draw the screen: one case if the address names it, else those of a number."""
    case_id, kind_id = st.query_params.get("case"), st.query_params.get("id")
    if case_id:
        _one(case_id)
    elif kind_id:
        _behind(kind_id)
    else:
        heading("Cases")
        empty_state("No number chosen", "Open the cases behind one from a kind's page.")
        link("To the inbox", "inbox", key="to-inbox")


def _one(case_id: str) -> None:
    case = read("Case", session.api().proposal, case_id)
    heading(f"Case of {day(case.day)}", "case", caption=short_id(case.id))
    with st.container(width=760):
        badges(CASE_STATES[case.state], OUTCOMES[case.outcome])
        proposal_body(case)


def _behind(kind_id: str) -> None:
    asked = {name: st.query_params[name] for name in _NUMBER if name in st.query_params}
    after = st.query_params.get("after")

    def ask(wanted: str) -> OpenedOut:
        return session.api().cases_behind(wanted, **asked, after=after, top=AT_ONCE)

    page = read("Cases", ask, kind_id)
    heading("Cases", "id", *_NUMBER, "after", caption=_counted(page, asked))
    link("Back to the kind", "kind", key="back-to-kind", id=kind_id)
    if page.masked:
        empty_state("These cases stay closed", "Too few people are behind this kind.")
    elif not page.cases:
        empty_state("No such case")
    for start in range(0, len(page.cases), 3):
        for place, case in zip(st.columns(3), page.cases[start : start + 3], strict=False):
            with place:
                case_card(case, key=f"case-{case.id}")
    if page.after is not None:
        link("Older ones", "cases", key="older", id=kind_id, **asked, after=page.after)


def _counted(page: OpenedOut, asked: dict[str, str]) -> str:
    """Say which number it is, and how many cases it counts."""
    words = [MASKED if page.total is None else count(page.total, "case")]
    of = asked.get("of", "all")
    if "fact" in asked:
        words.append(": ".join([fact_name(asked["fact"]), *filter(None, [asked.get("value")])]))
    else:
        words.append(asked.get("day", OPENED.get(of, of)))
    return " · ".join(words)
