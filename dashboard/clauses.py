"""A clause as it read on a day: its words, limits and exceptions, and where the words came from."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from api.schemas.policies import ClausePage, ExceptionOut, OriginOut, ParameterOut, RevisionOut
from dashboard import session
from dashboard.cards import badge
from dashboard.catalogue import md, t, tn
from dashboard.drafts import conditions_in_words
from dashboard.handbooks import keeps, numbers
from dashboard.markup import escape_md
from dashboard.pages import link
from dashboard.read_rules import read_by_teams
from dashboard.scoping import scope_in_words
from dashboard.tables import Row, grid, pairs
from dashboard.widgets import as_text, changes_between, redline
from dashboard.words import CANDIDATE_STATES, ROLES, VERDICTS, bound, day, fact_name, number
from recommender.vocabulary import Role

AS_OF = "on"
"""The parameter of an address that holds the day."""


def clause_page(key: str, on: date | None) -> None:
    """Draw it, as it reads today or read on a day."""
    page = session.api().clause(key, on)
    with st.container(key="clause-page"):
        st.subheader(escape_md(f"{page.key} · {page.section_title}"), anchor=False)
        _marks(page)
        _wording(page)
        _exceptions(page.exceptions)
        link(t("What colleagues may approve here"), "limits", key="to-limits", clause=page.key)
        if page.origin is not None:
            _origin(page.origin)
        _talk(page)
        _wordings(page.key, page.revisions)
        if keeps() and on is None and page.revision is not None:
            numbers(page.key, page.revisions[-1].number)
        changed = len(page.revisions) > 1 or any(one.candidate_id for one in page.revisions)
        if changed and reviews():
            read_by_teams(page.key)


def reviews() -> bool:
    """Tell whether the reader is more than an agent."""
    return bool(set(session.me().roles) - {Role.AGENT})


def _marks(page: ClausePage) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if page.never_bend:
            st.badge(
                t("Never bent"), color="red", help=t("Peers cannot approve an exception to it.")
            )
        if page.retired:
            st.badge(t("Retired"), color="gray", help=t("The clause no longer applies."))
        desk = t("Desk: {desk}", desk=page.owner) if page.owner else t("No desk owns it")
        st.caption(md("{title} · {desk}", title=page.policy_title, desk=desk))


def _wording(page: ClausePage) -> None:
    """The words in full, since when they hold, and their limits."""
    if page.revision is None:
        st.caption(t("It did not exist on that day."))
        return
    with st.container(border=True):
        as_text(page.revision.text, key="clause-text")
        st.caption(
            md("{since} · wording {n}", since=_in_force(page.revision), n=page.revision.number)
        )
    rows = [_limit(each) for each in page.revision.parameters]
    if page.ceiling is not None:
        rows.append(Row(t("Peers approve"), t("up to {limit}", limit=number(page.ceiling))))
    if rows:
        pairs(rows, key="clause-limits")


def _limit(parameter: ParameterOut) -> Row:
    says = bound(parameter.bound, parameter.limit, parameter.unit)
    return Row(fact_name(parameter.fact), says)


def _exceptions(exceptions: Sequence[ExceptionOut]) -> None:
    """What the words allow some cases alone, a row each."""
    if not exceptions:
        return
    st.markdown(t("**Exceptions in these words**"))
    rows = [
        (
            one.sentence if one.kind is None else one.kind.name,
            conditions_in_words(one.conditions) or t("whatever the facts say"),
            scope_in_words(one.scope),
        )
        for one in exceptions
    ]
    grid((t("For"), t("When"), t("Where, until when")), rows, key="clause-exceptions")


def _origin(origin: OriginOut) -> None:
    """From the kind over its cases, the change and the decision to what it did, as links."""
    change, kind = origin.candidate, origin.candidate.kind
    st.markdown(t("**How these words came about**"))
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="chain"):
        if kind is not None:
            link(kind.name, "kind", key="chain-kind", id=kind.id)
            _then()
            if origin.cases:
                cases = tn("{n} case", "{n} cases", origin.cases)
                link(cases, "cases", key="chain-cases", id=kind.id)
                _then()
        link(VERDICTS[change.verdict].word, "candidate", key="chain-change", id=change.id)
        if origin.decided_on is not None:
            _then()
            when = day(origin.decided_on)
            role = "" if origin.decided_as is None else ROLES[origin.decided_as]
            said = md("accepted on {day}, {role}", day=when, role=role) if role else when
            st.caption(said, width="content")
        _then()
        link(t("What it did"), "effects", key="chain-effect", id=change.id)
    if origin.reason:
        as_text(origin.reason, key="chain-reason")


def _then() -> None:
    st.caption("→", width="content")


def _talk(page: ClausePage) -> None:
    """The kinds that defy it, and what was suggested; for those who may see them."""
    if page.kinds:
        st.markdown(t("**Kinds of exception to it**"))
        for kind in page.kinds:
            link(kind.name, "kind", key=f"clause-kind-{kind.id}", id=kind.id)
    if page.candidates:
        st.markdown(t("**Changes suggested**"))
        for each in page.candidates:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                verdict = VERDICTS[each.verdict].word
                label = verdict if each.kind is None else f"{verdict}: {each.kind.name}"
                link(label, "candidate", key=f"clause-candidate-{each.id}", id=each.id)
                badge(CANDIDATE_STATES[each.state])


def _wordings(clause: str, revisions: Sequence[RevisionOut]) -> None:
    if len(revisions) < 2:  # noqa: PLR2004 - a comparison needs two
        came = bool(revisions) and revisions[0].candidate_id is None
        st.caption(
            t("It came with the handbook; no exception has changed it yet.")
            if came
            else t("This is its first wording.")
        )
        return
    st.markdown(t("**Its wordings**"))
    by_number = {each.number: each for each in sorted(revisions, key=lambda each: each.number)}
    numbered = list(by_number)
    old, new = st.columns(2)
    with old:
        before = by_number[_choose(t("Compare wording"), numbered, numbered[-2], "old", clause)]
        st.caption(_in_force(before))
    with new:
        after = by_number[_choose(t("with wording"), numbered, numbered[-1], "new", clause)]
        st.caption(_in_force(after))
    with st.container(border=True):
        redline(changes_between(before.text, after.text), key="wordings-redline")
    if after.candidate_id:
        link(t("Where this wording came from"), "candidate", key="origin", id=after.candidate_id)


def _choose(label: str, numbered: list[int], first: int, name: str, clause: str) -> int:
    """Choose a wording of this clause; another than the first one stands in the address."""
    asked = st.query_params.get(name, "")
    chosen = st.selectbox(
        label,
        numbered,
        index=numbered.index(int(asked) if asked in map(str, numbered) else first),
        key=f"{name}-{clause}-{numbered[-1]}",
    )
    if chosen != first:
        st.query_params[name] = str(chosen)
    else:
        st.query_params.pop(name, None)
    return chosen


def _in_force(revision: RevisionOut) -> str:
    """Since when these words hold, or that they never did."""
    if revision.never_applies:
        return t("Never came into force: other words took its place by its day")
    start = revision.effective_from
    since = (
        t("Since {day}", day=day(start))
        if start
        else t("As taken in on {day}", day=day(revision.created_at))
    )
    return t("{since}, retired", since=since) if revision.retires else since
