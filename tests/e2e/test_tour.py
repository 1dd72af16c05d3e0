"""The demo's guided tour in the browser: all of it counted, left and taken up, restarted."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from recommender.accounts.passwords import DEMO_PASSWORD
from tests.e2e.demo_world import Demo, free_ports, serving
from tests.e2e.person import LOCAL, SIZE, Person, pictures_folder

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CLICKS = 15
"""From the sign-in page to the tour's end, a click each; three fields are typed into."""
REASON = "Nearly all of these came within this many days."
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def demo(filled_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with serving(filled_world, tmp_path_factory.mktemp("tour")) as served:
        served.await_warmth()
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    asked: list[str] = []
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    context.on("request", lambda request: asked.append(request.url))
    yield context.new_page()
    context.close()
    assert [url for url in asked if not url.startswith(LOCAL)] == []


class Guest(Person):
    """Somebody on the tour: many people, one browser."""

    clicks = 1
    """The first begins the tour, on the page of the sign-in."""

    def click(self, place: Locator) -> None:
        """Click, and count it."""
        self.clicks += 1
        super().click(place)

    def bar(self, *words: str) -> None:
        """Wait until the bar says this."""
        for each in words:
            expect(self.by_key("tour")).to_contain_text(each)
        self.settled()

    def on(self, label: str, *words: str) -> None:
        """Press the bar's way on, and wait until the bar says this."""
        bar = self.by_key("tour")
        self.click(bar.get_by_role("button", name=label).or_(bar.get_by_role("link", name=label)))
        self.bar(*words)

    def here(self, key: str) -> Locator:
        """The button of a key."""
        return self.by_key(key).get_by_role("button").first


def begun(page: Page, demo: Demo) -> Guest:
    guest = Guest("guest", page, demo.dashboard, pictures_folder())
    page.goto(demo.dashboard)
    page.get_by_role("button", name="Take the guided tour").click()
    guest.bar("Tour, 1 of 8")
    return guest


def test_the_whole_tour_takes_fifteen_clicks(
    demo: Demo, page: Page, record_property: Callable[[str, object], None]
) -> None:
    """How long it takes depends on the machine, and is only written down: 38 s on a quiet one."""
    start = time.monotonic()
    guest = begun(page, demo)
    guest.click(guest.here("file"))
    guest.bar("Filed. Maya cannot sign it herself")
    guest.on("Continue as Tom", "2 of 8", "his one signature approves")
    guest.click(page.get_by_role("button", name="Co-sign: this approves it"))
    guest.bar("It has been answered")
    guest.on("Continue as Maya", "3 of 8")
    guest.reads("Approved")
    guest.on("Continue as Ines", "4 of 8")
    guest.click(guest.here("promote"))
    guest.bar("It was promoted")
    guest.on("Continue as Ruth", "5 of 8")
    guest.click(guest.here("claim"))
    guest.bar("Ruth has claimed it")
    guest.on("Go on", "6 of 8")
    guest.click(page.get_by_role("button", name="Narrow").first)
    guest.reads("As you edited it")
    guest.write("reason-", REASON)
    guest.enter("accept-password-", DEMO_PASSWORD)
    guest.click(guest.here("accept"))
    guest.bar("It is decided")
    guest.on("Continue as Maya", "7 of 8")
    guest.reads(REASON)
    guest.on("Continue as Rosa", "8 of 8")
    guest.reads("Fell as predicted")
    guest.click(guest.here("tour-finish"))
    guest.at("Guided tour")
    assert guest.clicks == CLICKS
    record_property("seconds", round(time.monotonic() - start))
    gone_over_again(guest, demo)


def gone_over_again(guest: Guest, demo: Demo) -> None:
    """What was decided has been decided: it is told so, and the tour goes on."""
    page = guest.page
    page.goto(f"{demo.dashboard}/tour?tour=4")
    guest.at("Guided tour")
    guest.click(page.get_by_role("button", name="Go on at step 4"))
    guest.bar("4 of 8", "It was promoted")
    guest.on("Continue as Ruth", "5 of 8", "Ruth has claimed it")
    guest.on("Go on", "6 of 8", "It is decided")


def test_it_is_left_and_taken_up_again(demo: Demo, page: Page) -> None:
    guest = begun(page, demo)
    guest.follow("Mine")
    guest.bar("1 of 8", "Show me where")
    page.reload()
    guest.at("Mine")
    guest.bar("1 of 8")
    assert "tour=1" in page.url
    guest.on("Show me where", "1 of 8")
    guest.at("File")
    guest.click(guest.here("tour-leave"))
    expect(guest.by_key("tour")).to_have_count(0)
    assert "tour" not in page.url
    page.get_by_role("button", name="Maya Brandt").click()
    guest.follow("Guided tour")
    guest.follow("Start as Maya", "File")
    guest.bar("1 of 8")


def test_the_bar_can_be_read_and_used_by_everybody(demo: Demo, page: Page) -> None:
    guest = begun(page, demo)
    page.set_viewport_size({"width": 834, "height": 1112})
    page.evaluate(Axe().axe_script)
    for theme, rules in (("light", RULES), ("dark", ["color-contrast"])):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        guest.settled()
        found = page.evaluate("rules => axe.run({runOnly: rules})", rules)["violations"]
        assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
    button = guest.by_key("tour").get_by_role("button", name="Continue as Tom")
    button.focus()
    page.keyboard.press("Enter")
    guest.bar("2 of 8")


def test_a_restart_in_mid_tour_is_told_kindly_and_the_tour_goes_on(
    filled_world: Path, tmp_path: Path, page: Page
) -> None:
    ports = free_ports()
    with serving(filled_world, tmp_path, **ports) as demo:
        guest = begun(page, demo)
        demo.stop()
        expect(page.get_by_test_id("stException")).to_have_count(0)
    with serving(None, tmp_path, **ports) as again:
        again.await_warmth()
        page.reload()
        guest.bar("1 of 8")
        guest.at("File")
        guest.on("Continue as Tom", "2 of 8")
