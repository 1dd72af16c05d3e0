"""Every page by axe-core: WCAG 2.2 A and AA, what is serious or critical, in both themes."""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.person import SIZE, fill_in, settled
from tests.e2e.stub_api import PASSWORD
from tests.e2e.stub_pages import PAGES

pytestmark = pytest.mark.browser

Theme = Literal["light", "dark"]
RULES: Final = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "dark": ["color-contrast"],  # all else is the same in both
}
GO: Final = "to => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate')); }"
"""Leads to another page of ours as the Back button does, without loading all anew."""


class Found(NamedTuple):
    """A fault on a page."""

    page: str
    rule: str
    node: str

    def __str__(self) -> str:
        return f"/{self.page}: {self.rule} at {self.node}"


@pytest.fixture
def page(browser: Browser, stub_dashboard: str) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce", color_scheme="light")
    page = context.new_page()
    page.goto(stub_dashboard)
    fill_in(page, "vera", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.mouse.move(0, 0)  # what is pointed at fades to another colour
    page.add_style_tag(content="* { transition: none !important; }")
    page.evaluate(Axe().axe_script)
    yield page
    context.close()


def drawn(page: Page, words: str) -> None:
    """Wait until the page that shows these words stands still."""
    expect(page.get_by_test_id("stMain").get_by_text(words).first).to_be_attached()
    settled(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def faults(page: Page, address: str, theme: Theme) -> Iterator[Found]:
    page.emulate_media(color_scheme=theme)
    options = {"runOnly": RULES[theme], "resultTypes": ["violations"]}
    for rule in page.evaluate("options => axe.run(options)", options)["violations"]:
        if rule["impact"] in {"serious", "critical"}:
            for node in rule["nodes"]:
                yield Found(address, rule["id"], f"{node['target']} {node['html'][:200]}")


def test_every_page_can_be_read_and_used_by_everybody(page: Page) -> None:
    found: list[Found] = []
    for address, words in PAGES.items():
        page.evaluate(GO, f"/{address}")
        drawn(page, words)
        found += [*faults(page, address, "dark"), *faults(page, address, "light")]
    assert [str(each) for each in found] == []
