"""Signing in and out, tokens that end, and the accounts behind them."""

from datetime import timedelta
from http import HTTPStatus

import httpx2
import pytest

from recommender import config
from recommender.accounts import sign_ins
from recommender.accounts.directory import operator, set_password
from tests.contract.asking import WISH, assert_refused
from tests.contract.conftest import Api

PASSWORD = "four words of hers"


@pytest.fixture
def signable(api: Api) -> Api:
    """A house in which maya has a password and the handbook is there."""
    with api.house.transaction(operator(api.house)) as tx:
        set_password(tx, "maya", PASSWORD)
    return api


def sign_in(api: Api, password: str = PASSWORD, name: str = "maya") -> httpx2.Response:
    return api.nobody.post("/v1/sessions", json={"name": name, "password": password})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_sign_in_gives_a_token_that_its_sign_out_ends(signable: Api) -> None:
    answer = sign_in(signable)
    assert answer.status_code == HTTPStatus.CREATED
    token = bearer(answer.json()["token"])
    assert answer.json()["account"] == signable.nobody.get("/v1/me", headers=token).json()
    assert answer.json()["account"] == {
        "name": "maya",
        "display_name": "Maya",
        "roles": ["agent"],
        "team": "north",
        "unread": 0,
        "demo": False,
        "charter_accepted": True,
        "decisions_ask": "password",
    }
    ended = signable.nobody.delete("/v1/sessions/current", headers=token)
    assert (ended.status_code, ended.content) == (HTTPStatus.NO_CONTENT, b"")
    assert_refused(signable.nobody.get("/v1/me", headers=token), 401, "SignInNeeded")


def test_wrong_names_and_passwords_are_refused_alike(signable: Api) -> None:
    wrong = assert_refused(sign_in(signable, "something else"), 401, "SignInRefused")
    nobody = assert_refused(sign_in(signable, name="nobody"), 401, "SignInRefused")
    assert wrong == nobody
    assert_refused(sign_in(signable, "demo"), 401, "DemoPassword")


def test_a_revoked_sign_in_is_refused_at_the_next_request(signable: Api) -> None:
    token = bearer(sign_in(signable).json()["token"])
    assert signable.nobody.get("/v1/mine", headers=token).status_code == HTTPStatus.OK
    gone = signable.by("admin").post("/v1/accounts/maya/deactivate")
    assert gone.json()["active"] is False
    assert_refused(signable.nobody.get("/v1/mine", headers=token), 401, "SignInNeeded")
    assert_refused(
        signable.nobody.post("/v1/proposals", headers=token, json=WISH), 401, "SignInNeeded"
    )
    assert_refused(sign_in(signable), 401, "SignInRefused")


def test_a_sign_in_ends_after_its_hours(signable: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    token = bearer(sign_in(signable).json()["token"])
    later = config.now() + timedelta(hours=signable.house.settings.session_hours)
    monkeypatch.setattr(sign_ins, "now", lambda: later)
    assert_refused(signable.nobody.get("/v1/me", headers=token), 401, "SignInNeeded")


def test_a_changed_token_is_nobodys(signable: Api) -> None:
    token = sign_in(signable).json()["token"]
    payload, _, signature = token.rpartition(".")
    for forged in (f"{payload}x.{signature}", f"{payload}.{signature[::-1]}", payload, signature):
        assert_refused(signable.nobody.get("/v1/me", headers=bearer(forged)), 401, "SignInNeeded")


def test_an_admin_adds_and_deactivates_accounts(api: Api) -> None:
    admin = api.by("admin")
    new = {"name": "nora", "display_name": "Nora", "roles": ["agent"], "password": PASSWORD}
    added = admin.post("/v1/accounts", json=new)
    assert added.status_code == HTTPStatus.CREATED
    assert added.json() in admin.get("/v1/accounts").json()
    assert sign_in(api, name="nora").status_code == HTTPStatus.CREATED
    assert_refused(admin.post("/v1/accounts", json=new), 409, "AccountExists")
    weak = admin.post("/v1/accounts", json=new | {"name": "otto", "password": "short"})
    assert assert_refused(weak, 422, "WeakPassword")["field"] == "password"
    assert_refused(admin.post("/v1/accounts/nobody/deactivate"), 404, "UnknownAccount")
    assert_refused(admin.post("/v1/accounts/local-operator/deactivate"), 409, "OperatorStays")
