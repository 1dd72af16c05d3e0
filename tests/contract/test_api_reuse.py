"""A precedent re-used through the API: filled in, filed with its provenance, read by the peer."""

from http import HTTPStatus
from typing import Any

import pytest

from recommender.models.cases import Case
from tests.conftest import NewCase
from tests.contract.asking import assert_refused
from tests.contract.conftest import Api


@pytest.fixture
def precedent(ruled: Api, new_case: NewCase) -> str:
    """An approved case under RET-2.1."""
    with ruled.house.database.transaction() as session:
        return new_case(
            session, clause="RET-2.1", granted_action="refund", facts={"days_since_delivery": 20}
        ).id


def told(api: Api, name: str, method: str, path: str, **sent: object) -> dict[str, Any]:
    answer = api.by(name).request(method, path, **sent)  # type: ignore[arg-type]
    assert answer.status_code in {HTTPStatus.OK, HTTPStatus.CREATED}, answer.text
    page: dict[str, Any] = answer.json()
    return page


def test_one_click_fills_in_and_nothing_is_kept(ruled: Api, precedent: str) -> None:
    page = told(ruled, "maya", "GET", f"/v1/cases/{precedent}/reuse")
    proposal = page["proposal"]
    assert (proposal["situation"], proposal["clause_key"]) == ("", "RET-2.1")
    assert proposal["facts"] == {"days_since_delivery": 20}
    assert proposal["provenance"]["facts.days_since_delivery"] == "reused"
    assert (page["differences"], page["warnings"]) == ([], [])


def test_what_is_filled_in_can_be_sent_as_it_is(ruled: Api, precedent: str) -> None:
    draft = {"situation": "Boots came late again.", "facts": {"days_since_delivery": 33}}
    page = told(ruled, "maya", "POST", f"/v1/cases/{precedent}/reuse", json=draft)
    difference = {"field": "facts.days_since_delivery", "yours": "33", "theirs": "20"}
    assert page["differences"] == [difference]
    filed = told(ruled, "maya", "POST", "/v1/proposals", json=page["proposal"])
    with ruled.house.database.reading() as session:
        case = session.get_one(Case, filed["id"])
        assert case.precedent_id == precedent
        assert case.provenance["resolution"] == "reused"
        assert case.provenance["facts.days_since_delivery"] == "typed"
    read = told(ruled, "tom", "GET", f"/v1/cases/{filed['id']}/reused")
    assert read == {"case_id": precedent, "differences": [difference], "warnings": []}
    own = told(
        ruled, "maya", "POST", "/v1/proposals", json={"situation": "A zip.", "resolution": "Mended"}
    )
    assert ruled.by("tom").get(f"/v1/cases/{own['id']}/reused").json() is None


def test_what_was_not_answered_is_refused(ruled: Api) -> None:
    sent = {"situation": "A zip.", "resolution": "Mended."}
    pending = told(ruled, "maya", "POST", "/v1/proposals", json=sent)["id"]
    answer = ruled.by("maya").get(f"/v1/cases/{pending}/reuse")
    assert_refused(answer, 409, "NoPrecedent")
    assert_refused(ruled.by("maya").get("/v1/cases/000000000000/reuse"), 404, "UnknownCase")
