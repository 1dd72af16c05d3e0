"""Signing in at an OpenID provider: who gets in, and what is refused however it was forged."""

import time
from datetime import timedelta
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import insert

from recommender.access import LOCAL_OPERATOR, Actor
from recommender.accounts import oidc
from recommender.accounts.directory import add_account, deactivate, set_password
from recommender.accounts.oidc import NobodyHere, TripOver, arrive, begin
from recommender.accounts.sign_ins import (
    FRESH,
    SignInNeeded,
    authenticate,
    what_decisions_ask,
)
from recommender.config import BadSetting, load_settings, now
from recommender.models.accounts import Account
from recommender.storage.house import House, Transaction
from recommender.vocabulary import Role
from tests.conftest import RunCli
from tests.contract.conftest import PASSWORD, Api
from tests.contract.own_provider import (
    ISSUER,
    MAYA,
    OwnProvider,
    answering,
    events,
    provider_of,
    refused,
    travel,
    with_provider,
)


@pytest.fixture
def there(house: House, monkeypatch: pytest.MonkeyPatch) -> OwnProvider:
    """The provider of the house, in which Maya has an account under her e-mail address."""
    return provider_of(house, monkeypatch)


# Who gets in ----------------------------------------------------------------------------------


def test_the_first_time_the_verified_e_mail_is_the_name_and_later_the_number(
    house: House, there: OwnProvider
) -> None:
    assert authenticate(house, travel(house, there)).name == MAYA
    there.claims = {"email": "married@shop.example"}
    assert authenticate(house, travel(house, there)).name == MAYA
    assert [noun for _, noun, _ in events(house, "tie_to_provider")] == [MAYA]
    signed_in = events(house, "sign_in")
    assert [(who, facts["by"]) for who, _, facts in signed_in] == [(MAYA, "provider")] * 2


def test_the_trip_asks_for_what_the_standard_wants_and_leads_on(
    house: House, there: OwnProvider
) -> None:
    trip = begin(house, "/kind?id=7")
    address, _, query = trip.url.partition("?")
    wish = {name: one for name, (one,) in parse_qs(query).items()}
    assert address == f"{ISSUER}/authorize"
    assert wish["redirect_uri"] == "https://here.example/signin/oidc/back"
    assert (wish["response_type"], wish["code_challenge_method"]) == ("code", "S256")
    assert "openid" in wish["scope"].split()
    assert not {"prompt", "max_age", "code_verifier"} & wish.keys()
    assert len({wish["state"], wish["nonce"], wish["code_challenge"]}) == 3
    arrival = arrive(house, cookie=trip.cookie, **there.visit(trip.url))
    assert arrival.then == "/kind?id=7"
    (sent,) = [one for one in there.asked if one.url.path == "/token"]
    assert parse_qs(sent.content.decode())["code_verifier"][0] not in trip.cookie + trip.url


def test_nobody_is_made_unless_the_settings_say_so(house: House, there: OwnProvider) -> None:
    there.claims = {"sub": "n-1", "email": "nora@shop.example", "name": "Nora" * 99}
    with pytest.raises(NobodyHere, match=r"no account nora@shop\.example"):
        travel(house, there)
    with_provider(house, oidc_create=True)
    actor = authenticate(house, travel(house, there))
    assert (str(actor.name), sorted(actor.roles)) == ("nora@shop.example", [Role.AGENT])
    with house.database.reading() as session:
        assert session.get_one(Account, actor.name).display_name == "Nora" * 50
    assert events(house, "add")[-1][:2] == (LOCAL_OPERATOR, "nora@shop.example")


