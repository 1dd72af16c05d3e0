"""The dashboard's pages on the way to an OpenID provider and back, without a browser."""

import json
from collections.abc import Iterator

import httpx
import httpx2
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import client, provider, signin
from dashboard.provider import TRIP_COOKIE
from dashboard.security import SecurityHeaders
from dashboard.signin import COOKIE, SignInFirst, sign_in_url

ACCOUNT = {"name": "maya", "display_name": "Maya", "roles": ["agent"], "team": None}
ARRIVAL = {"token": "t0ken", "expires_at": "2999-01-01T00:00:00Z", "account": ACCOUNT}
THERE = "https://id.example/authorize?state=s"


class Core:
    """An API that knows a provider; `answers` go before, by method and path."""

    def __init__(self) -> None:
        self.answers: dict[str, httpx.Response] = {}
        self.then = "/kind?id=7"
        self.sent: list[tuple[str, object]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        name = f"{request.method} {request.url.path.removeprefix('/v1/sessions/oidc')}".strip()
        if request.content:
            self.sent.append((name, json.loads(request.content)))
        if name in self.answers:
            return self.answers[name]
        known = {
            "GET": {"label": "<b>Acme</b>"},
            "POST /trips": {"url": THERE, "cookie": "signed"},
            "POST": ARRIVAL | {"then": self.then},
        }
        return httpx.Response(200, json=known[name])

    def refuse(self, name: str, status: int, remedy: str = "") -> None:
        body = {"title": "T", "status": status, "detail": "Not <now>.", "code": "Some"}
        self.answers[name] = httpx.Response(status, json=body | {"remedy": remedy})


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> Core:
    answering = Core()
    http = httpx.Client(base_url="http://api", transport=httpx.MockTransport(answering))
    monkeypatch.setattr(client, "shared_http", lambda: http)
    return answering


@pytest.fixture
def browser(core: Core) -> Iterator[TestClient]:
    del core
    pages = Route("/{path:path}", lambda _: PlainTextResponse("a page"))
    app = Starlette(
        routes=[*signin.routes(), *provider.routes(), pages],
        middleware=[Middleware(SecurityHeaders), Middleware(SignInFirst)],
    )
    with TestClient(app, base_url="https://dash.example", follow_redirects=False) as opened:
        yield opened


def test_the_sign_in_page_offers_the_provider_beside_the_password(
    browser: TestClient, core: Core
) -> None:
    page = browser.get("/signin?next=/kind?id=7%26v=2").text
    assert 'href="/signin/oidc?next=/kind%3Fid%3D7%26v%3D2"' in page
    assert "Sign in with &lt;b&gt;Acme&lt;/b&gt;" in page
    assert 'name="password"' in page
    for silent in (httpx.Response(200, json={"label": None}), httpx.Response(503)):
        core.answers["GET"] = silent
        page = browser.get("/signin").text
        assert "Sign in with" not in page
        assert 'name="password"' in page


def test_the_way_there_keeps_the_trip_in_a_cookie_of_its_own(
    browser: TestClient, core: Core
) -> None:
    answer = browser.get("/signin/oidc?next=/kind?id=7")
    assert (answer.status_code, answer.headers["location"]) == (303, THERE)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{TRIP_COOKIE}=signed;")
    for attribute in ("HttpOnly", "SameSite=lax", "Path=/signin/oidc", "Max-Age=600", "Secure"):
        assert attribute in cookie
    assert core.sent == [("POST /trips", {"then": "/kind?id=7", "again": False})]
    browser.get("/signin/oidc?again=1&next=/candidate?id=3")
    assert core.sent[1] == ("POST /trips", {"then": "/candidate?id=3", "again": True})


@pytest.mark.parametrize(
    "wish", ["https://evil.example", "//evil.example", "/\\evil.example", "/signin/oidc", "x", ""]
)
def test_no_wish_leads_away_from_here(browser: TestClient, core: Core, wish: str) -> None:
    browser.get("/signin/oidc", params={"next": wish})
    assert core.sent[0][1] == {"then": "/", "again": False}
    core.then = wish or "/"
    assert 'content="0;url=/file"' in back(browser).text


def back(
    browser: TestClient, query: str = "code=c&state=s&iss=i", cookie: str = "signed"
) -> httpx2.Response:
    headers = {"cookie": f"{TRIP_COOKIE}={cookie}"} if cookie else {}
    return browser.get(f"/signin/oidc/back?{query}", headers=headers)


def test_the_way_back_keeps_the_token_and_leads_on_from_a_page_of_ours(
    browser: TestClient, core: Core
) -> None:
    core.then = '/kind?id=7&v="><script>'
    answer = back(browser)
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert 'content="0;url=/kind?id=7&amp;v=&quot;&gt;&lt;script&gt;"' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    kept, forgotten = answer.headers.get_list("set-cookie")
    assert kept.startswith(f"{COOKIE}=t0ken;")
    for attribute in ("HttpOnly", "SameSite=strict", "Path=/;", "Secure"):
        assert attribute in kept
    assert forgotten.startswith(f'{TRIP_COOKIE}="";')
    assert "Path=/signin/oidc" in forgotten
    sent = {"cookie": "signed", "state": "s", "code": "c", "issuer": "i"}
    assert core.sent == [("POST", sent)]


@pytest.mark.parametrize(
    ("query", "cookie", "words"),
    [
        ("code=c&state=s", "", "not begun in this browser"),
        ("error=access_denied&error_description=<b>x</b>&state=s", "signed", "not signed in there"),
        ("code=c&state=", "signed", "state is still empty"),
        ("", "", "not begun in this browser"),
    ],
)
def test_who_comes_without_what_is_needed_stands_at_the_form(
    browser: TestClient, core: Core, query: str, cookie: str, words: str
) -> None:
    answer = back(browser, query, cookie)
    assert answer.status_code == 401
    assert words in answer.text
    assert "<b>x" not in answer.text
    assert COOKIE not in answer.headers["set-cookie"]
    assert core.sent == []


def test_a_refusal_is_told_kindly_and_the_password_stays_open(
    browser: TestClient, core: Core
) -> None:
    core.refuse("POST", 401, "Ask an admin.")
    answer = back(browser)
    assert answer.status_code == 401
    assert "Not &lt;now&gt;. Ask an admin." in answer.text
    assert 'name="password"' in answer.text
    assert [one.split("=")[0] for one in answer.headers.get_list("set-cookie")] == [TRIP_COOKIE]
    core.refuse("POST /trips", 503, "Try again.")
    answer = browser.get("/signin/oidc?next=/kind")
    assert answer.status_code == 503
    assert 'name="next" value="/kind"' in answer.text
    assert "set-cookie" not in answer.headers


def test_the_way_is_open_to_who_has_no_cookie_yet(browser: TestClient) -> None:
    typed = {"sec-fetch-dest": "document", "sec-fetch-site": "none"}
    assert browser.get("/signin/oidc", headers=typed).headers["location"] == THERE
    assert browser.get("/signin/oidc/back", headers=typed).status_code == 401
    assert sign_in_url("/signin/oidc/back?code=c") == "/signin"
