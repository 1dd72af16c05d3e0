"""A person at the dashboard: a browser of their own, and what they do and see in it."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from recommender.accounts.passwords import DEMO_PASSWORD

LOCAL = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
SIZE: ViewportSize = {"width": 1280, "height": 800}
_PICTURE_NUMBERS = itertools.count(1)


def fill_in(page: Page, name: str, password: str) -> None:
    """Send the sign-in page's form."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def settled(page: Page) -> None:
    """Wait until nothing is being drawn, and nothing broke.

    While a screen is drawn anew, what stood there before still stands beside what replaces it, so
    that a name may be found twice. A widget whose code is still loading has a lower place holder,
    and what is below it moves once it comes.
    """
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def at(page: Page, title: str) -> None:
    """Wait until the screen of this title has been drawn."""
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    settled(page)


class Person:
    """Somebody signed in; every step can leave a picture."""

    def __init__(self, name: str, page: Page, dashboard: str, pictures: Path | None) -> None:
        self.name = name
        self.page = page
        self._dashboard = dashboard
        self._pictures = pictures

    def sign_in(self) -> None:
        """Sign in with the password that the demo prints."""
        self.page.goto(self._dashboard)
        fill_in(self.page, self.name, DEMO_PASSWORD)
        self.settled()

    def follow(self, link: str, title: str | None = None) -> None:
        """Click a link of the menu or the page, and wait for the screen of that title."""
        self.click(self.page.get_by_role("link", name=link).first)
        self.at(title or link)

    def at(self, title: str) -> None:
        """Wait until they see the screen of this title."""
        at(self.page, title)

    def settled(self) -> None:
        """Wait until nothing is being drawn on their page, and nothing broke."""
        settled(self.page)

    def reads(self, words: str, within: str | None = None) -> None:
        """Wait until these words are on the page, or in the keyed part of it."""
        place = self.by_key(within) if within else self.page.get_by_test_id("stMain")
        expect(place).to_contain_text(words)

    def by_key(self, key: str) -> Locator:
        """A widget or container by its key; of a key that ends in a dash, what begins with it."""
        if key.endswith("-"):
            return self.page.locator(f"[class*=' st-key-{key}'], [class^='st-key-{key}']")
        return self.page.locator(f".st-key-{key}")

    def write(self, key: str, text: str) -> None:
        """Write into a field of several lines and leave it."""
        self.settled()
        field = self.by_key(key).locator("textarea")
        field.fill(text)
        field.blur()

    def enter(self, key: str, value: str) -> None:
        """Put a value into a field of one line."""
        self.settled()
        field = self.by_key(key).locator("input")
        field.fill(value)
        field.press("Enter")

    def choose(self, key: str, typed: str, option: str) -> None:
        """Pick from a list that is searched by typing."""
        self.settled()
        self.by_key(key).locator("input").fill(typed)
        self.page.get_by_role("option", name=option).first.click()

    def press(self, key: str) -> None:
        """Press a button by its key."""
        self.click(self.by_key(key).get_by_role("button").first)

    def click(self, place: Locator) -> None:
        """Click once nothing is being drawn."""
        self.settled()
        place.click()

    def picture(self, name: str) -> None:
        """Keep what is on the screen, its whole length, where pictures are wanted."""
        self.settled()
        if self._pictures is None:
            return
        main = self.page.get_by_test_id("stMain")
        high = main.evaluate("each => each.scrollHeight") + 60
        high = max(SIZE["height"], min(high, 3000))
        self.page.set_viewport_size({"width": SIZE["width"], "height": high})
        self.page.wait_for_timeout(150)
        number = next(_PICTURE_NUMBERS)
        self.page.screenshot(path=self._pictures / f"{number:02}-{self.name}-{name}.png")
        self.page.set_viewport_size(SIZE)


@contextmanager
def people(
    browser: Browser, dashboard: str, pictures: Path | None
) -> Iterator[Callable[[str], Person]]:
    """Give a way to bring people in; each has a browser context of their own.

    At the end it fails if any page asked anything of another machine, or a script broke in one.
    """
    asked: list[str] = []
    broken: list[str] = []
    contexts = []

    def meet(name: str) -> Person:
        context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.on("pageerror", lambda error: broken.append(str(error)))
        person = Person(name, page, dashboard, pictures)
        person.sign_in()
        return person

    try:
        yield meet
    finally:
        for context in contexts:
            context.close()
    assert asked
    assert [url for url in asked if not url.startswith(LOCAL)] == []
    assert broken == []


def pictures_folder() -> Path | None:
    """The folder that JOURNEY_SHOTS names; without it no pictures are wanted."""
    named = os.environ.get("JOURNEY_SHOTS")
    if not named:
        return None
    folder = Path(named)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