def test_two_who_arrive_first_at_the_same_moment_are_one(
    house: House, there: OwnProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looks before the first has written, and writes after it: both are signed in."""
    with_provider(house, oidc_create=True)
    there.claims = {"sub": "n-1", "email": "nora@shop.example", "name": "Nora"}
    travel(house, there)
    for name in ("_tied", "_named"):
        sees_nothing_once(monkeypatch, name)
    assert authenticate(house, travel(house, there)).name == "nora@shop.example"
    sees_nothing_once(monkeypatch, "_tied")
    assert authenticate(house, travel(house, there)).name == "nora@shop.example"
    with monkeypatch.context() as patch:
        for name in ("_tied", "_named"):
            sees_nothing_once(patch, name)
        patch.setattr(oidc, "add_account", added_unseen)
        assert authenticate(house, travel(house, there)).name == "nora@shop.example"
    assert len(events(house, "tie_to_provider")) == 1


def sees_nothing_once(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let a look into the database come too early, once."""
    look, early = getattr(oidc, name), iter([True])
    monkeypatch.setattr(oidc, name, lambda *args: None if next(early, False) else look(*args))


def added_unseen(tx: Transaction, *, name: str, display_name: str, roles: list[Role]) -> NoReturn:
    """Add an account that the database has, though this transaction does not see it."""
    given = {"name": name, "display_name": display_name, "roles": roles, "created_at": tx.at}
    tx.session.execute(insert(Account).values(active=True, credit=False, **given))
    raise AssertionError("the database took the same name twice")


def test_a_trip_that_ends_twice_at_the_same_moment_opens_one_sign_in(
    house: House, there: OwnProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.careful = False
    trip = begin(house, "/mine")
    brought = there.visit(trip.url)
    arrive(house, cookie=trip.cookie, **brought)
    monkeypatch.setattr(oidc, "_require_unused", lambda *_: None)
    with pytest.raises(TripOver):
        arrive(house, cookie=trip.cookie, **brought)


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": None},
        {"email": "maya"},
        {"email": "local-operator"},
        {"email": ["maya@shop.example"]},
        {"email": "maya@shop.example "},
        {"email": "Maya@\u212ahop.example"},
        {"email": "tom@shop.example"},
    ],
)
def test_an_e_mail_that_is_not_verified_or_nobodys_opens_nothing(
    house: House, there: OwnProvider, claims: dict[str, object]
) -> None:
    there.claims = claims
    with pytest.raises(NobodyHere):
        travel(house, there)
    assert events(house, "tie_to_provider") == []


def test_a_kelvin_sign_is_no_k(house: House, there: OwnProvider, admin: Actor) -> None:
    with house.transaction(admin) as tx:
        add_account(tx, name="kim@shop.example", display_name="Kim", roles=[Role.ADMIN])
    there.claims = {"email": "\u212aim@shop.example"}
    with pytest.raises(NobodyHere):
        travel(house, there)
    there.claims = {"email": "Kim@Shop.Example"}
    assert authenticate(house, travel(house, there)).name == "kim@shop.example"


def test_an_e_mail_that_passed_to_somebody_else_does_not_open_the_account(
    house: House, there: OwnProvider
) -> None:
    travel(house, there)
    there.claims = {"sub": "m-2"}
    with pytest.raises(NobodyHere, match="belongs to somebody else"):
        travel(house, there)
    with house.database.transaction() as session:
        session.get_one(Account, MAYA).oidc_issuer = "https://before.example"
    assert authenticate(house, travel(house, there)).name == MAYA


def test_the_same_number_at_another_provider_is_another_person(
    house: House, there: OwnProvider
) -> None:
    with house.database.transaction() as session:
        other = session.get_one(Account, "tom")
        other.oidc_issuer, other.oidc_subject = "https://before.example", "m-1"
    assert authenticate(house, travel(house, there)).name == MAYA


def test_who_left_stays_out(house: House, there: OwnProvider, admin: Actor) -> None:
    token = travel(house, there)
    with house.transaction(admin) as tx:
        deactivate(tx, MAYA)
    with pytest.raises(NobodyHere, match="deactivated"):
        travel(house, there)
    with pytest.raises(SignInNeeded):
        authenticate(house, token)


