"""Changed rules: what is new to the reader, that they read it, and how many of each team did."""

from typing import Final

import streamlit as st

from api.schemas.acknowledging import ChangedClauseOut, TeamReadOut
from dashboard import session
from dashboard.catalogue import md, t, tn
from dashboard.pages import carry_out, link
from dashboard.tables import grid
from dashboard.widgets import redline
from dashboard.words import MASKED, day
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
    st.subheader(t("Rules that changed"), anchor=False)
    for one in changed:
        name = f"{one.clause}-{one.revision}"
        with st.container(border=True, key=f"changed-{name}", gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                link(one.clause, "library", key=f"changed-clause-{name}", clause=one.clause)
                said = md("{title} · {since}", title=one.policy_title, since=_since(one))
                st.caption(said, width="content")
            redline(one.changes, key=f"changed-redline-{name}")
            if st.button(t("I have read it"), key=f"acknowledge-{name}"):
                carry_out(
                    t(
                        "Thank you. How many have read it is counted by team, and only from "
                        "several people on; nobody sees who has not."
                    ),
                    session.api().acknowledge,
                    one,
                )


def rules_changed_line(changed: list[ChangedClauseOut]) -> None:
    """That there is something to read, in a line."""
    if changed:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            said = tn(
                "{n} rule has changed since you read it.",
                "{n} rules have changed since you read them.",
                len(changed),
            )
            st.markdown(said, width="content")
            link(t("Read what is new"), "notices", key="to-changed")


def read_by_teams(clause: str) -> None:
    """How many of each team have read the wording that applies; never who."""
    page = session.api().acknowledged(clause)
    if page.asked_on is None:
        return
    st.markdown(t("**Read by**"))
    rows = [
        (team.team or t("smaller teams, together"), str(team.asked), _read(team))
        for team in page.teams
    ]
    grid((t("Team"), t("Asked"), t("Have read it")), rows, key="read-by")
    st.caption(
        t(
            "Asked on {day}. In steps, so that nobody who has not can be told.",
            day=day(page.asked_on),
        )
    )


def _since(one: ChangedClauseOut) -> str:
    if one.effective_from is None:
        return t("no longer applies") if one.retired else t("so from the beginning")
    start = day(one.effective_from)
    if one.retired:
        return t("no longer applies since {day}", day=start)
    return t("so since {day}", day=start)


def _read(team: TeamReadOut) -> str:
    if team.acknowledged is None:
        return t(MASKED)
    if team.acknowledged == team.asked:
        return t("all")
    return t("at least {n}", n=team.acknowledged)
