"""Accepting a change and taking one back ask for the person: a sign-in, and its password again."""

import time
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from recommender.accounts import sign_ins
from recommender.accounts.directory import actor_named, operator
from recommender.accounts.oidc import arrive, begin
from recommender.changes.candidates import claim, promote
from recommender.config import now
from recommender.kinds import catalogue
from recommender.models.accounts import Account
from recommender.models.events import Event
from tests.contract.conftest import PASSWORD, Api
from tests.contract.own_provider import ISSUER, OwnProvider, answering, with_provider

REASON = {"reason": "Late parcels are not theirs."}


@pytest.fixture
def claimed(shop_api: Api) -> str:
    """The path of a candidate that ruth has claimed."""
    with shop_api.house.transaction(actor_named(shop_api.house, "ines")) as tx:
        kind_id = next(kind.id for kind in catalogue.kinds(tx) if kind.clause == "RET-2.1")
        candidate_id = promote(tx, kind_id).id
    with shop_api.house.transaction(actor_named(shop_api.house, "ruth")) as tx:
        claim(tx, candidate_id)
    return f"/v1/candidates/{candidate_id}"


def refusals(api: Api) -> list[str]:
    with api.house.reading(operator(api.house)) as tx:
        wrong = select(Event).where(Event.verb == "refuse_password").order_by(Event.sequence)
        return [f"{one.actor} {one.noun_id} {one.details}" for one in tx.session.scalars(wrong)]


def code(client: TestClient, path: str, **given: str) -> tuple[int, str]:
    answer = client.post(path, json=REASON | given)
    return answer.status_code, answer.json().get("code", answer.json().get("state"))


@pytest.mark.parametrize("verb", ["accept", "roll-back"])
def test_a_key_decides_nothing_and_a_password_is_asked_for(
    shop_api: Api, claimed: str, verb: str
) -> None:
    path = f"{claimed}/{verb}"
    key, ruth = shop_api.by("ruth"), shop_api.person("ruth")
    assert code(key, path, password=PASSWORD) == (403, "PersonNeeded")
    assert code(ruth, path) == code(ruth, path, password="") == (403, "PasswordWrong")
    assert refusals(shop_api) == []
    assert code(ruth, path, password="not hers") == (403, "PasswordWrong")
    assert refusals(shop_api) == ["ruth ruth {}"]


def test_with_the_password_it_is_accepted_and_taken_back(shop_api: Api, claimed: str) -> None:
    ruth = shop_api.person("ruth")
    assert code(ruth, f"{claimed}/accept", password=PASSWORD) == (200, "in_force")
    assert code(shop_api.by("ruth"), f"{claimed}/confirm") == (200, "confirmed")
    taken = ruth.post(f"{claimed}/roll-back", json=REASON | {"password": PASSWORD})
    assert taken.json()["state"] == "rolled_back"
    assert [one["verdict"] for one in taken.json()["decisions"]] == [
        "accept",
        "confirm",
        "roll_back",
    ]
    assert PASSWORD not in taken.text
    assert ruth.get("/v1/clauses/RET-2.1").json()["revision"]["number"] == 3


def test_after_five_wrong_ones_even_the_right_one_waits(
    shop_api: Api, claimed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruth, path = shop_api.person("ruth"), f"{claimed}/accept"
    for _ in range(sign_ins.TRIES):
        assert code(ruth, path, password="not hers") == (403, "PasswordWrong")
    assert code(ruth, path, password=PASSWORD) == (403, "TooManyTries")
    assert len(refusals(shop_api)) == sign_ins.TRIES
    moment = now() + sign_ins.WAIT + timedelta(seconds=1)
    monkeypatch.setattr(shop_api.house, "clock", lambda: moment)
    assert code(ruth, path, password=PASSWORD) == (200, "in_force")


def test_a_house_may_do_without(shop_api: Api, claimed: str) -> None:
    settings = shop_api.house.settings.model_copy(update={"reauthenticate": False})
    shop_api.house.settings = settings
    assert code(shop_api.by("ruth"), f"{claimed}/accept") == (200, "in_force")


def test_who_has_no_password_signs_in_again_at_the_provider(
    shop_api: Api, claimed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = OwnProvider({"sub": "r-1", "auth_time": int(time.time())})
    answering(there, monkeypatch)
    with_provider(shop_api.house)
    with shop_api.house.database.transaction() as session:
        ruth = session.get_one(Account, "ruth")
        ruth.oidc_issuer, ruth.oidc_subject = ISSUER, "r-1"

    def signed_in(*, again: bool) -> TestClient:
        trip = begin(shop_api.house, "/", again=again)
        arrival = arrive(shop_api.house, cookie=trip.cookie, **there.visit(trip.url))
        bearer = {"Authorization": f"Bearer {arrival.signed_in.token}"}
        return TestClient(shop_api.app, headers=bearer)

    path = f"{claimed}/accept"
    usual = signed_in(again=False)
    assert code(usual, path) == code(usual, path, password="guess") == (403, "SignInAgain")
    assert code(shop_api.by("ruth"), path) == (403, "PersonNeeded")
    asked = signed_in(again=True)
    assert code(usual, path) == (403, "SignInAgain"), "only the sign-in that asked counts"
    assert code(asked, path) == (200, "in_force")


def test_who_may_not_decide_is_not_asked_for_a_password(shop_api: Api, claimed: str) -> None:
    maya = shop_api.person("maya")
    assert code(maya, f"{claimed}/accept", password="not hers") == (403, "RoleMissing")
    assert refusals(shop_api) == []
