"""The script that Streamlit runs for every click: who is there, which pages, the chosen one."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from api.schemas.accounts import MeOut
from dashboard import look, session
from dashboard.menu import first_page, sections
from dashboard.pages import heading, link
from dashboard.screens import (
    candidate,
    cases,
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
from dashboard.widgets import escape_md, show_end
from dashboard.words import day
from recommender.errors import RecommenderError, Unavailable

PRODUCT: Final = "Policy Feedback"

_LINKED: Final = frozenset({"kind", "cases", "limits", "protection", "runs"})
"""Pages that links lead to, also for those whose menu leaves them out."""

_MARK: Final = Path(__file__).parent / "static" / "favicon.png"
_SIGN_OUT: Final = f"""<form class="sign-out" method="post" action="{SIGN_OUT_PATH}">
<button>Sign out</button></form>"""


def main() -> None:
    """Draw one run."""
    st.set_page_config(page_title=PRODUCT, layout="wide")
    look.apply()
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
    _frame(person).run()


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
        st.caption(f"It last answered on {day(heard)} at {heard:%H:%M} UTC.")
    st.button("Try again", key="try-again", type="primary")


def _navigation(person: MeOut) -> StreamlitPage:
    offered = sections(person.roles)
    listed = {url for urls in offered.values() for url in urls}
    pages = {
        url: st.Page(
            show, title=title, url_path=url, visibility="visible" if url in listed else "hidden"
        )
        for url, (title, show) in _screens(person).items()
        if url in listed | _LINKED
    }
    menu = {name: [pages[url] for url in urls] for name, urls in offered.items()}
    if len(menu) == 1:
        menu = {"": next(iter(menu.values()))}
    unlisted = [page for url, page in pages.items() if url not in listed]
    menu.setdefault("", []).extend([_home(pages[first_page(person.roles)]), *unlisted])
    return st.navigation(menu, position="top")


def _screens(person: MeOut) -> dict[str, tuple[str, Callable[[], None]]]:
    notices_title = f"Notices ({person.unread})" if person.unread else "Notices"
    return {
        "inbox": ("Inbox", inbox.show),
        "candidate": ("Candidates", candidate.show),
        "routed": ("Asked of you", routed.show),
        "effects": ("Effects", effects.show),
        "library": ("Library", library.show),
        "limits": ("Limits", limits.show),
        "kind": ("Kind", kind.show),
        "cases": ("Cases", cases.show),
        "file": ("File", file.show),
        "cosign": ("Co-sign", cosign.show),
        "mine": ("Mine", mine.show),
        "reviews": ("Second look", reviews.show),
        "notices": (notices_title, notices.show),
        "people": ("People", people.show),
        "import": ("Import", imports.show),
        "runs": ("Runs", runs.show),
        "texts": ("Texts", texts.show),
        "handed-over": ("Handed over", handed_over.show),
        "identities": ("Identities", identities.show),
        "protection": ("Protection", protection.show),
        "reports": ("Reports", reports.show),
    }


def _home(first: StreamlitPage) -> StreamlitPage:
    """The page without an address, which Streamlit insists on.

    Ours only leads on, so that every screen keeps its address, whoever looks.
    """
    return st.Page(
        lambda: st.switch_page(first),
        title=PRODUCT,
        url_path="home",
        default=True,
        visibility="hidden",
    )


def _account_menu(person: MeOut) -> None:
    with st.container(key="account"), st.popover(escape_md(person.display_name)):
        roles = ", ".join(role.replace("_", " ") for role in person.roles)
        st.caption(escape_md(f"{person.name} · {roles}"))
        link("What protects people here", "protection", key="to-protection")
        st.html(_SIGN_OUT)


main()
