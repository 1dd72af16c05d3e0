"""Kinds, runs, candidates and decisions over HTTP, as a manager and a policy owner use them."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest

from recommender.accounts.directory import operator
from recommender.config import now
from recommender.models.kinds import Kind
from recommender.policies.library import new_clause, policy_by_key
from tests.contract.asking import assert_refused, filed, signed
from tests.contract.conftest import PASSWORD, Api


@pytest.fixture
def late(shop_api: Api) -> str:
    """The id of the shop's kind of shoes that came back too late."""
    kinds = shop_api.by("ines").get("/v1/kinds").json()
    return next(str(kind["id"]) for kind in kinds if kind["clause"] == "RET-2.1")


@pytest.fixture
def promoted(shop_api: Api, late: str) -> str:
    """The id of its candidate."""
    answer = shop_api.by("ines").post(f"/v1/kinds/{late}/promote", json={})
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    return str(answer.json()["id"])


@pytest.fixture
def claimed(shop_api: Api, promoted: str) -> str:
    """The path of its candidate, claimed by ruth."""
    path = f"/v1/candidates/{promoted}"
    answer = shop_api.by("ruth").post(f"{path}/claim").json()
    assert (answer["state"], answer["claimed_by_you"]) == ("claimed", True)
    return path


# Kinds


def test_the_inbox_ranks_what_has_surfaced(shop_api: Api) -> None:
    page = shop_api.by("ines").get("/v1/inbox").json()
    assert {kind["clause"] for kind in page["kinds"]} == {"RET-2.1", "RET-3.1"}
    assert page["kinds"] == shop_api.by("ines").get("/v1/kinds").json()
    assert (page["cases"], page["unsorted"], page["emerging"]) == (None, None, 0)
    assert page["masked"] == ["cases", "unsorted"], "none is unsorted, so the first would show"
    assert page["last_run"]["state"] == "published"
    assert (page["as_of"], page["as_of_source"]) == ("2026-05-30", "last case")


def test_a_kinds_page_has_its_cases_its_clause_and_a_draft(shop_api: Api, late: str) -> None:
    ines = shop_api.by("ines")
    page = ines.get(f"/v1/kinds/{late}").json()
    assert page["clause"]["key"] == "RET-2.1"
    assert page["evidence"]["cases"] == page["kind"]["cases"] == 18
    assert page["evidence"]["good"]["share_high"] == 1
    assert page["evidence"]["good"]["share_low"] < 0.9
    assert {case["state"] for case in page["representative"]} == {"approved"}
    assert all(case["why"] for case in page["representative"])
    assert page["candidate"] is None
    assert page["draft"] == ines.get(f"/v1/kinds/{late}/draft").json()
    assert page["draft"]["verdict"] == "widen_limit"
    assert "24 days" in page["draft"]["redline"]["new"]
    assert_refused(ines.get("/v1/kinds/000000000000"), 404, "UnknownKind")
    assert_refused(ines.get("/v1/kinds/000000000000/draft"), 404, "UnknownKind")


def test_a_name_survives_the_next_run_and_a_late_rename_is_refused(
    shop_api: Api, late: str
) -> None:
    ines, path = shop_api.by("ines"), f"/v1/kinds/{late}"
    tag = ines.get(path).headers["ETag"]
    renamed = ines.patch(path, json={"name": "Late parcels"}, headers={"If-Match": tag})
    assert renamed.json() == {"id": late, "name": "Late parcels"}
    other = ines.patch(path, json={"name": "Slow post"}, headers={"If-Match": tag})
    assert_refused(other, 409, "VersionMoved")
    run = ines.post("/v1/runs", json={"seed": 1})
    assert (run.status_code, run.json()["state"]) == (HTTPStatus.CREATED, "published")
    assert [one["seed"] for one in ines.get("/v1/runs").json()] == [1, 0]
    assert ines.get(path).json()["kind"]["name"] == "Late parcels"


