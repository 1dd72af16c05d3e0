"""The screens about people: requests for names, leavers' work, the protection report."""

import json
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.identities import IdentityRequestOut
from api.schemas.leaving import LeftProposalOut
from recommender.vocabulary import NoticeTopic, Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, screen, words
from tests.unit.test_screen_notices import notice

AUDITOR, MANAGER = Role.AUDITOR, Role.MANAGER
WATCHERS = [Role.AUDITOR, Role.EMPLOYEE_REPRESENTATIVE]


def keys(app: AppTest) -> set[str | None]:
    return {each.key for each in app.button}


def request(request_id: str = "r1", **given: object) -> IdentityRequestOut:
    known: dict[str, Any] = {
        "id": request_id,
        "state": "waiting",
        "case_id": "0a1b2c3d4e5f",
        "who": "filer",
        "reason": f"Two refunds. {made.MARKED}",
        "asked_by": "ines",
        "asker": "*Ines*",
        "asked_at": made.NOW,
        "granted_by": None,
        "granter": None,
        "granted_at": None,
        "until": None,
        "opened_at": None,
        "mine": False,
    }
    return IdentityRequestOut.model_validate(known | given)


def granted(request_id: str = "r1", **given: object) -> IdentityRequestOut:
    known: dict[str, Any] = {
        "state": "open",
        "granted_by": "olga",
        "granter": "Olga P",
        "granted_at": made.NOW,
        "until": made.NOW + timedelta(hours=24),
    }
    return request(request_id, **(known | given))


def log(*requests: IdentityRequestOut) -> Stub:
    return Stub(
        {
            "GET identities": {"requests": requests},
            "GET proposals/c7": made.case("c7"),
            "POST identities": request(),
            "POST identities/r1/grant": granted(),
            "POST identities/r1/open": {"name": "maya", "shown_as": "Maya *m*"},
        }
    )


def identities(monkeypatch: pytest.MonkeyPatch, stub: Stub, *roles: Role, **params: str) -> AppTest:
    return screen("identities", stub, monkeypatch, *roles, **params)


