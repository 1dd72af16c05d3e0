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


def people(monkeypatch: pytest.MonkeyPatch, stub: Stub, **params: str) -> AppTest:
    return screen("people", stub, monkeypatch, Role.ADMIN, **params)


def test_people_are_listed_and_found(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [account(), account("ines", roles=[Role.MANAGER], team="North", active=False)]
    stub = Stub({"GET accounts": listed})
    app = people(monkeypatch, stub)
    assert "2 people · 1 active" in words(app)
    row, gone = app.dataframe[0].value.to_dict("records")
    assert row | {"Roles": [*row["Roles"]]} == {
        "Name": "maya",
        "Shown as": made.MARKED,
        "Roles": ["agent", "policy owner"],
        "Team or desk": "–",
        "Led by": "–",
        "Active": "yes",
    }
    assert gone["Active"] == "left"
    for wanted in (" north", "MANAGER", "ines"):
        app.text_input(key="find").set_value(wanted).run()
        assert list(app.dataframe[0].value["Name"]) == ["ines"]
        assert "1 of 2 people" in words(app)
    app.text_input(key="find").set_value("nobody").run()
    assert not app.dataframe
    assert "Nobody of that name, role or team" in words(app)


def test_adding_stands_first_and_changing_beside_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    app = people(monkeypatch, Stub({"GET accounts": [account()]}))
    drawn = [each.key for each in app.text_input]
    assert drawn.index("new-name") < drawn.index("find")
    beside = app.columns
    assert beside[0].text_input(key="find").label == "Find by name, role or team"
    assert beside[1].selectbox(key="who").label == "Change"


def test_an_empty_house_says_how_the_first_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No accounts" in words(people(monkeypatch, Stub({"GET accounts": []})))


def test_roles_team_and_lead_are_changed_on_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [account(), account("ines", roles=[Role.MANAGER], team="north", lead="gone")]
    stub = Stub({"GET accounts": listed, "PATCH accounts/maya": account(roles=[Role.AGENT])})
    app = people(monkeypatch, stub, who="maya")
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


def test_a_lead_who_is_not_there_any_more_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"GET accounts": [account("ines", team="north", lead="gone")]})
    app = people(monkeypatch, stub, who="ines")
    assert app.text_input(key="team-ines-ines-1").value == "north"
    assert app.selectbox(key="lead-ines-ines-1").value == "gone"


def test_nothing_can_be_changed_before_somebody_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    app = people(monkeypatch, Stub({"GET accounts": [account()]}))
    assert {each.key for each in app.button} == {"account-add"}


@pytest.mark.parametrize("title", ["Last admin", "Version moved"])
def test_a_refusal_is_said_and_what_was_chosen_stays(
    monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    stub = Stub({"GET accounts": [account()], "PATCH accounts/maya": refused(title=title)})
    app = people(monkeypatch, stub, who="maya")
    app.multiselect(key="roles-maya-maya-1").set_value([])
    app.button(key="account-save").click().run()
    assert stub.acts == [], "no roles at all are not even sent"
    app.multiselect(key="roles-maya-maya-1").set_value([Role.AUDITOR])
    app.button(key="account-save").click().run()
    assert title in app.warning[0].value
    assert app.multiselect(key="roles-maya-maya-1").value == [Role.AUDITOR]


def test_somebody_leaves_after_a_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = account(active=False, version="maya-2")
    stub = Stub({"GET accounts": [account()], "POST accounts/maya/deactivate": gone})
    app = people(monkeypatch, stub, who="maya")
    assert app.button(key="account-leave").disabled
    app.checkbox(key="leave-sure-maya-maya-1").check().run()
    app.button(key="account-leave").click().run()
    assert stub.acts == [("POST accounts/maya/deactivate", "")]
    assert "maya has left." in words(app)
    stub.answers["GET accounts"] = [gone]
    app.run()
    assert "account-leave" not in {each.key for each in app.button}


def test_somebody_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"GET accounts": [account()], "POST accounts": refused(title="Account exists")})
    app = people(monkeypatch, stub)
    app.session_state["add-account"] = True
    app.button(key="account-add").click().run()
    assert stub.acts == [], "a name is needed"
    app.text_input(key="new-name").set_value("tom")
    app.text_input(key="new-team").set_value(" south ")
    app.text_input(key="new-password").set_value("four words of his")
    app.button(key="account-add").click().run()
    assert "Account exists" in app.warning[0].value
    assert app.text_input(key="new-name").value == "tom"
    assert app.session_state["add-account"]
    stub.answers["POST accounts"] = account("tom")
    app.button(key="account-add").click().run()
    assert json.loads(stub.acts[-1][1]) == {
        "name": "tom",
        "display_name": "tom",
        "roles": ["agent"],
        "team": "south",
        "password": "four words of his",
    }
    assert "tom was added." in words(app)
    assert app.text_input(key="new-password").value == ""
    assert not app.session_state["add-account"], "it stands in nobody's way any more"
    assert app.text_input(key="new-name").value == ""
