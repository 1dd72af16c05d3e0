"""Library: the rule books by clause, their wordings, and where a wording came from."""

import functools
from collections.abc import Sequence
from datetime import date
from typing import Final

import streamlit as st

from api.schemas.policies import ClauseOut, LibraryPage, PolicyOut
from dashboard import addressed, session
from dashboard.catalogue import md, t, tn
from dashboard.clauses import AS_OF, clause_page, reviews
from dashboard.handbooks import keeps, take_in
from dashboard.markup import escape_md
from dashboard.pages import heading, link
from dashboard.widgets import empty_state
from dashboard.words import day, short

MOST: Final = 80
MOST_WORDS: Final = 120
"""Letters of a clause in the list: its sentence, or most of it."""


def show() -> None:
    """Draw the screen."""
    heading(t("Library"), "clause", bound={"find", "old", "new", AS_OF})
    tree, text = st.columns((2, 3), gap="large")
    with tree:
        finding, reading = st.container(), st.container(width=260)
    with reading:
        on = addressed.day_field(AS_OF, t("As it all read on (empty: today)"), key=AS_OF)
    page = session.api().library(on)
    if not page.policies:
        empty_state(
            t("No rule book yet"),
            t("A policy owner or an admin takes in a handbook, here or by the command line."),
        )
        _keep(first=True)
        return
    if page.unowned and reviews():
        named = ", ".join(page.unowned)
        st.warning(md("Nobody answers for {clauses}: no desk, or an empty one.", clauses=named))
    with finding:
        wanted = _wanted()
    with tree:
        if on is not None:
            st.caption(t("The clauses that stood on {day}.", day=day(on)))
        _tree(page, wanted, on)
    with text:
        _clause(st.query_params.get("clause"), on)
    _keep()


def _keep(*, first: bool = False) -> None:
    if keeps():
        take_in(first=first)


def _wanted() -> str:
    found = st.text_input(
        t("Find a clause"),
        key="find",
        placeholder=t("A word of it, or its number"),
        live=True,
        bind="query-params",
    )
    return found or ""


def _tree(page: LibraryPage, wanted: str, on: date | None) -> None:
    left = MOST
    with st.container(height=560, border=False, gap="xsmall", key="clauses"):
        for policy in page.policies:
            clauses = [each for each in policy.clauses if _matches(each, wanted)]
            if clauses and left > 0:
                _policy(policy, clauses[:left], wanted, on)
            left -= len(clauses)
    if left == MOST:
        empty_state(t("No clause says this"), t("Try another word."))
    elif left < 0:
        st.caption(
            tn(
                "{n} more clause left out; type a word to find it.",
                "{n} more clauses left out; type a word to find them.",
                -left,
            )
        )


def _matches(clause: ClauseOut, wanted: str) -> bool:
    text = clause.revision.text if clause.revision else ""
    said = f"{clause.key} {clause.section_title} {text}".casefold()
    return all(word in said for word in wanted.casefold().split())


def _policy(policy: PolicyOut, clauses: Sequence[ClauseOut], wanted: str, on: date | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(escape_md(policy.title), anchor=False, width="content")
        st.download_button(
            t("As JSON"),
            functools.partial(session.api().policy_data, policy.key),
            f"{policy.key}.json",
            "application/json",
            key=f"policy-data-{policy.key}",
            on_click="ignore",
            type="tertiary",
            help=t("Every wording with its days, limits, exceptions and digest."),
        )
    section = None
    for clause in clauses:
        if clause.section_key != section:
            section = clause.section_key
            st.markdown(md("**{title}**", title=clause.section_title))
        text = clause.revision.text if clause.revision else ""
        label = f"{clause.key} · {short(text, MOST_WORDS)}"
        chosen = "chosen-clause" if clause.key == st.query_params.get("clause") else None
        with st.container(key=chosen):
            kept = {"find": wanted} if wanted else {}
            kept |= {} if on is None else {AS_OF: on.isoformat()}
            link(label, "library", key=f"open-clause-{clause.key}", clause=clause.key, **kept)


def _clause(key: str | None, on: date | None) -> None:
    if not key:
        empty_state(
            t("Choose a clause"), t("You then see its wording, its limits and its history.")
        )
        return
    clause_page(key, on)
