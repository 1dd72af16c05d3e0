"""Inbox: which kinds of exception recur, the seven to look at first, and why these."""

from contextlib import nullcontext
from typing import Final

import streamlit as st

from api.schemas.kinds import InboxPage
from dashboard import session
from dashboard.beginning import begins, steps
from dashboard.by_key import by_key
from dashboard.cards import chip
from dashboard.catalogue import md, t, tn
from dashboard.kind_rows import clause_of, first_for, fullest_week, head, lead, row, why_here
from dashboard.markup import escape_md
from dashboard.pages import heading, link
from dashboard.session import judges
from dashboard.triage import ORDERS, PARAMS, VIEWS, Triage, View, counts, query, triage
from dashboard.widgets import empty_state
from dashboard.words import day
from recommender.vocabulary import Role

AT_ONCE: Final = 7
"""Kinds on one page of a list."""
_SNOOZING: Final = "snoozing"


def show() -> None:
    """Draw the screen."""
    heading(t("Inbox"), *PARAMS, "sel")
    page = session.api().inbox()
    listed = triage(page)
    if listed.view is View.FIRST and listed.kinds:
        _look_first(listed)
    if not page.kinds and begins(page.cases, looked=page.last_run is not None):
        steps(page.cases)
        return
    if not page.kinds:
        _nothing_yet(page)
    _around(page)
    _views(page, listed)
    if listed.kinds:
        _list(page, listed)
    elif page.kinds or listed.view is not View.FIRST:
        empty_state(t("None here"), t(VIEWS[listed.view][1]))
    _foot(page)


def _look_first(listed: Triage) -> None:
    """What to look at first, and why: one sentence, and the way there."""
    kind = listed.kinds[0]
    with st.container(border=True, key="look-first"):
        why, way = st.columns((6, 1), vertical_alignment="center")
        with why, st.container(gap="xsmall"):
            st.markdown(md("Look first at **{name}** {rule}", name=kind.name, rule=clause_of(kind)))
            st.markdown(escape_md(lead(kind)))
            if first := first_for(kind):
                st.caption(escape_md(first))
        chosen = listed.place(_chosen()) is not None
        with way, nullcontext() if chosen else by_key("enter"):
            link(t("Open it"), "kind", key="primary-open-first", id=kind.id, **listed.query)


def _chosen() -> str | None:
    return st.query_params.get("sel")


def _choose(kind_id: str, *, snooze: bool = False) -> None:
    st.query_params["sel"] = kind_id
    st.session_state[_SNOOZING] = kind_id if snooze else None


def _around(page: InboxPage) -> None:
    """How much there is in all, and what waits for the reader."""
    if not page.cases:
        return
    words = [
        tn("{n} kind of exception recurs", "{n} kinds of exception recur", len(page.kinds)),
    ]
    if page.unsorted is not None:
        held = f"{page.cases - page.unsorted:,}"
        words.append(
            tn(
                "{held} of {n} case is in a kind",
                "{held} of {n} cases are in a kind",
                page.cases,
                held=held,
            )
        )
    with st.container(
        horizontal=True, gap="small", vertical_alignment="center", key="inbox-sentence"
    ):
        st.caption(escape_md(" · ".join(words)), width="content")
        _waiting()


def _waiting() -> None:
    """What waits for the reader's own answer, and since when."""
    if not session.me().unread:
        return
    waiting = [
        one for one in session.api().notices().notices if one.needs_you and one.read_at is None
    ]
    if waiting:
        since = min(one.created_at for one in waiting)
        words = tn(
            "{n} thing waits for your answer, since {day}",
            "{n} things wait for your answer, the oldest since {day}",
            len(waiting),
            day=day(since),
        )
        link(words, "notices", key="waits-for-you")


def _views(page: InboxPage, listed: Triage) -> None:
    """The views with their numbers, each an address; then the orders of a longer list."""
    found = counts(page)
    with st.container(horizontal=True, gap="small", key="views", vertical_alignment="center"):
        for view, (label, _) in VIEWS.items():
            words, chosen = f"{t(label)} {found[view]}", view is listed.view
            chip(words, "inbox", key=view, chosen=chosen, **query(view, listed.order))
        if listed.kinds:
            _keys(listed)
    if listed.view is not View.FIRST and len(listed.kinds) > 1:
        with st.container(horizontal=True, gap="small", key="orders", vertical_alignment="center"):
            st.caption(t("Sorted by"), width="content")
            for order, label in ORDERS.items():
                chosen = order is listed.order
                chip(t(label), "inbox", key=order, chosen=chosen, **query(listed.view, order))


