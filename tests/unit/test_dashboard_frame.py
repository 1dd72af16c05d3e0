"""The dashboard's frame without a browser: its client, sign-in pages, headers and text."""

import re
import string
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import httpx
import httpx2
import pytest
import streamlit
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from api.schemas.accounts import MeOut
from api.schemas.base import ReasonIn
from api.schemas.policies import ChangeOut
from dashboard import client, home, session
from dashboard.home import LeadsOn
from dashboard.markup import escape_md
from dashboard.menu import first_page, sections
from dashboard.pages import target
from dashboard.security import (
    SecurityHeaders,
    content_policy,
    inline_script_hashes,
    streamlit_script_hashes,
)
from dashboard.signin import COOKIE, SignInFirst, next_path, routes, sign_in_url
from dashboard.transport import SignedOut
from dashboard.widgets import changes_between, redline_html
from recommender.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    RecommenderError,
    Unavailable,
)
from recommender.vocabulary import Role
from tests.unit.screen_stubs import words

OFFICE = ("people", "import", "look-back", "runs", "texts")
Answer = Callable[[httpx.Request], httpx.Response]
MAYA: dict[str, object] = {
    "name": "maya",
    "display_name": "Maya",
    "roles": ["agent"],
    "team": "north",
}
SESSION = {"token": "t0ken", "expires_at": "2999-01-01T00:00:00Z", "account": MAYA}


def problem(status: int, **members: object) -> httpx.Response:
    body = {"title": "T", "status": status, "detail": "D.", "code": "Some", **members}
    return httpx.Response(status, json=body)


def api(answer: Answer) -> client.Api:
    return client.Api("t0ken", over(answer))


def over(answer: Answer) -> httpx.Client:
    return httpx.Client(base_url="http://api", transport=httpx.MockTransport(answer))


# Client ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "category"),
    [
        (400, Invalid),
        (401, SignedOut),
        (403, NotAllowed),
        (404, NotFound),
        (409, Conflict),
        (412, Conflict),
        (422, Invalid),
        (429, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
def test_a_problem_becomes_its_category_again(
    status: int, category: type[RecommenderError]
) -> None:
    facts = {"ceiling": 40}
    with pytest.raises(category) as caught:
        api(lambda _: problem(status, field="amount", remedy="Ask for less.", facts=facts)).me()
    error = caught.value
    assert type(error) is category
    assert (error.detail, error.field, error.remedy) == ("D.", "amount", "Ask for less.")
    assert error.facts == {"ceiling": 40, "title": "T", "code": "Some"}


@pytest.mark.parametrize("body", [b"<h1>Bad gateway</h1>", b"[]", b'{"detail": [{"loc": []}]}'])
def test_an_answer_that_is_no_problem_document_still_gives_a_sentence(body: bytes) -> None:
    with pytest.raises(NotAllowed, match=r"Your role does not include this\."):
        api(lambda _: httpx.Response(403, content=body)).me()


def test_an_api_out_of_reach_is_unavailable() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(Unavailable, match="cannot be reached"):
        api(refuse).me()


def test_after_a_timeout_the_person_is_told_to_look_first() -> None:
    def sleep(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    with pytest.raises(Unavailable, match="Look whether it was done"):
        api(sleep).me()


@pytest.mark.parametrize("body", [b"<html>welcome to the hotel</html>", b'{"name": "maya"}'])
def test_an_answer_of_another_shape_is_unavailable(body: bytes) -> None:
    with pytest.raises(Unavailable, match="not one that this dashboard understands"):
        api(lambda _: httpx.Response(200, content=body)).me()


def test_the_token_goes_with_each_request_and_stays_with_nobody() -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/me"
        seen.append(request.headers.get("authorization"))
        return httpx.Response(200, json=MAYA)

    shared = over(answer)
    client.Api("one", shared).me()
    client.Api("two", shared).me()
    assert seen == ["Bearer one", "Bearer two"]
    assert "authorization" not in shared.headers


def test_the_shared_connections_keep_no_cookie_of_anybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RECOMMENDER_API_URL", "http://api.example")
    http = client.shared_http.__wrapped__()
    http._transport = httpx.MockTransport(
        lambda _: httpx.Response(200, json=MAYA, headers={"set-cookie": "who=maya"})
    )
    assert client.Api("t", http).me().name == "maya"
    assert len(http.cookies.jar) == 0
    assert http.base_url == "http://api.example"


def test_an_act_carries_the_version_seen_and_its_own_name() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=MAYA)

    body = ReasonIn(reason="too rare")
    api(answer)._send(
        MeOut, "POST", "kinds", "a/../b c", "dismiss", body=body, if_match=3, once="x"
    )
    (request,) = seen
    assert request.url.raw_path == b"/v1/kinds/a%2F..%2Fb%20c/dismiss"
    assert request.headers["if-match"] == '"3"'
    assert request.headers["idempotency-key"] == "x"
    assert request.content == b'{"reason":"too rare"}'


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_an_id_cannot_climb_to_another_route(segment: str) -> None:
    with pytest.raises(NotFound):
        api(lambda _: httpx.Response(200, json=MAYA))._get(MeOut, "kinds", segment)


def test_query_values_that_are_none_are_left_out() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.query.decode())
        return httpx.Response(200, json=MAYA)

    api(answer)._get(MeOut, "cases", kind="a&b", cursor=None, mine=True)
    assert seen == ["kind=a%26b&mine=true"]


def test_signing_out_needs_no_answer() -> None:
    api(lambda _: httpx.Response(204)).sign_out()


# Where signing in leads -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "wish", ["/kind?id=7", "/", "/library?clause=RET-2.1&v=3#top", "/file?q=a:b//c@d"]
)
def test_a_path_of_ours_is_kept(wish: str) -> None:
    assert next_path(wish) == wish


