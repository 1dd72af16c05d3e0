"""The co-sign queue while others file: what comes is announced, what is typed stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.encoders import jsonable_encoder
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.e2e import servers
from tests.e2e.person import fill_in
from tests.e2e.stub_api import PASSWORD, stub_api
from tests.unit import screen_answers as made

pytestmark = pytest.mark.browser


def queue_api() -> Starlette:
    """An API in whose queue the cases of `state.waiting` wait."""
    app = stub_api()

    def answer(body: object) -> Response:
        return JSONResponse(jsonable_encoder(body))

    async def queue(_request: Request) -> Response:
        waiting = [made.case(each) for each in app.state.waiting]
        return answer({"direction": "Be fair.", "proposals": waiting, "ask_again_seconds": 1})

    async def precedents(_request: Request) -> Response:
        return answer({"precedents": [], "allowed": None})

    async def reused(_request: Request) -> Response:
        return answer(None)

    app.router.routes += [
        Route("/v1/queue", queue),
        Route("/v1/precedents", precedents, methods=["POST"]),
        Route("/v1/cases/{case}/reused", reused),
    ]
    return app


@pytest.fixture
def api() -> Starlette:
    return queue_api()


@pytest.fixture
def dash(api: Starlette, tmp_path: Path) -> Iterator[str]:
    with servers.dashboard_before(api, tmp_path) as url:
        yield url


def test_a_reason_half_typed_outlives_what_comes_and_its_card_stays(
    page: Page, dash: str, api: Starlette
) -> None:
    api.state.waiting = ["c1", "c2"]
    page.goto(f"{dash}/cosign")
    fill_in(page, "maya", PASSWORD)
    card = page.locator(".st-key-proposal-c2")
    card.get_by_role("button", name="Decline with a reason").click()
    reason = page.locator(".st-key-decline-reason-c2 textarea")
    reason.click()
    page.keyboard.type("The seam was cut, ")
    place = card.bounding_box()
    api.state.waiting = ["c3", "c1", "c2", "c4"]
    line = page.locator(".st-key-arrivals")
    expect(line).to_contain_text("2 more have come since")
    page.keyboard.type("not torn.")
    expect(reason).to_be_focused()
    expect(reason).to_have_value("The seam was cut, not torn.")
    assert card.bounding_box() == place
    api.state.waiting = ["c3", "c2", "c4"]
    expect(line).to_contain_text("1 of them is answered by now")
    expect(page.locator(".st-key-proposal-c1")).to_be_visible()
    page.keyboard.press("Escape")
    line.get_by_role("button", name="Show what waits").click()
    expect(page.locator(".st-key-proposal-c3")).to_be_visible()
    expect(page.locator(".st-key-proposal-c1")).to_have_count(0)
    card.get_by_role("button", name="Decline with a reason").click()
    expect(reason).to_have_value("The seam was cut, not torn.")