def test_a_kind_is_put_aside_and_taken_back(shop_api: Api, late: str) -> None:
    ines, path = shop_api.by("ines"), f"/v1/kinds/{late}"
    assert ines.post(f"{path}/dismiss", json={"reason": "A season."}).json()["id"] == late
    assert late not in {kind["id"] for kind in ines.get("/v1/kinds").json()}
    everything = {kind["id"]: kind["state"] for kind in ines.get("/v1/kinds?all=true").json()}
    assert everything[late] == "dismissed"
    again = ines.post(f"{path}/dismiss", json={"reason": "A season."})
    assert_refused(again, 409, "AlreadyDismissed")
    assert_refused(ines.post(f"{path}/promote", json={}), 409, "KindDismissed")
    assert ines.post(f"{path}/restore").json()["id"] == late
    assert_refused(ines.post(f"{path}/restore"), 409, "NotDismissed")


def test_managers_see_memberships_under_opaque_ids_and_admins_under_the_rows_own(
    shop_api: Api, late: str
) -> None:
    theirs, own = (shop_api.by(name).get("/v1/memberships").json() for name in ("ines", "admin"))
    assert len(theirs) == len(own) == 32
    assert {row["source_system"] for row in theirs} == {None}
    assert {row["source_system"] for row in own} == {"ledger"}
    assert {row["id"] for row in theirs}.isdisjoint({row["id"] for row in own})
    assert sum(row["kind_id"] == late for row in theirs) == 18
    assert {row["origin"] for row in theirs} == {"run"}


# The library


def test_the_library_of_a_day_has_the_clauses_that_stood_then(shop_api: Api, claimed: str) -> None:
    ruth = shop_api.person("ruth")
    ruth.post(f"{claimed}/accept", json={"reason": "It helps.", "password": PASSWORD})
    start = datetime(2026, 5, 20, tzinfo=UTC)
    with shop_api.house.transaction(operator(shop_api.house)) as tx:
        book = policy_by_key(tx, "RET")
        new_clause(tx, book, "RET-2", "RET-2.9", "Laces are given away.", start, None)
    today, then = (
        {one["key"]: one for book in shelf["policies"] for one in book["clauses"]}
        for shelf in (
            ruth.get("/v1/library").json(),
            ruth.get("/v1/library", params={"on": "2026-05-01"}).json(),
        )
    )
    assert today["RET-2.1"]["revision"]["number"] == 2
    assert then["RET-2.1"]["revision"]["number"] == 1
    assert today.keys() - then.keys() == {"RET-2.9"}


# Candidates


def test_an_authority_costs_what_its_cases_cost_so_far(shop_api: Api, late: str) -> None:
    ines = shop_api.by("ines")
    year = ines.get(f"/v1/kinds/{late}").json()["evidence"]["year"]
    wish = {"verdict": "grant_authority"}
    made = ines.post(f"/v1/kinds/{late}/promote", json=wish).json()
    assert made["year"] == {name: year[name] for name in ("low", "mid", "high")}
    assert made["currency"] == year["currency"]


def test_a_promoted_kind_waits_for_its_owner(shop_api: Api, late: str, promoted: str) -> None:
    ruth, ines = shop_api.by("ruth"), shop_api.by("ines")
    (listed,) = ruth.get("/v1/candidates").json()["candidates"]
    assert (listed["id"], listed["kind"]["id"], listed["owner"]) == (promoted, late, "returns-desk")
    assert (listed["yours"], listed["grade"]) == (True, "moderate")
    (seen,) = ines.get("/v1/candidates").json()["candidates"]
    assert seen == listed | {"yours": False, "you_promoted": True}
    assert listed["redline"]["old"] != listed["redline"]["new"]
    assert (listed["waits_days"], listed["year"] is None) == (0, False)
    assert ines.get(f"/v1/candidates/{promoted}").json()["you_promoted"] is True
    assert ines.get(f"/v1/kinds/{late}").json()["candidate"]["state"] == "open"
    assert ruth.get("/v1/notices").json()["notices"][0]["needs_you"] is True
    again = assert_refused(ines.post(f"/v1/kinds/{late}/promote", json={}), 409, "AlreadyPromoted")
    assert again["facts"]["candidate"] == promoted
    waits = ines.post(f"/v1/kinds/{late}/dismiss", json={"reason": "No."})
    assert_refused(waits, 409, "CandidateWaits")


