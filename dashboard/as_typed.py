"""Fields that tell what is typed before they are left: when the typing pauses, or the page goes.

Streamlit's own tell it only when they are left; a script of ours beside them makes up for that, and
without it they are what they were. On every page it tells what stands in a field when the page is
left or loaded anew; where fields of several lines are marked, also whenever the typing pauses. A
component of ours (`st.components.v2`) would have to bring its own label, look and restoring, and
its script comes from a `blob:` that our content policy refuses.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

_PATH: Final = "/as_typed.js"
_FILE: Final = Path(__file__).parent / "static" / "as_typed.js"
# Streamlit's hint that Ctrl+Enter is to be pressed is no longer true; nobody wants to write into a
# field that fades while an answer is awaited; and a key named on a button must be readable.
_STYLE: Final = """<style>
.st-key-as-typed .stTextArea [data-testid="InputInstructions"] { display: none; }
.st-key-as-typed [data-stale="true"] { opacity: 1; }
.st-key-as-typed kbd { opacity: 1; }
</style>"""
_SCRIPT: Final = f'<script type="module" src="{_PATH}"></script>'


def routes() -> list[BaseRoute]:
    """The address of the script, which the content policy allows because it is ours."""
    return [Route(_PATH, script, methods=["GET"])]


async def script(_request: Request) -> Response:
    """Send the script; a browser asks each time whether it is still the same."""
    return FileResponse(_FILE, headers={"cache-control": "no-cache"})


def apply() -> None:
    """Put the script on the page; it takes no room."""
    st.html(_SCRIPT, unsafe_allow_javascript=True)


@contextmanager
def told_as_typed() -> Iterator[None]:
    """Around fields of several lines: each is told whenever the typing pauses."""
    with st.container(key="as-typed"):
        yield
        st.html(_STYLE)
