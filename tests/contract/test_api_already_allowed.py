"""What is allowed already, through the API: said beside the draft, and counted without anybody."""

from http import HTTPStatus
from typing import Any

import pytest
from sqlalchemy import func, select

from recommender.models.base import Base
from recommender.models.findability import AlreadyAllowed
from tests.contract.asking import assert_refused
from tests.contract.conftest import Api

HIT: dict[str, Any] = {
    "draft": "7f9c24e5-2f14-4e1e-9b6a-0c5d8f3a1b2c",
    "clause_key": "RET-2.1",
    "facts": {"days_since_delivery": 10},
}
PATH = "/v1/already-allowed"


def rows(api: Api) -> dict[str, int]:
    with api.house.database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_a_draft_counts_once_and_nothing_else_is_written(ruled: Api) -> None:
    agents = [ruled.by(name) for name in ("maya", "tom")]
    before = rows(ruled)
    for agent, counted in zip(agents, (True, False), strict=True):
        answer = agent.post(PATH, json=HIT)
        assert answer.status_code == HTTPStatus.OK
        assert answer.json() == {"clause_key": "RET-2.1", "counted": counted}
    assert rows(ruled) == before | {"already_allowed": 1}
    with ruled.house.database.reading() as session:
        [hit] = session.scalars(select(AlreadyAllowed))
    assert "maya" not in str(vars(hit))


def test_what_is_not_allowed_does_not_count(ruled: Api) -> None:
    maya = ruled.by("maya")
    late = HIT | {"facts": {"days_since_delivery": 15}}
    assert_refused(maya.post(PATH, json=late), 409, "NotAllowedYet")
    assert_refused(maya.post(PATH, json=HIT | {"clause_key": "RET-9"}), 404, "UnknownClause")
    assert_refused(maya.post(PATH, json=HIT | {"draft": "of maya's"}), 422, "BadDraft")


@pytest.mark.parametrize(("named", "words"), [(True, "RET-2.1 allows"), (False, "If it falls")])
def test_the_advice_says_plainly_that_no_proposal_is_needed(
    shop_api: Api, *, named: bool, words: str
) -> None:
    draft = {
        "situation": "A walker returned unworn boots ten days after delivery",
        "facts": {"days_since_delivery": 10},
        "clause_key": "RET-2.1" if named else None,
    }
    page = shop_api.by("maya").post("/v1/advice", json=draft).json()
    assert page["allowed"]["named"] is named
    assert page["allowed"]["words"].startswith(words)
    assert page["allowed"]["words"].endswith("no proposal is needed.")
    first = page["clauses"][0]
    assert (first["key"], first["text"]) == ("RET-2.1", page["allowed"]["text"])
    assert first["from_cases"] == 21
    assert len(page["clauses"]) == 3
