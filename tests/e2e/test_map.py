"""A lasso drawn by hand: it holds what was drawn around, and what it splits off is in the list."""

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import dashboard
from api.schemas.map import IslandOut, MapKindOut, PartKindOut
from recommender.learning.islands import inside
from tests.e2e import servers
from tests.e2e.person import SIZE
from tests.e2e.stub_api import PASSWORD
from tests.e2e.stub_pages import pages_api
from tests.unit import screen_answers as made

pytestmark = pytest.mark.browser

SERVER = Path(next(iter(dashboard.__path__))) / "server.py"
ISLAND = MapKindOut(
    id="k1",
    name="Late but fair",
    clause="RET-2.1",
    version=1,
    cases=8,
    island=IslandOut(x=0, y=0, radius=10),
)
TABLET: ViewportSize = {"width": 834, "height": 1112}
CROWD = [
    MapKindOut(
        id=f"crowd{n}",
        name=f"Parcel left at neighbour {n}",
        clause="RET-2.1",
        version=1,
        cases=5,
        island=IslandOut(x=4 * np.cos(n * np.pi / 7), y=4 * np.sin(n * np.pi / 7), radius=0.5),
    )
    for n in range(14)
]
"""Kinds so near each other that their names do not fit above them."""
POINTS = np.array([[x, y] for x in (-6, 6) for y in (-4, -2, 2, 4)], dtype=np.float32)
"""Four cases at the left of the island, four at its right."""


class Shop:
    """One kind on a map, of which a lasso may split some cases off."""

    def __init__(self) -> None:
        self.off: list[str] = []

    def kinds(self) -> list[MapKindOut]:
        """The kinds as they are now."""
        whole = ISLAND.model_copy(update={"cases": 8 - len(self.off)})
        new = ISLAND.model_copy(
            update={"id": "k9", "name": "By the carrier", "cases": len(self.off), "island": None}
        )
        return [whole, new] if self.off else [whole]

    async def map(self, _request: Request) -> Response:
        """The map."""
        answer = made.case_map(kinds=[*self.kinds(), *CROWD], unsorted=None)
        return JSONResponse(answer.model_dump(mode="json"))

    async def points(self, _request: Request) -> Response:
        """Its points."""
        numbers = [[float(f"c{n}" in self.off)] for n in range(8)]
        rows = np.hstack([POINTS, np.array(numbers, dtype=np.float32)])
        return Response(rows.tobytes(), media_type="application/octet-stream")

    async def within(self, request: Request) -> Response:
        """What was drawn around, counted as the API counts it."""
        asked = await request.json()
        polygon = asked.get("polygon")
        held = np.flatnonzero(inside(POINTS, polygon)) if polygon else range(8)
        place = {f"c{n}": "k9" if f"c{n}" in self.off else "k1" for n in held}
        ids = [case for case, kind in place.items() if kind == asked.get("kind")]
        kinds = [
            PartKindOut(cases=len(own), of=kind.cases, **kind.model_dump(include=_REF))
            for kind in self.kinds()
            if (own := [case for case, its in place.items() if its == kind.id])
        ]
        cases = [made.kind_case(case, situation=f"The parcel of {case}") for case in ids]
        part = made.map_part(total=len(place), kinds=kinds, ids=ids, cases=cases)
        return JSONResponse(part.model_dump(mode="json"))

    async def split(self, request: Request) -> Response:
        """Split off what was asked for, unless it is only tried."""
        cases = (await request.json())["cases"]
        if "dry_run" not in request.query_params:
            self.off = cases
        return JSONResponse(made.corrected(cases=len(cases)).model_dump(mode="json"))


_REF = {"id", "name", "clause", "version"}


@pytest.fixture(scope="module")
def dash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    shop, app = Shop(), pages_api()
    app.router.routes[:0] = [
        Route("/v1/map", shop.map),
        Route("/v1/map/points", shop.points),
        Route("/v1/map/within", shop.within, methods=["POST"]),
        Route("/v1/kinds/k1/split", shop.split, methods=["POST"]),
    ]
    log = tmp_path_factory.mktemp("dash") / "dash.log"
    with (
        servers.in_thread(app) as api_url,
        servers.streamlit(SERVER, log, RECOMMENDER_API_URL=api_url) as url,
    ):
        yield url


@pytest.fixture
def page(browser: Browser, dash: str) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{dash}/map")
    page.get_by_label("Name").fill("vera")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    yield page
    context.close()


def test_a_lasso_splits_what_it_was_drawn_around(page: Page) -> None:
    canvas = page.locator("canvas[data-points='8']")
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    assert box is not None
    middle, top, low = box["x"] + box["width"] / 2, box["y"] + 10, box["y"] + box["height"] - 10
    page.mouse.move(middle, top)
    page.mouse.down()
    for x, y in ((box["x"] + 10, top), (box["x"] + 10, low), (middle, low)):
        page.mouse.move(x, y, steps=15)
    page.mouse.up()
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("4 of 8")).to_be_visible()
    main.get_by_text("Split off", exact=True).click()
    main.get_by_role("button", name="Split them off").click()
    expect(main.get_by_text("Done, and every later run obeys it")).to_be_visible()
    expect(main.get_by_text("Draw around some cases")).to_be_visible()
    main.get_by_text("List", exact=True).click()
    page.get_by_role("combobox").first.fill("carrier")
    page.get_by_role("option", name="By the carrier").click()
    for number in range(8):
        shown = main.get_by_text(f"The parcel of c{number}")
        expect(shown).to_have_count(1 if number < 4 else 0)


def test_the_keyboard_takes_an_island(page: Page) -> None:
    canvas = page.locator("canvas[data-points='8']")
    expect(canvas).to_be_visible()
    canvas.focus()
    canvas.press("ArrowRight")
    canvas.press("Enter")
    expect(page.get_by_test_id("stMain").get_by_text("8 cases").first).to_be_visible()


def test_no_name_lies_over_another(page: Page) -> None:
    canvas = page.locator("canvas[data-points='8']")
    for size in (SIZE, TABLET):
        page.set_viewport_size(size)
        expect(canvas).to_be_visible()
        page.wait_for_timeout(500)
        boxes = json.loads(canvas.get_attribute("data-names") or "[]")
        assert len(boxes) >= 15
        for a, b in combinations(boxes, 2):
            assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]
