"""Shared widgets in a browser: typed text stays text, and refusals are said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from starlette.applications import Starlette

from tests.e2e import servers
from tests.e2e.person import settled
from tests.e2e.stub_api import LEAK, stub_api

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def outside() -> Starlette:
    return stub_api()


@pytest.fixture(scope="module")
def gallery(outside: Starlette, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    script = Path(__file__).with_name("gallery_server.py")
    log = tmp_path_factory.mktemp("gallery") / "gallery.log"
    with (
        servers.in_thread(outside) as image_host,
        servers.streamlit(
            script,
            log,
            GALLERY_IMAGE=image_host + LEAK,
            STREAMLIT_BROWSER_GATHER_USAGE_STATS="false",
            STREAMLIT_SERVER_ADDRESS="127.0.0.1",
            STREAMLIT_SERVER_HEADLESS="true",
            STREAMLIT_SERVER_FILE_WATCHER_TYPE="none",
        ) as url,
    ):
        yield url


@pytest.fixture
def shown(page: Page, gallery: str) -> Page:
    page.goto(gallery)
    at_end(page)
    return page


def at_end(page: Page) -> None:
    expect(page.get_by_text("the end", exact=True)).to_be_visible(timeout=20_000)
    settled(page)


def test_typed_text_is_neither_link_nor_image_nor_icon_nor_script(
    shown: Page, outside: Starlette
) -> None:
    typed = shown.locator(".st-key-typed")
    expect(typed).to_contain_text("    :material/home: 3 -> 4 www.example.org", use_inner_text=True)
    for key in ("typed", "line", "redline"):
        for markup in ("a", "img", "script", "em", "h1", ".katex"):
            expect(shown.locator(f".st-key-{key} {markup}")).to_have_count(0)
    line = shown.locator(".st-key-line").inner_text().replace("\u2060", "")
    for kept in (":smile:", ":material/home:", "3 -> 4", "**bold**", ":red[red]", "$x^2$"):
        assert kept in line
    expect(shown.locator(".st-key-redline ins")).to_contain_text(["35", "![x]("])
    expect(shown.locator(".st-key-redline del")).to_contain_text("30")
    assert shown.evaluate("window.hit") is None
    assert outside.state.leaks == 0


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ("Shown", "Conflict. From an act."),
        ("Refused", "Not allowed. From a fragment."),
        ("Callback", "Conflict. From a callback."),
        ("Broken", "Something went wrong on this screen."),
    ],
)
def test_every_refusal_is_a_banner(shown: Page, button: str, words: str) -> None:
    shown.get_by_role("button", name=button, exact=True).click()
    expect(shown.get_by_role("alert").filter(has_text=words)).to_be_visible()
    expect(shown.get_by_test_id("stException")).to_have_count(0)


def test_an_act_of_somebody_signed_out_leads_to_the_form(shown: Page) -> None:
    shown.get_by_role("button", name="Lost", exact=True).click()
    expect(shown.get_by_role("button", name="Sign in")).to_be_visible(timeout=20_000)