@pytest.mark.parametrize(
    "wish",
    [
        None,
        "",
        "kind",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "//[",
        "/signin",
        "/signin?next=/signin",
        "/signout",
        "/auth/logout",
    ],
)
def test_any_other_wish_leads_home(wish: str | None) -> None:
    assert next_path(wish) == "/"


@given(st.text(alphabet=string.printable + "é\\\u2028", max_size=30))
@example("/\x0d/evil.example")
def test_no_wish_leads_away(wish: str) -> None:
    url = httpx.URL("https://here.example/signin").join(next_path(wish))
    assert url.host == "here.example"


def test_the_sign_in_address_carries_the_whole_path() -> None:
    assert sign_in_url("/kind?id=7&v=2") == "/signin?next=/kind%3Fid%3D7%26v%3D2"
    assert sign_in_url("/") == "/signin"


# Sign-in pages --------------------------------------------------------------------------------


@pytest.fixture
def calls() -> list[httpx.Request]:
    return []


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, calls: list[httpx.Request]) -> Iterator[TestClient]:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"label": None})
        calls.append(request)
        if request.method == "DELETE":
            return httpx.Response(204)
        if b"secret" in request.content:
            return httpx.Response(201, json=SESSION)
        if b"boom" in request.content:
            return httpx.Response(503)
        return problem(401)

    monkeypatch.setattr(client, "shared_http", lambda: over(answer))
    pages = Route("/{path:path}", lambda _: PlainTextResponse("a page"))
    app = Starlette(
        routes=[*routes(), pages], middleware=[Middleware(SecurityHeaders), Middleware(SignInFirst)]
    )
    with TestClient(app, base_url="http://dash:8501", follow_redirects=False) as test_client:
        yield test_client


def submit(
    browser: TestClient, *, origin: str = "http://dash:8501", **fields: str
) -> httpx2.Response:
    fields = {"name": "maya", "password": "secret", **fields}
    return browser.post("/signin", data=fields, headers={"origin": origin})


def test_signing_in_sets_a_strict_cookie_and_leads_on(browser: TestClient) -> None:
    answer = submit(browser, next="/kind?id=7")
    assert (answer.status_code, answer.headers["location"]) == (303, "/kind?id=7")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=t0ken;")
    for attribute in ("HttpOnly", "SameSite=strict", "Path=/", "expires="):
        assert attribute in cookie
    assert "Secure" not in cookie