def test_an_accepted_candidate_is_in_force_and_everybody_hears_why(
    shop_api: Api, claimed: str
) -> None:
    ruth = shop_api.person("ruth")
    before = ruth.get(claimed)
    page: dict[str, Any] = before.json()
    assert page["backtest"]["covered"] == 18
    assert page["clause_text"].startswith("Unworn shoes")
    assert {change["op"] for change in page["changes"]} == {"same", "removed", "added"}
    answer = ruth.post(
        f"{claimed}/accept",
        json={"reason": "Late parcels are not theirs.", "password": PASSWORD},
        headers={"If-Match": before.headers["ETag"]},
    )
    assert answer.json()["state"] == "in_force"
    (decision,) = answer.json()["decisions"]
    assert (decision["verdict"], decision["reason"]) == ("accept", "Late parcels are not theirs.")
    clause = shop_api.by("maya").get("/v1/clauses/RET-2.1").json()
    assert clause["revision"]["text"] == "Unworn shoes come back within 24 days of delivery."
    assert clause["revision"]["candidate_id"] == page["id"]
    for contributor in ("maya", "tom", "lena", "ines"):
        told = shop_api.by(contributor).get("/v1/notices").json()["notices"]
        assert "Late parcels are not theirs." in told[0]["body"], contributor
    assert_refused(
        ruth.post(f"{claimed}/accept", json={"reason": "Twice.", "password": PASSWORD}),
        409,
        "IllegalMove",
    )


def test_edits_are_kept_beside_what_was_suggested(shop_api: Api, claimed: str) -> None:
    ruth = shop_api.person("ruth")
    markup = ruth.get(claimed).json()["new_markup"].replace("24", "21")
    answer = ruth.post(
        f"{claimed}/accept", json={"reason": "Three weeks.", "markup": markup, "password": PASSWORD}
    )
    page = answer.json()
    assert page["decisions"][0]["verdict"] == "accept_with_edits"
    new = {name: [one["text"] for one in page[name] if one["op"] == "added"]
           for name in ("changes", "accepted_changes")}  # fmt: skip
    assert new == {"changes": ["24"], "accepted_changes": ["21"]}
    text = shop_api.by("tom").get("/v1/clauses/RET-2.1").json()["revision"]["text"]
    assert text == "Unworn shoes come back within 21 days of delivery."


def test_a_later_day_is_kept_and_a_past_one_refused(shop_api: Api, claimed: str) -> None:
    ruth = shop_api.person("ruth")
    said = {"reason": "From July on.", "password": PASSWORD}
    past = ruth.post(f"{claimed}/accept", json=said | {"effective_from": "2020-01-01"})
    assert assert_refused(past, 422, "DateInPast")["field"] == "effective_from"
    day = (now() + timedelta(days=40)).date().isoformat()
    answer = ruth.post(f"{claimed}/accept", json=said | {"effective_from": day}).json()
    assert (answer["state"], answer["effective_from"]) == ("accepted", day)


def test_a_decision_on_what_has_moved_on_is_refused(shop_api: Api, claimed: str) -> None:
    ruth, old = shop_api.person("ruth"), {"If-Match": '"1"'}
    for verb, more in (("accept", {"password": PASSWORD}), ("reject", {})):
        late = ruth.post(f"{claimed}/{verb}", json={"reason": "Yes."} | more, headers=old)
        assert_refused(late, 409, "VersionMoved")
    raised = shop_api.by("ruth").get("/v1/policies/RET/markdown").text.replace("14", "15")
    ruth.post("/v1/policies", json={"file_name": "handbook.md", "markdown": raised})
    assert ruth.get(claimed).json()["stale"] is True
    assert_refused(
        ruth.post(f"{claimed}/accept", json={"reason": "Yes.", "password": PASSWORD}),
        409,
        "StaleBase",
    )
    released = ruth.post(f"{claimed}/release").json()
    assert (released["state"], released["stale"]) == ("open", False)


