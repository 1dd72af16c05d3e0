"""Roles, team and lead change at the next request, by admins, and never past the last of them."""

from collections.abc import Mapping

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from recommender.accounts.directory import LastAdmin, deactivate, operator
from recommender.accounts.people import import_people
from recommender.models.accounts import Account
from recommender.models.events import Event
from recommender.storage.house import House
from tests.conftest import RunCli
from tests.contract.conftest import Api


def change(admin: TestClient, name: str, **given: object) -> Mapping[str, object]:
    answer = admin.patch(f"/v1/accounts/{name}", json=given)
    assert answer.status_code == 200, answer.text
    changed: Mapping[str, object] = answer.json()
    return changed


def refusal(admin: TestClient, name: str, **given: object) -> tuple[int, str]:
    answer = admin.patch(f"/v1/accounts/{name}", json=given)
    return answer.status_code, answer.json()["code"]


def test_a_role_that_is_gone_opens_nothing_at_the_next_request(ruled: Api) -> None:
    ines, admin = ruled.person("ines"), ruled.by("admin")
    assert ines.get("/v1/kinds").status_code == 200
    assert change(admin, "ines", roles=["agent"])["roles"] == ["agent"]
    gone = ines.get("/v1/kinds")
    assert (gone.status_code, gone.json()["code"]) == (403, "RoleMissing")
    me = ines.get("/v1/me")
    assert (me.status_code, me.json()["roles"]) == (200, ["agent"])
    assert ines.get("/v1/mine").status_code == 200, "and one that came opens at once"
    change(admin, "ines", roles=["manager", "agent"])
    assert ines.get("/v1/kinds").status_code == 200


def test_a_key_of_the_account_loses_the_role_too(ruled: Api) -> None:
    key, admin = ruled.by("ruth"), ruled.by("admin")
    assert key.put("/v1/clauses/RET-2.1/ceiling", json={"amount": 50}).status_code == 200
    change(admin, "ruth", roles=["auditor"])
    assert key.put("/v1/clauses/RET-2.1/ceiling", json={"amount": 60}).status_code == 403


def test_what_is_left_out_stays_and_null_takes_away(api: Api) -> None:
    admin = api.by("admin")
    assert change(admin, "maya", lead="ines")["team"] == "north"
    assert change(admin, "maya", team="west")["lead"] == "ines"
    changed = change(admin, "maya", lead=None, team=None)
    assert (changed["roles"], changed["team"], changed["lead"]) == (["agent"], None, None)
    (listed,) = [one for one in admin.get("/v1/accounts").json() if one["name"] == "maya"]
    assert listed == changed


def test_two_admins_do_not_overwrite_each_other(api: Api) -> None:
    admin = api.by("admin")
    (seen,) = [one for one in admin.get("/v1/accounts").json() if one["name"] == "maya"]
    first = {"If-Match": f'"{seen["version"]}"'}
    body = {"roles": ["agent", "manager"]}
    assert admin.patch("/v1/accounts/maya", json=body, headers=first).status_code == 200
    late = admin.patch("/v1/accounts/maya", json={"team": "west"}, headers=first)
    assert (late.status_code, late.json()["code"]) == (409, "VersionMoved")
    assert change(admin, "maya")["team"] == "north"


def test_every_change_is_in_the_log_once(api: Api) -> None:
    admin = api.by("admin")
    change(admin, "maya", roles=["agent", "manager"])
    change(admin, "maya", roles=["manager", "agent"])
    with api.house.database.reading() as session:
        told = session.scalars(select(Event).where(Event.verb == "change")).all()
    assert [(one.actor, one.noun_id, one.details["roles"]) for one in told] == [
        ("admin", "maya", ["agent", "manager"])
    ]


def test_the_last_admin_stays_by_every_door(house: House, api: Api, cli: RunCli) -> None:
    admin = api.by("admin")
    assert refusal(admin, "admin", roles=["agent"]) == (409, "LastAdmin")
    gone = admin.post("/v1/accounts/admin/deactivate")
    assert (gone.status_code, gone.json()["code"]) == (409, "LastAdmin")
    assert "last admin" in cli("accounts", "roles", "admin", "agent").stderr
    assert "last admin" in cli("accounts", "deactivate", "admin").stderr
    with house.transaction(operator(house)) as tx:
        rows = [{"name": "admin", "roles": "agent"}, {"name": "admin", "active": "no"}]
        report = import_people(tx, rows)
        assert [one.field for one in report.refused] == ["roles", "roles"]
    change(admin, "ines", roles=["admin", "manager"])
    with house.transaction(operator(house)) as tx:
        deactivate(tx, "ines")
        with pytest.raises(LastAdmin):
            deactivate(tx, "admin")
        tx.session.get_one(Account, "ines").active = True
    assert change(admin, "admin", roles=["agent"])["roles"] == ["agent"]
    assert refusal(admin, "maya", roles=["admin"]) == (403, "RoleMissing")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"roles": []}, (422, "BadRequest")),
        ({"roles": ["boss"]}, (422, "BadRequest")),
        ({"roles": None}, (422, "BadRequest")),
        ({"display_name": "M"}, (422, "BadRequest")),
        ({"lead": "maya"}, (422, "BadAccount")),
        ({"lead": "nobody"}, (422, "BadAccount")),
    ],
)
def test_what_cannot_be_is_refused(
    api: Api, given: dict[str, object], expected: tuple[int, str]
) -> None:
    assert refusal(api.by("admin"), "maya", **given) == expected


def test_the_operator_and_nobody_cannot_be_changed(api: Api) -> None:
    admin = api.by("admin")
    assert refusal(admin, "local-operator", roles=["agent"]) == (409, "OperatorStays")
    assert refusal(admin, "nobody", roles=["agent"]) == (404, "UnknownAccount")


def test_the_command_line_changes_roles_team_and_lead(house: House, cli: RunCli) -> None:
    done = cli("accounts", "roles", "maya", "agent", "manager", "--lead", "ines")
    assert (done.exit_code, done.stdout) == (0, "maya is changed.\n")
    assert cli("accounts", "roles", "maya", "--team", "").exit_code == 0
    with house.database.reading() as session:
        maya = session.get_one(Account, "maya")
        assert (maya.roles, maya.team, maya.lead) == (["agent", "manager"], None, "ines")
    assert cli("accounts", "roles", "maya").exit_code == 2
    assert cli("accounts", "roles", "maya", "boss").exit_code == 2
    assert cli("--as", "ines", "accounts", "roles", "maya", "admin").exit_code == 1
