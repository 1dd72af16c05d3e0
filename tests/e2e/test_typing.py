"""Filing while it is typed: advice comes with each pause, and no keystroke is lost to it."""

import asyncio
from collections.abc import Iterator
from itertools import count, pairwise

import pytest
from fastapi.encoders import jsonable_encoder
from playwright.sync_api import Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.e2e import servers
from tests.e2e.person import fill_in, settled
from tests.e2e.stub_api import PASSWORD, stub_api
from tests.unit import screen_answers as made

pytestmark = pytest.mark.browser

KEY_MS = 125
"""Eight keys a second."""
AGENTS = count()
"""Each test has an agent of its own: what one typed and did not send comes back to them."""
THOUGHT_MS = 600
"""How long somebody stops to think; more than the pause after which the server is told."""
SENTENCES = (
    "The parcel lay at the neighbour's for 12 days. ",
    "She only found it when he came back from a trip. ",
    "The shoes are unworn and in their box, ",
    "and she asks for her money back.",
)
FADING = """() => {
    window.faintest = 1;
    const watched = ".st-key-as-typed [data-testid=stElementContainer], h1, header";
    const look = () => {
        for (const each of document.querySelectorAll(watched))
            window.faintest = Math.min(window.faintest, getComputedStyle(each).opacity);
        requestAnimationFrame(look);
    };
    look();
}"""
"""Keeps how far anything but the advice ever faded."""


def filing_api() -> Starlette:
    """An API that keeps drafts and what is filed, and answers a draft after `state.seconds`.

    A draft is its session's own: what the page of an earlier test saves late reaches no other.
    """
    app = stub_api()
    state = app.state
    state.seconds, state.drafts, state.asked, state.filed = 0.2, {}, [], []

    def answer(body: object, status: int = 200) -> Response:
        return JSONResponse(jsonable_encoder(body), status)

    async def filing(_request: Request) -> Response:
        return answer(made.filing_page())

    async def draft(request: Request) -> Response:
        session = request.headers["authorization"]
        if request.method == "GET":
            kept = state.drafts.get(session)
            return answer(kept and {"draft": kept, "saved_at": made.NOW})
        state.drafts[session] = await request.json() if request.method == "PUT" else None
        return Response(status_code=204)

    async def advice(request: Request) -> Response:
        asked = await request.json()
        state.asked.append(asked["situation"])
        await asyncio.sleep(state.seconds)
        near = made.precedent(situation=f"Answers: {asked['situation']}")
        read = {"name": "days_since_delivery", "value": 12.0, "unit": "day"}
        said = {"field": "situation", "said": "12 days", "start": 0, "end": 7}
        guess = {"key": "RET-2.1", "text": "Taken back.", "likely": 0.71, "from_cases": 9}
        facts = [read | said] if "12" in asked["resolution"] else []
        return answer(made.advice(precedents=[near], facts=facts, clauses=[guess]))

    async def file(request: Request) -> Response:
        state.filed.append(await request.json())
        return answer(made.case("c9"), 201)

    async def filed(_request: Request) -> Response:
        return answer(made.case("c9"))

    app.router.routes += [
        Route("/v1/filing", filing),
        Route("/v1/draft", draft, methods=["GET", "PUT", "DELETE"]),
        Route("/v1/advice", advice, methods=["POST"]),
        Route("/v1/proposals", file, methods=["POST"]),
        Route("/v1/proposals/c9", filed),
    ]
    return app


@pytest.fixture(scope="module")
def api() -> Starlette:
    return filing_api()


@pytest.fixture(scope="module")
def dash(api: Starlette, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.dashboard_before(api, tmp_path_factory.mktemp("dash")) as url:
        yield url


@pytest.fixture
def form(page: Page, dash: str, api: Starlette) -> Page:
    """The filing form, empty."""
    api.state.seconds = 0.2
    api.state.drafts.clear()
    api.state.asked.clear()
    api.state.filed.clear()
    page.goto(dash)
    fill_in(page, f"maya-{next(AGENTS)}", PASSWORD)
    expect(page.get_by_role("button", name="File for co-signing")).to_be_visible()
    settled(page)
    return page


def situation(page: Page) -> Locator:
    return page.get_by_role("textbox", name="What happened?")


def resolution(page: Page) -> Locator:
    return page.get_by_role("textbox", name="What do you want to do?")


def answered(page: Page, words: str) -> None:
    expect(page.locator(".st-key-precedents")).to_contain_text(f"Answers: {words.strip()}")


def type_on(page: Page, words: str) -> None:
    """Type where the caret is, at a steady pace."""
    for key in words:
        page.keyboard.type(key)
        page.wait_for_timeout(KEY_MS)


def caret(field: Locator) -> int:
    place: int = field.evaluate("each => each.selectionStart")
    return place


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.2, 1.5], ids=["quick answers", "late answers"])
def test_typing_on_while_advice_comes_loses_nothing(
    form: Page, api: Starlette, seconds: float
) -> None:
    api.state.seconds = seconds
    field = situation(form)
    field.click()
    field.evaluate("each => each.same = true")
    form.evaluate(FADING)
    text = ""
    for sentence in SENTENCES:
        type_on(form, sentence)
        text += sentence
        form.wait_for_timeout(THOUGHT_MS)
        assert field.input_value() == text
        assert caret(field) == len(text)
    answered(form, text)
    expect(field).to_be_focused()
    settled(form)
    assert field.input_value() == text
    assert field.evaluate("each => each.same"), "drawn anew"
    assert form.evaluate("window.faintest") == 1
    asked = api.state.asked
    assert asked[-1] == text
    assert len(SENTENCES) <= len(asked) < len(text) / 10
    assert all(later.startswith(earlier) for earlier, later in pairwise(asked))


