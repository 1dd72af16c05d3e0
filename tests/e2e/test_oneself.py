"""A password typed at a decision arrives, however it is left and however busy the machine is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.e2e import servers
from tests.e2e.person import SIZE, fill_in, settled
from tests.e2e.stub_api import PASSWORD
from tests.e2e.stub_pages import pages_api

pytestmark = pytest.mark.browser

TYPED = "four words of hers"
SLOWER = 6
"""So many times slower than it is does the browser compute."""


@pytest.fixture(scope="module")
def api() -> Starlette:
    """Every page, and what was sent on accepting; it refuses, so that the page stays."""
    app = pages_api()
    app.state.sent = []

    async def accept(request: Request) -> Response:
        app.state.sent.append(await request.json())
        problem = {"title": "Moved on", "status": 409, "detail": "D.", "code": "StaleBase"}
        return JSONResponse(problem, 409)

    app.router.routes.insert(0, Route("/v1/candidates/cd1/accept", accept, methods=["POST"]))
    return app


@pytest.fixture(scope="module")
def dash(api: Starlette, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.dashboard_before(api, tmp_path_factory.mktemp("dash")) as url:
        yield url


@pytest.fixture
def page(browser: Browser, dash: str, api: Starlette) -> Iterator[Page]:
    """A claimed change, its reason written, on a slow machine."""
    api.state.sent.clear()
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{dash}/candidate?id=cd1")
    fill_in(page, "ines", PASSWORD)
    page.get_by_label("Why is this right?").fill("It helps.")
    page.get_by_label("Why is this right?").blur()
    settled(page)
    slow = context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    yield page
    context.close()


@pytest.mark.parametrize("leaves_by", ["Tab", "Enter", ""])
def test_a_password_arrives_however_its_field_is_left(
    page: Page, api: Starlette, leaves_by: str
) -> None:
    """Tab leads to the eye that shows the password, within the field; then comes the click."""
    field = page.get_by_label("Your password, once more")
    field.press_sequentially(TYPED)
    if leaves_by:
        field.press(leaves_by)
    page.locator(".st-key-accept").get_by_role("button").click()
    expect(page.get_by_text("Moved on")).to_be_visible()
    assert [body.get("password") for body in api.state.sent] == [TYPED]
    expect(field).to_have_value(TYPED)
