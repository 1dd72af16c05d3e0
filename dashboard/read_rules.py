"""Changed rules: what is new to the reader, that they read it, and how many of each team did."""

from typing import Final

import streamlit as st

from api.schemas.acknowledging import ChangedClauseOut, TeamReadOut
from dashboard import session
from dashboard.pages import carry_out, link
from dashboard.tables import grid
from dashboard.widgets import escape_md, redline
from dashboard.words import MASKED, count, day
from recommender.vocabulary import Role

_ASKED: Final = frozenset({Role.AGENT, Role.MANAGER})


def changed_rules() -> list[ChangedClauseOut]:
    """The clauses that read otherwise than the reader knows them; nobody else is asked."""
    if _ASKED.isdisjoint(session.me().roles):
        return []
    return session.api().my_changes()


def rules_to_read(changed: list[ChangedClauseOut]) -> None:
    """Each with what is new in it, and a button to say that it was read."""
    if not changed:
        return
    st.subheader("Rules that read otherwise", anchor=False)
    for one in changed:
        name = f"{one.clause}-{one.revision}"
        with st.container(border=True, key=f"changed-{name}", gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                link(one.clause, "library", key=f"changed-clause-{name}", clause=one.clause)
                st.caption(escape_md(f"{one.policy_title} · {_since(one)}"), width="content")
            redline(one.changes, key=f"changed-redline-{name}")
            if st.button("I have read it", key=f"acknowledge-{name}"):
                carry_out(
                    "Thank you. How many have read it is counted by team, and only from several "
                    "people on; nobody sees who has not.",
                    session.api().acknowledge,
                    one,
                )


def rules_changed_line(changed: list[ChangedClauseOut]) -> None:
    """That there is something to read, in a line."""
    if changed:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            what = count(len(changed), "rule reads", "rules read")
            st.markdown(f"{what} otherwise than you know.", width="content")
            link("Read what is new", "notices", key="to-changed")


def read_by_teams(clause: str) -> None:
    """How many of each team have read the wording that applies; never who."""
    page = session.api().acknowledged(clause)
    if page.asked_on is None:
        return
    st.markdown("**Read by**")
    rows = [
        (team.team or "smaller teams, together", str(team.asked), _read(team))
        for team in page.teams
    ]
    grid(("Team", "Asked", "Have read it"), rows, key="read-by")
    st.caption(f"Asked on {day(page.asked_on)}. In steps, so that nobody who has not can be told.")


def _since(one: ChangedClauseOut) -> str:
    since = "" if one.effective_from is None else f" since {day(one.effective_from)}"
    return f"no longer applies{since}" if one.retired else f"so{since or ' from the beginning'}"


def _read(team: TeamReadOut) -> str:
    if team.acknowledged is None:
        return MASKED
    return "all" if team.acknowledged == team.asked else f"at least {team.acknowledged}"
