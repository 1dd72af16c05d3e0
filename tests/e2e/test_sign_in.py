"""Signing in as a person meets it: in a browser, over reloads, links and tabs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from starlette.applications import Starlette

from tests.e2e import servers
from tests.e2e.person import at, fill_in
from tests.e2e.stub_api import LEAK, PASSWORD, stub_api

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def api() -> Starlette:
    return stub_api()


@pytest.fixture(scope="module")
def api_url(api: Starlette) -> Iterator[str]:
    with servers.in_thread(api) as url:
        yield url


@pytest.fixture(scope="module")
def dash(api_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("dash") / "dash.log"
    with servers.streamlit(servers.SERVER, log, RECOMMENDER_API_URL=api_url) as url:
        yield url


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(context: BrowserContext) -> Iterator[None]:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield
    local = ("http://127.0.0.1:", "data:", "blob:")
    assert [url for url in asked if not url.startswith(local)] == []
    assert asked


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    fill_in(page, name, password)


def at_form(page: Page) -> None:
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=20_000)


def test_one_sign_in_survives_reload_deep_link_and_second_tab(
    dash: str, page: Page, context: BrowserContext
) -> None:
    page.goto(f"{dash}/kind?id=7&note=a%26b")
    at_form(page)
    sign_in(page, "ines")
    at(page, "Kind")
    assert page.evaluate("location.href") == f"{dash}/kind?id=7&note=a%26b"
    page.reload()
    at(page, "Kind")
    page.goto(f"{dash}/library?clause=RET-2.1")
    at(page, "Library")
    second = context.new_page()
    second.goto(f"{dash}/inbox")
    at(second, "Inbox")
    second.get_by_role("link", name="Library").click()
    at(second, "Library")


def test_the_token_is_nowhere_that_a_script_or_a_reader_of_urls_finds_it(
    dash: str, page: Page, context: BrowserContext, api: Starlette
) -> None:
    urls: list[str] = []
    context.on("request", lambda request: urls.append(request.url))
    page.goto(dash)
    sign_in(page, "ines")
    at(page, "Inbox")
    (cookie,) = [each for each in context.cookies() if each["name"] == "recommender_session"]
    assert cookie["value"] in api.state.sessions
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    within_reach = page.evaluate(
        "document.cookie + JSON.stringify([localStorage, sessionStorage])"
        " + document.documentElement.outerHTML"
    )
    assert cookie["value"] not in within_reach
    assert not any(cookie["value"] in url for url in urls)


def test_each_role_starts_at_its_own_page(dash: str, page: Page) -> None:
    page.goto(dash)
    sign_in(page, "maya")
    at(page, "File")
    assert page.evaluate("location.pathname") == "/file"
    page.goto(dash)
    at(page, "File")
    expect(page.get_by_role("link", name="Inbox")).to_have_count(0)


def test_a_wrong_password_is_told_kindly_and_leads_on_when_corrected(dash: str, page: Page) -> None:
    page.goto(f"{dash}/kind?id=7")
    sign_in(page, "ines", "guess")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("Name")).to_have_value("ines")
    expect(page.get_by_label("Password")).to_have_value("")
    expect(page.get_by_label("Password")).to_be_focused()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    at(page, "Kind")


def test_signing_out_ends_it_in_every_tab(
    dash: str, page: Page, context: BrowserContext, api: Starlette
) -> None:
    page.goto(f"{dash}/inbox")
    sign_in(page, "vera")
    at(page, "Inbox")
    second = context.new_page()
    second.goto(f"{dash}/kind?id=7")
    at(second, "Kind")
    tokens = {each["value"] for each in context.cookies()}
    page.locator(".st-key-account button").click()
    page.get_by_role("button", name="Sign out").click()
    at_form(page)
    assert "recommender_session" not in {each["name"] for each in context.cookies()}
    assert tokens.isdisjoint(api.state.sessions)
    second.get_by_text("Admin", exact=True).click()
    second.get_by_role("menuitem", name="Runs").click()
    at_form(second)
    sign_in(second, "vera")
    at(second, "Kind")


def test_a_session_that_ended_elsewhere_leads_to_the_form_and_back(
    dash: str, page: Page, api: Starlette
) -> None:
    page.goto(f"{dash}/inbox")
    sign_in(page, "ines")
    at(page, "Inbox")
    api.state.sessions.clear()
    page.goto(f"{dash}/kind?id=7&v=2")
    at_form(page)
    sign_in(page, "ines")
    at(page, "Kind")
    assert page.evaluate("location.href") == f"{dash}/kind?id=7&v=2"


def test_a_link_on_another_site_opens_without_signing_in_again(dash: str, page: Page) -> None:
    page.goto(f"{dash}/inbox")
    sign_in(page, "ines")
    at(page, "Inbox")
    page.goto(f"data:text/html,<a href='{dash}/kind?id=7'>look</a>")
    with page.expect_request(f"{dash}/kind?id=7") as asked:
        page.get_by_text("look").click()
    assert "recommender_session" not in asked.value.all_headers().get("cookie", "")
    at(page, "Kind")


def test_a_form_on_another_site_cannot_sign_out_or_in(
    dash: str, page: Page, context: BrowserContext, api: Starlette
) -> None:
    page.goto(f"{dash}/inbox")
    sign_in(page, "ines")
    at(page, "Inbox")
    before = dict(api.state.sessions)
    cookies = [each for each in context.cookies() if each["name"] == "recommender_session"]
    for action, fields in (
        ("signout", ""),
        ("signin", f"<input name=name value=maya><input name=password value='{PASSWORD}'>"),
    ):
        page.goto(
            f"data:text/html,<form method=post action='{dash}/{action}'>{fields}<button>go</button>"
        )
        with page.expect_response(f"{dash}/{action}"):
            page.get_by_text("go").click()
    assert api.state.sessions == before
    page.goto(f"{dash}/inbox")
    at(page, "Inbox")
    after = [each for each in context.cookies() if each["name"] == "recommender_session"]
    assert after == cookies


def test_no_image_from_elsewhere_is_fetched(
    dash: str, page: Page, api: Starlette, api_url: str
) -> None:
    answer = page.goto(dash)
    assert answer is not None
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    sign_in(page, "maya")
    at(page, "File")
    answer = page.reload()
    assert answer is not None
    assert "img-src 'self' data: blob:" in answer.headers["content-security-policy"]
    at(page, "File")
    # Her name, shown on every page, is an image in Markdown: it stays text.
    expect(page.locator(".st-key-account")).to_contain_text("![x](")
    # And were it markup, the policy would keep it from loading.
    blocked = page.evaluate(
        """url => new Promise(told => {
            document.addEventListener("securitypolicyviolation", e => told(e.effectiveDirective));
            const image = new Image(); image.onload = () => told("loaded"); image.src = url;
        })""",
        api_url + LEAK,
    )
    assert blocked == "img-src"
    assert api.state.leaks == 0