def test_a_caret_in_the_middle_stays_there(form: Page) -> None:
    field = situation(form)
    field.fill("The parcel lay for days.")
    answered(form, "The parcel lay for days.")
    field.press("Home")
    for _ in range(len("The parcel ")):
        field.press("ArrowRight")
    type_on(form, "with her name ")
    answered(form, "The parcel with her name lay for days.")
    type_on(form, "on it ")
    answered(form, "The parcel with her name on it lay for days.")
    assert caret(field) == len("The parcel with her name on it ")
    expect(field).to_be_focused()


def test_suggestions_that_come_above_the_field_leave_it_alone(form: Page, api: Starlette) -> None:
    situation(form).fill("The parcel lay at the neighbour's.")
    field = resolution(form)
    field.click()
    field.evaluate("each => each.same = true")
    api.state.seconds = 0.6
    type_on(form, "Take it back after 12")
    form.wait_for_timeout(THOUGHT_MS)
    type_on(form, " days of wait")
    expect(form.get_by_role("button", name="12 days")).to_be_visible()
    type_on(form, "ing.")
    settled(form)
    expect(field).to_be_focused()
    assert field.evaluate("each => each.same"), "drawn anew"
    assert field.input_value() == "Take it back after 12 days of waiting."


def test_ctrl_enter_files_to_the_last_letter_and_empties_the_form(
    form: Page, api: Starlette
) -> None:
    situation(form).fill("The parcel lay at the neighbour's.")
    answered(form, "The parcel lay at the neighbour's.")
    resolution(form).click()
    form.keyboard.type("Take it back.")
    form.keyboard.press("Control+Enter")
    expect(form.get_by_role("alert")).to_contain_text("Choose the rule in the way")
    assert api.state.filed == []
    settled(form)
    form.get_by_role("button", name="RET-2.1").click()
    expect(form.locator(".st-key-clause-text")).not_to_contain_text("likely meant")
    settled(form)
    situation(form).press("End")
    form.keyboard.type(" Unopened.")
    form.keyboard.press("Control+Enter")
    expect(form.locator(".st-key-filed")).to_be_visible()
    (filed,) = api.state.filed
    assert filed["situation"] == "The parcel lay at the neighbour's. Unopened."
    assert filed["resolution"] == "Take it back."
    form.get_by_role("link", name="File another one").click()
    expect(situation(form)).to_have_value("")
    expect(resolution(form)).to_have_value("")
    form.wait_for_timeout(THOUGHT_MS)
    expect(situation(form)).to_have_value("")


def number_after_reload(page: Page, typed: str) -> str:
    cost = page.get_by_role("spinbutton", name="Cost in EUR")
    cost.click()
    cost.press("Control+a")
    page.keyboard.type(typed)
    page.reload()
    expect(situation(page)).to_be_visible()
    settled(page)
    return cost.input_value()


def test_a_number_typed_in_the_instant_before_a_reload_is_there(form: Page) -> None:
    """A server that is too busy in that instant may miss it, hence the tries."""
    tries = (f"4{number}.5" for number in range(3))
    assert any(number_after_reload(form, each) == f"{each}0" for each in tries)


def test_nothing_moves_while_advice_comes(form: Page) -> None:
    """What was read from the text, and the rules likely meant, come into places that wait."""
    before = resolution(form).bounding_box(), rule(form).bounding_box(), sending(form)
    situation(form).fill("The parcel lay at the neighbour's.")
    resolution(form).fill("Take it back after 12 days.")
    expect(form.get_by_role("button", name="12 days")).to_be_visible()
    expect(form.get_by_role("button", name="RET-2.1")).to_be_visible()
    expect(form.locator(".st-key-clause-text")).to_contain_text("likely meant")
    settled(form)
    assert (resolution(form).bounding_box(), rule(form).bounding_box(), sending(form)) == before


def rule(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Which rule stands in the way?")


def sending(page: Page) -> object:
    return page.get_by_role("button", name="File for co-signing").bounding_box()


def test_on_a_tablet_the_precedents_stand_below_and_nothing_is_cut(form: Page) -> None:
    form.set_viewport_size({"width": 834, "height": 1112})
    situation(form).fill("The parcel lay at the neighbour's.")
    answered(form, "The parcel lay at the neighbour's.")
    beside, own = form.locator(".st-key-precedents").bounding_box(), situation(form).bounding_box()
    sent = form.get_by_role("button", name="File for co-signing").bounding_box()
    assert beside is not None
    assert own is not None
    assert sent is not None
    assert beside["y"] > sent["y"]
    assert own["width"] > 700
    main = form.get_by_test_id("stMain")
    assert main.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_what_was_typed_and_never_left_is_there_after_a_reload(form: Page, api: Starlette) -> None:
    situation(form).click()
    type_on(form, "The parcel lay at the neighbour's.")
    answered(form, "The parcel lay at the neighbour's.")
    settled(form)
    assert {"situation": "The parcel lay at the neighbour's."} in api.state.drafts.values()
    form.reload()
    expect(situation(form)).to_have_value("The parcel lay at the neighbour's.")