def test_an_admin_ties_an_account_of_any_name(
    house: House, there: OwnProvider, ruth: Actor, cli: RunCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOMMENDER_OIDC_ISSUER", ISSUER)
    monkeypatch.setenv("RECOMMENDER_OIDC_CLIENT_ID", "recommender")
    there.claims = {"email_verified": None, "sub": "r-1"}
    with pytest.raises(NobodyHere) as caught:
        travel(house, there)
    assert "r-1" in str(caught.value.remedy)
    assert "may not administer" in cli("--as", "ruth", "accounts", "tie", "ruth", "r-1").stderr
    assert cli("accounts", "tie", "ruth", "r-1").stdout == "ruth is tied.\n"
    token = travel(house, there)
    assert authenticate(house, token) == ruth
    assert "Another account" in cli("accounts", "tie", "tom", "r-1").stderr
    assert "stays as it is" in cli("accounts", "tie", "local-operator", "x").stderr
    assert cli("accounts", "tie", "ruth", "").exit_code == 0
    with pytest.raises(SignInNeeded):
        authenticate(house, token)
    with pytest.raises(NobodyHere):
        travel(house, there)


def test_the_e_mail_may_stand_apart_from_the_token(house: House, there: OwnProvider) -> None:
    there.claims = {"email": None, "email_verified": None, "name": None}
    there.about = {"sub": "m-2", "email": MAYA, "email_verified": True}
    with pytest.raises(NobodyHere):
        travel(house, there)
    there.about |= {"sub": "m-1"}
    assert authenticate(house, travel(house, there)).name == MAYA


def test_an_address_for_the_e_mail_that_is_silent_says_nothing(
    house: House, there: OwnProvider
) -> None:
    there.claims = {"email_verified": None}
    there.description = {"userinfo_endpoint": f"{ISSUER}/about"}
    with pytest.raises(NobodyHere, match="no verified e-mail"):
        travel(house, there)


# Promise 15 -----------------------------------------------------------------------------------


def test_promise_15_without_a_provider_in_the_settings_nothing_asks_outside(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = OwnProvider()
    answering(there, monkeypatch)
    nobody = api.nobody
    assert nobody.get("/v1/sessions/oidc").json() == {"label": None}
    sent = {"cookie": "c", "state": "s", "code": "c"}
    for answer in (
        nobody.post("/v1/sessions/oidc/trips", json={"then": "/"}),
        nobody.post("/v1/sessions/oidc", json=sent),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "NoProvider")
    api.person("maya").get("/v1/me")
    assert there.asked == []


def test_promise_15_with_one_only_its_own_addresses_are_asked(
    house: House, there: OwnProvider
) -> None:
    travel(house, there)
    assert {one.url.host for one in there.asked} == {urlsplit(ISSUER).hostname}
    paths = [one.url.path for one in there.asked]
    assert paths == ["/.well-known/openid-configuration", "/token", "/keys"]
    assert all(MAYA not in one.content.decode() for one in there.asked)


# Over HTTP ------------------------------------------------------------------------------------


def test_the_dashboard_gets_a_token_like_any_other(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = OwnProvider()
    answering(there, monkeypatch)
    with_provider(api.house, oidc_create=True, oidc_label="Acme")
    nobody = api.nobody
    assert nobody.get("/v1/sessions/oidc").json() == {"label": "Acme"}
    trip = nobody.post("/v1/sessions/oidc/trips", json={"then": "/mine"}).json()
    back = there.visit(trip["url"])
    forged = nobody.post("/v1/sessions/oidc", json=back | {"cookie": "x"})
    assert (forged.status_code, forged.json()["code"]) == (401, "TripOver")
    arrival = nobody.post("/v1/sessions/oidc", json=back | {"cookie": trip["cookie"]})
    assert arrival.status_code == 201
    found = arrival.json()
    assert (found["then"], found["account"]["decisions_ask"]) == ("/mine", "provider")
    token = {"Authorization": f"Bearer {found['token']}"}
    assert nobody.get("/v1/me", headers=token).json() == found["account"]
    there.down = httpx.ConnectError
    assert nobody.delete("/v1/sessions/current", headers=token).status_code == 204
    assert nobody.get("/v1/me", headers=token).status_code == 401


# Asked again at a decision --------------------------------------------------------------------


def asked(house: House, token: str) -> str:
    return what_decisions_ask(house, token, authenticate(house, token))


def test_a_decision_asks_who_has_no_password_to_sign_in_again(
    house: House, there: OwnProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(house, travel(house, there)) == "provider"
    there.claims = {"auth_time": int(time.time())}
    trip = begin(house, "/", again=True)
    assert "prompt=login&max_age=0" in trip.url
    token = arrive(house, cookie=trip.cookie, **there.visit(trip.url)).signed_in.token
    assert asked(house, token) == "nothing"
    moment = now() + FRESH + timedelta(seconds=5)
    monkeypatch.setattr(house, "clock", lambda: moment)
    assert asked(house, token) == "provider"


@pytest.mark.parametrize(
    "auth_time",
    [None, int(time.time()) - 3600, "now", 10**20],
    ids=["left out", "an hour ago", "no number", "past all time"],
)
def test_a_provider_that_did_not_ask_again_is_not_believed(
    house: House, there: OwnProvider, auth_time: object
) -> None:
    there.claims = {"auth_time": auth_time}
    assert refused(house, there, again=True) == "auth_time"


def test_a_fresh_sign_in_that_nobody_asked_for_does_not_count(
    house: House, there: OwnProvider
) -> None:
    there.claims = {"auth_time": int(time.time())}
    assert asked(house, travel(house, there)) == "provider"


def test_who_has_a_password_is_asked_for_it(house: House, there: OwnProvider, admin: Actor) -> None:
    with house.transaction(admin) as tx:
        set_password(tx, MAYA, PASSWORD)
    assert asked(house, travel(house, there)) == "password"
    house.settings = house.settings.model_copy(update={"reauthenticate": False})
    assert asked(house, travel(house, there)) == "nothing"


# Settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        {"oidc_issuer": ISSUER},
        {"oidc_issuer": "http://id.example", "oidc_client_id": "r"},
        {"oidc_issuer": "id.example", "oidc_client_id": "r"},
        {"oidc_issuer": "https://[", "oidc_client_id": "r"},
        {"oidc_issuer": ISSUER, "oidc_client_id": "r", "host": "192.0.2.1"},
        {"oidc_issuer": ISSUER, "oidc_client_id": "r", "dashboard_url": "http://here.example"},
    ],
)
def test_half_a_provider_stops_the_start(given: dict[str, str]) -> None:
    with pytest.raises(BadSetting) as caught:
        load_settings(**given)
    assert caught.value.field == "RECOMMENDER_OIDC_ISSUER"


def test_the_secret_comes_from_a_file_or_the_environment_and_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    known = {"oidc_issuer": ISSUER, "oidc_client_id": "r"}
    assert load_settings(**known).oidc_secret is None
    assert load_settings(**known, oidc_client_secret_file=file).oidc_secret == "from a file"
    monkeypatch.setenv("RECOMMENDER_OIDC_CLIENT_SECRET", "from outside")
    found = load_settings(**known)
    assert found.oidc_secret == "from outside"
    assert "from outside" not in repr(found)
    with pytest.raises(BadSetting):
        load_settings(**known, oidc_client_secret_file=file)
    monkeypatch.delenv("RECOMMENDER_OIDC_CLIENT_SECRET")
    with pytest.raises(BadSetting, match="cannot be read"):
        _ = load_settings(**known, oidc_client_secret_file=tmp_path / "gone").oidc_secret
