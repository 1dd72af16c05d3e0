"""A manager goes through the inbox by keys, opens a number, and comes back to the kind."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.person import SIZE, at, fill_in
from tests.e2e.stub_api import PASSWORD

pytestmark = pytest.mark.browser

SECOND = "Gift without a receipt, wanted as store credit"


@pytest.fixture
def page(browser: Browser, stub_dashboard: str) -> Iterator[Page]:
    """The inbox, as a manager opens it."""
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    page = context.new_page()
    page.goto(stub_dashboard)
    fill_in(page, "ines", PASSWORD)
    at(page, "Inbox")
    yield page
    context.close()


def choose_the_second(page: Page) -> None:
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".st-key-chosen-kind-k1")).to_be_visible()
    at(page, "Inbox")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".st-key-chosen-kind-k2")).to_be_visible()
    at(page, "Inbox")
    page.get_by_role("heading", name="Inbox").click()  # away from the button


def back_at_the_choice(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/inbox\?sel=k2$"))
    at(page, "Inbox")
    expect(page.locator(".st-key-chosen-kind-k2")).to_be_visible()


def test_back_from_a_kind_finds_it_chosen_time_after_time(page: Page) -> None:
    choose_the_second(page)
    for _ in range(3):
        page.keyboard.press("Enter")
        at(page, SECOND)
        page.go_back()
        back_at_the_choice(page)


def test_back_twice_in_a_hurry(page: Page) -> None:
    choose_the_second(page)
    page.keyboard.press("Enter")
    at(page, SECOND)
    page.get_by_role("link", name="7 went well").click()
    at(page, "7 cases that went well")
    page.evaluate("history.back(); setTimeout(() => history.back(), 30)")
    back_at_the_choice(page)
    page.wait_for_timeout(500)
    back_at_the_choice(page)


def test_back_leads_from_cases_to_the_kind_and_from_there_to_the_inbox(page: Page) -> None:
    choose_the_second(page)
    page.keyboard.press("Enter")
    at(page, SECOND)
    page.get_by_role("link", name="7 went well").click()
    at(page, "7 cases that went well")
    page.go_back()
    at(page, SECOND)
    page.go_back()
    back_at_the_choice(page)
    page.go_forward()
    at(page, SECOND)


def test_back_along_the_list_that_a_kind_was_opened_from(page: Page) -> None:
    choose_the_second(page)
    page.keyboard.press("Enter")
    at(page, SECOND)
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile(r"/kind\?id=k1&show=first$"))
    expect(page.locator(".st-key-go-k")).to_have_count(0)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/kind\?id=k2&show=first$"))
    at(page, SECOND)
    page.go_back()
    back_at_the_choice(page)


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
