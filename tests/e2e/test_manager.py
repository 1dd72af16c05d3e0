"""A manager goes through the inbox by keys, opens a number, and comes back to the kind."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.person import SIZE
from tests.e2e.stub_api import PASSWORD

pytestmark = pytest.mark.browser

SECOND = "Gift without a receipt, wanted as store credit"


@pytest.fixture
def page(browser: Browser, stub_dashboard: str) -> Iterator[Page]:
    """The inbox, as a manager opens it."""
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    page = context.new_page()
    page.goto(stub_dashboard)
    page.get_by_label("Name").fill("ines")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    at(page, "Inbox")
    yield page
    context.close()


def at(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")


def test_by_keys_to_a_kind_its_number_and_back(page: Page) -> None:
    expect(page.locator(".st-key-inbox-foot")).to_be_visible()
    page.get_by_role("button", name="Next").click()  # a key before the page listens is lost
    expect(page.locator(".st-key-chosen-kind-k1")).to_be_visible()
    at(page, "Inbox")
    page.keyboard.press("j")
    chosen = page.locator(".st-key-chosen-kind-k2")
    expect(chosen).to_contain_text(SECOND)
    page.keyboard.press("s")
    why = page.get_by_label("Why not now?")
    why.press_sequentially("just seen, keep")
    why.press("Enter")
    expect(why).to_have_value("just seen, keep")
    expect(chosen).to_be_visible()
    at(page, "Inbox")
    why.blur()
    page.keyboard.press("Enter")
    at(page, SECOND)
    expect(page).to_have_url(re.compile(r"/kind\?id=k2&show=first$"))
    promote = page.get_by_role("button", name="Promote")
    bottom = promote.bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] <= 720, "it is seen without scrolling"
    page.get_by_role("link", name="7 went well").click()
    at(page, "7 cases that went well")
    expect(page).to_have_url(re.compile(r"of=good"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/kind\?id=k2&show=first$"))
    at(page, SECOND)