def _list(page: InboxPage, listed: Triage) -> None:
    """The page of a list on which the chosen kind stands."""
    at = listed.place(_chosen())
    start = (at or 0) // AT_ONCE * AT_ONCE
    top = fullest_week(page.kinds)
    with st.container(key="kinds", gap="xsmall"):
        head(top)
        for place, kind in enumerate(listed.kinds[start : start + AT_ONCE], start + 1):
            chosen = kind.id == _chosen()
            row(kind, top, place, listed, chosen=chosen, on_why=_choose)
            if chosen:
                why_here(kind, snoozing=st.session_state.get(_SNOOZING) == kind.id)
    _pages(listed, start)


def _keys(listed: Triage) -> None:
    """Going through the list by keys; each is a button as well."""
    chosen = _chosen()
    at = listed.place(chosen)
    with st.container(horizontal=True, gap="small", key="keys", width="content"):
        for label, key, step in ((t("Next"), "J", 1), (t("Previous"), "K", -1)):
            other = listed.beside(chosen, step)
            st.button(
                label,
                key=f"go-{key}",
                shortcut=key,
                type="tertiary",
                disabled=other is None,
                on_click=_choose,
                args=(other.id if other else "",),
            )
        if at is None:
            return
        kind = listed.kinds[at]
        with by_key("enter"):
            link(t("Open"), "kind", key="open-chosen", id=kind.id, **listed.query)
        if judges():
            st.button(
                t("Snooze"),
                key="snooze-chosen",
                shortcut="S",
                type="tertiary",
                on_click=_choose,
                args=(kind.id,),
                kwargs={"snooze": True},
            )


def _pages(listed: Triage, start: int) -> None:
    if len(listed.kinds) <= AT_ONCE:
        return
    with st.container(horizontal=True, gap="small", key="pages", vertical_alignment="center"):
        if start:
            before = listed.kinds[start - AT_ONCE]
            link(
                t("The {n} before", n=AT_ONCE), "inbox", key="before", **listed.query, sel=before.id
            )
        if start + AT_ONCE < len(listed.kinds):
            after = listed.kinds[start + AT_ONCE]
            link(t("The next ones"), "inbox", key="after", **listed.query, sel=after.id)
        last = min(start + AT_ONCE, len(listed.kinds))
        words = t("{first} to {last} of {all}", first=start + 1, last=last, all=len(listed.kinds))
        st.caption(escape_md(words), width="content")


def _nothing_yet(page: InboxPage) -> None:
    if page.cases == 0:
        empty_state(
            t("No cases yet"),
            t("Cases come from filing, or from an import by an admin. Kinds are found in them."),
        )
    elif page.last_run is None:
        empty_state(
            t("Nobody has looked for kinds yet"),
            t(
                "An admin starts it: exceptions that are alike are brought together, and what "
                "recurs is listed here."
            ),
        )
    else:
        empty_state(
            t("Nothing recurs often enough yet"),
            t(
                "A kind is listed once it has five distinct cases of several agents, customers and "
                "weeks. The emerging ones say what each still lacks."
            ),
        )
    if page.why_none:
        with st.expander(t("Why no kinds?"), key="why-none", expanded=True):
            st.markdown("\n".join(f"- {escape_md(each)}" for each in page.why_none))


def _foot(page: InboxPage) -> None:
    run = page.last_run
    with st.container(horizontal=True, vertical_alignment="center", key="inbox-foot"):
        if Role.ADMIN in session.me().roles:
            link(t("Look for kinds anew"), "runs", key="to-runs")
        if run is not None:
            at = run.ended_at or run.started_at
            words = t(
                "Last looked for kinds on {day} at {time} UTC.", day=day(at), time=f"{at:%H:%M}"
            )
            st.caption(escape_md(words), width="content")
        if page.as_of_source != "clock":
            words = t(
                "Today is taken as {day} ({source}).", day=day(page.as_of), source=page.as_of_source
            )
            st.caption(escape_md(words), width="content")
