"""Limits, pauses and routed cases through the API and the command line."""

import json

import pytest

from recommender.accounts.directory import add_account, operator
from recommender.vocabulary import Role
from tests.conftest import AddPolicy, RunCli
from tests.contract.conftest import Api

LIMITS = {
    "monthly_budget": 100.0,
    "currency": "EUR",
    "repeat_cases": 2,
    "repeat_days": 30,
    "roles": [{"role": "agent", "amount": 50.0}],
}
PROPOSAL = {
    "situation": "She came a week late.",
    "resolution": "Take the boots back.",
    "clause_key": "RET-2.1",
    "amount": 60,
    "currency": "EUR",
    "customer_id": "4711",
}


def file(api: Api, **changed: object) -> dict[str, object]:
    answer = api.by("maya").post("/v1/proposals", json=PROPOSAL | changed)
    assert answer.status_code == 201, answer.text
    filed: dict[str, object] = answer.json()
    return filed


def test_limits_are_read_by_everybody_and_set_by_the_desk(ruled: Api) -> None:
    url = "/v1/clauses/RET-2.1/limits"
    before = ruled.by("maya").get(url)
    assert (before.headers["ETag"], before.json()["yours"]) == ('"0"', False)
    assert before.json()["spent"] is None
    owner = ruled.by("ruth")
    stale = {"If-Match": '"7"'}
    assert owner.put(url, json=LIMITS, headers=stale).json()["code"] == "VersionMoved"
    answer = owner.put(url, json=LIMITS, headers={"If-Match": before.headers["ETag"]})
    page = answer.json()
    assert {name: page[name] for name in LIMITS} == LIMITS
    assert (page["version"], page["yours"], page["never_bend"]) == (1, True, False)
    assert (page["spent"]["amount"], page["spent"]["left"]) == (0, 100)
    assert ruled.by("auditor").get(url).headers["ETag"] == '"1"'
    assert owner.put(url, json={}).json()["monthly_budget"] is None


def test_owners_list_what_they_may_limit(ruled: Api) -> None:
    ruled.by("ruth").put("/v1/clauses/RET-2.1/limits", json=LIMITS)
    listed = {name: ruled.by(name).get("/v1/limits").json()["clauses"] for name in ("ruth", "maya")}
    assert listed["maya"] == []
    assert all(each["yours"] for each in listed["ruth"])
    (limited,) = (each for each in listed["ruth"] if each["monthly_budget"])
    assert limited == ruled.by("ruth").get("/v1/clauses/RET-2.1/limits").json()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"monthly_budget": 5}, "currency"),
        ({"monthly_budget": -5, "currency": "EUR"}, "monthly_budget"),
        ({"repeat_cases": 5}, "per_customer_days"),
        ({"roles": [{"role": "auditor", "amount": 5}], "currency": "EUR"}, "roles.auditor"),
        ({"roles": [{"role": "agent", "most": 5}], "currency": "EUR"}, "roles.0.amount"),
        ({"budget": 5}, "budget"),
    ],
)
def test_a_wrong_limit_names_its_field(ruled: Api, wrong: dict[str, object], field: str) -> None:
    answer = ruled.by("ruth").put("/v1/clauses/RET-2.1/limits", json=wrong)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_ceiling_is_set_with_its_currency(ruled: Api) -> None:
    owner = ruled.by("ruth")
    ceiling = {"amount": 50, "currency": "EUR"}
    assert owner.put("/v1/clauses/RET-2.1/ceiling", json=ceiling).json()["ceiling"] == 50
    assert owner.get("/v1/clauses/RET-2.1/limits").json()["currency"] == "EUR"
    said = json.dumps(file(ruled, amount=1, currency="USD")["breaches"])
    assert "1 USD, which cannot be checked against it." in said


def test_the_never_bend_list_is_the_owners(ruled: Api) -> None:
    owner = ruled.by("ruth")
    page = owner.put("/v1/clauses/RET-2.1/never-bend", json={"never_bend": True}).json()
    assert page["never_bend"]
    assert "#RET-2.1 .never-bend" in owner.get("/v1/policies/RET/markdown").text
    bent = file(ruled, amount=None, currency=None)
    assert bent["breaches"] == [
        {"rule": "never_bend", "words": "RET-2.1 is never bent, whatever the case."}
    ]


def test_a_breach_is_said_routed_and_answered(ruled: Api) -> None:
    owner, peer = ruled.by("ruth"), ruled.by("tom")
    owner.put("/v1/clauses/RET-2.1/limits", json=LIMITS)
    filed = file(ruled)
    assert [one["rule"] for one in filed["breaches"]] == ["role_limit"]  # type: ignore[attr-defined]
    signature = {"content_hash": filed["content_hash"]}
    refused = peer.post(f"/v1/proposals/{filed['id']}/cosign", json=signature)
    assert (refused.status_code, refused.json()["code"]) == (409, "RoleLimitExceeded")
    assert refused.json()["facts"] == {"rule": "role_limit", "most": 50, "amount": 60}
    (shown,) = owner.get("/v1/routed").json()["proposals"]
    assert (shown["id"], shown["breaches"]) == (filed["id"], filed["breaches"])
    assert peer.get("/v1/routed").json()["code"] == "RoleMissing"
    approved = owner.post(f"/v1/routed/{filed['id']}/approve", json=signature).json()
    assert (approved["state"], approved["decided_by_owner"]) == ("approved", True)
    assert owner.get("/v1/routed").json()["proposals"] == []
    spent = owner.get("/v1/clauses/RET-2.1/limits").json()["spent"]
    assert (spent["amount"], spent["left"], spent["uncounted"]) == (60, 40, 0)
    second = file(ruled)
    no = {"content_hash": second["content_hash"], "reason": "Not twice."}
    declined = owner.post(f"/v1/routed/{second['id']}/decline", json=no).json()
    assert (declined["state"], declined["decline_reason"]) == ("declined", "Not twice.")
    (told, _) = ruled.by("maya").get("/v1/mine").json()["filed"]
    assert told["decided_by_owner"]


