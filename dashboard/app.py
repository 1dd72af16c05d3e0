"""The script that Streamlit runs for every click: who is there, which pages, the chosen one."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from api.schemas.accounts import MeOut
from dashboard import session
from dashboard.menu import first_page, sections
from dashboard.pages import link
from dashboard.screens import (
    admin,
    candidate,
    cases,
    cosign,
    effects,
    file,
    handed_over,
    identities,
    inbox,
    kind,
    library,
    limits,
    mine,
    notices,
    protection,
    reports,
    reviews,
    routed,
)
from dashboard.signin import SIGN_OUT_PATH
from dashboard.widgets import escape_md, show_end
from recommender.errors import RecommenderError
from recommender.vocabulary import Role

PRODUCT: Final = "Policy Feedback"

_LINKED: Final = frozenset({"kind", "cases", "limits", "protection"})
"""Pages that links lead to, also for those whose menu leaves them out."""

_MARK: Final = Path(__file__).parent / "static" / "favicon.png"
_ACCOUNT_STYLE: Final = """<style>
.st-key-account { position: fixed; top: .55rem; right: 4rem; z-index: 999990; width: auto; }
.st-key-account button p { max-width: 9rem; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; }
.sign-out button { font: inherit; color: inherit; background: none; width: 100%;
  padding: .4rem .8rem; border: 1px solid rgba(128, 128, 128, .45); border-radius: 8px;
  cursor: pointer; }
.sign-out button:hover { border-color: currentColor; }
</style>"""
_SIGN_OUT: Final = f"""<form class="sign-out" method="post" action="{SIGN_OUT_PATH}">
<button>Sign out</button></form>"""


def main() -> None:
    """Draw one run."""
    st.set_page_config(page_title=PRODUCT, layout="wide")
    st.logo(_MARK, size="large")
    try:
        person = session.enter()
        page = _navigation(person)
        _account_menu(person)
        page.run()
    except RecommenderError as error:
        show_end(error)


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
        "admin": ("Admin", admin.show),
        "handed-over": ("Handed over", handed_over.show),
        "identities": ("Identities", identities.show),
        "protection": ("Protection report", protection.show),
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
    with st.container(key="account"):
        st.html(_ACCOUNT_STYLE)
        with st.popover(escape_md(person.display_name)):
            roles = ", ".join(role.replace("_", " ") for role in person.roles)
            st.caption(escape_md(f"{person.name} · {roles}"))
            if set(person.roles) - {Role.AGENT}:
                link("What is kept about people", "protection", key="to-protection")
            st.html(_SIGN_OUT)


main()
