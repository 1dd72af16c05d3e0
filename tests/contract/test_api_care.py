"""Through the web: a second team's look, and outcomes that other systems report."""

from http import HTTPStatus
from typing import Any

import pytest
from sqlalchemy import select

from recommender.accounts.directory import add_account, operator
from recommender.cases.reviewing import draw
from recommender.models.cases import Case
from recommender.vocabulary import OutcomeReading, Role
from tests.conftest import NewCase
from tests.contract.asking import assert_refused
from tests.contract.conftest import Api


@pytest.fixture
def drawn(ruled: Api, new_case: NewCase) -> Api:
    """A case of maya and tom that team east is to look at, whose agent is lena."""
    house = ruled.house
    house.settings = house.settings.model_copy(update={"review_share": 1.0})
    with house.transaction(operator(house)) as tx:
        add_account(tx, name="lena", display_name="Lena", roles=[Role.AGENT], team="east")
        draw(tx, new_case(tx.session, clause="RET-2.1", source_id="88201"))
    return ruled


def test_a_second_team_reads_the_case_without_names_or_why_it_was_drawn(drawn: Api) -> None:
    (review,) = drawn.by("lena").get("/v1/reviews").json()
    assert set(review) == {"id", "day", "case"}
    assert review["case"]["clause_key"] == "RET-2.1"
    assert not {"maya", "tom", "random", "pair"} & {str(one) for one in review["case"].values()}
    assert drawn.by("maya").get("/v1/reviews").json() == []


def test_misuse_needs_its_reason(drawn: Api) -> None:
    (review,) = drawn.by("lena").get("/v1/reviews").json()
    address = f"/v1/reviews/{review['id']}"
    assert_refused(
        drawn.by("lena").post(address, json={"verdict": "misuse"}),
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "BlankField",
    )
    answered = drawn.by("lena").post(address, json={"verdict": "misuse", "reason": "Her own."})
    assert answered.json() == {"id": review["id"], "verdict": "misuse", "reason": "Her own."}
    assert drawn.by("lena").get("/v1/reviews").json() == []


def test_a_system_reports_by_its_own_id(drawn: Api) -> None:
    body = {"source_system": "ledger", "source_id": "88201", "source": "customer", "csat": 1}
    answered = drawn.by("admin").post("/v1/outcomes", json=body)
    assert answered.status_code == HTTPStatus.OK, answered.text
    assert answered.json()["outcome"] == OutcomeReading.BAD


def test_an_unknown_id_names_the_field(drawn: Api) -> None:
    body = {"source_system": "ledger", "source_id": "none", "csat": 1}
    problem = assert_refused(
        drawn.by("admin").post("/v1/outcomes", json=body), HTTPStatus.NOT_FOUND, "UnknownCase"
    )
    assert problem["field"] == "source_id"


def test_agents_name_cases_by_the_ids_they_have_here(drawn: Api) -> None:
    body = {"source_system": "ledger", "source_id": "88201", "csat": 1}
    assert_refused(
        drawn.by("maya").post("/v1/outcomes", json=body), HTTPStatus.FORBIDDEN, "SourceNotYours"
    )


def test_answers_of_a_survey_are_taken_in(drawn: Api) -> None:
    admin = drawn.by("admin")
    query = {"file_name": "answers.csv"}
    rows = b"id,csat\n88201,5\nnone,4\n"
    dry = admin.post("/v1/imports/surveys", params=query | {"dry_run": True}, content=rows)
    assert (dry.json()["added"], dry.json()["dry_run"]) == (1, True)
    kept = admin.post("/v1/imports/surveys", params=query, content=rows)
    assert kept.status_code == HTTPStatus.CREATED, kept.text
    assert (kept.json()["added"], len(kept.json()["refused"])) == (1, 1)
    assert kept.json()["columns"] == []
    with drawn.house.reading(operator(drawn.house)) as tx:
        case = tx.session.scalars(select(Case).where(Case.source_id == "88201")).one()
        assert case.outcome.csat == 5


def test_columns_of_a_survey_are_guessed_told_and_chosen(drawn: Api) -> None:
    admin = drawn.by("admin")
    query: dict[str, Any] = {"file_name": "answers.csv", "dry_run": True}
    rows = b"Ticket,Rating,Stars\n88201,5,2\n"

    def tried(**more: object) -> dict[str, Any]:
        answer = admin.post("/v1/imports/surveys", params=query | more, content=rows)
        told: dict[str, Any] = answer.json()
        return told

    assert (tried()["added"], tried()["columns"]) == (0, [])
    guess = tried(guess=True)
    assert guess["added"] == 1
    assert [(one["name"], one["field"]) for one in guess["columns"]] == [
        ("Ticket", "id"),
        ("Rating", "csat"),
        ("Stars", None),
    ]
    assert tried(columns=["id=Ticket", "csat=Stars"], dry_run=False)["added"] == 1
    with drawn.house.reading(operator(drawn.house)) as tx:
        case = tx.session.scalars(select(Case).where(Case.source_id == "88201")).one()
        assert case.outcome.csat == 2
    wrong = admin.post("/v1/imports/surveys", params=query | {"columns": ["x=y"]}, content=rows)
    assert_refused(wrong, HTTPStatus.UNPROCESSABLE_ENTITY, "BadMapping")
