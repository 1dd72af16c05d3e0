"""Draws docs/pictures from the demo, as each person of the chain sees it: `make pictures`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import expect, sync_playwright

from tests.e2e.conftest import installed_chromium
from tests.e2e.demo_world import free_ports, started
from tests.e2e.person import Person, people
from tests.e2e.test_journey import KIND, RULE, SITUATION, WISH, precedents

CHANGE = (
    "Suggested: Unused goods are taken back within 53 days of delivery, and the price is refunded "
    "in full."
)
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def draw(folder: Path) -> None:
    """Fill a demo world in a folder, serve it, and keep what its people see."""
    with (
        started(folder, "demo", **free_ports()) as demo,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=installed_chromium(playwright)) as browser,
    ):
        demo.await_servers()
        demo.await_warmth()
        with people(browser, demo.dashboard, PICTURES) as meet:
            draw_filing(meet("maya"))
            draw_kind_and_inbox(ines := meet("ines"))
            ines.follow(KIND)
            ines.press("promote")
            ines.reads("Promoted.", "said")
            draw_editor(meet("ruth"))


def draw_filing(maya: Person) -> None:
    """Two texts are typed; beside them stand cases like it."""
    maya.at("File")
    maya.write("situation", SITUATION)
    maya.press(f"meant-{RULE.replace('.', '-')}")
    maya.press("take-days_since_delivery")
    maya.write("resolution", WISH)
    expect(precedents(maya).first).to_be_visible()
    keep(maya, "filing")


def draw_kind_and_inbox(ines: Person) -> None:
    """The first kind of the rule gets its name, and stands under it in the inbox."""
    ines.at("Inbox")
    row = ines.page.locator("[class*=st-key-kind-row-]", has_text=RULE).first
    ines.click(row.get_by_role("link"))
    ines.press("rename")
    ines.enter("rename-name-", KIND)
    ines.press("rename-save")
    ines.reads("Renamed", "said")
    ines.page.reload()
    ines.at(KIND)
    expect(ines.by_key("redline").locator("ins").first).to_be_visible()
    keep(ines, "kind")
    ines.follow("Inbox")
    keep(ines, "inbox")


def draw_editor(ruth: Person) -> None:
    """The change is claimed: its number is a field, and past cases are counted beside it."""
    ruth.follow("Notices")
    ruth.follow("Open the candidate", CHANGE)
    ruth.press("claim")
    ruth.reads("It is yours to decide", "said")
    ruth.page.reload()
    ruth.at(CHANGE)
    expect(ruth.by_key("backtest").first).to_be_visible()
    keep(ruth, "editor")


def keep(person: Person, name: str) -> None:
    """Take what the window shows."""
    person.settled()
    person.page.mouse.move(0, 0)
    person.page.wait_for_timeout(500)
    person.page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        draw(Path(place))
