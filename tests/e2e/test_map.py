"""A lasso or a box drawn by hand holds what was drawn around; a list does the same by keyboard."""

import json
import re
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize, expect
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.schemas.map import IslandOut, MapKindOut, PartKindOut
from recommender.learning.islands import inside
from tests.e2e import servers
from tests.e2e.person import SIZE, fill_in, settled
from tests.e2e.stub_api import PASSWORD
from tests.e2e.stub_pages import pages_api
from tests.unit import screen_answers as made

pytestmark = pytest.mark.browser

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
"""Kinds so near each other that their numbers nearly meet."""
PAGE = 5
"""Cases on a page of the list."""
POINTS = np.array([[x, y] for x in (-6, 6) for y in (-4, -2, 2, 4)], dtype=np.float32)
"""Four cases at the left of the island, four at its right."""


class Shop:
    """One kind on a map, of which a lasso may split some cases off."""

    def __init__(self) -> None:
        self.off: list[str] = []
        self.order = 1
        """1: the list as it is; -1: the other way round."""

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
        ids = ids[:: self.order]
        start = ids.index(asked["after"]) + 1 if asked.get("after") else 0
        shown = ids[start : start + PAGE]
        cases = [made.kind_case(case, situation=f"The parcel of {case}") for case in shown]
        after = shown[-1] if start + PAGE < len(ids) else None
        part = made.map_part(total=len(place), kinds=kinds, ids=ids, cases=cases, after=after)
        return JSONResponse(part.model_dump(mode="json"))

    async def split(self, request: Request) -> Response:
        """Split off what was asked for, unless it is only tried."""
        cases = (await request.json())["cases"]
        if "dry_run" not in request.query_params:
            self.off = cases
        told = made.corrected(cases=len(cases), suggested_name="Carrier: left in the rain")
        return JSONResponse(told.model_dump(mode="json"))


_REF = {"id", "name", "clause", "version"}


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop()


@pytest.fixture(scope="module")
def dash(tmp_path_factory: pytest.TempPathFactory, shop: Shop) -> Iterator[str]:
    app = pages_api()
    app.router.routes[:0] = [
        Route("/v1/map", shop.map),
        Route("/v1/map/points", shop.points),
        Route("/v1/map/within", shop.within, methods=["POST"]),
        Route("/v1/kinds/k1/split", shop.split, methods=["POST"]),
    ]
    with servers.dashboard_before(app, tmp_path_factory.mktemp("dash")) as url:
        yield url


@pytest.fixture
def page(browser: Browser, dash: str, shop: Shop) -> Iterator[Page]:
    shop.off, shop.order = [], 1
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{dash}/map")
    fill_in(page, "vera", PASSWORD)
    yield page
    context.close()


def canvas_of(page: Page) -> tuple[Locator, FloatRect]:
    canvas = page.locator("canvas[data-points='8']")
    expect(canvas).to_be_visible()
    settled(page)
    box = canvas.bounding_box()
    assert box is not None
    return canvas, box


