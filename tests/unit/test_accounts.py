"""Who there is: accounts, passwords, leavers, lists of people."""

import gzip
import json
from pathlib import Path

import pytest

from recommender.access import LOCAL_OPERATOR, Actor, RoleMissing
from recommender.accounts.directory import (
    AccountExists,
    BadAccount,
    InactiveAccount,
    OperatorStays,
    UnknownAccount,
    accounts,
    actor_named,
    add_account,
    deactivate,
    find_account,
    operator,
    set_password,
)
from recommender.accounts.opening import Initialised, initialise
from recommender.accounts.passwords import DEMO_PASSWORD, WeakPassword, hash_password, matches
from recommender.accounts.people import import_people, read_people
from recommender.config import Settings
from recommender.models.accounts import Account
from recommender.storage.engine import SchemaMissing
from recommender.storage.events import log_length
from recommender.storage.house import House
from recommender.storage.keys import KeysMissing
from recommender.vocabulary import Role


def stored(house: House, name: str) -> Account:
    with house.database.reading() as session:
        return session.get_one(Account, name)


def test_the_first_start_makes_all_that_is_needed_and_the_second_nothing(
    settings: Settings,
) -> None:
    house = House(settings)
    with pytest.raises(SchemaMissing):
        house.database.require_schema()
    assert initialise(house) == Initialised(migrated=True, keys_made=True, operator_made=True)
    assert settings.secrets_path.stat().st_mode & 0o777 == 0o600
    secrets = settings.secrets_path.read_bytes()
    assert initialise(house) == Initialised(migrated=False, keys_made=False, operator_made=False)
    assert settings.secrets_path.read_bytes() == secrets
    assert operator(house) == Actor(LOCAL_OPERATOR, frozenset({Role.ADMIN}))
    house.database.close()


def test_a_lost_key_file_is_not_replaced_once_there_is_a_log(house: House) -> None:
    house.settings.secrets_path.unlink()
    with pytest.raises(KeysMissing, match="event log"):
        initialise(house)
    assert not house.settings.secrets_path.exists()


def test_without_init_the_operator_is_told_what_to_do(settings: Settings) -> None:
    house = House(settings)
    house.database.migrate()
    with pytest.raises(UnknownAccount) as refused:
        operator(house)
    assert refused.value.remedy == "Run `recommender init`."
    house.database.close()


def test_an_account_is_added_with_what_was_said(house: House, admin: Actor) -> None:
    with house.transaction(admin) as tx:
        add_account(
            tx,
            name="noor",
            display_name=" ",
            roles=["manager", "agent", "agent"],
            team="west",
            lead="ines",
        )
        assert "noor" in [account.name for account in accounts(tx)]
    noor = stored(house, "noor")
    assert (noor.display_name, noor.roles, noor.team, noor.lead) == (
        "noor",
        ["agent", "manager"],
        "west",
        "ines",
    )
    assert actor_named(house, "noor").roles == {Role.AGENT, Role.MANAGER}


@pytest.mark.parametrize("name", ["", " maya", "a\nb", "x" * 121])
def test_a_name_nobody_could_read_is_refused(house: House, admin: Actor, name: str) -> None:
    with pytest.raises(BadAccount) as refused, house.transaction(admin) as tx:
        add_account(tx, name=name, display_name="N", roles=["agent"])
    assert refused.value.field == "name"


@pytest.mark.parametrize("roles", [[], ["boss"], ["agent", "boss"]])
def test_an_account_has_known_roles(house: House, admin: Actor, roles: list[str]) -> None:
    with pytest.raises(BadAccount) as refused, house.transaction(admin) as tx:
        add_account(tx, name="noor", display_name="N", roles=roles)
    assert refused.value.field == "roles"
    assert "policy_owner" in str(refused.value)


def test_a_name_is_given_once(house: House, admin: Actor) -> None:
    with pytest.raises(AccountExists), house.transaction(admin) as tx:
        add_account(tx, name="maya", display_name="M", roles=["agent"])


@pytest.mark.parametrize("who", ["maya", "tom", "ines", "ruth", "auditor"])
def test_only_admins_see_to_accounts(house: House, who: str) -> None:
    with house.transaction(actor_named(house, who)) as tx:
        with pytest.raises(RoleMissing):
            add_account(tx, name="noor", display_name="N", roles=["admin"])
        with pytest.raises(RoleMissing):
            set_password(tx, "maya", "a long enough one")
        with pytest.raises(RoleMissing):
            deactivate(tx, "maya")
        with pytest.raises(RoleMissing):
            accounts(tx)
        with pytest.raises(RoleMissing):
            import_people(tx, [])


def test_leavers_can_act_no_more_and_leaving_twice_is_leaving_once(
    house: House, admin: Actor
) -> None:
    with house.transaction(admin) as tx:
        deactivate(tx, "maya")
    with house.transaction(admin) as tx:
        before = log_length(tx.session)
        deactivate(tx, "maya")
        assert log_length(tx.session) == before
    with pytest.raises(InactiveAccount):
        actor_named(house, "maya")


