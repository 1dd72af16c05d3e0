"""Signing in and out: plain pages of our own, outside Streamlit.

The token lives in a cookie that scripts cannot read and other sites cannot send (HttpOnly,
SameSite=Strict). It is set here, in the answer to the form, and read by `dashboard.session`; no
URL and no page ever holds it.
"""

import html
import re
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.schemas.accounts import SignInOut
from dashboard import client, demo_people
from dashboard.menu import first_page
from dashboard.security import source_hash
from dashboard.transport import SignedOut
from recommender.errors import RecommenderError
from recommender.vocabulary import Role

COOKIE: Final = "recommender_session"
SIGN_IN_PATH: Final = "/signin"
SIGN_OUT_PATH: Final = "/signout"
# Streamlit's own address for signing out: `st.logout()` sends the browser here.
LOST_PATH: Final = "/auth/logout"
# The way to an OpenID provider and back: `dashboard.provider`.
PROVIDER_PATH: Final = "/signin/oidc"
BACK_PATH: Final = "/signin/oidc/back"

_STATIC: Final = Path(__file__).parent / "static"
_PAGE: Final = Template((_STATIC / "signin.html").read_text(encoding="utf-8"))
_STYLE: Final = (_STATIC / "signin.css").read_text(encoding="utf-8")
PAGE_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": (
        f"default-src 'none'; style-src {source_hash(_STYLE)}; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
}
_FORM_BYTES: Final = 8192
_UNSAFE_IN_A_PATH: Final = re.compile(r"[\\\x00-\x20\x7f-\x9f]")


def routes() -> list[BaseRoute]:
    """The addresses that the dashboard adds to Streamlit's."""
    return [
        Route(SIGN_IN_PATH, show_form, methods=["GET"]),
        Route(SIGN_IN_PATH, take_form, methods=["POST"]),
        Route(f"{demo_people.SIGN_IN_AS_PATH}/{{name}}", sign_in_as, methods=["POST"]),
        Route(SIGN_OUT_PATH, sign_out, methods=["POST"]),
        Route(LOST_PATH, sign_in_again, methods=["GET"]),
        Route("/favicon.png", favicon, methods=["GET"]),
    ]


def next_path(wish: str | None) -> str:
    """Where to go after signing in: a path of this dashboard, whatever was wished for."""
    if not wish or not wish.startswith("/") or _UNSAFE_IN_A_PATH.search(wish):
        return "/"
    try:
        parts = urlsplit(wish)
    except ValueError:
        return "/"
    ours = (SIGN_IN_PATH, SIGN_OUT_PATH, LOST_PATH, PROVIDER_PATH, BACK_PATH)
    if parts.scheme or parts.netloc or wish.startswith("//") or parts.path in ours:
        return "/"
    return wish


def sign_in_url(then: str) -> str:
    """The sign-in page's address, leading on to a path of this dashboard."""
    path = next_path(then)
    return SIGN_IN_PATH if path == "/" else f"{SIGN_IN_PATH}?next={quote(path, safe='/')}"


async def show_form(request: Request) -> Response:
    """Ask who is there."""
    return await form(next_path(request.query_params.get("next")))


async def take_form(request: Request) -> Response:
    """Open a session at the API and keep its token in the cookie."""
    if not _is_from_here(request):
        return await form("/", message="Please sign in on this page.", status=HTTPStatus.FORBIDDEN)
    fields = await _fields(request)
    then = next_path(fields.get("next"))
    name = fields.get("name", "").strip()
    try:
        opened = await run_in_threadpool(client.sign_in, name, fields.get("password", ""))
    except SignedOut:
        message = "That name and password do not belong together. Please try once more."
        return await form(then, name, message, HTTPStatus.UNAUTHORIZED)
    except RecommenderError as error:
        message = " ".join(filter(None, (error.detail, error.remedy)))
        return await form(then, name, message, HTTPStatus.SERVICE_UNAVAILABLE)
    answer = RedirectResponse(landing(then, opened.account.roles), HTTPStatus.SEE_OTHER)
    keep_token(answer, request, opened)
    return answer


async def sign_in_as(request: Request) -> Response:
    """In the demo, sign in as one of its people by the password that it prints; nowhere else."""
    name = request.path_params["name"]
    if not demo_people.offered() or name not in demo_people.PEOPLE:
        return PlainTextResponse("Not found", HTTPStatus.NOT_FOUND)
    then = next_path(request.query_params.get("next"))
    if not _is_from_here(request):
        return await form(then, message="Please sign in on this page.", status=HTTPStatus.FORBIDDEN)
    password = demo_people.PRINTED_PASSWORD
    try:
        opened = await run_in_threadpool(client.sign_in, name, password)
    except RecommenderError as error:
        message = " ".join(filter(None, (error.detail, error.remedy)))
        return await form(then, name, message, HTTPStatus.SERVICE_UNAVAILABLE)
    await _end_session(request)
    answer = RedirectResponse(landing(then, opened.account.roles), HTTPStatus.SEE_OTHER)
    keep_token(answer, request, opened)
    return answer