def drag(page: Page, box: FloatRect, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from one place of the canvas to another, each as shares of its width and height."""
    x, y = (box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=12)
    page.mouse.up()


def test_a_lasso_splits_what_it_was_drawn_around(page: Page) -> None:
    _, box = canvas_of(page)
    middle, top, low = box["x"] + box["width"] / 2, box["y"] + 10, box["y"] + box["height"] - 10
    page.mouse.move(middle, top)
    page.mouse.down()
    for x, y in ((box["x"] + 10, top), (box["x"] + 10, low), (middle, low)):
        page.mouse.move(x, y, steps=15)
    page.mouse.up()
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("4 of 8")).to_be_visible()
    settled(page)
    main.get_by_text("Split off", exact=True).click()
    expect(main.get_by_label("Its name")).to_have_value("Carrier: left in the rain")
    settled(page)
    main.get_by_role("button", name="Split them off").click()
    expect(main.get_by_text("Done, and every later run obeys it")).to_be_visible()
    settled(page)
    expect(main.get_by_text("Draw around some cases")).to_be_visible()
    main.get_by_text("List", exact=True).click()
    kind = page.get_by_role("combobox").first
    expect(kind).to_be_visible()
    settled(page)
    kind.fill("carrier")
    page.get_by_role("option", name="By the carrier").click()
    for number in range(8):
        shown = main.get_by_text(f"The parcel of c{number}")
        expect(shown).to_have_count(1 if number < 4 else 0)


def test_a_box_takes_what_lies_in_it_however_it_is_drawn(page: Page) -> None:
    _, box = canvas_of(page)
    main = page.get_by_test_id("stMain")
    choose = main.get_by_role("button", name="Box", exact=True)
    choose.click()
    expect(choose).to_have_attribute("aria-pressed", "true")
    drag(page, box, (0.02, 0.02), (0.5, 0.98))
    expect(main.get_by_text("4 of 8")).to_be_visible()
    held = re.search("within=([^&]*)", page.url)
    assert held is not None
    assert len(held[1].split("_")) == 4
    drag(page, box, (0.98, 0.98), (0.02, 0.02))
    expect(main.get_by_text("8 of 8")).to_be_visible()


def test_with_move_about_a_drag_moves_the_map_and_takes_nothing(page: Page) -> None:
    canvas, box = canvas_of(page)
    main = page.get_by_test_id("stMain")
    before = canvas.get_attribute("data-numbers")
    main.get_by_role("button", name="Move about").click()
    drag(page, box, (0.5, 0.5), (0.6, 0.55))
    expect(canvas).not_to_have_attribute("data-numbers", before or "")
    expect(main.get_by_text("Draw around some cases")).to_be_visible()


def test_ticks_set_by_keyboard_stay_with_their_cases(page: Page, dash: str, shop: Shop) -> None:
    """Over the pages of the list, and when it comes in another order."""
    canvas_of(page)
    page.goto(f"{dash}/map?view=List&kind=k1")
    main = page.get_by_test_id("stMain")

    def tick(case: str) -> Locator:
        return main.get_by_role("checkbox", name=f"The parcel of {case}")

    tick("c1").focus()
    tick("c1").press("Space")
    expect(main.get_by_text("1 chosen")).to_be_visible()
    settled(page)
    main.get_by_role("link", name="Older ones").press("Enter")
    expect(main.get_by_text("1 of them is not on this page")).to_be_visible()
    settled(page)
    tick("c6").focus()
    tick("c6").press("Space")
    expect(main.get_by_text("2 chosen")).to_be_visible()
    shop.order = -1
    page.goto(f"{dash}/map?view=List&kind=k1")
    expect(main.get_by_text("2 chosen")).to_be_visible()
    expect(tick("c6")).to_be_checked()
    expect(main.get_by_role("checkbox", checked=True)).to_have_count(1)
    settled(page)
    main.get_by_text("Split off", exact=True).click()
    settled(page)
    main.get_by_role("button", name="Split them off").click()
    expect(main.get_by_text("Done, and every later run obeys it")).to_be_visible()
    assert sorted(shop.off) == ["c1", "c6"]


def test_the_keyboard_takes_an_island(page: Page) -> None:
    canvas, _ = canvas_of(page)
    canvas.focus()
    canvas.press("ArrowRight")
    canvas.press("Enter")
    expect(page.get_by_test_id("stMain").get_by_text("8 cases").first).to_be_visible()


def test_no_number_lies_over_another(page: Page) -> None:
    canvas = page.locator("canvas[data-points='8']")
    for size in (SIZE, TABLET):
        page.set_viewport_size(size)
        expect(canvas).to_be_visible()
        page.wait_for_timeout(500)
        boxes = json.loads(canvas.get_attribute("data-numbers") or "[]")
        assert len(boxes) >= 15
        for a, b in combinations(boxes, 2):
            assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]