def test_the_operator_stays(house: House, admin: Actor) -> None:
    with pytest.raises(OperatorStays), house.transaction(admin) as tx:
        deactivate(tx, LOCAL_OPERATOR)


def test_nobody_is_found_under_an_unknown_name(house: House, admin: Actor) -> None:
    with pytest.raises(UnknownAccount):
        actor_named(house, "nobody")
    with pytest.raises(UnknownAccount), house.reading(admin) as tx:
        find_account(tx, "nobody")


def test_a_password_is_kept_as_an_argon2_hash_only(house: House, admin: Actor) -> None:
    with house.transaction(admin) as tx:
        set_password(tx, "maya", "correct horse battery")
    kept = stored(house, "maya").password_hash
    assert kept is not None
    assert kept.startswith("$argon2id$")
    assert matches(kept, "correct horse battery")
    assert not matches(kept, "correct horse")
    assert not matches(None, "no account has this")
    assert not matches("no hash at all", "x")
    assert hash_password("one") != hash_password("one"), "each has a salt of its own"


@pytest.mark.parametrize("password", ["", "short", DEMO_PASSWORD])
def test_a_weak_password_is_refused(house: House, admin: Actor, password: str) -> None:
    with pytest.raises(WeakPassword), house.transaction(admin) as tx:
        set_password(tx, "maya", password)
    with pytest.raises(WeakPassword), house.transaction(admin) as tx:
        add_account(tx, name="n", display_name="n", roles=["agent"], password=password)


def test_the_demo_may_use_its_own_password(house: House) -> None:
    opened = House(house.settings.model_copy(update={"demo": True}))
    with opened.transaction(operator(opened)) as tx:
        set_password(tx, "maya", DEMO_PASSWORD)
        with pytest.raises(WeakPassword):
            set_password(tx, "maya", "short")
    opened.database.close()


def test_people_are_taken_in_changed_and_let_go_by_a_list(house: House, admin: Actor) -> None:
    rows: list[dict[str, object]] = [
        {"name": "noor", "display_name": "Noor", "roles": "agent; manager", "team": "west"},
        {"name": "maya", "team": "west", "lead": "ines"},
        {"name": "tom", "active": "no"},
        {"name": "ruth", "roles": "", "team": "returns-desk"},
        {"name": "gone", "active": "false"},
    ]
    with house.transaction(admin) as tx:
        report = import_people(tx, rows)
    assert (report.added, report.changed) == (["noor", "gone"], ["maya"])
    assert (report.deactivated, report.unchanged, report.refused) == (["tom"], ["ruth"], [])
    assert stored(house, "maya").lead == "ines"
    assert stored(house, "maya").roles == ["agent"], "what a row does not say stays"
    assert not stored(house, "gone").active
    with house.transaction(admin) as tx:
        again = import_people(tx, rows)
    assert sorted(again.unchanged) == ["gone", "maya", "noor", "ruth", "tom"]
    with house.transaction(admin) as tx:
        assert import_people(tx, [{"name": "tom", "active": True, "team": ""}]).changed == ["tom"]
    assert stored(house, "tom").active
    assert stored(house, "tom").team is None


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({}, "name"),
        ({"name": "noor", "roles": "boss"}, "roles"),
        ({"name": "noor", "active": "perhaps"}, "active"),
        ({"name": "noor", "role": "manager"}, "role"),
        ({"name": "local-operator", "roles": "agent"}, "name"),
    ],
)
def test_a_bad_row_is_reported_and_the_others_taken(
    house: House, admin: Actor, row: dict[str, object], field: str
) -> None:
    with house.transaction(admin) as tx:
        report = import_people(tx, [row, {"name": "good", "roles": ["agent", "manager"]}])
    assert [(refused.row, refused.field) for refused in report.refused] == [(1, field)]
    assert report.added == ["good"]


def test_lists_of_people_are_read_from_csv_and_jsonl(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("\ufeffname,roles,team\nnoor,agent manager,\n", encoding="utf-8")
    assert read_people(table) == [{"name": "noor", "roles": "agent manager", "team": ""}]
    lines = tmp_path / "people.jsonl"
    lines.write_text(json.dumps({"name": "noor", "active": False}) + "\n\n", encoding="utf-8")
    assert read_people(lines) == [{"name": "noor", "active": False}]


@pytest.mark.parametrize("content", [gzip.compress(b"name\nnoor\n", mtime=0), b"[1]\n", b"{\n"])
def test_what_is_no_list_of_people_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "people.jsonl"
    file.write_bytes(content)
    with pytest.raises(BadAccount) as refused:
        read_people(file)
    assert refused.value.field == "file"
