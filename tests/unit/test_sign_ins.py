"""Signing in: tokens that are signed, expire and can be revoked; keys for programs."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from recommender.access import Actor, RoleMissing
from recommender.accounts import sign_ins
from recommender.accounts.directory import deactivate, set_password
from recommender.accounts.keys import BadKey, UnknownKey, keys, make_key, revoke_key
from recommender.accounts.passwords import DEMO_PASSWORD, hash_password
from recommender.accounts.sign_ins import (
    DemoPassword,
    SignInNeeded,
    SignInRefused,
    authenticate,
    sign_in,
    sign_out,
)
from recommender.config import now
from recommender.models.accounts import Account, ApiKey
from recommender.storage.house import House
from recommender.storage.keys import make_keys

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _maya_has_a_password(house: House, admin: Actor) -> None:
    with house.transaction(admin) as tx:
        set_password(tx, "maya", PASSWORD)


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    moment = now() + by

    def then() -> datetime:
        return moment

    monkeypatch.setattr(sign_ins, "now", then)


def make(house: House, admin: Actor, ends_in: timedelta | None = None) -> str:
    with house.transaction(admin) as tx:
        return make_key(tx, "maya", "reports", None if ends_in is None else tx.at + ends_in)


def test_a_sign_in_answers_as_its_account_until_it_expires(
    house: House, maya: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = sign_in(house, "maya", PASSWORD)
    assert opened.account == "maya"
    assert authenticate(house, opened.token) == maya
    later(monkeypatch, timedelta(hours=house.settings.session_hours, seconds=-5))
    assert authenticate(house, opened.token) == maya
    later(monkeypatch, timedelta(hours=house.settings.session_hours, seconds=1))
    with pytest.raises(SignInNeeded):
        authenticate(house, opened.token)


def test_whatever_does_not_fit_gets_the_same_answer(house: House, admin: Actor) -> None:
    with house.transaction(admin) as tx:
        set_password(tx, "tom", PASSWORD)
        deactivate(tx, "tom")
    refusals = set()
    for name, password in [
        ("nobody", PASSWORD),
        ("maya", "wrong"),
        ("maya", ""),
        ("ines", PASSWORD),  # has no password
        ("tom", PASSWORD),  # has left
    ]:
        with pytest.raises(SignInRefused) as refused:
            sign_in(house, name, password)
        refusals.add((str(refused.value), str(refused.value.facts)))
    assert len(refusals) == 1


def test_an_unknown_name_costs_a_hash_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def matches(password_hash: str | None, password: str) -> bool:
        asked.append(password_hash)
        return password == ""

    monkeypatch.setattr(sign_ins, "matches", matches)
    with pytest.raises(SignInRefused):
        sign_in(house, "nobody", "x")
    assert asked == [None]


def test_a_sign_out_ends_the_one_sign_in(house: House) -> None:
    one, other = (sign_in(house, "maya", PASSWORD).token for _ in range(2))
    sign_out(house, one)
    sign_out(house, one)
    with pytest.raises(SignInNeeded):
        authenticate(house, one)
    assert authenticate(house, other).name == "maya"


@pytest.mark.parametrize("token", ["", "x", "rk-", "rk-x", "abc.def", "é.é"])
def test_a_token_that_was_never_given_opens_nothing(house: House, token: str) -> None:
    with pytest.raises(SignInNeeded):
        authenticate(house, token)
    sign_out(house, token)


def test_a_token_signed_with_other_keys_opens_nothing(house: House) -> None:
    token = sign_in(house, "maya", PASSWORD).token
    house.settings.secrets_path.unlink()
    make_keys(house.settings.secrets_path)
    reopened = House(house.settings)
    with pytest.raises(SignInNeeded):
        authenticate(reopened, token)
    reopened.database.close()


def test_the_dashboards_cookie_secret_signs_no_token(house: House) -> None:
    token = sign_in(house, "maya", PASSWORD).token
    secret = house.keys.cookie_secret
    taken = House(house.settings)
    taken.keys = replace(house.keys, session=bytes.fromhex(secret))
    with pytest.raises(SignInNeeded):
        authenticate(taken, token)
    taken.database.close()


def test_leaving_and_a_new_password_end_what_was_open(house: House, admin: Actor) -> None:
    token, secret = sign_in(house, "maya", PASSWORD).token, make(house, admin)
    with house.transaction(admin) as tx:
        set_password(tx, "maya", PASSWORD)
    with pytest.raises(SignInNeeded):
        authenticate(house, token)
    assert authenticate(house, secret).name == "maya"
    token = sign_in(house, "maya", PASSWORD).token
    with house.transaction(admin) as tx:
        deactivate(tx, "maya")
    for credential in (token, secret):
        with pytest.raises(SignInNeeded):
            authenticate(house, credential)


def test_the_demo_password_opens_nothing_outside_the_demo(house: House) -> None:
    with house.database.transaction() as session:
        session.get_one(Account, "maya").password_hash = hash_password(DEMO_PASSWORD)
    for name in ("maya", "nobody"):
        with pytest.raises(DemoPassword):
            sign_in(house, name, DEMO_PASSWORD)
    demo = House(house.settings.model_copy(update={"demo": True}))
    assert authenticate(demo, sign_in(demo, "maya", DEMO_PASSWORD).token).name == "maya"
    demo.database.close()


def test_a_key_answers_as_its_account_and_only_its_hash_is_kept(
    house: House, admin: Actor, maya: Actor
) -> None:
    secret = make(house, admin)
    assert authenticate(house, secret) == maya
    with house.reading(admin) as tx:
        (key,) = keys(tx)
        assert (key.account_name, key.label) == ("maya", "reports")
        kept = {str(getattr(key, column.name)) for column in ApiKey.__table__.columns}
    assert not any(secret.removeprefix("rk-") in value for value in kept)


def test_a_key_ends_when_it_is_revoked_or_its_day_has_come(
    house: House, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked, dated = make(house, admin), make(house, admin, timedelta(days=2))
    with house.transaction(admin) as tx:
        for key in keys(tx):
            if key.expires_at is None:
                revoke_key(tx, key.id)
                revoke_key(tx, key.id)
    with pytest.raises(SignInNeeded):
        authenticate(house, revoked)
    assert authenticate(house, dated).name == "maya"
    later(monkeypatch, timedelta(days=3))
    with pytest.raises(SignInNeeded):
        authenticate(house, dated)


def test_a_key_needs_a_label_an_account_and_a_future(house: House, admin: Actor) -> None:
    with house.transaction(admin) as tx:
        with pytest.raises(BadKey):
            make_key(tx, "maya", " ")
        with pytest.raises(BadKey):
            make_key(tx, "maya", "reports", tx.at)
        with pytest.raises(UnknownKey):
            revoke_key(tx, "nothing")


def test_only_admins_see_to_keys(house: House, maya: Actor) -> None:
    with house.transaction(maya) as tx:
        with pytest.raises(RoleMissing):
            make_key(tx, "maya", "mine")
        with pytest.raises(RoleMissing):
            revoke_key(tx, "any")
        with pytest.raises(RoleMissing):
            keys(tx)
