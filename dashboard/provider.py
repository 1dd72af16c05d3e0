"""Signing in at an OpenID provider: the pages that lead there and take people in again.

What the browser has to bring back lies in a cookie of ten minutes for these pages alone. It is
Lax, because the way back begins on the provider's page, which brings no strict cookie along.
"""

import html
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import client
from dashboard.signin import (
    BACK_PATH,
    PAGE_HEADERS,
    PROVIDER_PATH,
    form,
    is_encrypted,
    keep_token,
    landing,
    next_path,
)
from recommender.errors import RecommenderError, Unavailable

TRIP_COOKIE: Final = "recommender_trip"
_TRIP_SECONDS: Final = 600
_NOT_HERE: Final = "This sign-in was not begun in this browser, or is too old. Please begin again."


def routes() -> list[BaseRoute]:
    """The addresses of the way there and back."""
    return [
        Route(PROVIDER_PATH, leave, methods=["GET"]),
        Route(BACK_PATH, arrive, methods=["GET"]),
    ]


async def leave(request: Request) -> Response:
    """Lead to the provider; with `again` it asks whoever it knows anew."""
    then = next_path(request.query_params.get("next"))
    again = request.query_params.get("again") == "1"
    try:
        trip = await run_in_threadpool(client.begin_trip, then, again=again)
    except RecommenderError as error:
        return await _refused(error, then)
    answer = RedirectResponse(trip.url, HTTPStatus.SEE_OTHER, headers={"cache-control": "no-store"})
    answer.set_cookie(
        TRIP_COOKIE,
        trip.cookie,
        max_age=_TRIP_SECONDS,
        path=PROVIDER_PATH,
        httponly=True,
        samesite="lax",
        secure=is_encrypted(request),
    )
    return answer


async def arrive(request: Request) -> Response:
    """Take the provider's answer, keep the token, and lead on from a page of our own.

    A redirect would still count as coming from the provider, and bring no strict cookie along.
    """
    cookie = request.cookies.get(TRIP_COOKIE)
    code = request.query_params.get("code")
    if not cookie or not code:
        message = _NOT_HERE if not cookie else "You were not signed in there. Please try again."
        return _forget(await form("/", message=message, status=HTTPStatus.UNAUTHORIZED), request)
    state = request.query_params.get("state", "")
    issuer = request.query_params.get("iss")
    try:
        arrival = await run_in_threadpool(client.end_trip, cookie, state, code, issuer)
    except RecommenderError as error:
        return _forget(await _refused(error, "/"), request)
    onward = html.escape(landing(arrival.then, arrival.account.roles))
    answer = HTMLResponse(
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Signed in</title>'
        f'<meta http-equiv="refresh" content="0;url={onward}">'
        f'<p>You are signed in. <a href="{onward}">Go on</a></p></html>',
        headers=PAGE_HEADERS,
    )
    keep_token(answer, request, arrival)
    return _forget(answer, request)


async def _refused(error: RecommenderError, then: str) -> Response:
    silent = isinstance(error, Unavailable)
    status = HTTPStatus.SERVICE_UNAVAILABLE if silent else HTTPStatus.UNAUTHORIZED
    message = " ".join(filter(None, (error.detail, error.remedy)))
    return await form(then, message=message, status=status)


def _forget(answer: Response, request: Request) -> Response:
    """Let go of the trip's cookie: whatever came of it, it is over."""
    answer.delete_cookie(
        TRIP_COOKIE,
        path=PROVIDER_PATH,
        httponly=True,
        samesite="lax",
        secure=is_encrypted(request),
    )
    return answer
