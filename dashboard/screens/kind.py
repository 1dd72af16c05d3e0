"""Kind: what recurs, how far its evidence carries, and which change it suggests."""

import functools
from collections.abc import Sequence
from typing import Final, Literal

import streamlit as st

from api.schemas.drafts import DraftOut
from api.schemas.evidence import FactSpreadOut
from api.schemas.kinds import KindCaseOut, KindPage, NearKindOut
from dashboard import kept, session
from dashboard.by_key import by_key
from dashboard.cards import badges, case_card, part
from dashboard.catalogue import mark, md, t, tn
from dashboard.drafts import also, limits, rationale
from dashboard.evidence import (
    Here,
    against,
    fact_spread,
    four_groups,
    limit_lines,
    limited_first,
    shortfalls,
)
from dashboard.judging import judgement
from dashboard.markup import escape_md
from dashboard.pages import carry_out, heading, link, read
from dashboard.session import judges
from dashboard.triage import PARAMS, triage
from dashboard.trying import what_if
from dashboard.widgets import changes_between, empty_state, redline
from dashboard.words import (
    DIMENSIONS,
    GAP,
    GRADES,
    KIND_STATES,
    MODES,
    VERDICTS,
    day,
)

_SORTS: Final = {
    "Typical": ("representative", mark("The cases in the middle of this kind.")),
    "At the edge": ("borderline", mark("In this kind, but least alike.")),
    "Just outside": ("nearest_outside", mark("Alike, but not in this kind.")),
    "Declined": ("declined", mark("Alike, and a peer said no: the contrast.")),
}

_STEPS: Final[Sequence[tuple[str, Literal["j", "k"], int]]] = (
    (mark("Previous"), "k", -1),
    (mark("Next"), "j", 1),
)
"""The ways along the list that a kind was opened from, each with its key."""


def show() -> None:
    """Draw the screen."""
    kind_id = st.query_params.get("id")
    if not kind_id:
        heading(t("Kind"))
        empty_state(t("No kind chosen"), t("Open one from the inbox."))
        link(t("To the inbox"), "inbox", key="to-inbox")
        return
    page = read(t("Kind"), session.api().kind, kind_id)
    heading(page.kind.name, "id", *PARAMS, bound={"cases"})
    here = _here(page)
    _head(page)
    facts = limited_first(page.evidence, page.draft)
    change, number = st.columns((3, 2), gap="large")
    with change:
        _change(page)
    with number:
        for fact in facts[:1]:
            _spread(page, fact, here, "0")
    judgement(page)
    _numbers(page, facts[1:], here)
    _cases(page)
    _near(page)
    _history(page)


def _here(page: KindPage) -> dict[str, str]:
    """What leads back here, as one of the list that it was opened from."""
    known = {name: st.query_params[name] for name in PARAMS if name in st.query_params}
    return {"id": page.kind.id, **known}


def _head(page: KindPage) -> None:
    kind = page.kind
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="kind-head"):
        badges(KIND_STATES[kind.state], GRADES[kind.grade] if kind.grade else None)
        if kind.clause:
            link(kind.clause, "library", key="kind-clause", clause=kind.clause)
        elif kind.gap:
            st.caption(escape_md(t(GAP)), width="content")
        st.caption(escape_md(kind.why), width="content")
        if judges():
            _rename(page)
        _beside(page)
    if page.asked_for:
        st.caption(t("The kind that you asked for was merged into this one."))
    if page.aliases:
        names = ", ".join(page.aliases)
        st.caption(md("Once called: {names}", names=names))
    for asked in page.waiting:
        if asked.decide:
            st.info(md("Since {day}: {words}", day=day(asked.since), words=asked.words))


def _beside(page: KindPage) -> None:
    """The ones before and after it in the list that it was opened from."""
    if PARAMS[0] not in st.query_params:
        return
    listed = triage(session.api().inbox())
    if listed.place(page.kind.id) is None:
        return
    for label, key, step in _STEPS:
        other = listed.beside(page.kind.id, step)
        if other is not None:
            with by_key(key):
                link(t(label), "kind", key=f"go-{key}", id=other.id, **listed.query)


def _rename(page: KindPage) -> None:
    with st.popover(t("Rename"), type="tertiary", key="rename"):
        field = f"rename-name-{page.kind.id}-{page.version}"
        name = kept.line(t("Name"), page.kind.name, max_chars=120, key=field)
        if st.button(t("Keep this name"), key="rename-save"):

            def act() -> None:
                session.api().rename_kind(page.kind.id, name, page.version)
                kept.sent(field)

            carry_out(t("Renamed. The name stays, whatever later runs find."), act)