def test_behind_https_the_cookie_is_secure(browser: TestClient) -> None:
    headers = {"origin": "https://dash:8501", "x-forwarded-proto": "https"}
    answer = browser.post("/signin", data={"name": "m", "password": "secret"}, headers=headers)
    assert "Secure" in answer.headers["set-cookie"]


def test_without_a_wish_signing_in_leads_to_the_persons_first_page(browser: TestClient) -> None:
    assert submit(browser).headers["location"] == "/file"
    assert submit(browser, next="https://evil.example").headers["location"] == "/file"


def test_a_wrong_password_is_told_kindly_and_keeps_what_was_typed(browser: TestClient) -> None:
    answer = submit(browser, name='"><b>maya', password="wrong", next="/kind?id=7")
    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert 'value="&quot;&gt;&lt;b&gt;maya"' in answer.text
    assert 'value="/kind?id=7"' in answer.text
    assert "wrong" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("fields", [{"password": ""}, {"name": " "}, {"name": "x" * 9000}])
def test_an_empty_or_huge_form_never_reaches_the_api(
    browser: TestClient, calls: list[httpx.Request], fields: dict[str, str]
) -> None:
    assert submit(browser, **fields).status_code == 401
    assert calls == []


def test_an_api_out_of_reach_is_told_on_the_form(browser: TestClient) -> None:
    answer = submit(browser, password="boom")
    assert answer.status_code == 503
    assert "cannot do this right now" in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://dash", ""])
def test_a_form_from_elsewhere_is_refused(
    browser: TestClient, calls: list[httpx.Request], origin: str
) -> None:
    assert submit(browser, origin=origin).status_code == 403
    browser.cookies.set(COOKIE, "t0ken")
    answer = browser.post("/signout", headers={"origin": origin})
    assert "set-cookie" not in answer.headers
    assert calls == []


def test_signing_out_ends_the_session_and_forgets_the_token(
    browser: TestClient, calls: list[httpx.Request]
) -> None:
    browser.cookies.set(COOKIE, "t0ken")
    answer = browser.post("/signout", headers={"origin": "http://dash:8501"})
    assert answer.headers["location"] == "/signin"
    assert 'recommender_session=""' in answer.headers["set-cookie"]
    (call,) = calls
    assert (call.method, call.url.path) == ("DELETE", "/v1/sessions/current")
    assert call.headers["authorization"] == "Bearer t0ken"


def test_a_link_to_sign_out_does_nothing(browser: TestClient, calls: list[httpx.Request]) -> None:
    browser.cookies.set(COOKIE, "t0ken")
    answer = browser.get("/signout")
    assert "set-cookie" not in answer.headers
    assert calls == []


def test_a_page_whose_session_ended_comes_back_to_where_it_was(browser: TestClient) -> None:
    came_from = {"referer": "http://dash:8501/kind?id=7"}
    answer = browser.get("/auth/logout", headers=came_from)
    assert answer.headers["location"] == "/signin?next=/kind%3Fid%3D7"
    stranger = browser.get("/auth/logout", headers={"referer": "http://evil.example/x"})
    assert stranger.headers["location"] == "/signin"


TYPED = {"sec-fetch-dest": "document", "sec-fetch-site": "none"}


def test_a_page_opened_without_a_cookie_leads_to_the_form_first(browser: TestClient) -> None:
    answer = browser.get("/kind?id=7", headers=TYPED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=/kind%3Fid%3D7")
    assert browser.get("/inbox", headers=TYPED).headers["location"] == "/signin?next=/inbox"
    assert browser.get("/signin", headers=TYPED).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {**TYPED, "sec-fetch-site": "cross-site"},
        {**TYPED, "sec-fetch-dest": "image"},
        {**TYPED, "cookie": f"{COOKIE}=t0ken"},
        {},
    ],
)
def test_a_link_from_elsewhere_may_belong_to_somebody_signed_in(
    browser: TestClient, headers: dict[str, str]
) -> None:
    assert browser.get("/kind?id=7", headers=headers).text == "a page"


def test_the_mark_is_ours(browser: TestClient) -> None:
    assert browser.get("/favicon.png").content.startswith(b"\x89PNG")


# Policy of what a page may load ---------------------------------------------------------------