def test_while_somebody_types_the_limits_are_said(ruled: Api) -> None:
    ruled.by("ruth").put("/v1/clauses/RET-2.1/limits", json=LIMITS)
    draft = {name: PROPOSAL[name] for name in ("situation", "clause_key", "amount", "currency")}
    limits = ruled.by("maya").post("/v1/advice", json=draft).json()["limits"]
    assert [one["rule"] for one in limits] == ["role_limit", "customer_count"]


def test_a_pause_is_made_seen_and_lifted(ruled: Api) -> None:
    owner = ruled.by("ruth")
    reason = {"reason": "A recall is running."}
    one = owner.post("/v1/pauses", json=reason | {"clause_key": "RET-2.1"}).json()
    everywhere = owner.post("/v1/pauses", json=reason)
    assert (everywhere.status_code, everywhere.json()["clause_key"]) == (201, None)
    seen = ruled.by("tom").get("/v1/clauses/RET-2.1/limits").json()["pauses"]
    assert {pause["id"] for pause in seen} == {one["id"], everywhere.json()["id"]}
    other = ruled.by("tom").get("/v1/clauses/RET-3.1/limits").json()["pauses"]
    assert [pause["id"] for pause in other] == [everywhere.json()["id"]]
    assert owner.post(f"/v1/pauses/{one['id']}/lift").json()["lifted"] is not None
    assert owner.post(f"/v1/pauses/{one['id']}/lift").json()["code"] == "AlreadyLifted"
    assert owner.post("/v1/pauses/nothing/lift").status_code == 404
    assert len(ruled.by("maya").get("/v1/pauses").json()["pauses"]) == 1
    assert len(ruled.by("maya").get("/v1/pauses?lifted=true").json()["pauses"]) == 2


# The command line


def test_limits_are_set_and_shown_on_the_command_line(cli: RunCli, add_policy: AddPolicy) -> None:
    add_policy()
    said = ("--budget", 100, "--currency", "EUR", "--per-customer", 2, "--days", 30)
    assert cli("policies", "limits", "RET-2.1", *said).exit_code == 0
    roles = ("--role", "agent=50", "--role", "manager=200")
    answer = json.loads(cli("policies", "limits", "RET-2.1", *roles, "--json").stdout)
    (row,) = answer["limits"]
    assert row == {
        "clause": "RET-2.1",
        "never_bend": False,
        "ceiling": None,
        "monthly_budget": 100,
        "spent": 0,
        "currency": "EUR",
        "per_customer": 2,
        "per_customer_days": 30,
        "roles": "agent=50, manager=200",
    }
    assert len(json.loads(cli("policies", "limits", "--json").stdout)["limits"]) == 3
    shown = cli("policies", "limits").stdout
    assert "agent=50, manager=200" in shown
    emptied = json.loads(cli("policies", "limits", "RET-2.1", "--none", "--json").stdout)
    assert emptied["limits"][0]["monthly_budget"] is None


def test_wrong_words_are_refused_on_the_command_line(cli: RunCli, add_policy: AddPolicy) -> None:
    add_policy()
    assert cli("policies", "limits", "--budget", 5).exit_code == 2
    for role in ("agent", "agent=", "nobody=5"):
        assert cli("policies", "limits", "RET-2.1", "--role", role).exit_code == 2
    refused = cli("policies", "limits", "RET-2.1", "--budget", 5)
    assert (refused.exit_code, "currency: " in refused.stderr) == (1, True)


def test_pauses_and_the_never_bend_list_on_the_command_line(cli: RunCli, ruled: Api) -> None:
    with ruled.house.transaction(operator(ruled.house)) as tx:
        add_account(tx, name="olga", display_name="O", roles=[Role.POLICY_OWNER], team="bikes")
    made = cli("policies", "pause", "RET-2.1", "--reason", "A recall.").stdout
    cli("policies", "pause", "--reason", "An audit.")
    shown = cli("policies", "limits").stdout
    assert "paused: RET-2.1: A recall. (lift " in shown
    assert "paused: every clause: An audit. (lift " in shown
    pause_id = made.partition("policies lift ")[2].partition("`")[0]
    refused = cli("policies", "lift", pause_id, "--as", "olga")
    assert (refused.exit_code, "RET-2.1 belongs to returns-desk" in refused.stderr) == (1, True)
    assert cli("policies", "lift", pause_id).stdout == "The pause is over.\n"
    assert cli("policies", "never-bend", "RET-2.1").stdout == "RET-2.1 is never bent.\n"
    assert "never bent" in cli("policies", "show", "RET-2.1").stdout
    assert cli("policies", "never-bend", "RET-2.1", "--lift").exit_code == 0
    assert "never bent" not in cli("policies", "show", "RET-2.1").stdout