def _change(page: KindPage) -> None:
    draft = page.draft
    if draft is None:
        if page.clause is not None and page.clause.revision is not None:
            part(t("{clause} today", clause=page.clause.key), page.clause.revision.text)
        st.caption(t("No change is suggested for this kind."))
        return
    label = VERDICTS[draft.verdict]
    st.subheader(t("Suggested change"), anchor=False)
    st.markdown(md("**{verdict}.** {reason}", verdict=label.word, reason=draft.reason))
    _wording(page, draft)
    if told := against(page.evidence):
        st.markdown(escape_md(told))


def _wording(page: KindPage, draft: DraftOut) -> None:
    old, new = draft.redline.old, draft.redline.new
    if old or new:
        with st.container(border=True, key="draft-redline"):
            if draft.clause and draft.base_revision is not None:
                words = t("{clause}, wording {n}", clause=draft.clause, n=draft.base_revision)
                st.caption(escape_md(words))
            redline(changes_between(old, new), key="redline")
    elif page.clause is not None and page.clause.revision is not None:
        part(t("{clause} today", clause=page.clause.key), page.clause.revision.text)


def _spread(page: KindPage, fact: FactSpreadOut, here: Here, key: str) -> None:
    fact_spread(fact, limit_lines(fact.fact, page.clause, page.draft), here, key=key)


def _numbers(page: KindPage, facts: Sequence[FactSpreadOut], here: Here) -> None:
    """What stands behind the suggestion: four groups of numbers, limits, reasons, other facts."""
    st.subheader(t("Evidence"), anchor=False)
    st.caption(MODES[page.kind.evidence_mode])
    four_groups(page.evidence, here)
    why, more = st.columns(2, gap="large")
    with why:
        _reasons(page)
    with more:
        shortfalls(page.evidence)
        for place, fact in enumerate(facts, 1):
            _spread(page, fact, here, str(place))


def _reasons(page: KindPage) -> None:
    draft = page.draft
    if draft is None:
        return
    limits(draft.parameters, page.evidence.currency, key="limits")
    also(draft)
    if draft.conditions and page.candidate is None:
        ask = functools.partial(session.api().try_kind, page.kind.id)
        what_if(draft, ask, f"{page.kind.id}-{page.version}")
    if draft.rationale:
        with st.expander(t("Why, and on which cases"), key="why"):
            rationale(draft.rationale, key="rationale")


def _cases(page: KindPage) -> None:
    st.subheader(t("Cases"), anchor=False)
    chosen = st.segmented_control(
        t("Which cases"),
        list(_SORTS),
        default="Typical",
        required=True,
        key="cases",
        label_visibility="collapsed",
        bind="query-params",
    )
    cases = _of(page, chosen)
    st.caption(t(_SORTS[chosen][1]))
    if not cases:
        hidden = {"agents", "cases", "customers"} & set(page.evidence.masked)
        hint = t("So few people are behind this kind that its cases stay hidden.")
        empty_state(t("No such case"), hint if hidden else "")
        return
    for place, case in zip(st.columns(3), cases, strict=False):
        with place, case_card(case, key=f"case-{case.id}"):
            if judges():
                link(t("Ask for a name"), "identities", key=f"ask-{case.id}", case=case.id)


def _of(page: KindPage, name: str) -> Sequence[KindCaseOut]:
    cases: list[KindCaseOut] = getattr(page, _SORTS[name][0])
    return cases


def _near(page: KindPage) -> None:
    """The kinds nearest to it, so that somebody sees whether two are the same thing."""
    if not page.near:
        return
    with st.container(gap="xsmall", key="near"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(md("**{title}**", title=t("Near to it")), width="content")
            if judges():
                st.caption(t("The same thing twice?"), width="content")
                link(t("Merge or move cases"), "map", key="to-map", view="List", kind=page.kind.id)
        for other in page.near:
            _near_row(other)


def _near_row(other: NearKindOut) -> None:
    told = [other.clause or (t(GAP) if other.gap else "")]
    if other.cases is not None:
        told.append(tn("{n} case", "{n} cases", other.cases))
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"near-{other.id}"
    ):
        link(other.name, "kind", key=f"open-near-{other.id}", id=other.id)
        words = " · ".join(filter(None, [*told, other.why]))
        st.caption(escape_md(words), width="content")


def _history(page: KindPage) -> None:
    for asked in page.waiting:
        if not asked.decide:
            st.caption(md("Since {day}: {words}", day=day(asked.since), words=asked.words))
    with st.expander(t("History"), key="history"):
        for step in page.history:
            st.markdown(md("- {day}: {words}", day=day(step.at), words=step.words))
        if page.dimensions:
            told = [f"{DIMENSIONS[one.dimension]}: {one.cases}" for one in page.dimensions]
            st.caption(escape_md("; ".join(told)))
        if page.terms:
            st.caption(md("Words that mark it: {terms}", terms=", ".join(page.terms)))
