"""The demo's guided tour: its steps, its bar, and the one click that signs in as somebody."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from api.schemas.accounts import MeOut
from api.schemas.candidates import CandidateOut, CandidatesPage
from api.schemas.effects import EffectRowOut, EffectsPage
from api.schemas.filing_drafts import FilingDraftOut
from dashboard import client, demo_people, session
from dashboard.client import Api
from dashboard.demo_people import PEOPLE
from dashboard.menu import sections
from dashboard.signin import COOKIE, routes
from dashboard.tour_steps import CHANGED, CLAUSE, DRAFT, STEPS
from recommender.accounts.passwords import DEMO_PASSWORD
from recommender.demo.seeding import SIGN_INS
from recommender.vocabulary import CandidateState, CaseState, Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, words

ROLES = {
    "maya": Role.AGENT,
    "tom": Role.AGENT,
    "ines": Role.MANAGER,
    "ruth": Role.POLICY_OWNER,
    "rosa": Role.EMPLOYEE_REPRESENTATIVE,
}
HERE = {"origin": "http://dash:8501"}
SESSION = {
    "token": "t0ken",
    "expires_at": "2999-01-01T00:00:00Z",
    "account": {"name": "tom", "display_name": "Tom", "roles": ["agent"], "team": "north"},
}
_BAR = """
from dashboard import session, tour
from dashboard.pages import heading
tour.bar(session.me(), {page!r})
heading("A page", "id", "filed")
"""
_PAGE = """
from dashboard import tour
tour.show()
"""


@pytest.fixture(autouse=True)
def in_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDER_DEMO", "true")
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)


def person(name: str, *, demo: bool = True) -> MeOut:
    return MeOut(
        name=name, display_name=name.title(), roles=[ROLES[name]], team=None, demo=demo, unread=0
    )


def opened(
    script: str, monkeypatch: pytest.MonkeyPatch, stub: Stub, reader: MeOut, **params: str
) -> AppTest:
    http = httpx.Client(base_url="http://api", transport=httpx.MockTransport(stub))
    monkeypatch.setattr(session, "api", lambda: Api("t0ken", http))
    app = AppTest.from_string(script, default_timeout=15)
    app.session_state["me"] = reader
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def bar(
    monkeypatch: pytest.MonkeyPatch, number: int, stub: Stub | None = None, **params: str
) -> AppTest:
    """The bar of a step, seen by whom it is about."""
    step = STEPS[number - 1]
    script = _BAR.format(page=step.page)
    reader = person(step.who)
    app = opened(script, monkeypatch, stub or Stub({}), reader, tour=str(number), **params)
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return words(app) + "".join(each.proto.body for each in app.get("html"))


def candidates(*found: CandidateOut) -> CandidatesPage:
    return CandidatesPage(candidates=list(found))


def candidate(**given: object) -> CandidateOut:
    known = made.candidate_ref().model_dump() | {
        "clause": CLAUSE,
        "owner": "returns-desk",
        "grade": None,
        "promoted_on": made.TODAY,
        "yours": True,
        "claimed_by_you": False,
        "you_promoted": False,
    }
    return CandidateOut.model_validate(known | given)


# The steps ------------------------------------------------------------------------------------


def test_everybody_on_the_tour_may_sign_in_and_has_the_page() -> None:
    assert set(PEOPLE) <= {account.name for account in SIGN_INS}
    assert demo_people.PRINTED_PASSWORD == DEMO_PASSWORD
    linked = {"kind", "candidate"}
    for step in STEPS:
        offered = {page for pages in sections([ROLES[step.who]]).values() for page in pages}
        assert step.page in offered | linked
    assert {step.who for step in STEPS} == set(PEOPLE)


@pytest.mark.parametrize("number", range(1, len(STEPS) + 1))
def test_each_step_says_who_acts_and_leads_on(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    step = STEPS[number - 1]
    app = bar(monkeypatch, number)
    assert f"Tour, {number} of {len(STEPS)} · {PEOPLE[step.who][0]}" in said(app)
    assert step.title in said(app)
    assert "tour-leave" in {each.key for each in app.button}
    if number < len(STEPS):
        following = STEPS[number]
        there = f"/signin/as/{following.who}?next=/tour%3Ftour%3D{number + 1}"
        assert there in said(app) or following.who == step.who
    else:
        assert "tour-finish" in {each.key for each in app.button}


def test_what_was_filed_goes_along_to_the_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    app = bar(monkeypatch, 1, filed="c9")
    assert STEPS[0].done in said(app)
    assert "tour%3D2%26about%3Dc9" in said(app)
    assert 'class="be-somebody ready"' in said(app)


@pytest.mark.parametrize(
    ("state", "done"), [(CaseState.PENDING, False), (CaseState.APPROVED, True)]
)
def test_a_proposal_that_was_answered_before_is_said_so(
    monkeypatch: pytest.MonkeyPatch, state: CaseState, *, done: bool
) -> None:
    stub = Stub({"GET proposals/c9": made.case("c9", state=state)})
    app = bar(monkeypatch, 2, stub, about="c9")
    assert (STEPS[1].done in said(app)) is done


@pytest.mark.parametrize(
    ("state", "done"),
    [
        (None, False),
        (CandidateState.OPEN, True),
        (CandidateState.RETURNED, False),
        (CandidateState.IN_FORCE, True),
    ],
)
def test_a_kind_that_was_promoted_before_is_said_so(
    monkeypatch: pytest.MonkeyPatch, state: CandidateState | None, *, done: bool
) -> None:
    found = [] if state is None else [candidate(state=state)]
    stub = Stub(
        {
            "GET inbox": made.inbox_page(kinds=[made.kind(clause=CLAUSE)]),
            "GET candidates": candidates(*found),
        }
    )
    assert (STEPS[3].done in said(bar(monkeypatch, 4, stub))) is done


def test_claiming_and_deciding_are_two_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = candidate(state=CandidateState.CLAIMED, claimed_by_you=True)
    stub = Stub({"GET candidates": candidates(mine)})
    assert STEPS[4].done in said(bar(monkeypatch, 5, stub))
    assert STEPS[5].says in said(bar(monkeypatch, 6, stub))
    stub.answers["GET candidates"] = candidates(candidate(state=CandidateState.IN_FORCE))
    assert STEPS[4].done in said(bar(monkeypatch, 5, stub))
    assert STEPS[5].done in said(bar(monkeypatch, 6, stub))


def test_who_left_out_a_step_is_led_back_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    app = bar(monkeypatch, 5, Stub({"GET candidates": candidates()}))
    assert "the step before was left out" in said(app)
    assert "/signin/as/ines?next=/tour%3Ftour%3D4" in said(app)


def test_an_api_that_refuses_leaves_the_bar_standing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = bar(monkeypatch, 5, Stub({"GET candidates": refused(503)}))
    assert STEPS[4].says in said(app)


# Where the tour is ----------------------------------------------------------------------------


def test_the_step_outlives_pages_and_reloads_until_it_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = bar(monkeypatch, 7, about="c9")
    app.query_params.clear()  # as a link of the menu does
    app.run()
    assert app.query_params["tour"] == "7"
    assert app.query_params["about"] == "c9"
    app.button(key="tour-leave").click().run()
    assert "Tour, 7" not in said(app)
    assert "tour" not in app.query_params


def test_somebody_else_is_told_whose_step_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    script = _BAR.format(page="inbox")
    app = opened(script, monkeypatch, Stub({}), person("ines"), tour="2")
    assert "You are somebody else just now" in said(app)
    assert "Continue as Tom" in said(app)


@pytest.mark.parametrize("asked", ["0", "9", "two", "-1", "²"])
def test_a_step_that_is_none_draws_no_bar(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    app = opened(_BAR.format(page="file"), monkeypatch, Stub({}), person("maya"), tour=asked)
    assert not app.exception
    assert "Tour," not in said(app)


@pytest.mark.parametrize(("api", "started"), [(False, "true"), (True, ""), (False, "")])
def test_there_is_no_tour_in_a_real_house(
    monkeypatch: pytest.MonkeyPatch, *, api: bool, started: str
) -> None:
    monkeypatch.setenv("RECOMMENDER_DEMO", started)
    reader = person("maya", demo=api)
    app = opened(_BAR.format(page="file"), monkeypatch, Stub({}), reader, tour="1")
    assert "Tour," not in said(app)
    assert "tour" not in app.query_params


# The tour's own page --------------------------------------------------------------------------


def switched(monkeypatch: pytest.MonkeyPatch, stub: Stub, name: str, **params: str) -> list[object]:
    """Where the tour's page leads somebody."""
    led: list[object] = []

    def go(to: str, **query: str) -> None:
        led.append((to, query))
        raise _LedOnError

    monkeypatch.setattr("dashboard.tour.go", go)
    opened(_PAGE, monkeypatch, stub, person(name), **params)
    return led


