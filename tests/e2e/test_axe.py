"""Every page by axe-core: WCAG 2.2 A and AA, what is serious or critical, in both themes.

What stands inside Streamlit's own nodes is listed with the issue that speaks of it; the test fails
when anything new comes, and when something listed is gone.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import dashboard
from tests.e2e import servers
from tests.e2e.person import SIZE
from tests.e2e.stub_api import PASSWORD
from tests.e2e.stub_pages import PAGES, pages_api

pytestmark = pytest.mark.browser

SERVER = Path(next(iter(dashboard.__path__))) / "server.py"
RULES: Final = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}


class Known(NamedTuple):
    """A fault inside Streamlit's own nodes."""

    rule: str
    within: str
    """A selector that the node or one around it matches."""
    issue: str


KNOWN: Final = ()


class Found(NamedTuple):
    """A fault on a page."""

    page: str
    rule: str
    node: str

    def __str__(self) -> str:
        return f"/{self.page}: {self.rule} at {self.node}"


@pytest.fixture(scope="module")
def dash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("dash") / "dash.log"
    with (
        servers.in_thread(pages_api()) as api_url,
        servers.streamlit(SERVER, log, RECOMMENDER_API_URL=api_url) as url,
    ):
        yield url


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser, dash: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport=SIZE, reduced_motion="reduce", color_scheme=request.param
    )
    page = context.new_page()
    page.goto(dash)
    page.get_by_label("Name").fill("vera")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    drawn(page, "Inbox")
    yield page
    context.close()


def drawn(page: Page, title: str) -> None:
    """Wait until the page of this title stands still."""
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator("[data-stale=true]")).to_have_count(0)


def faults(page: Page, address: str) -> Iterator[Found]:
    for rule in Axe().run(page, options=RULES).response["violations"]:
        if rule["impact"] in {"serious", "critical"}:
            for node in rule["nodes"]:
                yield Found(address, rule["id"], f"{node['target']} {node['html'][:200]}")


def test_every_page_can_be_read_and_used_by_everybody(page: Page, dash: str) -> None:
    found: list[Found] = []
    for address, title in PAGES.items():
        page.goto(f"{dash}/{address}")
        drawn(page, title)
        found += faults(page, address)
    assert [str(each) for each in found] == []
