"""Filing, co-signing, precedents and outcomes over HTTP; sending twice, changing at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from starlette.testclient import TestClient

from tests.contract.asking import WISH, assert_refused, filed, signed
from tests.contract.conftest import Api


def test_a_proposal_is_filed_seen_by_a_peer_and_approved_by_the_signature(ruled: Api) -> None:
    case = filed(ruled)
    assert (case["state"], case["mine"], case["breaches"]) == ("pending", True, [])
    assert {name: case[name] for name in WISH} == WISH
    page = ruled.by("tom").get("/v1/queue").json()
    assert [rule["clause"] for rule in page["rules"]] == [case["clause_key"]]
    assert case["section"] == "Return window"
    (to_tom,) = page["proposals"]
    assert (to_tom["mine"], to_tom["offered"], to_tom["could_sign"]) == (False, True, None)
    assert to_tom | {"mine": True, "offered": False, "could_sign": 1} == case
    assert ruled.by("maya").get("/v1/queue").json()["proposals"] == []

    answer = signed(ruled, case)
    assert answer.status_code == HTTPStatus.OK
    assert (answer.json()["state"], answer.json()["expires_at"]) == ("approved", None)
    assert [one["state"] for one in ruled.by("maya").get("/v1/mine").json()["filed"]] == [
        "approved"
    ]
    assert [one["id"] for one in ruled.by("tom").get("/v1/mine").json()["signed"]] == [case["id"]]
    assert ruled.by("tom").get("/v1/queue").json()["proposals"] == []


def test_signing_is_refused_to_the_filer_for_a_stale_text_and_twice(ruled: Api) -> None:
    case = filed(ruled)
    assert_refused(signed(ruled, case, "maya"), 403, "OwnCosign")
    changed = ruled.by("maya").put(f"/v1/proposals/{case['id']}", json=WISH | {"amount": 90.0})
    assert changed.json()["content_hash"] != case["content_hash"]
    stale = assert_refused(signed(ruled, case), 409, "StaleSignature")
    assert stale["facts"] == {"content_hash": changed.json()["content_hash"]}
    assert signed(ruled, changed.json()).status_code == HTTPStatus.OK
    assert_refused(signed(ruled, changed.json()), 409, "NotPending")
    assert_refused(signed(ruled, {**case, "id": "000000000000"}), 404, "UnknownCase")


def test_what_peers_cannot_approve_is_said_and_refused(ruled: Api) -> None:
    bent = filed(ruled, clause_key="RET-2.2")
    assert [breach["rule"] for breach in bent["breaches"]] == ["never_bend"]
    assert_refused(signed(ruled, bent), 409, "NeverBend")
    lowered = ruled.by("ruth").put("/v1/clauses/RET-2.1/ceiling", json={"amount": 50})
    assert lowered.json()["ceiling"] == 50
    assert_refused(signed(ruled, filed(ruled)), 409, "CeilingExceeded")
    assert (
        ruled.by("ruth").put("/v1/clauses/RET-2.1/ceiling", json={"amount": None}).json()["ceiling"]
        is None
    )


def test_a_peer_declines_with_a_reason_that_the_filer_reads(ruled: Api) -> None:
    case = filed(ruled)
    said = {"content_hash": case["content_hash"], "reason": "They were worn."}
    answer = ruled.by("tom").post(f"/v1/proposals/{case['id']}/decline", json=said)
    assert (answer.json()["state"], answer.json()["decline_reason"]) == (
        "declined",
        "They were worn.",
    )
    notes = ruled.by("maya").get("/v1/notices").json()["notices"]
    assert "They were worn." in notes[0]["body"]
    assert ruled.by("maya").get("/v1/me").json()["unread"] == 1
    read = ruled.by("maya").post(f"/v1/notices/{notes[0]['id']}/read")
    assert read.json()["read_at"] is not None
    assert ruled.by("maya").get("/v1/me").json()["unread"] == 0
    assert_refused(ruled.by("tom").post(f"/v1/notices/{notes[0]['id']}/read"), 404, "UnknownNotice")


def test_a_filer_withdraws_or_revokes_and_reports_the_outcome(ruled: Api) -> None:
    maya, other = ruled.by("maya"), filed(ruled)
    assert maya.post(f"/v1/proposals/{other['id']}/withdraw").json()["state"] == "withdrawn"
    case = filed(ruled)
    outcome = f"/v1/cases/{case['id']}/outcome"
    assert_refused(maya.post(outcome, json={"csat": 5}), 409, "NotDecided")
    signed(ruled, case)
    assert maya.post(outcome, json={"csat": 5}).json()["outcome"] == "good"
    assert_refused(maya.post(outcome, json={}), 422, "EmptyOutcome")
    assert_refused(ruled.by("tom").post(outcome, json={"csat": 1}), 403, "NotYourCase")
    revoke = f"/v1/cases/{case['id']}/revoke"
    assert_refused(ruled.by("tom").post(revoke, json={"reason": "No."}), 403, "NotYourCase")
    assert maya.post(revoke, json={"reason": "He kept them."}).json()["state"] == "revoked"
    assert_refused(maya.post(revoke, json={"reason": "Again."}), 409, "IllegalMove")


def test_the_form_offers_the_clauses_and_the_words_used_before(ruled: Api) -> None:
    filed(ruled, product="boots", granted_action="refund")
    page = ruled.by("tom").get("/v1/filing").json()
    assert [clause["key"] for clause in page["clauses"]] == ["RET-2.1", "RET-2.2", "RET-3.1"]
    assert (page["actions"], page["products"], page["currency"]) == (["refund"], ["boots"], "EUR")
    assert page["direction"] == ruled.house.settings.direction


def test_precedents_come_with_why_and_with_what_is_allowed_already(shop_api: Api) -> None:
    draft = {
        "situation": "A walker returned unworn boots after the window, ten days after delivery",
        "clause_key": "RET-2.1",
        "facts": {"days_since_delivery": 10},
        "top": 3,
    }
    page = shop_api.by("maya").post("/v1/precedents", json=draft).json()
    assert page["allowed"]["clause_key"] == "RET-2.1"
    assert {one["clause_key"] for one in page["precedents"]} == {"RET-2.1"}
    assert {one["decision"] for one in page["precedents"]} == {"approved", "declined"}
    assert all(one["why"] for one in page["precedents"])
    late = draft | {"facts": {"days_since_delivery": 20}}
    assert shop_api.by("maya").post("/v1/precedents", json=late).json()["allowed"] is None
    assert shop_api.by("ines").post("/v1/precedents", json=draft).json()["allowed"] is None


def test_a_peer_asks_first_and_everybody_concerned_reads_the_answer(ruled: Api) -> None:
    case = filed(ruled)
    path = f"/v1/proposals/{case['id']}/ask"
    said = {"content_hash": case["content_hash"], "question": "Were they worn?"}
    (thread,) = ruled.by("tom").post(path, json=said).json()["questions"]
    assert (thread["text"], thread["answer"], thread["mine"]) == ("Were they worn?", None, True)
    assert_refused(ruled.by("tom").post(path, json=said), 409, "QuestionOpen")
    assert_refused(ruled.by("maya").post(path, json=said), 403, "OwnCosign")
    answering = f"/v1/questions/{thread['id']}/answer"
    assert_refused(ruled.by("tom").post(answering, json={"text": "No."}), 403, "NotYourCase")
    hers = ruled.by("maya").post(answering, json={"text": "Never."}).json()
    assert [(one["answer"], one["mine"]) for one in hers["questions"]] == [("Never.", False)]
    assert hers["content_hash"] == case["content_hash"]
    (his,) = ruled.by("tom").get("/v1/queue").json()["proposals"]
    assert [(one["answer"], one["earlier"]) for one in his["questions"]] == [("Never.", False)]
    changed = ruled.by("maya").put(f"/v1/proposals/{case['id']}", json=WISH | {"amount": 90.0})
    assert [one["earlier"] for one in changed.json()["questions"]] == [True]
    assert signed(ruled, changed.json()).json()["questions"] == []
    (mine,) = ruled.by("maya").get("/v1/mine").json()["filed"]
    assert [one["answer"] for one in mine["questions"]] == ["Never."]


# Sending twice, changing at once


def test_the_same_key_acts_once_and_answers_the_same(ruled: Api) -> None:
    maya, key = ruled.by("maya"), {"Idempotency-Key": "order 66"}
    first, second = (maya.post("/v1/proposals", json=WISH, headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert (first.status_code, second.status_code) == (HTTPStatus.CREATED, HTTPStatus.CREATED)
    assert len(maya.get("/v1/mine").json()["filed"]) == 1
    other = maya.post("/v1/proposals", json=WISH | {"amount": 1.0}, headers=key)
    assert assert_refused(other, 409, "KeyReused")["field"] == "Idempotency-Key"
    theirs = ruled.by("tom").post("/v1/proposals", json=WISH, headers=key)
    assert theirs.json()["id"] != first.json()["id"]
    assert filed(ruled)["id"] != first.json()["id"]


def test_a_refused_request_leaves_its_key_unused(ruled: Api) -> None:
    maya, key = ruled.by("maya"), {"Idempotency-Key": "1"}
    bad = maya.post("/v1/proposals", json=WISH | {"clause_key": "RET-9"}, headers=key)
    assert_refused(bad, 404, "UnknownClause")
    good = maya.post("/v1/proposals", json=WISH, headers=key)
    assert good.status_code == HTTPStatus.CREATED


def test_an_edit_on_a_version_that_has_moved_on_is_refused(ruled: Api) -> None:
    maya, case = ruled.by("maya"), filed(ruled)
    path = f"/v1/proposals/{case['id']}"
    tag = maya.get(path).headers["ETag"]
    changed = maya.put(path, json=WISH | {"amount": 90.0}, headers={"If-Match": tag})
    assert changed.status_code == HTTPStatus.OK
    late = maya.put(path, json=WISH | {"amount": 95.0}, headers={"If-Match": tag})
    problem = assert_refused(late, 409, "VersionMoved")
    assert problem["facts"] == {"version": changed.json()["version"]}
    assert maya.get(path).json()["amount"] == 90.0
    assert maya.put(path, json=WISH, headers={"If-Match": "*"}).json()["amount"] == 80.0
    assert_refused(ruled.by("tom").put(path, json=WISH), 403, "NotYourCase")


def test_more_signatures_at_once_than_the_server_has_threads_give_one_approval(
    ruled: Api,
) -> None:
    case = filed(ruled)
    path, body = f"/v1/proposals/{case['id']}/cosign", {"content_hash": case["content_hash"]}
    headers = dict(ruled.by("tom").headers)
    with (
        TestClient(ruled.app, headers=headers) as client,  # one event loop, so one pool of threads
        ThreadPoolExecutor(60) as signers,
    ):
        answers = list(signers.map(lambda _: client.post(path, json=body).status_code, range(60)))
    assert Counter(answers) == {HTTPStatus.OK: 1, HTTPStatus.CONFLICT: 59}
