"""The points of the map for the canvas: bytes of our own, past the page's socket.

They go by the reader's own cookie, so whoever may not read the map gets none.
"""

import functools
import html
from http import HTTPStatus
from pathlib import Path
from typing import Final, Protocol, cast

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from dashboard import client
from dashboard.catalogue import t
from dashboard.signin import COOKIE
from dashboard.transport import SignedOut
from recommender.errors import RecommenderError

Corners = list[list[float]]

_PATH: Final = "/map-points"
_NAME: Final = "dashboard.map"
_STATIC: Final = "static"


class _Mounted(Protocol):
    outline: Corners | None


def routes() -> list[BaseRoute]:
    """The address of the points."""
    return [Route(_PATH, points, methods=["GET"])]


async def points(request: Request) -> Response:
    """Give the points of one version of the map."""
    token = request.cookies.get(COOKIE)
    version = request.query_params.get("version")
    if not token or not version:
        return Response(status_code=HTTPStatus.UNAUTHORIZED)
    try:
        found = await run_in_threadpool(client.Api(token).map_points, version)
    except SignedOut:
        return Response(status_code=HTTPStatus.UNAUTHORIZED)
    except RecommenderError:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    headers = {"cache-control": "no-store"}
    return Response(found, media_type="application/octet-stream", headers=headers)


def canvas(data: dict[str, object], *, key: str, height: int) -> Corners | None:
    """Draw the map; gives the outline that was just drawn on it, in the map's own units."""
    _known()
    draw = st.components.v2.component(_NAME, html=_markup(height), js="map.js")
    mounted = cast("_Mounted", draw(data=data, key=key, on_outline_change=_noted))
    return mounted.outline


def _known() -> None:
    """Let Streamlit serve our script as a file: from a string it would be a `blob:`.

    Our content policy refuses those. Streamlit finds files only of installed packages that bear
    the name of their distribution, so ours is told to it by hand.
    """
    manager = get_bidi_component_manager()
    if manager.get(_NAME) is None:
        map_only = ComponentConfig(name="map", asset_dir=_STATIC)
        manifest = ComponentManifest(name="dashboard", version="1", components=[map_only])
        manager.register_from_manifest(manifest, Path(__file__).parent)


def _noted() -> None:
    """An outline is read where the map is drawn; Streamlit wants to be told that it is awaited."""


@functools.cache
def _markup(height: int) -> str:
    label = t("Map of the cases. The list beside it does the same with the keyboard alone.")
    dragging = t("What dragging does")
    tools = "".join(
        f'<button type="button" data-tool="{tool}">{html.escape(words)}</button>'
        for tool, words in (("lasso", t("Lasso")), ("box", t("Box")), ("move", t("Move about")))
    )
    zooms = "".join(
        f'<button type="button" data-zoom="{by}" aria-label="{words}">{sign}</button>'
        for by, words, sign in (
            ("in", t("Closer"), "+"),
            ("out", t("Farther"), "−"),
            ("all", t("The whole map"), "⤢"),
        )
    )
    return f"""<div class="map"><style>
.map canvas {{ width: 100%; height: {height}px; display: block; touch-action: none;
  border: 1px solid rgba(128, 128, 128, .3); border-radius: .5rem; }}
.map canvas:focus-visible {{ outline: 2px solid var(--st-primary-color); }}
.map-bar, .map-bar div {{ display: flex; flex-wrap: wrap; gap: .25rem; }}
.map-bar {{ justify-content: space-between; margin-bottom: .5rem; }}
.map-bar button {{ min-width: 2rem; height: 2rem; padding: 0 .6rem; font: inherit;
  font-size: .875rem; cursor: pointer;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid rgba(128, 128, 128, .5); border-radius: .5rem; }}
.map-bar button[aria-pressed=true] {{ font-weight: 600; border: 2px solid currentcolor;
  background: var(--st-secondary-background-color); }}
.map-bar button:focus-visible {{ outline: 2px solid var(--st-primary-color); }}
.map-words {{ min-height: 1.4em; margin: .35rem 0 0; font-size: .875rem;
  color: var(--st-text-color); }}
</style><div class="map-bar"><div role="group" aria-label="{dragging}">{tools}</div>
<div>{zooms}</div></div><canvas tabindex="0" role="img" aria-label="{label}"></canvas>
<p class="map-words" role="status"></p></div>"""
