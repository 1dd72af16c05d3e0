"""The address without a page: it leads to the reader's first page, and leaves no trace behind.

Streamlit's own way of leading on would leave an entry in the browser's history from which Back
leads forward again.
"""

from http import HTTPStatus

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import client
from dashboard.by_key import in_its_place
from dashboard.catalogue import t
from dashboard.menu import first_page
from dashboard.pages import target
from dashboard.signin import COOKIE
from recommender.errors import RecommenderError


def lead_on(first: str) -> None:
    """For whom the server could not lead on: a link from another site brings no cookie along."""
    with in_its_place():
        st.page_link(target(first), label=t("Go on"))


class LeadsOn:
    """Answers whoever opens the address without a page by that of their first page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; where the API does not say who it is, the page says more."""
        app: ASGIApp = self._app
        if _opens_no_page(scope) and (token := Request(scope).cookies.get(COOKIE)):
            try:
                person = await run_in_threadpool(client.Api(token).me)
            except RecommenderError:
                pass
            else:
                app = RedirectResponse(
                    f"/{first_page(person.roles)}",
                    HTTPStatus.SEE_OTHER,
                    headers={"cache-control": "no-store"},
                )
        await app(scope, receive, send)


def _opens_no_page(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and scope["path"] == "/"
        and Headers(scope=scope).get("sec-fetch-dest") == "document"
    )
