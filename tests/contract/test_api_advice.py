"""What stands beside the form while somebody types, in one answer."""

from http import HTTPStatus
from typing import Any

import pytest
from sqlalchemy import func, select

from recommender.models.base import Base
from tests.contract.asking import assert_refused
from tests.contract.conftest import Api

DRAFT: dict[str, Any] = {
    "situation": "A walker returned unworn boots after the window, ten days after delivery",
    "clause_key": "RET-2.1",
    "facts": {"days_since_delivery": 10},
    "amount": 40.0,
    "currency": "EUR",
    "top": 3,
}


def advised(api: Api, **changed: object) -> dict[str, Any]:
    answer = api.by("maya").post("/v1/advice", json=DRAFT | changed)
    assert answer.status_code == HTTPStatus.OK, answer.text
    page: dict[str, Any] = answer.json()
    return page


def test_it_says_what_precedents_say_and_which_facts_are_asked(shop_api: Api) -> None:
    page = advised(shop_api)
    looked_up = shop_api.by("maya").post("/v1/precedents", json=DRAFT).json()
    assert page["precedents"] == looked_up["precedents"]
    assert len(page["precedents"]) == 3
    assert page["allowed"] == looked_up["allowed"]
    assert page["allowed"]["clause_key"] == "RET-2.1"
    assert page["asked"] == ["days_since_delivery"]
    assert page["limits"] == []


def test_facts_are_read_from_the_texts_until_somebody_types_them(shop_api: Api) -> None:
    text = "A walker returned unworn boots nineteen days after delivery"
    (read,) = advised(shop_api, situation=text, facts={})["facts"]
    assert text[read["start"] : read["end"]] == read["said"] == "nineteen"
    assert (read["name"], read["value"], read["unit"], read["field"]) == (
        "days_since_delivery",
        19.0,
        "day",
        "situation",
    )
    assert advised(shop_api, situation=text, facts={"days_since_delivery": 22})["facts"] == []


def test_without_a_clause_the_facts_of_the_one_most_likely_meant_are_asked(shop_api: Api) -> None:
    page = advised(shop_api, clause_key=None, facts={})
    assert page["clauses"][0]["key"] == "RET-2.1"
    assert page["asked"] == ["days_since_delivery"]


def test_the_dimension_is_suggested_with_why(shop_api: Api) -> None:
    page = advised(shop_api, granted_action="refund", resolution="Money back")
    assert page["dimension"] == {"dimension": "resources", "why": "You wrote “refund”, “money”."}
    assert advised(shop_api)["dimension"] is None


def test_precedents_say_how_they_differ_and_all_like_it_are_counted(shop_api: Api) -> None:
    page = advised(shop_api, top=20, facts={"days_since_delivery": 60}, granted_action="repair")
    declined = [one for one in page["precedents"] if one["decision"] == "declined"]
    approved = [one for one in page["precedents"] if one["clause_key"] == "RET-2.1"]
    assert {one["superseded"] for one in page["precedents"]} == {False}
    assert {"granted: refund, yours repair"} <= set(approved[0]["differs"])
    assert not any("days since delivery" in line for one in declined for line in one["differs"])
    assert page["totals"] == {
        "approved": 18,
        "declined": 3,
        "badly_ended": 0,
        "csat": 5.0,
        "csat_told": 18,
        "largest": 37.0,
        "currency": "EUR",
    }


def test_declined_precedents_say_why(shop_api: Api) -> None:
    page = advised(shop_api, top=20)
    reasons = {one["decline_reason"] for one in page["precedents"] if one["decision"] == "declined"}
    assert reasons == {"That long is no longer new."}
    others = {one["decline_reason"] for one in page["precedents"] if one["decision"] != "declined"}
    assert others == {None}
    assert not any(one["badly_ended"] for one in page["precedents"])


@pytest.mark.parametrize(
    ("clause", "amount", "rules"),
    [
        ("RET-2.1", 50.0, []),
        ("RET-2.1", 50.5, ["ceiling"]),
        ("RET-2.1", None, ["ceiling"]),
        ("RET-2.2", 1.0, ["never_bend"]),
        (None, 9999.0, []),
    ],
)
def test_what_peers_could_not_approve_is_said_before_it_is_filed(
    ruled: Api, clause: str | None, amount: float | None, rules: list[str]
) -> None:
    ruled.by("ruth").put("/v1/clauses/RET-2.1/ceiling", json={"amount": 50})
    page = advised(ruled, clause_key=clause, amount=amount)
    assert [breach["rule"] for breach in page["limits"]] == rules


def test_without_a_clause_nothing_is_asked(ruled: Api) -> None:
    page = advised(ruled, situation="Somebody sang at the till", clause_key=None, facts={})
    assert (page["asked"], page["allowed"], page["precedents"]) == ([], None, [])
    assert advised(ruled, clause_key="RET-2.2")["asked"] == []


def test_a_clause_that_is_not_there_is_refused(ruled: Api) -> None:
    answer = ruled.by("maya").post("/v1/advice", json=DRAFT | {"clause_key": "RET-9"})
    assert_refused(answer, 404, "UnknownClause")


def test_nothing_typed_is_kept(shop_api: Api) -> None:
    def rows() -> dict[str, int]:
        with shop_api.house.database.reading() as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }

    shop_api.by("maya")
    before = rows()
    advised(shop_api, customer_id="customer-1")
    assert rows() == before
