"""A candidate for a clause that people did not find: every door shows it, and it can be decided."""

import json
from http import HTTPStatus

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.cli.main import recommender
from recommender.kinds.runs import discover
from recommender.models.changes import Candidate
from recommender.models.policies import Clause
from recommender.notices import my_notices
from recommender.storage.house import House
from recommender.vocabulary import Verdict
from tests.contract.conftest import PASSWORD, Api

CLEARER = (
    "Unworn shoes come back within [14 days]{.parameter fact=days_since_delivery max=14 unit=day}"
)
EDITED = f"{CLEARER} of delivery, whatever the reason."


@pytest.fixture
def candidate_id(shop: House) -> str:
    """A candidate that says the same more clearly."""
    with shop.transaction(operator(shop)) as tx:
        clause = tx.session.scalars(select(Clause).where(Clause.key == "RET-2.1")).one()
        base = clause.newest
        found = Candidate(
            clause=clause,
            base_revision=base,
            verdict=Verdict.CLARIFY_WORDING,
            reason="Asked for three times, and allowed already.",
            old_markup=base.markup,
            new_markup=f"{CLEARER} of delivery.",
            draft={
                "kind": None,
                "clause": clause.key,
                "base_revision": base.number,
                "verdict": "clarify_wording",
                "reason": "Asked for three times, and allowed already.",
                "grade": None,
                "parameters": [],
                "redline": {"old": base.markup, "new": f"{CLEARER} of delivery."},
                "rationale": [],
            },
            evidence={},
            promoted_by=tx.actor.name,
            promoted_at=tx.at,
        )
        tx.session.add(found)
        tx.session.flush()
        return found.id


def test_it_is_listed_read_and_stands_by_its_clause(shop_api: Api, candidate_id: str) -> None:
    ruth = shop_api.by("ruth")
    [row] = ruth.get("/v1/candidates").json()["candidates"]
    assert (row["kind"], row["clause"], row["yours"]) == (None, "RET-2.1", True)
    page = ruth.get(f"/v1/candidates/{candidate_id}").json()
    assert (page["kind"], page["evidence"], page["draft"]["kind"]) == (None, None, None)
    [beside] = ruth.get("/v1/clauses/RET-2.1").json()["candidates"]
    assert (beside["id"], beside["kind"]) == (candidate_id, None)


def test_it_keeps_its_content_when_claimed_and_given_back(shop_api: Api, candidate_id: str) -> None:
    ruth = shop_api.by("ruth")
    before = ruth.get(f"/v1/candidates/{candidate_id}").json()["new_markup"]
    for verb in ("claim", "release"):
        answer = ruth.post(f"/v1/candidates/{candidate_id}/{verb}")
        assert (answer.status_code, answer.json()["new_markup"]) == (HTTPStatus.OK, before)


@pytest.mark.parametrize("markup", [None, EDITED])
def test_its_acceptance_writes_the_clause_and_tells_who_suggested_it(
    shop_api: Api, candidate_id: str, markup: str | None
) -> None:
    ruth = shop_api.person("ruth")
    ruth.post(f"/v1/candidates/{candidate_id}/claim")
    answer = ruth.post(
        f"/v1/candidates/{candidate_id}/accept",
        json={"reason": "Clear.", "markup": markup, "password": PASSWORD},
    )
    assert (answer.status_code, answer.json()["state"]) == (HTTPStatus.OK, "in_force")
    assert answer.json()["backtest"] is None
    revisions = ruth.get("/v1/clauses/RET-2.1").json()["revisions"]
    assert sum(one["candidate_id"] == candidate_id for one in revisions) == 1
    with shop_api.house.reading(operator(shop_api.house)) as tx:
        titles = [notice.title for notice in my_notices(tx)]
    assert [title for title in titles if title.endswith(": RET-2.1")] == titles != []


def test_its_question_names_the_clause(shop_api: Api, candidate_id: str) -> None:
    ruth = shop_api.by("ruth")
    ruth.post(f"/v1/candidates/{candidate_id}/claim")
    ruth.post(f"/v1/candidates/{candidate_id}/return", json={"reason": "Who asked?"})
    with shop_api.house.reading(operator(shop_api.house)) as tx:
        [notice] = my_notices(tx)
    assert notice.title == "A question about your candidate: RET-2.1"


@pytest.mark.usefixtures("candidate_id")
def test_runs_lists_and_the_command_line_are_not_disturbed(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", shop.settings.database_url)
    monkeypatch.setenv("RECOMMENDER_ENCODER", shop.settings.encoder)

    def told(*words: str) -> str:
        return CliRunner().invoke(recommender, words).stdout

    discover(shop, operator(shop))
    [row] = json.loads(told("candidates", "--json"))
    assert (row["kind"], row["kind_name"], row["clause"]) == (None, None, "RET-2.1")
    assert "RET-2.1" in told("candidates")
    assert len(json.loads(told("kinds", "--json"))) == 2
