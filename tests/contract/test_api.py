"""What holds for the whole API: how it refuses, and that it says how it is."""

from http import HTTPStatus

import pytest

from recommender.config import Settings
from recommender.storage.engine import DatabaseUnavailable
from recommender.storage.house import House
from tests.contract.asking import WISH, assert_refused
from tests.contract.conftest import Api


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"situation": " "}, "situation"),
        ({"amount": -1}, "amount"),
        ({"currency": "euro"}, "currency"),
        ({"mood": "sunny"}, "mood"),
        ({"facts": {"days": [1]}}, "facts.days.float"),
    ],
)
def test_a_malformed_request_is_a_problem_that_names_the_field(
    ruled: Api, changed: dict[str, object], field: str
) -> None:
    answer = ruled.by("maya").post("/v1/proposals", json=WISH | changed)
    assert assert_refused(answer, 422, "BadRequest")["field"] == field


def test_what_is_no_json_or_no_route_is_a_problem_too(api: Api) -> None:
    broken = api.by("maya").post(
        "/v1/proposals", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert_refused(broken, 422, "BadRequest")
    assert_refused(api.nobody.get("/v1/nothing"), 404, "NotFound")
    assert_refused(api.nobody.put("/v1/queue"), 405, "MethodNotAllowed")


@pytest.mark.parametrize(
    ("situation", "facts", "code"),
    [(r"\ud800", "{}", "BadRequest"), ("Late.", '{"days": NaN}', "BadFact")],
)
def test_a_broken_letter_and_a_number_that_is_none_are_refused(
    ruled: Api, situation: str, facts: str, code: str
) -> None:
    body = f'{{"situation": "{situation}", "resolution": "Refund.", "facts": {facts}}}'
    answer = ruled.by("maya").post(
        "/v1/proposals", content=body, headers={"Content-Type": "application/json"}
    )
    assert_refused(answer, 422, code)


def test_a_fault_of_the_program_tells_nothing_of_its_inside(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = api.by("maya")

    def broken(*_: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("api.routes.notices.my_notices", broken)
    answer = client.get("/v1/notices")
    assert_refused(answer, 500, "InternalServerError")
    assert "secret" not in answer.text
    assert "the secret inside" in caplog.text


def test_an_unreachable_database_is_unavailable(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    client = api.by("maya")

    def away(*_: object) -> None:
        raise DatabaseUnavailable("The database does not answer.", remedy="Start it.")

    monkeypatch.setattr(House, "reading", away)
    problem = assert_refused(client.get("/v1/queue"), 503, "DatabaseUnavailable")
    assert problem["remedy"] == "Start it."


def test_the_api_says_that_it_lives_and_what_it_holds(shop_api: Api) -> None:
    assert shop_api.nobody.get("/healthz").json() == {"status": "ok"}
    waiting = shop_api.nobody.get("/readyz")
    assert waiting.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert waiting.json() == {"status": "starting", "database": True, "encoder": False}
    shop_api.app.state.catch_up.ready = True
    assert shop_api.nobody.get("/readyz").json()["status"] == "ok"
    lines = shop_api.nobody.get("/metrics").text.splitlines()
    assert 'recommender_cases{state="approved"} 30' in lines
    assert 'recommender_cases{state="declined"} 0' in lines
    assert 'recommender_runs{state="published"} 1' in lines
    assert "recommender_kinds 2" in lines


def test_the_api_is_not_ready_without_its_tables(settings: Settings) -> None:
    api = Api(House(settings))
    answer = api.nobody.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)
    assert api.nobody.get("/healthz").status_code == HTTPStatus.OK
    api.house.database.close()