def landing(then: str, roles: Sequence[Role]) -> str:
    """Where somebody goes who has signed in: where they wanted to, or to their first page."""
    path = next_path(then)
    return f"/{first_page(roles)}" if path == "/" else path


def keep_token(answer: Response, request: Request, opened: SignInOut) -> None:
    """Keep a token in the cookie, as long as it is good."""
    answer.set_cookie(
        COOKIE,
        opened.token,
        expires=opened.expires_at,
        httponly=True,
        samesite="strict",
        secure=is_encrypted(request),
    )


async def sign_out(request: Request) -> Response:
    """End the session at the API and forget the token.

    The cookie goes even if the API cannot be reached: whoever leaves a shared desk has left it.
    """
    if not _is_from_here(request):
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    await _end_session(request)
    answer = RedirectResponse(SIGN_IN_PATH, HTTPStatus.SEE_OTHER)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=is_encrypted(request))
    return answer


async def _end_session(request: Request) -> None:
    """End the session that the browser came with, where the API can be reached."""
    if token := request.cookies.get(COOKIE):
        with suppress(RecommenderError):
            await run_in_threadpool(client.Api(token).sign_out)


async def sign_in_again(request: Request) -> Response:
    """Lead a page whose session has ended to the form, and later back to where it was."""
    came_from = urlsplit(request.headers.get("referer", ""))
    is_ours = came_from.netloc == request.headers.get("host")
    path = came_from._replace(scheme="", netloc="", fragment="").geturl() if is_ours else "/"
    return RedirectResponse(sign_in_url(path), HTTPStatus.SEE_OTHER)


async def favicon(_request: Request) -> Response:
    """Our mark, in place of Streamlit's."""
    return FileResponse(_STATIC / "favicon.png", headers={"cache-control": "max-age=86400"})


class SignInFirst:
    """Sends whoever opens a page without a cookie to the form at once, before anything loads.

    A link on another site does not bring a strict cookie along, although the person may well be
    signed in. Such a page is therefore served: its own connection brings the cookie, and
    `dashboard.session` decides.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if not _opens_page_without_cookie(scope):
            await self._app(scope, receive, send)
            return
        wish = Request(scope).url
        answer = RedirectResponse(
            sign_in_url(wish.path + (f"?{wish.query}" if wish.query else "")),
            HTTPStatus.SEE_OTHER,
            headers={"cache-control": "no-store"},
        )
        await answer(scope, receive, send)


def _opens_page_without_cookie(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    if scope["path"] in {SIGN_IN_PATH, LOST_PATH, PROVIDER_PATH, BACK_PATH}:
        return False
    headers = Headers(scope=scope)
    return (
        headers.get("sec-fetch-dest") == "document"
        and headers.get("sec-fetch-site") in {"none", "same-origin"}
        and COOKIE not in cookie_parser(headers.get("cookie", ""))
    )


def _is_from_here(request: Request) -> bool:
    """Whether a form was sent by one of our own pages."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def is_encrypted(request: Request) -> bool:
    """Tell whether the browser asked over TLS, here or at the proxy before us."""
    return "https" in {request.url.scheme, request.headers.get("x-forwarded-proto")}


async def _fields(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_BYTES:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}


async def form(
    then: str, name: str = "", message: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HTMLResponse:
    """The sign-in page, with the way to the provider where there is one."""
    page = _PAGE.substitute(
        style=_STYLE,
        message=f'<p class="message" role="alert">{html.escape(message)}</p>' if message else "",
        name=html.escape(name),
        then=html.escape(then),
        focus_name="" if name else "autofocus",
        focus_password="autofocus" if name else "",
        demo=demo_people.welcome(then),
        elsewhere=await run_in_threadpool(_elsewhere, then),
    )
    return HTMLResponse(page, status, headers=PAGE_HEADERS)


def _elsewhere(then: str) -> str:
    """A link, not a form: the policy lets no form end at another site."""
    try:
        label = client.provider_label()
    except RecommenderError:
        return ""
    if label is None:
        return ""
    address = html.escape(f"{PROVIDER_PATH}?next={quote(then, safe='/')}")
    return f'<a class="elsewhere" href="{address}">Sign in with {html.escape(label)}</a>'
