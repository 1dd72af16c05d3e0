"""The script that Streamlit runs for every click: who is there, which pages, the chosen one."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from api.schemas.accounts import MeOut
from dashboard import as_typed, look, session, tour
from dashboard.catalogue import md, t
from dashboard.home import lead_on
from dashboard.markup import escape_md
from dashboard.menu import first_page, sections
from dashboard.pages import heading, link
from dashboard.screens import (
    candidate,
    candidates,
    cases,
    corrections,
    cosign,
    effects,
    file,
    handed_over,
    identities,
    imports,
    inbox,
    kind,
    library,
    limits,
    look_back,
    maps,
    mine,
    notices,
    people,
    protection,
    reports,
    reviews,
    routed,
    runs,
    texts,
)
from dashboard.signin import SIGN_OUT_PATH
from dashboard.widgets import empty_state, show_end
from dashboard.words import day
from recommender.errors import RecommenderError, Unavailable

PRODUCT: Final = "Policy Feedback"

_LINKED: Final = frozenset(
    {"candidate", "kind", "cases", "corrections", "limits", "protection", "runs", "tour"}
)
"""Pages that links lead to, also for those whose menu leaves them out."""

_MARK: Final = Path(__file__).parent / "static" / "favicon.png"
_SIGN_OUT: Final = f"""<form class="sign-out" method="post" action="{SIGN_OUT_PATH}">
<button>Sign out</button></form>"""


def main() -> None:
    """Draw one run."""
    st.set_page_config(page_title=PRODUCT, layout="wide")
    look.apply()
    as_typed.apply()
    st.logo(_MARK, size="large")
    try:
        _draw()
    except Unavailable as error:
        show_end(error)
        _try_again()
    except RecommenderError as error:
        show_end(error)


def _draw() -> None:
    try:
        person = session.enter()
    except Unavailable:
        _frame_as_before()
        raise
    page = _frame(person)
    tour.bar(person, page.url_path)
    page.run()


def _frame(person: MeOut) -> StreamlitPage:
    """Menu and account around the chosen page."""
    page = _navigation(person)
    _account_menu(person)
    return page


def _frame_as_before() -> None:
    """Menu and title for whom the API named last; the rest is not drawn as if it were true."""
    person = session.known()
    title = PRODUCT if person is None else _frame(person).title
    heading(title, *st.query_params)


def _try_again() -> None:
    heard = session.heard()
    if heard is not None:
        st.caption(
            md("It last answered on {day} at {time} UTC.", day=day(heard), time=f"{heard:%H:%M}")
        )
    st.button(t("Try again"), key="try-again", type="primary")


def _navigation(person: MeOut) -> StreamlitPage:
    offered = sections(person.roles)
    listed = {url for urls in offered.values() for url in urls}
    first = first_page(person.roles)
    pages = {
        url: st.Page(
            show if url in listed | _LINKED else partial(_not_offered, title, first),
            title=title,
            url_path=url,
            visibility="visible" if url in listed else "hidden",
        )
        for url, (title, show) in _screens(person).items()
    }
    menu = {name: [pages[url] for url in urls] for name, urls in offered.items()}
    if len(menu) == 1:
        menu = {"": next(iter(menu.values()))}
    unlisted = [page for url, page in pages.items() if url not in listed]
    menu.setdefault("", []).extend([_home(first), *unlisted])
    return st.navigation(menu, position="top")


def _screens(person: MeOut) -> dict[str, tuple[str, Callable[[], None]]]:
    guided = {"tour": (t("Guided tour"), tour.show)} if tour.offered(person) else {}
    notices_title = t("Notices ({n})", n=person.unread) if person.unread else t("Notices")
    return {
        "inbox": (t("Inbox"), inbox.show),
        "map": (t("Map"), maps.show),
        "corrections": (t("Corrections"), corrections.show),
        "candidates": (t("Changes"), candidates.show),
        "candidate": (t("Change"), candidate.show),
        "routed": (t("Asked of you"), routed.show),
        "effects": (t("Effects"), effects.show),
        "library": (t("Library"), library.show),
        "limits": (t("Limits"), limits.show),
        "kind": (t("Kind"), kind.show),
        "cases": (t("Cases"), cases.show),
        "file": (t("File"), file.show),
        "cosign": (t("Co-sign"), cosign.show),
        "mine": (t("Mine"), mine.show),
        "reviews": (t("Second look"), reviews.show),
        "notices": (notices_title, notices.show),
        "people": (t("People"), people.show),
        "import": (t("Import"), imports.show),
        "look-back": (t("Look back"), look_back.show),
        "runs": (t("Runs"), runs.show),
        "texts": (t("Texts"), texts.show),
        "handed-over": (t("Handed over"), handed_over.show),
        "identities": (t("Identities"), identities.show),
        "protection": (t("Protection"), protection.show),
        "reports": (t("Reports"), reports.show),
        **guided,
    }


def _not_offered(title: str, first: str) -> None:
    """A page of other roles: its address was shared, or the reader's roles have just changed."""
    heading(title)
    empty_state(
        t("This page is not among yours"),
        t(
            "It belongs to other roles than the ones you have now. Who needs it asks an "
            "administrator; nothing that you typed elsewhere is lost."
        ),
    )
    link(t("Go to your first page"), first, key="to-first")


def _home(first: str) -> StreamlitPage:
    """The page without an address, which Streamlit insists on.

    Ours only leads on, so that every screen keeps its address, whoever looks.
    """
    return st.Page(
        partial(lead_on, first),
        title=PRODUCT,
        url_path="home",
        default=True,
        visibility="hidden",
    )


def _account_menu(person: MeOut) -> None:
    with st.container(key="account"), st.popover(escape_md(person.display_name)):
        roles = ", ".join(role.replace("_", " ") for role in person.roles)
        st.caption(escape_md(f"{person.name} · {roles}"))
        link(t("What protects people here"), "protection", key="to-protection")
        if tour.offered(person):
            link(t("Guided tour"), "tour", key="to-tour")
        st.html(_SIGN_OUT)


main()