class _LedOnError(Exception):
    pass


def test_it_leads_to_where_the_step_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    row = EffectRowOut(
        candidate=made.candidate_ref(id="cd7"),
        kind_name="Slip",
        clause=CHANGED,
        effect=made.effect(),
    )
    stub = Stub({"GET effects": EffectsPage(effects=[row])})
    assert switched(monkeypatch, stub, "rosa", tour="8") == [
        ("effects", {"id": "cd7", "tour": "8"})
    ]
    stub = Stub(
        {
            "GET inbox": made.inbox_page(
                kinds=[
                    made.kind("small", clause=CLAUSE, cases=5),
                    made.kind("large", clause=CLAUSE, cases=46),
                    made.kind("other", clause="DEL-3.1", cases=90),
                ]
            ),
            "GET candidates": candidates(),
        }
    )
    assert switched(monkeypatch, stub, "ines", tour="4", about="c9") == [
        ("kind", {"id": "large", "tour": "4", "about": "c9"})
    ]


@pytest.mark.parametrize("begun", [True, False])
def test_the_form_is_filled_in_unless_somebody_has_begun_one(
    monkeypatch: pytest.MonkeyPatch, *, begun: bool
) -> None:
    draft = FilingDraftOut(draft=DRAFT, saved_at=made.NOW) if begun else None
    stub = Stub({"GET draft": draft, "PUT draft": httpx.Response(204)})
    assert switched(monkeypatch, stub, "maya", tour="1") == [("file", {"tour": "1"})]
    assert [name for name, _ in stub.acts] == ([] if begun else ["PUT draft"])