def test_every_answer_carries_the_security_headers(browser: TestClient) -> None:
    for path in ("/inbox", "/signin", "/favicon.png"):
        headers = browser.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    form = browser.get("/signin").headers["content-security-policy"]
    assert form.startswith("default-src 'none'")
    assert "unsafe" not in form


def test_scripts_run_by_hash_and_images_come_from_here() -> None:
    policy = content_policy("dash.example:8501", ("'sha256-abc='",))
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["script-src"] == "'self' 'sha256-abc=' 'unsafe-eval' 'wasm-unsafe-eval'"
    assert directives["img-src"] == "'self' data: blob:"
    assert directives["connect-src"] == "'self' ws://dash.example:8501 wss://dash.example:8501"


@pytest.mark.parametrize("host", ["", "a b", "x; script-src *", "evil.example/"])
def test_an_odd_host_name_cannot_write_into_the_policy(host: str) -> None:
    assert "connect-src 'self';" in content_policy(host, ())


def test_the_hash_is_the_one_that_browsers_compute() -> None:
    # The example of the specification (CSP 2, section 7.17.2).
    script = "alert('Hello, world.');"
    assert inline_script_hashes(f"<p><script>{script}</script><script src='x.js'></script>") == (
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='",
    )


def test_every_inline_script_of_the_installed_page_is_named() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = [tag for tag in re.findall(r"<script\b[^>]*>", page) if "src=" not in tag]
    assert len(streamlit_script_hashes()) == len(inline) >= 1


# Typed text -----------------------------------------------------------------------------------

ALIVE_IN_MARKDOWN = "\\`*_{}[]()<>#+-.!|~:$^&"


@given(st.text(max_size=80))
@example("![x](http://e/l.png) :red[a] $x$ <img src=x> 1. a\n# b")
def test_every_mark_that_lives_in_markdown_is_escaped(text: str) -> None:
    escaped = escape_md(text)
    bare = re.sub(r"\\.", "", escaped)
    assert not set(bare) & set(ALIVE_IN_MARKDOWN)
    shown = re.sub(r"\\(.)", r"\1", escaped).replace("\u2060", "")
    assert shown == " ".join(text.split()).replace("\u2060", "")


@pytest.mark.parametrize(
    "text", ["https://e.org", "www.e.org", "a@e.org", ":smile:", ":material/x:", "->", "<-", "--"]
)
def test_what_becomes_markup_after_escaping_is_broken_invisibly(text: str) -> None:
    assert "\u2060" in escape_md(text)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


@given(
    st.lists(
        st.builds(
            ChangeOut, op=st.sampled_from(["same", "removed", "added"]), text=st.text(max_size=30)
        )
    )
)
@example([ChangeOut(op="added", text="<img src=http://e/l.png>")])
def test_a_redline_holds_no_markup_but_its_own(changes: list[ChangeOut]) -> None:
    parser = Tags()
    parser.feed(redline_html(changes))
    parser.close()
    assert parser.tags <= {"div", "del", "ins", "span"}


@given(st.text(max_size=60), st.text(max_size=60))
@example("Within 30 days.", "Within 35 days, unworn.")
def test_a_redline_tells_both_wordings_completely(old: str, new: str) -> None:
    changes = changes_between(old, new)
    assert "".join(each.text for each in changes if each.op != "added") == old
    assert "".join(each.text for each in changes if each.op != "removed") == new


def test_a_changed_number_is_all_that_a_redline_marks() -> None:
    changes = changes_between("Within 30 days.", "Within 35 days.")
    assert [(each.op, each.text) for each in changes] == [
        ("same", "Within "),
        ("removed", "30"),
        ("added", "35"),
        ("same", " days."),
    ]
    assert "[removed: </span>30" in redline_html(changes)


