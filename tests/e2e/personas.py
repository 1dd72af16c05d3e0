"""Each persona's main task on the demo, and what it takes them: `make personas` writes the page.

The tasks follow each other in one world: what the agent files her peer signs, what the manager
promotes the owner decides. Clicks and keys are counted in the page, as a person makes them; a file
that is chosen counts as a click.
"""

import platform
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx
from playwright.sync_api import Browser, FilePayload, expect, sync_playwright

from recommender.accounts.passwords import DEMO_PASSWORD
from recommender.config import now
from tests.e2e.conftest import installed_chromium
from tests.e2e.demo_world import RECOMMENDER, Demo, environment, free_ports, started
from tests.e2e.person import Person, people

PAGE: Final = Path(__file__).parents[2] / "docs" / "personas.md"
RULE: Final = "RET-2.1"
SITUATION: Final = (
    "Bought weeks ahead for a birthday and kept wrapped; the lantern was there twice. Still in its "
    "box, 39 days after delivery."
)
WISH: Final = "Take it back at the full price."
DECISION: Final = "Whoever buys early should not lose by it."
ROWS: Final = b"id,occurred_at,situation\nA-1,2026-03-01,The boots came late.\n"
COUNT: Final = """() => {
    if (window.counted) return;
    window.counted = true;
    const add = (name, by) =>
        sessionStorage.setItem(name, Number(sessionStorage.getItem(name)) + by);
    const before = new WeakMap();
    addEventListener("click", event => event.isTrusted && event.detail && add("clicks", 1), true);
    addEventListener("focusin", event => before.set(event.target, event.target.value ?? ""), true);
    addEventListener("input", event => {
        const was = before.get(event.target) ?? "", now = event.target.value ?? "";
        before.set(event.target, now);
        if (!/checkbox|radio|file/.test(event.target.type))
            add("keys", Math.max(1, Math.abs(now.length - was.length)));
    }, true);
    addEventListener("keydown", event => event.key === "Enter" && add("keys", 1), true);
}"""
"""Counts clicks and keys of this tab, over all pages that it opens."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What a task took: clicks, keys typed and seconds; of a program requests in place of both."""

    clicks: int
    keys: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Task:
    """Who does what; `does` is given the person at their first page."""

    who: str
    what: str
    signs_in: str
    does: Callable[[Person], None]


def agent(maya: Person) -> None:
    """Two texts, the rule and the fact by a click each."""
    maya.write("situation", SITUATION)
    expect(maya.page.locator("[class*=st-key-precedent-]").first).to_be_visible()
    maya.press(f"meant-{RULE.replace('.', '-')}")
    maya.press("take-days_since_delivery")
    maya.write("resolution", WISH)
    maya.press("file")
    maya.reads("What happens next", "filed")


def peer(tom: Person) -> None:
    """Read it, and sign."""
    tom.follow("Co-sign")
    hers = tom.page.locator("[class*=st-key-proposal-]", has_text=SITUATION)
    tom.click(hers.get_by_role("button", name="Co-sign"))
    tom.reads("It is approved", "said")


def manager(ines: Person) -> None:
    """Find what recurs under the rule, and promote it."""
    row = ines.page.locator("[class*=st-key-kind-row-]", has_text=RULE).first
    ines.click(row.get_by_role("link").first)
    ines.reads("Suggested change")
    ines.press("promote")
    ines.reads("Promoted.", "said")


def owner(ruth: Person) -> None:
    """Claim the change, move its number, say why, accept."""
    row = ruth.page.locator("[class*=st-key-candidate-row-]", has_text=RULE).first
    ruth.click(row.get_by_role("link").first)
    ruth.press("claim")
    ruth.reads("It is yours to decide", "said")
    field = ruth.by_key("limit-").locator("input").first
    field.fill(f"{float(field.input_value()) - 1:g}")
    field.press("Enter")
    expect(ruth.by_key("accept")).to_contain_text("Accept with edits")
    ruth.write("reason-", DECISION)
    ruth.enter("accept-password-", DEMO_PASSWORD)
    ruth.press("accept")
    ruth.reads("Decided.", "said")


def contributor(kofi: Person) -> None:
    """Whose old case was of the kind hears what came of it, and why."""
    kofi.follow("Notices")
    kofi.reads("Accepted with edits")
    kofi.reads(DECISION)


def admin(admin: Person) -> None:
    """Take in a file; add somebody; let them leave."""
    open_page(admin, "Import")
    file = FilePayload(name="cases.csv", mimeType="text/csv", buffer=ROWS)
    admin.by_key("import-file").locator("input[type=file]").set_input_files(file)
    admin.page.evaluate("sessionStorage.setItem('clicks', Number(sessionStorage.clicks || 0) + 1)")
    admin.reads("1 of 1 row", "import-report")
    admin.press("import-take")
    admin.reads("1 new case")
    open_page(admin, "People")
    admin.click(admin.page.get_by_text("Add somebody"))
    admin.enter("new-name", "zoe")
    admin.enter("new-password", "four words of hers")
    admin.press("account-add")
    admin.reads("zoe was added.", "said")
    expect(admin.by_key("new-name")).to_be_hidden()
    admin.choose("who", "zoe", "zoe")
    admin.click(admin.page.get_by_text("They leave"))
    admin.click(admin.page.get_by_text("I have the right person."))
    admin.press("account-leave")
    admin.reads("zoe has left.", "said")


