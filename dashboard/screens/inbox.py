"""Inbox: which kinds of exception recur, the seven to look at first, and why these."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import streamlit as st

from api.schemas.kinds import InboxPage, KindOut
from dashboard import marks, session
from dashboard.cards import badge
from dashboard.pages import carry_out, heading, link
from dashboard.putting_off import put_off, put_off_until
from dashboard.session import judges
from dashboard.widgets import empty_state, escape_md
from dashboard.words import DASH, GRADES, KIND_STATES, count, day, has_cents, money
from recommender.vocabulary import KindState

_WIDTHS = (4.2, 1.6, 1.1, 1.4, 1.5, 1)
_HEAD: Final[Sequence[tuple[str, Literal["left", "right"]]]] = (
    ("Kind", "left"),
    ("State, evidence", "left"),
    ("Cases", "right"),
    ("Last 12 weeks", "left"),
    ("Cost so far", "right"),
    ("Score", "left"),
)
_ASIDE = frozenset({KindState.EMERGING, KindState.DISMISSED})


class _Scale(NamedTuple):
    """What all rows of a list are written by, so that they compare."""

    top: int
    """Cases of the fullest week of any."""
    cents: bool


def show() -> None:
    """Draw the screen."""
    heading("Inbox", bound={"emerging"})
    page = session.api().inbox()
    _sentence(page)
    if page.kinds:
        _first(page)
    else:
        _nothing_yet(page)
    _emerging(page)
    _foot(page)


def _sentence(page: InboxPage) -> None:
    kinds = count(len(page.kinds), "kind of exception recurs", "kinds of exception recur")
    words = [kinds, *_behind(page)]
    if page.emerging:
        words.append(count(page.emerging, "is emerging", "are emerging"))
    with st.container(key="inbox-sentence"):
        st.markdown(escape_md(" · ".join(words)))


def _first(page: InboxPage) -> None:
    """The kinds to look at first, in their order; the others folded away below."""
    by_id = {kind.id: kind for kind in page.kinds}
    first = [by_id[each] for each in page.first if each in by_id]
    others = [kind for kind in page.kinds if kind not in first]
    scale = _scale_of(page.kinds)
    if first:
        _table(first, "kinds", scale)
    else:
        empty_state("Nothing waits for you", "What recurs has been decided, or was put off.")
    if others:
        words = f"{count(len(others), 'other kind')}: below the first, put off, or decided"
        with st.expander(words, key="others", expanded=not first):
            _table(others, "other-kinds", scale)


def _behind(page: InboxPage) -> list[str]:
    if page.cases is None or page.unsorted is None:
        return []
    return [f"{page.cases - page.unsorted:,} of {count(page.cases, 'case')} belong to a kind"]


def _nothing_yet(page: InboxPage) -> None:
    if page.cases == 0:
        empty_state(
            "No cases yet",
            "Cases come from filing, or from an import by an admin. Kinds are discovered in them.",
        )
    elif page.last_run is None:
        empty_state(
            "Nobody has looked for kinds yet",
            "Discover now: exceptions that are alike are brought together, and what recurs is "
            "listed here.",
        )
    else:
        empty_state(
            "Nothing recurs often enough yet",
            "A kind is listed once it has five distinct cases of several agents, customers and "
            "weeks. The emerging ones below say what each still lacks.",
        )
    if page.why_none:
        with st.expander("Why no kinds?", key="why-none", expanded=True):
            st.markdown("\n".join(f"- {escape_md(each)}" for each in page.why_none))


def _scale_of(kinds: Sequence[KindOut]) -> _Scale:
    top = max((max(kind.per_week, default=0) for kind in kinds), default=0)
    return _Scale(top, has_cents(kind.cost for kind in kinds))


def _table(kinds: Sequence[KindOut], key: str, scale: _Scale) -> None:
    with st.container(key=key, gap="xsmall"):
        with st.container(key=f"head-{key}"):
            for place, (title, side) in zip(st.columns(_WIDTHS), _HEAD, strict=True):
                place.caption(title, text_alignment=side)
        for kind in kinds:
            _row(kind, scale)


def _row(kind: KindOut, scale: _Scale) -> None:
    with st.container(border=True, key=f"kind-row-{kind.id}"):
        name, state, cases, weeks, cost, points = st.columns(_WIDTHS, vertical_alignment="center")
        with name, st.container(gap=None):
            link(kind.name, "kind", key=f"open-kind-{kind.id}", id=kind.id)
            where = kind.clause or ("gap" if kind.gap else DASH)
            st.caption(escape_md(f"{where} · {kind.why}"))
            if kind.snoozed is not None:
                st.caption(escape_md(put_off_until(kind.snoozed)))
        with state, st.container(gap="xxsmall"):
            badge(KIND_STATES[kind.state])
            if kind.grade is not None:
                badge(GRADES[kind.grade])
        with cases, st.container(gap=None, key=f"figures-cases-{kind.id}"):
            st.markdown(escape_md(_count(kind, "cases")), text_alignment="right")
            st.caption(escape_md(_agents(kind)), text_alignment="right")
        with weeks:
            if kind.per_week:
                marks.spark(kind.per_week, scale.top, key=f"weeks-{kind.id}")
        with cost, st.container(key=f"figures-cost-{kind.id}"):
            spent = money(kind.cost, kind.currency, cents=scale.cents)
            st.markdown(escape_md(spent), text_alignment="right")
        with points:
            _points(kind)


def _points(kind: KindOut) -> None:
    """The score, its parts on demand, and the way to put the kind off."""
    if kind.state in _ASIDE:
        st.markdown(DASH)
        return
    label = DASH if kind.score is None else f"{kind.score.total:.0f}"
    with st.popover(label, type="tertiary", key=f"score-{kind.id}"):
        if kind.score is None:
            st.caption("Without a score: too few people to show its numbers.")
        else:
            st.caption("Points order the list. They judge nobody.")
            marks.score(kind.score.parts, key=f"parts-{kind.id}")
        if judges():
            put_off(kind)


def _count(kind: KindOut, name: str) -> str:
    value: int | None = getattr(kind, name)
    if value is not None:
        return f"{value:,}"
    return "few" if name in kind.masked else DASH


def _agents(kind: KindOut) -> str:
    if kind.agents is not None:
        return count(kind.agents, "agent")
    return "few agents" if "agents" in kind.masked else "agents not known"


def _emerging(page: InboxPage) -> None:
    if page.last_run is None and not page.emerging:
        return
    words = f"Show emerging kinds ({page.emerging}) and dismissed ones"
    if not st.toggle(words, key="emerging", bind="query-params"):
        return
    listed = {kind.id for kind in page.kinds}
    aside = [
        kind for kind in session.api().kinds() if kind.state in _ASIDE and kind.id not in listed
    ]
    if aside:
        _table(aside, "emerging-kinds", _scale_of(aside))
    else:
        empty_state("None", "No kind is emerging, and none was put aside.")


def _foot(page: InboxPage) -> None:
    run = page.last_run
    with st.container(horizontal=True, vertical_alignment="center", key="inbox-foot"):
        if judges():
            _discover(first=run is None and not page.kinds)
        if run is not None:
            at = run.ended_at or run.started_at
            words = f"Last looked for kinds on {day(at)} at {at:%H:%M} UTC."
            st.caption(words, width="content")
        if page.as_of_source != "clock":
            words = f"Today is taken as {day(page.as_of)} ({page.as_of_source})."
            st.caption(escape_md(words), width="content")


def _discover(*, first: bool) -> None:
    if st.button("Discover now", key="discover", type="primary" if first else "secondary"):
        with st.spinner("Looking for kinds …"):
            carry_out("Kinds are up to date.", session.api().discover)
