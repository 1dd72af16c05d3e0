"""The admin's part about accounts: the list, and the form for one of them."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.accounts import AccountOut
from recommender.vocabulary import Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, screen, words


def account(name: str = "maya", **given: object) -> AccountOut:
    known: dict[str, object] = {
        "name": name,
        "display_name": made.MARKED,
        "roles": [Role.AGENT, Role.POLICY_OWNER],
        "team": None,
        "lead": None,
        "active": True,
        "version": f"{name}-1",
    }
    return AccountOut.model_validate(known | given)


def people(monkeypatch: pytest.MonkeyPatch, stub: Stub) -> AppTest:
    return screen("admin", stub, monkeypatch, Role.ADMIN)


def test_the_accounts_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    app = people(monkeypatch, Stub({"GET accounts": [account()]}))
    assert "1 account, all active." in words(app)
    (row,) = app.dataframe[0].value.to_dict("records")
    assert row == {
        "Name": "maya",
        "Shown as": made.MARKED,
        "Roles": "agent, policy owner",
        "Team or desk": "–",
        "Led by": "–",
        "Active": True,
    }
    assert not app.multiselect, "nothing to change before somebody is chosen"
    assert "No accounts" in words(people(monkeypatch, Stub({"GET accounts": []})))


def test_roles_team_and_lead_are_changed_on_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [account(), account("ines", roles=[Role.MANAGER], team="north", lead="gone")]
    stub = Stub({"GET accounts": listed, "PATCH accounts/maya": account(roles=[Role.AGENT])})
    app = people(monkeypatch, stub)
    app.selectbox(key="account").select("maya").run()
    app.multiselect(key="roles-maya-maya-1").set_value([Role.AGENT])
    app.text_input(key="team-maya-maya-1").set_value(" west ")
    app.selectbox(key="lead-maya-maya-1").select("ines")
    app.button(key="account-save").click().run()
    ((act, body),) = stub.acts
    assert act == "PATCH accounts/maya"
    assert json.loads(body) == {"roles": ["agent"], "team": "west", "lead": "ines"}
    (sent,) = [one for one in stub.asked if one.method == "PATCH"]
    assert sent.headers["if-match"] == '"maya-1"'
    assert "maya was changed." in words(app)


def test_each_account_has_fields_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [account(team="east"), account("ines", team="north", lead="gone")]
    app = people(monkeypatch, Stub({"GET accounts": listed}))
    app.selectbox(key="account").select("maya").run()
    app.text_input(key="team-maya-maya-1").set_value("typed for maya").run()
    app.selectbox(key="account").select("ines").run()
    assert app.text_input(key="team-ines-ines-1").value == "north"
    assert app.selectbox(key="lead-ines-ines-1").value == "gone", "kept though nobody has it"


@pytest.mark.parametrize("title", ["Last admin", "Version moved"])
def test_a_refusal_is_said_and_what_was_chosen_stays(
    monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    stub = Stub({"GET accounts": [account()], "PATCH accounts/maya": refused(title=title)})
    app = people(monkeypatch, stub)
    app.selectbox(key="account").select("maya").run()
    app.multiselect(key="roles-maya-maya-1").set_value([])
    app.button(key="account-save").click().run()
    assert stub.acts == [], "no roles at all are not even sent"
    app.multiselect(key="roles-maya-maya-1").set_value([Role.AUDITOR])
    app.button(key="account-save").click().run()
    assert title in app.warning[0].value
    assert app.multiselect(key="roles-maya-maya-1").value == [Role.AUDITOR]
