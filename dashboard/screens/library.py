"""Library: the rule books by clause, their wordings, and where a wording came from."""

import functools
from collections.abc import Sequence
from typing import Final

import streamlit as st

from api.schemas.policies import (
    ClauseOut,
    ClausePage,
    LibraryPage,
    ParameterOut,
    PolicyOut,
    RevisionOut,
)
from dashboard import session
from dashboard.cards import badge
from dashboard.pages import heading, link
from dashboard.read_rules import read_by_teams
from dashboard.tables import Row, pairs
from dashboard.widgets import as_text, changes_between, empty_state, escape_md, redline
from dashboard.words import (
    CANDIDATE_STATES,
    VERDICTS,
    bound,
    count,
    day,
    fact_name,
    number,
    short,
)
from recommender.vocabulary import Role

MOST: Final = 80


def show() -> None:
    """Draw the screen."""
    heading("Library", "clause", bound={"find", "old", "new"})
    page = session.api().library()
    if not page.policies:
        empty_state(
            "No rule book yet",
            "An admin or a policy owner imports a handbook: `recommender policies import FILE`.",
        )
        return
    if page.unowned and _reviews():
        named = ", ".join(page.unowned)
        st.warning(escape_md(f"Nobody answers for {named}: no desk, or an empty one."))
    tree, text = st.columns((2, 3), gap="large")
    with tree:
        _tree(page)
    with text:
        _clause(st.query_params.get("clause"))


def _reviews() -> bool:
    """Tell whether the reader is more than an agent."""
    return bool(set(session.me().roles) - {Role.AGENT})


def _tree(page: LibraryPage) -> None:
    wanted = st.text_input(
        "Find a clause",
        key="find",
        placeholder="A word of it, or its number",
        live=True,
        bind="query-params",
    )
    left = MOST
    with st.container(height=560, border=False, gap="xsmall", key="clauses"):
        for policy in page.policies:
            clauses = [each for each in policy.clauses if _matches(each, wanted or "")]
            if clauses and left > 0:
                _policy(policy, clauses[:left], wanted or "")
            left -= len(clauses)
    if left == MOST:
        empty_state("No clause says this", "Try another word.")
    elif left < 0:
        st.caption(f"{count(-left, 'more clause')} left out; type a word to find them.")


def _matches(clause: ClauseOut, wanted: str) -> bool:
    text = clause.revision.text if clause.revision else ""
    said = f"{clause.key} {clause.section_title} {text}".casefold()
    return all(word in said for word in wanted.casefold().split())


def _policy(policy: PolicyOut, clauses: Sequence[ClauseOut], wanted: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(escape_md(policy.title), anchor=False, width="content")
        st.download_button(
            "As JSON",
            functools.partial(session.api().policy_data, policy.key),
            f"{policy.key}.json",
            "application/json",
            key=f"policy-data-{policy.key}",
            on_click="ignore",
            type="tertiary",
            help="Every wording with its days, limits, exceptions and digest.",
        )
    section = None
    for clause in clauses:
        if clause.section_key != section:
            section = clause.section_key
            st.markdown(f"**{escape_md(clause.section_title)}**")
        text = clause.revision.text if clause.revision else ""
        label = f"{clause.key} · {short(text, 46)}"
        chosen = "chosen-clause" if clause.key == st.query_params.get("clause") else None
        with st.container(key=chosen):
            kept = {"find": wanted} if wanted else {}
            link(label, "library", key=f"open-clause-{clause.key}", clause=clause.key, **kept)


def _clause(key: str | None) -> None:
    if not key:
        empty_state("Choose a clause", "You then see its wording, its limits and its history.")
        return
    page = session.api().clause(key)
    with st.container(key="clause-page"):
        st.subheader(escape_md(f"{page.key} · {page.section_title}"), anchor=False)
        _marks(page)
        if page.revision is not None:
            with st.container(border=True):
                as_text(page.revision.text, key="clause-text")
            _limits(page)
        link("What colleagues may approve here", "limits", key="to-limits", clause=page.key)
        _talk(page)
        _wordings(page.key, page.revisions)
        changed = len(page.revisions) > 1 or any(one.candidate_id for one in page.revisions)
        if changed and _reviews():
            read_by_teams(page.key)


def _marks(page: ClausePage) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if page.never_bend:
            st.badge("Never bent", color="red", help="Peers cannot approve an exception to it.")
        if page.retired:
            st.badge("Retired", color="gray", help="The clause no longer applies.")
        desk = f"Desk: {page.owner}" if page.owner else "No desk owns it"
        st.caption(escape_md(f"{page.policy_title} · {desk}"))


def _limits(page: ClausePage) -> None:
    rows = [_limit(each) for each in (page.revision.parameters if page.revision else [])]
    if page.ceiling is not None:
        rows.append(Row("Peers approve", f"up to {number(page.ceiling)}"))
    if rows:
        pairs(rows, key="clause-limits")


def _limit(parameter: ParameterOut) -> Row:
    says = bound(parameter.bound, parameter.limit, parameter.unit)
    return Row(fact_name(parameter.fact), says)


def _talk(page: ClausePage) -> None:
    """The kinds that defy it, and what was suggested; for those who may see them."""
    if page.kinds:
        st.markdown("**Kinds of exception to it**")
        for kind in page.kinds:
            link(kind.name, "kind", key=f"clause-kind-{kind.id}", id=kind.id)
    if page.candidates:
        st.markdown("**Changes suggested**")
        for each in page.candidates:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                verdict = VERDICTS[each.verdict].word
                label = verdict if each.kind is None else f"{verdict}: {each.kind.name}"
                link(label, "candidate", key=f"clause-candidate-{each.id}", id=each.id)
                badge(CANDIDATE_STATES[each.state])


def _wordings(clause: str, revisions: Sequence[RevisionOut]) -> None:
    if len(revisions) < 2:  # noqa: PLR2004 - a comparison needs two
        st.caption("This is its first wording.")
        return
    st.markdown("**Its wordings**")
    by_number = {each.number: each for each in sorted(revisions, key=lambda each: each.number)}
    numbers = list(by_number)
    old, new = st.columns(2)
    with old:
        before = by_number[_choose("Compare wording", numbers, numbers[-2], "old", clause)]
        st.caption(_in_force(before))
    with new:
        after = by_number[_choose("with wording", numbers, numbers[-1], "new", clause)]
        st.caption(_in_force(after))
    with st.container(border=True):
        redline(changes_between(before.text, after.text), key="wordings-redline")
    if after.candidate_id:
        link("Where this wording came from", "candidate", key="origin", id=after.candidate_id)


def _choose(label: str, numbers: list[int], first: int, name: str, clause: str) -> int:
    """Choose a wording of this clause; another than the first one stands in the address."""
    asked = st.query_params.get(name, "")
    chosen = st.selectbox(
        label,
        numbers,
        index=numbers.index(int(asked) if asked in map(str, numbers) else first),
        key=f"{name}-{clause}-{numbers[-1]}",
    )
    if chosen != first:
        st.query_params[name] = str(chosen)
    else:
        st.query_params.pop(name, None)
    return chosen


def _in_force(revision: RevisionOut) -> str:
    start = revision.effective_from
    since = f"From {day(start)}" if start else "From the beginning"
    return f"{since}, retired" if revision.retires else since