def test_it_tells_what_the_tour_is_and_where_one_left_it(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(_PAGE, monkeypatch, Stub({}), person("rosa"))
    assert "One exception's life" in said(app)
    assert "Start as Maya" in said(app)
    app.session_state["tour-running"] = {"tour": "4", "about": "c9"}
    app.run()
    assert "Go on at step 4" in said(app)
    assert "tour%3D4%26about%3Dc9" in said(app)


# One click to be somebody ---------------------------------------------------------------------


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, calls: list[httpx.Request]) -> Iterator[TestClient]:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"label": None})
        calls.append(request)
        if request.method == "DELETE":
            return httpx.Response(204)
        known = b'"tom"' in request.content and DEMO_PASSWORD.encode() in request.content
        return httpx.Response(201, json=SESSION) if known else refused(401)

    http = httpx.Client(base_url="http://api", transport=httpx.MockTransport(answer))
    monkeypatch.setattr(client, "shared_http", lambda: http)
    app = Starlette(routes=routes())
    with TestClient(app, base_url="http://dash:8501", follow_redirects=False) as test_client:
        yield test_client


@pytest.fixture
def calls() -> list[httpx.Request]:
    return []


def test_one_click_ends_one_session_and_opens_the_next(
    browser: TestClient, calls: list[httpx.Request]
) -> None:
    browser.cookies.set(COOKIE, "before")
    answer = browser.post("/signin/as/tom?next=/tour%3Ftour%3D2", headers=HERE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tour?tour=2")
    assert answer.headers["set-cookie"].startswith(f"{COOKIE}=t0ken;")
    assert [call.method for call in calls] == ["POST", "DELETE"]
    assert calls[1].headers["authorization"] == "Bearer before"


def test_a_click_that_the_api_refuses_keeps_the_session(
    browser: TestClient, calls: list[httpx.Request]
) -> None:
    browser.cookies.set(COOKIE, "before")
    answer = browser.post("/signin/as/ines", headers=HERE)
    assert answer.status_code == 503
    assert 'role="alert"' in answer.text
    assert [call.method for call in calls] == ["POST"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_click_from_elsewhere_signs_nobody_in(
    browser: TestClient, calls: list[httpx.Request], origin: str
) -> None:
    answer = browser.post("/signin/as/tom", headers={"origin": origin})
    assert answer.status_code == 403
    assert calls == []


@pytest.mark.parametrize(("started", "name"), [("", "tom"), ("false", "tom"), ("true", "admin")])
def test_outside_the_demo_and_for_others_there_is_no_such_click(
    browser: TestClient,
    calls: list[httpx.Request],
    monkeypatch: pytest.MonkeyPatch,
    started: str,
    name: str,
) -> None:
    monkeypatch.setenv("RECOMMENDER_DEMO", started)
    assert browser.post(f"/signin/as/{name}", headers=HERE).status_code == 404
    assert calls == []


def test_the_sign_in_page_offers_the_tour_in_the_demo_alone(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = browser.get("/signin?next=/kind%3Fid%3D7").text
    assert "Take the guided tour" in offered
    for account in PEOPLE:
        assert f'action="/signin/as/{account}?next=/kind%3Fid%3D7"' in offered
    monkeypatch.delenv("RECOMMENDER_DEMO")
    assert "tour" not in browser.get("/signin").text
