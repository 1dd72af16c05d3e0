"""The address without a page leads to one's first page, and Back from there leads where one was."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.person import SIZE, at, fill_in
from tests.e2e.stub_api import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, stub_dashboard: str) -> Iterator[Page]:
    """A page of a browser in which a manager is signed in."""
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    page = context.new_page()
    page.goto(stub_dashboard)
    fill_in(page, "ines", PASSWORD)
    inbox(page)
    yield page
    context.close()


def inbox(page: Page) -> None:
    at(page, "Inbox")
    expect(page).to_have_url(re.compile(r"/inbox$"))


def test_back_from_the_first_page_does_not_lead_forward_again(
    page: Page, stub_dashboard: str
) -> None:
    page.goto(f"{stub_dashboard}/library")
    at(page, "Library")
    page.goto(f"{stub_dashboard}/")
    inbox(page)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/library"))


def test_nor_does_it_for_who_comes_by_a_link_from_elsewhere(
    page: Page, stub_dashboard: str
) -> None:
    """Such a link brings no cookie along, so that the page itself leads on."""
    page.goto(stub_dashboard.replace("127.0.0.1", "localhost"))
    elsewhere = page.url
    link = "to => { document.body.innerHTML = `<a href='${to}'>Policies</a>`; }"
    page.evaluate(link, f"{stub_dashboard}/")
    page.get_by_role("link", name="Policies").click()
    inbox(page)
    page.go_back()
    expect(page).to_have_url(elsewhere)


def test_nor_from_where_the_mark_leads(page: Page, stub_dashboard: str) -> None:
    page.goto(f"{stub_dashboard}/library")
    at(page, "Library")
    page.get_by_role("button", name="Navigate to home page").click()
    inbox(page)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/library"))
    at(page, "Library")