# Menu and banners -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "menu"),
    [
        ({Role.AGENT}, {"Front line": ["file", "cosign", "mine", "reviews", "library", "notices"]}),
        (
            {Role.MANAGER},
            {
                "Review": [
                    "inbox",
                    "map",
                    "candidates",
                    "effects",
                    "library",
                    "look-back",
                    "handed-over",
                    "identities",
                    "reports",
                    "notices",
                ]
            },
        ),
        (
            {Role.POLICY_OWNER},
            {
                "Review": [
                    "candidates",
                    "inbox",
                    "map",
                    "routed",
                    "effects",
                    "library",
                    "limits",
                    "look-back",
                    "reports",
                    "notices",
                ]
            },
        ),
        (
            {Role.AUDITOR},
            {
                "Review": [
                    "inbox",
                    "map",
                    "candidates",
                    "effects",
                    "library",
                    "identities",
                    "reports",
                    "protection",
                    "notices",
                ]
            },
        ),
        (
            {Role.ADMIN},
            {
                "Review": ["inbox", "map", "candidates", "effects", "library", "notices"],
                "Admin": [*OFFICE, "limits", "handed-over", "identities", "reports", "protection"],
            },
        ),
        (
            {Role.ADMIN, Role.POLICY_OWNER},
            {
                "Review": [
                    "inbox",
                    "map",
                    "candidates",
                    "routed",
                    "effects",
                    "library",
                    "limits",
                    "look-back",
                    "reports",
                    "notices",
                ],
                "Admin": [
                    *(one for one in OFFICE if one != "look-back"),
                    "handed-over",
                    "identities",
                    "protection",
                ],
            },
        ),
        (
            {Role.AGENT, Role.MANAGER},
            {
                "Review": [
                    "inbox",
                    "map",
                    "candidates",
                    "effects",
                    "library",
                    "look-back",
                    "handed-over",
                    "identities",
                    "reports",
                ],
                "Front line": ["file", "cosign", "mine", "reviews", "notices"],
            },
        ),
    ],
)
def test_the_menu_follows_the_roles(roles: set[Role], menu: dict[str, list[str]]) -> None:
    assert sections(roles) == menu
    assert first_page(roles) == next(iter(menu.values()))[0]


@pytest.mark.parametrize("role", Role)
def test_every_role_has_somewhere_to_start(role: Role) -> None:
    assert first_page({role})


def banner_script() -> None:
    import streamlit as st

    from dashboard.transport import SignedOut
    from dashboard.widgets import empty_state, refusals_shown, show_end
    from recommender.errors import Conflict, Invalid

    show_end(Invalid("Above *40*.", remedy="Ask for less.", title="Too much"))
    show_end(ZeroDivisionError("secret 4711"))
    with refusals_shown():
        raise Conflict("It has moved on.")
    empty_state("Nothing *here*", "Yet.")
    st.text("goes on")
    with refusals_shown():
        raise SignedOut("Gone.")
    st.text("never shown")


def test_a_refusal_is_a_banner_and_the_page_goes_on() -> None:
    shown = AppTest.from_function(banner_script, default_timeout=15).run()
    assert not shown.exception
    assert shown.error[0].value == r"**Too much.** Above \*40\*\. Ask for less\."
    assert "4711" not in shown.error[1].value
    assert shown.warning[0].value == r"**Conflict.** It has moved on\."
    assert shown.markdown[0].value == r"**Nothing \*here\***"
    assert [each.value for each in shown.text] == ["goes on"]


# The address without a page --------------------------------------------------------------------

OPENS = {"sec-fetch-dest": "document", "cookie": f"{COOKIE}=t0ken"}


@pytest.mark.parametrize(
    ("path", "headers", "answer", "location"),
    [
        ("/", OPENS, httpx.Response(200, json=MAYA), "/file"),
        ("/", OPENS, problem(401), None),
        ("/", OPENS, problem(503), None),
        ("/", OPENS | {"sec-fetch-dest": "empty"}, httpx.Response(200, json=MAYA), None),
        ("/", {"sec-fetch-dest": "document"}, httpx.Response(200, json=MAYA), None),
        ("/kind", OPENS, httpx.Response(200, json=MAYA), None),
    ],
)
def test_it_is_answered_by_the_persons_first_page(
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    headers: dict[str, str],
    answer: httpx.Response,
    location: str | None,
) -> None:
    monkeypatch.setattr(client, "shared_http", lambda: over(lambda _: answer))
    pages = Route("/{path:path}", lambda _: PlainTextResponse("a page"))
    app = Starlette(routes=[pages], middleware=[Middleware(LeadsOn)])
    given = TestClient(app, follow_redirects=False).get(path, headers=headers)
    assert given.headers.get("location") == location
    assert given.status_code == (200 if location is None else 303)
    if location is not None:
        assert given.headers["cache-control"] == "no-store", "roles may change"


