"""Draws docs/pictures from the demo, as a manager sees it: `make pictures`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import expect, sync_playwright

from tests.e2e.conftest import installed_chromium
from tests.e2e.demo_world import free_ports, started
from tests.e2e.person import Person, people

RULE = "RET-2.1"
NAME = "Too late through no fault of theirs"
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def draw(folder: Path) -> None:
    """Fill a demo world in a folder, serve it, and keep what its manager sees."""
    with (
        started(folder, "demo", **free_ports()) as demo,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=installed_chromium(playwright)) as browser,
    ):
        demo.await_servers()
        with people(browser, demo.dashboard, PICTURES) as meet:
            ines = meet("ines")
            ines.at("Inbox")
            row = ines.page.locator("[class*=st-key-kind-row-]", has_text=RULE).first
            row.get_by_role("link").click()
            ines.press("rename")
            ines.enter("rename-name-", NAME)
            ines.press("rename-save")
            ines.reads("Renamed", "said")
            ines.page.reload()
            ines.at(NAME)
            expect(ines.by_key("redline").locator("ins").first).to_be_visible()
            keep(ines, "kind")
            ines.follow("Inbox")
            keep(ines, "inbox")


def keep(person: Person, name: str) -> None:
    """Take what the window shows."""
    person.settled()
    person.page.mouse.move(0, 0)
    person.page.wait_for_timeout(500)
    person.page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        draw(Path(place))