# Requests for names ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", WATCHERS)
def test_who_watches_reads_the_reason_and_agrees(
    monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    stub = log(granted("r0"), request())
    app = identities(monkeypatch, stub, role)
    said = words(app)
    assert made.MARKED in said
    assert "*Ines* asked on 4 Nov 2026" in said
    assert said.index("*Ines* asked") < said.index("Olga P agreed"), "what waits comes first"
    assert keys(app) == {"grant-r1"}
    app.button(key="grant-r1").click().run()
    assert stub.acts == [("POST identities/r1/grant", "")]
    assert "Agreed." in words(app)


def test_who_may_ask_is_offered_no_agreeing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not keys(identities(monkeypatch, log(request()), AUDITOR, MANAGER))
    assert not keys(identities(monkeypatch, log(request()), Role.ADMIN))


def test_a_refused_grant_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = log(request())
    stub.answers["POST identities/r1/grant"] = refused(title="Waited too long")
    app = identities(monkeypatch, stub, AUDITOR)
    app.button(key="grant-r1").click().run()
    assert "Waited too long" in app.warning[0].value


def test_the_log_says_what_became_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = log(
        granted(),
        granted("r2", state="over", opened_at=made.NOW),
        granted("r3", state="over"),
        request("r4", state="lapsed", who="signer"),
    )
    app = identities(monkeypatch, stub, AUDITOR)
    said = words(app)
    for shown in (
        "Olga P agreed on 4 Nov 2026; the name is readable until 5 Nov 2026 at 09:30 UTC",
        "the name was readable until",
        "First read on 4 Nov 2026; the person was told then",
        "The name was not read",
        "Case #3d4e5f: who answered it",
    ):
        assert shown in said
    assert not keys(app), "a name is read by who asked alone"


def test_a_manager_asks_about_a_case_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = log()
    app = identities(monkeypatch, stub, MANAGER, case="c7")
    assert made.MARKED in words(app), "the case itself is shown"
    app.button(key="ask-save").click().run()
    assert "The reason is still empty." in words(app)
    app.segmented_control(key="who-c7").set_value("signer")
    app.text_area(key="why-c7").set_value("Two refunds.")
    app.button(key="ask-save").click().run()
    ((_, body),) = stub.acts
    assert json.loads(body) == {"case_id": "c7", "who": "signer", "reason": "Two refunds."}
    assert "Asked." in words(app)
    assert "case" not in app.query_params


@pytest.mark.parametrize("title", ["Asked already", "Nobody to grant", "Identity unknown"])
def test_a_refused_request_keeps_the_form(monkeypatch: pytest.MonkeyPatch, title: str) -> None:
    stub = log()
    stub.answers["POST identities"] = refused(title=title)
    app = identities(monkeypatch, stub, MANAGER, case="c7")
    app.text_area(key="why-c7").set_value("Two refunds.")
    app.button(key="ask-save").click().run()
    assert title in app.warning[0].value
    assert app.text_area(key="why-c7").value == "Two refunds."


def test_an_unknown_case_is_said_and_the_list_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    app = identities(monkeypatch, log(request(mine=True)), MANAGER, case="c0")
    assert app.error
    assert "You asked on 4 Nov 2026" in words(app)


def test_who_may_not_ask_sees_no_form(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not identities(monkeypatch, log(), AUDITOR, case="c7").text_area


def test_the_name_is_read_while_granted_and_only_once_a_click(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = log(granted(mine=True), request("r2", mine=True), granted("r3", mine=True, state="over"))
    app = identities(monkeypatch, stub, MANAGER)
    assert keys(app) == {"open-r1"}
    assert "the person is told, with your reason" in words(app)
    assert not app.info
    app.button(key="open-r1").click().run()
    assert "Who filed it: Maya *m* (maya)" in words(app)
    assert not app.run().info, "it does not stay on the screen"
    assert stub.acts == [("POST identities/r1/open", "")]
    stub.answers["POST identities/r1/open"] = refused(title="Identity closed")
    app.button(key="open-r1").click().run()
    assert "Identity closed" in app.warning[0].value


def test_an_empty_log_teaches(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "“Ask for a name”" in words(identities(monkeypatch, log(), MANAGER))
    assert "before an auditor or" in words(identities(monkeypatch, log(), AUDITOR))
    asking = words(identities(monkeypatch, log(), MANAGER, case="c7"))
    assert "No name was asked for" not in asking, "somebody is just about to"


def test_a_managers_cases_lead_to_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"GET kinds/k1": made.kind_page()})
    for role, leads in ((MANAGER, True), (AUDITOR, False)):
        app = screen("kind", stub, monkeypatch, role, id="k1")
        queries = [each.proto.query_string for each in app.get("page_link")]
        assert ("case=kc1" in queries) is leads


# Leavers --------------------------------------------------------------------------------------


def left(**given: object) -> LeftProposalOut:
    known: dict[str, Any] = {
        "id": "c1",
        "filed_on": made.TODAY,
        "clause": "RET-2.1",
        "section": "Returns",
        "gap": False,
        "situation": f"Parcel lay in hospital. {made.MARKED}",
        "resolution": None,
        "reason": None,
        "amount": 59.9,
        "currency": "EUR",
    }
    return LeftProposalOut.model_validate(known | given)


def test_what_leavers_left_is_listed_and_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    proposals = [left(), left(id="c2", clause=None, gap=True, amount=None)]
    answers = {"GET handed-over": {"proposals": proposals}, "POST handed-over/c1/withdraw": {}}
    stub = Stub(answers)
    app = screen("handed_over", stub, monkeypatch, MANAGER)
    said = words(app)
    assert "4 Nov 2026 · Returns (RET-2.1) · 59.90 EUR" in said
    assert "4 Nov 2026 · No clause fits" in said
    assert made.MARKED in said
    app.button(key="withdraw-save-c1").click().run()
    assert stub.acts == [("POST handed-over/c1/withdraw", "")]
    assert "Withdrawn." in words(app)
    stub.answers["POST handed-over/c1/withdraw"] = refused(title="Answered already")
    app.button(key="withdraw-save-c1").click().run()
    assert "Answered already" in app.warning[0].value


def test_nothing_left_open_says_what_would_come(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"GET handed-over": {"proposals": []}})
    assert "Nothing was left open" in words(screen("handed_over", stub, monkeypatch, MANAGER))


# Notices that lead here -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "topic", "page"),
    [
        (Role.POLICY_OWNER, NoticeTopic.ROUTED, "routed"),
        (MANAGER, NoticeTopic.HANDED_OVER, "handed-over"),
        (MANAGER, NoticeTopic.IDENTITY_SHOWN, "identities"),
        (AUDITOR, NoticeTopic.IDENTITY_SHOWN, "identities"),
        (Role.AGENT, NoticeTopic.IDENTITY_SHOWN, "protection"),
        (Role.AGENT, NoticeTopic.ANSWER, "cosign"),
        (Role.AGENT, NoticeTopic.REVIEW_WANTED, "reviews"),
    ],
)
def test_notices_lead_to_the_screen_where_their_reader_can_act(
    monkeypatch: pytest.MonkeyPatch, role: Role, topic: NoticeTopic, page: str
) -> None:
    stub = Stub({"GET notices": {"notices": [notice("n1", topic=topic, case_id="c1")]}})
    (lead,) = screen("notices", stub, monkeypatch, role).get("page_link")
    assert lead.proto.page == page