def auditor(olga: Person) -> None:
    """Read the examiner's answers; check that the log is as it was written."""
    olga.follow("Reports")
    olga.reads("Were groups of customers treated alike?")
    olga.reads("Did two pairs of eyes decide?")
    olga.press("audit-log")
    olga.reads("entries is as it was written.")


def representative(rosa: Person) -> None:
    """Read who looked at whose name and why; read the charter."""
    rosa.follow("Identities")
    rosa.reads("First read on")
    rosa.follow("Protection")
    rosa.click(rosa.page.get_by_text("The charter, in full"))
    expect(rosa.by_key("charter")).to_contain_text("Nobody")


TASKS: Final = (
    Task(who="Agent", what="files an exception", signs_in="maya", does=agent),
    Task(who="Peer", what="reads it and co-signs", signs_in="tom", does=peer),
    Task(who="Manager", what="finds a kind and promotes it", signs_in="ines", does=manager),
    Task(who="Policy owner", what="edits the change and accepts it", signs_in="ruth", does=owner),
    Task(who="Contributor", what="hears what came of it", signs_in="kofi", does=contributor),
    Task(
        who="Administrator",
        what="imports a file, adds somebody, lets them leave",
        signs_in="admin",
        does=admin,
    ),
    Task(
        who="Auditor",
        what="reads the examiner's answers, checks the log",
        signs_in="olga",
        does=auditor,
    ),
    Task(
        who="Employee representative",
        what="reads who looked at a name, and the charter",
        signs_in="rosa",
        does=representative,
    ),
)
INTEGRATOR: Final = ("Integrator", "files a case by key, twice by mistake, and reads it")


def efforts(demo: Demo, browser: Browser) -> Iterator[tuple[str, str, Effort]]:
    """Do every task in turn; gives who, what, and what it took."""
    with people(browser, demo.dashboard, None) as meet:
        for task in TASKS:
            person = meet(task.signs_in)
            person.settled()
            person.page.add_init_script(f"({COUNT})()")
            person.page.evaluate(COUNT)
            began = time.monotonic()
            task.does(person)
            seconds = time.monotonic() - began
            clicks, keys = (
                int(person.page.evaluate(f"sessionStorage.getItem('{name}') ?? 0"))
                for name in ("clicks", "keys")
            )
            yield task.who, task.what, Effort(clicks=clicks, keys=keys, seconds=seconds)
    began = time.monotonic()
    integrator(demo)
    yield *INTEGRATOR, Effort(clicks=0, keys=0, seconds=time.monotonic() - began)


def integrator(demo: Demo) -> None:
    """A program with a key files a case; sent again it is the same one."""
    world = demo.log.parent / ".demo"
    settings = {
        "database_url": f"sqlite:///{world / 'demo.sqlite'}",
        "key_file": world / "demo.keys",
    }
    command = [RECOMMENDER, "keys", "make", "maya", "--label", "till"]
    said = subprocess.run(
        command, env=environment(**settings), capture_output=True, check=True, text=True
    ).stdout
    key = re.search(r"\S{30,}", said)
    assert key is not None, said
    wish = {"situation": "The till let no voucher in.", "resolution": WISH, "gap": True}
    with httpx.Client(
        base_url=demo.api,
        headers={"Authorization": f"Bearer {key[0]}"},
        trust_env=False,
        timeout=60,
    ) as program:
        filed, again = (
            program.post("/proposals", json=wish, headers={"Idempotency-Key": "till-1"})
            for _ in range(2)
        )
        assert filed.is_success, filed.text
        assert again.json()["id"] == filed.json()["id"]
        assert program.get(f"/proposals/{filed.json()['id']}").json()["state"] == "pending"


def open_page(admin: Person, title: str) -> None:
    """Choose a page of the administrator's menu."""
    admin.click(admin.page.get_by_text("Admin", exact=True))
    admin.click(admin.page.get_by_role("menuitem", name=title))
    admin.at(title)


def told(done: list[tuple[str, str, Effort]]) -> str:
    """The table, and where it was measured."""
    rows = [
        f"| {who} | {what} | {one.clicks} | {one.keys} | {one.seconds:.0f} |"
        for who, what, one in done
    ]
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    versions = ", ".join(f"{name} {version(name)}" for name in ("streamlit", "playwright"))
    return "\n".join(
        [
            "| who | main task | clicks | keys | seconds |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"Measured on {now():%Y-%m-%d} with Chromium on 2 shared cores: {machine}, {versions}.",
        ]
    )


def rows_told() -> dict[str, tuple[int, int]]:
    """Clicks and keys by who, as the page says."""
    row = r"^\| ([A-Z][a-z ]+) \| .+? \| (\d+) \| (\d+) \| \d+ \|$"
    found = re.findall(row, PAGE.read_text("utf-8"), re.MULTILINE)
    return {who: (int(clicks), int(keys)) for who, clicks, keys in found}


def draw(folder: Path) -> None:
    """Fill a demo world in a folder, do every task in it, and write the table into the page."""
    with (
        started(folder, "demo", **free_ports()) as demo,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=installed_chromium(playwright)) as browser,
    ):
        demo.await_servers()
        demo.await_warmth()
        table = told(list(efforts(demo, browser)))
    before, _, rest = PAGE.read_text("utf-8").partition("<!-- table -->\n")
    after = rest.partition("<!-- end -->")[2]
    PAGE.write_text(f"{before}<!-- table -->\n{table}\n<!-- end -->{after}", "utf-8")


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        draw(Path(place))
