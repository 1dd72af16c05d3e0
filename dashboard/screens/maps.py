"""Map: all kinds at once; what an outline or a list takes is split, moved, merged or left."""

from functools import partial
from typing import Final
from zlib import crc32

import streamlit as st

from api.schemas.map import MapOut, PartIn, PartKindOut, PartOut
from dashboard import session, ticked
from dashboard.cards import case_card
from dashboard.catalogue import mark, md, t, tn
from dashboard.correcting import UNSORTED, Taken, act_on, titled
from dashboard.map_points import Corners, canvas
from dashboard.pages import heading, link, read
from dashboard.session import judges
from dashboard.tables import grid
from dashboard.transport import typed
from dashboard.widgets import empty_state
from dashboard.words import day, number

HEIGHT: Final = 460
_AT_ONCE: Final = 25
_IN_KEY: Final = 20
"""Kinds that the key names; a circle tells its name when pointed at."""
_EXAMPLES: Final = 3
_VIEWS: Final = (mark("Map"), mark("List"))


def show() -> None:
    """Draw the screen."""
    drawn = read(t("Map"), lambda _: session.api().map(st.query_params.get("version")), "")
    heading(t("Map"), "version", "within", "kind", "after", bound={"view"}, caption=_caption(drawn))
    if not drawn.kinds:
        empty_state(
            t("No kind can be shown yet"),
            t(
                "The map shows kinds that enough people are behind. Cases come by filing or "
                "import, kinds by a discovery run; the inbox says what is missing."
            ),
        )
        link(t("To the inbox"), "inbox", key="to-inbox")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        view = st.segmented_control(
            t("Show as"),
            _VIEWS,
            default=_VIEWS[0],
            required=True,
            format_func=t,
            key="view",
            label_visibility="collapsed",
            bind="query-params",
        )
        link(t("Corrections so far"), "corrections", key="to-corrections")
    if view == _VIEWS[1] or drawn.version is None:
        _list(drawn)
    else:
        _map(drawn)


def _caption(drawn: MapOut) -> str:
    words = []
    if drawn.drawn_on is not None:
        words.append(t("Drawn on {day}", day=day(drawn.drawn_on)))
    words.append(tn("{n} kind", "{n} kinds, emerging ones too", len(drawn.kinds)))
    if drawn.unsorted is not None:
        words.append(tn("{n} unsorted case", "{n} unsorted cases", drawn.unsorted))
    if drawn.version is not None and drawn.without_place:
        words.append(
            tn(
                "{n} newer case is in the list only",
                "{n} newer cases are in the list only",
                drawn.without_place,
            )
        )
    return " · ".join(words)


# The map ---------------------------------------------------------------------------------------


def _map(drawn: MapOut) -> None:
    left, right = st.columns((7, 3), gap="medium")
    with left:
        st.caption(
            t(
                "Each square is a case. A circle holds those of one kind; its number is that of "
                "the key. Grey ones are in no kind."
            )
        )
        outline = canvas(_seen(drawn), key="map-canvas", height=HEIGHT)
        st.caption(
            t(
                "Circles near each other hold like cases; farther than near means nothing. "
                "Drag to draw a lasso or a box; Shift and drag moves about, the wheel zooms. "
                "With the keyboard: arrows go from circle to circle, Enter takes one."
            )
        )
    if outline:
        st.query_params.pop("kind", None)
        st.query_params.update(version=drawn.version or "", within=_written(outline))
    with right:
        corners = _corners(st.query_params.get("within", ""))
        if corners is None:
            empty_state(
                t("Draw around some cases"),
                t("What is inside is counted here, and can be split off, moved or left."),
            )
            _key(drawn)
        else:
            _lassoed(drawn, corners)


def _numbered(drawn: MapOut) -> dict[str, int]:
    """Give each kind its number in the key: 1 is the largest."""
    largest_first = sorted(drawn.kinds, key=lambda each: (-each.cases, each.name, each.id))
    return {each.id: place for place, each in enumerate(largest_first, start=1)}


def _key(drawn: MapOut) -> None:
    """What the numbers on the map stand for, each with the way to its kind."""
    numbers = _numbered(drawn)
    with st.container(gap="xsmall", key="map-key"):
        st.caption(t("The numbers on the map, and how many cases each kind has:"))
        for each in sorted(drawn.kinds, key=lambda each: numbers[each.id])[:_IN_KEY]:
            words = t(
                "{number}. {name} ({n})",
                number=numbers[each.id],
                name=titled(each.name, each.clause),
                n=number(each.cases),
            )
            link(words, "kind", key=f"key-{each.id}", id=each.id)
    if len(numbers) > _IN_KEY:
        more = len(numbers) - _IN_KEY
        st.caption(tn("And {n} smaller one.", "And {n} smaller ones.", more))


def _seen(drawn: MapOut) -> dict[str, object]:
    """What the canvas needs beside the points."""
    numbers = _numbered(drawn)
    kinds = [
        {
            "number": numbers[each.id],
            "title": titled(each.name, each.clause),
            "words": tn(
                "{number}. {name}: {n} case",
                "{number}. {name}: {n} cases",
                each.cases,
                number=numbers[each.id],
                name=titled(each.name, each.clause),
            ),
            "x": 0 if each.island is None else each.island.x,
            "y": 0 if each.island is None else each.island.y,
            "radius": 0 if each.island is None else each.island.radius,
        }
        for each in drawn.kinds
    ]
    return {
        "version": drawn.version,
        "stamp": "-".join(f"{each.id}.{each.version}" for each in drawn.kinds),
        "hint": t("Point at a circle to read its name."),
        "kinds": kinds,
        "outline": _corners(st.query_params.get("within", "")),
    }


