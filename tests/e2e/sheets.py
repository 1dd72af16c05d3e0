"""Contact sheets: every page at a glance, in each house and look; needs Chromium: `make sheets`.

Houses are the demo, an empty one, and the demo once its API has gone; FILLED=house.sqlite adds one
that tests/bench filled. Looks are light and dark at 1280, and light on a tablet. Each sheet lies in
docs/pictures/sheets/.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

import httpx
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from dashboard.menu import sections
from dashboard.signin import COOKIE
from recommender.vocabulary import Role
from tests.bench.served import Served, served_with_dashboard
from tests.e2e.conftest import installed_chromium
from tests.e2e.person import settled
from tests.e2e.worlds import World, demo, empty, filled

SHEETS: Final = Path(__file__).parents[2] / "docs" / "pictures" / "sheets"
COLUMNS: Final = 4
CELL: Final = 480
GAP: Final = 12
LABEL: Final = 30
MOST_BYTES: Final = 500_000
QUALITIES: Final = range(85, 20, -5)
PAPER: Final = "#8b8f92"
INK: Final = "#ffffff"
WITHIN: Final = 60_000

Pictures = Mapping[str, Image.Image]


@dataclass(frozen=True)
class Look:
    """How a browser shows pages."""

    name: str
    scheme: Literal["light", "dark"]
    size: ViewportSize


LOOKS: Final = (
    Look("light", "light", {"width": 1280, "height": 800}),
    Look("dark", "dark", {"width": 1280, "height": 800}),
    Look("tablet", "light", {"width": 834, "height": 1112}),
)


def draw(browser: Browser, name: str, world: World, folder: Path, *, gone: bool = False) -> None:
    """Make the sheets of one house; `gone`: the API goes once all pages are open."""
    for look in LOOKS:
        with served_with_dashboard(world.settings, folder) as (api, dashboard):
            api.until("/readyz")
            dashboard.until("/_stcore/health")
            pictures = dict(_pictures(browser, look, world, (api, dashboard), gone=gone))
        kept = SHEETS / f"{name}-{look.name}.webp"
        kept.write_bytes(_small(_sheet(list(pictures.items()))))


def _pictures(
    browser: Browser, look: Look, world: World, servers: tuple[Served, Served], *, gone: bool
) -> Iterator[tuple[str, Image.Image]]:
    """Take every page as the first role that is offered it sees it."""
    api, dashboard = servers
    opened: list[tuple[str, Page]] = []
    seen: set[str] = set()
    contexts = []
    for role in world.people:
        with world.visitor(api.url, role) as visitor:
            contexts.append(_person(browser, look, visitor))
            addresses = _addresses(role, visitor)
        for path in addresses:
            if path not in seen:
                seen.add(path)
                page = contexts[-1].new_page()
                page.goto(f"{dashboard.url}/{path}")
                _settled(page)
                opened.append((f"{path.split('?')[0]}, {role.replace('_', ' ')}", page))
    if gone:
        api.process.terminate()
        api.process.wait(WITHIN)
    for label, page in opened:
        page.bring_to_front()
        if gone:
            page.keyboard.press("r")
            expect(page.locator(".st-key-try-again")).to_be_visible(timeout=WITHIN)
            _settled(page)
        yield label, Image.open(BytesIO(page.screenshot(animations="disabled")))
    for context in contexts:
        context.close()


def _addresses(role: Role, visitor: httpx.Client) -> list[str]:
    """Give the addresses of a role's menu, and of one thing of each sort that it may open."""
    pages = [page for section in sections([role]).values() for page in section]
    first: list[str] = []
    if "inbox" in pages:
        for kind in visitor.get("inbox").json()["first"][:1]:
            first += [f"kind?id={kind}", f"cases?id={kind}&of=good"]
    if "candidates" in pages:
        found = visitor.get("candidates").json()["candidates"]
        first += [f"candidate?id={each['id']}" for each in _waiting_first(found)[:1]]
    if "library" in pages:
        first += [f"library?clause={key}" for key in _clauses(visitor)[:1]]
    return [*pages, *first]


def _waiting_first(candidates: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    return sorted(candidates, key=lambda each: not each["yours"])


def _clauses(visitor: httpx.Client) -> Sequence[str]:
    policies = visitor.get("library").json()["policies"]
    return [clause["key"] for policy in policies for clause in policy["clauses"]]


def _person(browser: Browser, look: Look, visitor: httpx.Client) -> BrowserContext:
    context = browser.new_context(
        viewport=look.size, color_scheme=look.scheme, reduced_motion="reduce"
    )
    token = visitor.headers["Authorization"].removeprefix("Bearer ")
    context.add_cookies([{"name": COOKIE, "value": token, "url": "http://127.0.0.1"}])
    return context


def _settled(page: Page) -> None:
    """Wait until a page is drawn in its own letters."""
    expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=WITHIN)
    settled(page)
    page.evaluate("document.fonts.ready.then(() => true)")


def _sheet(pictures: Sequence[tuple[str, Image.Image]]) -> Image.Image:
    """Put pictures in rows, each under its label."""
    first = pictures[0][1]
    high = LABEL + CELL * first.height // first.width
    rows = -(-len(pictures) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (CELL + GAP) + GAP, rows * (high + GAP) + GAP), color=PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(20)
    for place, (label, picture) in enumerate(pictures):
        left = GAP + (place % COLUMNS) * (CELL + GAP)
        top = GAP + (place // COLUMNS) * (high + GAP)
        pen.text((left, top), label, fill=INK, font=font)
        small = picture.convert("RGB").resize((CELL, high - LABEL), Image.Resampling.LANCZOS)
        sheet.paste(small, (left, top + LABEL))
    return sheet


def _small(sheet: Image.Image) -> bytes:
    """Give a sheet as WebP, as good as the allowed size lets it be."""
    for quality in QUALITIES:
        kept = BytesIO()
        sheet.save(kept, "WEBP", quality=quality, method=6)
        if kept.tell() <= MOST_BYTES:
            return kept.getvalue()
    message = f"a sheet of {sheet.size} is larger than {MOST_BYTES} bytes"
    raise ValueError(message)


def main() -> None:
    """Draw the sheets of every house."""
    SHEETS.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as place,
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=installed_chromium(playwright), args=["--no-sandbox"]
        ) as browser,
    ):
        folder = Path(place)
        full = demo(folder)
        draw(browser, "demo", full, folder)
        draw(browser, "empty", empty(folder), folder)
        draw(browser, "no-api", full, folder, gone=True)
        if given := os.environ.get("FILLED"):
            draw(browser, "filled", filled(Path(given)), folder)


if __name__ == "__main__":
    main()