# One run of the whole script -------------------------------------------------------------------

APP = Path(session.__file__).with_name("app.py")


@pytest.fixture
def who(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """The account that the API names next; empty: it cannot be reached."""
    people: list[dict[str, object]] = [MAYA]

    def answer(request: httpx.Request) -> httpx.Response:
        if not people:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(200, json=people[-1])

    monkeypatch.setattr(session, "api", lambda: api(answer))
    return people


@pytest.fixture
def led_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Follow the way to the first page, as a browser would."""
    monkeypatch.setattr(home, "lead_on", lambda first: streamlit.switch_page(target(first)))


@pytest.mark.usefixtures("who")
def test_a_run_without_a_page_leads_to_the_persons_first_page() -> None:
    run = AppTest.from_file(APP, default_timeout=15).run()
    assert not run.exception
    [way] = [each.proto for each in run.get("page_link") if each.proto.label == "Go on"]
    assert way.page == "file"
    assert "/by_key.js" in " ".join(each.proto.body for each in run.get("html"))


@pytest.mark.usefixtures("who", "led_on")
def test_the_first_page_is_drawn_with_the_persons_menu() -> None:
    run = AppTest.from_file(APP, default_timeout=15).run()
    assert not run.exception
    assert [each.value for each in run.title] == ["File"]
    assert "maya · agent" in run.caption[0].value


def test_what_one_person_left_in_a_tab_is_not_there_for_the_next(
    who: list[dict[str, object]],
) -> None:
    run = AppTest.from_file(APP, default_timeout=15).run()
    run.session_state["draft"] = "about a customer"
    assert "draft" in run.run().session_state
    who.append({**MAYA, "name": "ines", "roles": ["manager"], "unread": 2})
    run.run()
    assert "draft" not in run.session_state
    assert run.session_state["me"].name == "ines"


def test_an_api_out_of_reach_is_a_banner_not_an_empty_page(who: list[dict[str, object]]) -> None:
    who.clear()
    run = AppTest.from_file(APP, default_timeout=15).run()
    assert not run.exception
    assert "cannot be reached" in run.warning[0].value
    assert [each.value for each in run.title] == ["Policy Feedback"]
    assert [each.key for each in run.button] == ["try-again"]


@pytest.mark.usefixtures("led_on")
def test_while_the_api_is_silent_menu_and_title_stay_and_one_click_tries_again(
    who: list[dict[str, object]],
) -> None:
    run = AppTest.from_file(APP, default_timeout=15).run()
    maya = who.pop()
    run.query_params["filed"] = "c1"
    run.run()
    assert [each.value for each in run.title] == ["File"]
    assert "cannot be reached" in run.warning[0].value
    assert "It last answered on" in words(run)
    assert "maya · agent" in words(run), "the menu of the account"
    assert run.query_params["filed"] == "c1", "the same view is tried again"
    assert not run.text_area, "nothing is drawn as if it were true"
    who.append(maya)
    run.button(key="try-again").click().run()
    assert "cannot be reached" not in words(run)


@pytest.mark.usefixtures("led_on")
def test_a_screen_that_asks_in_vain_keeps_its_title(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/me"):
            return httpx.Response(200, json={**MAYA, "roles": ["manager"]})
        raise httpx.ConnectError("refused", request=request)

    monkeypatch.setattr(session, "api", lambda: api(answer))
    run = AppTest.from_file(APP, default_timeout=15).run()
    assert [each.value for each in run.title] == ["Inbox"]
    assert "cannot be reached" in run.warning[0].value
    assert [each.key for each in run.button] == ["try-again"]


def test_without_a_cookie_a_run_asks_nobody_and_shows_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streamlit, "context", SimpleNamespace(cookies={}))
    run = AppTest.from_file(APP, default_timeout=15).run()
    assert not run.exception
    assert not run.title
    assert not run.warning
