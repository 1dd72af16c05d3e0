"""Links that a key opens, and links that lead on by themselves; a script of ours follows them.

Without the script both are links to click.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

_PATH: Final = "/by_key.js"
_FILE: Final = Path(__file__).parent / "static" / "by_key.js"
_MARKUP: Final = f'<script type="module" src="{_PATH}"></script>'


def routes() -> list[BaseRoute]:
    """The address of the script, which the content policy allows because it is ours."""
    return [Route(_PATH, script, methods=["GET"])]


async def script(_request: Request) -> Response:
    """Send the script; a browser asks each time whether it is still the same."""
    return FileResponse(_FILE, headers={"cache-control": "no-cache"})


@contextmanager
def by_key(key: Literal["enter", "j", "k"]) -> Iterator[None]:
    """Around one link: the key opens it, unless somebody types or is on a button."""
    with st.container(key=f"by-key-{key}", width="content", gap=None):
        yield
        st.html(_MARKUP, unsafe_allow_javascript=True)


@contextmanager
def in_its_place() -> Iterator[None]:
    """Around one link: it is followed at once, and Back does not lead to the page that is left."""
    with st.container(key="leads-home"):
        yield
        st.html(_MARKUP, unsafe_allow_javascript=True)


@contextmanager
def leading_on() -> Iterator[None]:
    """Around one link: it is followed as soon as it is drawn."""
    with st.container(key="leads-on"):
        yield
        st.html(_MARKUP, unsafe_allow_javascript=True)