def _lassoed(drawn: MapOut, corners: Corners) -> None:
    asked = {"version": drawn.version, "polygon": corners}
    held = session.api().within(typed(PartIn, **asked))
    if not held.total:
        empty_state(t("No case in there"), t("Draw around some points."))
        return
    st.subheader(tn("{n} case", "{n} cases", held.total), anchor=False)
    _kinds_in(held)
    by_id = {each.id: each for each in held.kinds}
    groups = {each.id: titled(each.name, each.clause) for each in held.kinds}
    chosen = _group(t("Of these, the cases of"), groups, f"part-{_written(corners)}")
    part = session.api().within(typed(PartIn, **asked, kind=chosen, top=_EXAMPLES))
    taken = Taken(by_id[chosen], part.ids, str(crc32(" ".join(part.ids).encode())))
    if judges():
        act_on(taken, drawn, _let_go)
    for case in part.cases:
        case_card(case, key=f"case-{case.id}")


def _kinds_in(held: PartOut) -> None:
    rows = [
        (titled(each.name, each.clause), t("{n} of {of}", n=each.cases, of=each.of))
        for each in held.kinds
    ]
    grid((t("Kind"), t("Cases")), rows, key="held")


def _let_go() -> None:
    for name in ("version", "within", "kind"):
        st.query_params.pop(name, None)


def _written(corners: Corners) -> str:
    return "_".join(f"{x:g},{y:g}" for x, y in corners)


def _corners(written: str) -> Corners | None:
    """Read an outline out of an address; one that is none is as if there were none."""
    try:
        corners = [[float(each) for each in pair.split(",")] for pair in written.split("_")]
    except ValueError:
        return None
    fits = len(corners) >= 3 and all(len(each) == 2 for each in corners)  # noqa: PLR2004 - x and y
    return corners if fits else None


def _group(label: str, groups: dict[str, str], name: str) -> str:
    """Choose a kind of several, or the unsorted cases; the address tells which."""
    ids = list(groups)
    wanted = st.query_params.get("kind")
    key = f"{name}-{wanted}"

    def keep() -> None:
        st.query_params["kind"] = st.session_state[key]
        st.query_params.pop("after", None)

    return st.selectbox(
        label,
        ids,
        index=ids.index(wanted) if wanted in ids else 0,
        format_func=lambda each: groups[each],
        key=key,
        on_change=keep,
    )


# The list --------------------------------------------------------------------------------------


def _list(drawn: MapOut) -> None:
    groups: dict[str, str] = {each.id: titled(each.name, each.clause) for each in drawn.kinds}
    if drawn.unsorted is not None:
        groups[UNSORTED] = t("Unsorted")
    chosen = _group(t("The cases of"), groups, f"group-{drawn.version}")
    after = st.query_params.get("after")
    part = session.api().within(typed(PartIn, kind=chosen, after=after, top=_AT_ONCE))
    group = next((each for each in part.kinds if each.id == chosen), None)
    if group is None:
        empty_state(t("No case in there"))
        return
    _choosing(group, part, drawn)


@st.fragment
def _choosing(group: PartKindOut, part: PartOut, drawn: MapOut) -> None:
    """The list beside what is done: a tick draws these anew, and asks nothing else again."""
    left, right = st.columns((7, 3), gap="medium")
    with left:
        st.caption(tn("{n} case, the newest first", "{n} cases, the newest first", group.of))
        for case in part.cases:
            ticked.box(case, group.id)
        with st.container(horizontal=True):
            if "after" in st.query_params:
                link(t("The newest ones"), "map", key="newest", view="List", kind=group.id)
            if part.after is not None:
                older = {"view": "List", "kind": group.id, "after": part.after}
                link(t("Older ones"), "map", key="older", **older)
    with right:
        _on_ticked(group, part, drawn)


def _on_ticked(group: PartKindOut, part: PartOut, drawn: MapOut) -> None:
    if not judges():
        st.caption(t("Managers correct kinds; you can read all of them."))
        return
    chosen = ticked.chosen(group.id, part.ids)
    if not chosen:
        empty_state(
            t("Tick some cases"),
            t(
                "Then split them off, move them to another kind, or leave them unsorted. Ticks "
                "stay while you turn the pages."
            ),
        )
        return
    clear = partial(ticked.clear, group.id)
    _told(group, chosen, part)
    st.button(t("Clear"), key=f"clear-{group.id}", on_click=clear)
    act_on(Taken(group, chosen, "ticked"), drawn, clear)


def _told(group: PartKindOut, chosen: list[str], part: PartOut) -> None:
    """How many are chosen, and how many of them a reader of this page does not see."""
    away = len({*chosen} - {case.id for case in part.cases})
    words = md("**{n} chosen** of {kind}", n=len(chosen), kind=titled(group.name, group.clause))
    if away:
        words += " · " + tn(
            "{n} of them is not on this page", "{n} of them are not on this page", away
        )
    st.markdown(words)