@pytest.mark.parametrize(
    ("verb", "more", "state", "topic"),
    [
        ("reject", {}, "rejected", "decision"),
        ("defer", {"until": "2099-01-01"}, "deferred", "decision"),
        ("return", {}, "returned", "candidate_returned"),
    ],
)
def test_a_no_a_later_and_a_question_reach_the_manager(
    shop_api: Api, claimed: str, verb: str, more: dict[str, str], state: str, topic: str
) -> None:
    answer = shop_api.by("ruth").post(f"{claimed}/{verb}", json={"reason": "Which ones?"} | more)
    assert (answer.json()["state"], answer.json()["claimed_by_you"]) == (state, state == "rejected")
    told = shop_api.by("ines").get("/v1/notices").json()["notices"][0]
    assert told["topic"] == topic
    assert "Which ones?" in told["body"]


def test_the_reason_of_a_decision_is_redacted_before_anybody_hears_it(
    shop_api: Api, claimed: str
) -> None:
    reason = "Ask penelope.quill@example.org first."
    answer = shop_api.by("ruth").post(f"{claimed}/reject", json={"reason": reason})
    assert answer.json()["decisions"][0]["reason"] == "Ask [e-mail] first."
    told = shop_api.by("maya").get("/v1/notices").json()["notices"][0]
    assert "penelope" not in told["body"]


def test_a_retired_kinds_page_still_answers_without_a_draft(shop_api: Api, late: str) -> None:
    with shop_api.house.database.transaction() as session:
        session.get_one(Kind, late).retired_at = now()
    page = shop_api.by("ines").get(f"/v1/kinds/{late}").json()
    assert page["kind"]["id"] == late
    assert page["draft"] is None


def test_a_candidate_is_nobodys_who_may_not_decide_it(shop_api: Api, promoted: str) -> None:
    path = f"/v1/candidates/{promoted}"
    assert_refused(shop_api.by("admin").post(f"{path}/claim"), 403, "NotYourClause")
    assert_refused(shop_api.by("ruth").post(f"{path}/release"), 409, "IllegalMove")
    yes = {"reason": "Yes.", "password": PASSWORD}
    unclaimed = shop_api.person("ruth").post(f"{path}/accept", json=yes)
    assert_refused(unclaimed, 409, "IllegalMove")
    assert_refused(shop_api.by("ruth").get("/v1/candidates/000000000000"), 404, "UnknownCandidate")


def test_a_signed_proposal_is_a_precedent_after_the_catch_up_and_joins_its_kind(
    shop_api: Api, late: str
) -> None:
    case = filed(
        shop_api,
        situation="A customer with a pram returned unworn boots 17 days after delivery",
        resolution="Return taken back and the money refunded to the card",
        facts={"days_since_delivery": 17},
    )
    assert signed(shop_api, case).json()["kind"] is None
    assert shop_api.by("ines").get("/v1/inbox").json()["unsorted"] is None, "of one agent"
    shop_api.by("ines").post("/v1/runs", json={})
    seen = shop_api.by("maya").get(f"/v1/proposals/{case['id']}").json()
    assert seen["kind"]["id"] == late
    assert shop_api.by("ines").get("/v1/inbox").json()["as_of_source"] == "clock"


# The backtest while somebody edits


def test_a_limit_is_tried_before_anybody_signs(shop_api: Api, late: str, claimed: str) -> None:
    ruth = shop_api.by("ruth")
    days = [{"fact": "days_since_delivery", "bound": "max", "limit": 16, "unit": "day"}]
    for path in (f"/v1/kinds/{late}", claimed):
        drafted = ruth.post(f"{path}/backtest", json={}).json()
        tried = ruth.post(f"{path}/backtest", json={"conditions": days}).json()
        assert tried["backtest"]["covered"] < drafted["backtest"]["covered"]
        assert "16 days" in tried["redline"]["new"]
        assert "max=16" in tried["new_markup"]
    unreadable = [{"fact": "days", "bound": "one_of", "limit": 3}]
    assert ruth.post(f"{claimed}/backtest", json={"conditions": unreadable}).status_code == 422
    two = {"markup": "Be kind.\n\n# A part of its own"}
    assert_refused(ruth.post(f"{claimed}/backtest", json=two), 422, "BadClause")
