"""The front line's screens: file, co-sign, mine, notices; and the admin's."""

import json
import re
import uuid
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import httpx
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from api.schemas.cases import BreachOut, CaseOut, QueuePage
from api.schemas.notices import NoticeOut
from api.schemas.precedents import AllowanceOut, CloseDeclineOut, PrecedentsOut
from api.schemas.references import KindRef
from dashboard import as_typed
from recommender.vocabulary import CaseState, NoticeTopic, OutcomeReading, Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, me, refused, screen, words

AGENT = Role.AGENT
NONE_LIKE_IT = PrecedentsOut(precedents=[], allowed=None)
CEILING = BreachOut(rule="ceiling", words="Peers may approve up to 60, and this asks for 79.")


def keys(app: AppTest) -> set[str | None]:
    return {each.key for each in app.button}


# File -----------------------------------------------------------------------------------------


@pytest.fixture
def filing() -> Stub:
    return Stub(
        {
            "GET filing": made.filing_page(),
            "GET draft": None,
            "PUT draft": httpx.Response(204),
            "DELETE draft": httpx.Response(204),
            "POST advice": made.advice(),
            "POST proposals": made.case("c9"),
            "GET proposals/c9": made.case("c9", expires_at=made.NOW, could_sign=4),
        }
    )


def file_screen(monkeypatch: pytest.MonkeyPatch, stub: Stub, **params: str) -> AppTest:
    return screen("file", stub, monkeypatch, AGENT, **params)


def typing(monkeypatch: pytest.MonkeyPatch, stub: Stub) -> AppTest:
    app = file_screen(monkeypatch, stub)
    return app.text_area(key="situation").set_value("Parcel lay at the neighbour's.").run()


def sent(stub: Stub, act: str) -> list[dict[str, Any]]:
    return [json.loads(body) for name, body in stub.acts if name == act]


def test_advice_follows_the_situation_and_is_asked_for_once(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    app = file_screen(monkeypatch, filing)
    assert "They appear here as you write" in words(app)
    assert "Be fair." in words(app)
    app.text_area(key="situation").set_value("Parcel lay at the neighbour's.").run()
    said = words(app)
    assert "1 case much like it: 1 approved, 0 declined" in said
    assert "62 % alike" in said
    assert "Alike: same clause: RET-2.1" in said
    assert made.MARKED in said
    app.text_area(key="reason").set_value("It was our delay.").run()
    assert len(sent(filing, "POST advice")) == 1
    app.selectbox(key="clause").set_value("RET-2.1").run()
    assert [one["clause_key"] for one in sent(filing, "POST advice")] == [None, "RET-2.1"]


def test_precedents_say_what_speaks_against_them(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    declined = made.precedent(
        "p2",
        decision=CaseState.DECLINED,
        decline_reason="Worn already.",
        differs=["amount: 189, yours 20"],
        superseded=True,
    )
    close = {"case_id": "p2", "day": made.TODAY, "reason": "Worn already."}
    totals = {"approved": 3, "declined": 1, "badly_ended": 2}
    filing.answers["POST advice"] = made.advice(
        precedents=[declined], close_decline=close, totals=totals
    )
    said = words(typing(monkeypatch, filing))
    for shown in (
        "4 cases much like it: 3 approved (2 ended badly), 1 declined",
        "A close case was declined on 4 Nov 2026",
        "Declined because",
        "Differs: amount: 189, yours 20",
        "The rule reads otherwise by now.",
    ):
        assert shown in said
    filing.answers["POST advice"] = made.advice(totals=totals | {"approved": 0, "declined": 0})
    assert "these come nearest" in words(typing(monkeypatch, filing))


def test_what_the_rule_allows_already_needs_no_proposal_and_is_counted(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    allowed = AllowanceOut(
        clause_key="RET-2.1", text="Taken back within 30 days.", words="RET-2.1 allows this."
    )
    filing.answers["POST advice"] = made.advice(precedents=[], allowed=allowed)
    filing.answers["POST already-allowed"] = {"clause_key": "RET-2.1", "counted": True}
    app = typing(monkeypatch, filing)
    assert "No proposal is needed." in app.success[0].value
    assert "Taken back within 30 days." in words(app)
    assert "Nothing like it so far" in words(app)
    app.button(key="just-do-it").click().run()
    ((counted),) = sent(filing, "POST already-allowed")
    assert counted["clause_key"] == "RET-2.1"
    assert str(uuid.UUID(counted["draft"])) == counted["draft"]
    assert "maya" not in json.dumps(counted)
    assert app.text_area(key="situation").value == ""


def test_a_failing_answer_leaves_the_form_as_it_is(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    filing.answers["POST advice"] = refused(503, title="Starting")
    app = typing(monkeypatch, filing)
    assert "Starting" in app.warning[0].value
    assert app.text_area(key="situation").value == "Parcel lay at the neighbour's."


def test_a_text_that_is_too_long_is_said_and_stays_to_be_shortened(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    app = file_screen(monkeypatch, filing)
    mail = "Parcel lay at the neighbour's. " * 200
    app.text_area(key="situation").set_value(mail).run()
    assert "at most 4000 characters" in words(app)
    assert sent(filing, "POST advice") == sent(filing, "PUT draft") == []
    assert app.text_area(key="situation").value == mail
    app.text_area(key="situation").set_value(mail[:4000]).run()
    assert "at most 4000 characters" not in words(app)
    assert "62 % alike" in words(app)


def test_the_script_that_tells_what_is_typed_is_our_own_and_on_the_page(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    drawn = Mock(wraps=st.html)
    monkeypatch.setattr(st, "html", drawn)
    file_screen(monkeypatch, filing)
    bodies = "".join(call.args[0] for call in drawn.call_args_list)
    (named,) = re.findall(r'<script type="module" src="(/[^"]+)">', bodies)
    answer = TestClient(Starlette(routes=as_typed.routes())).get(named)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert ".st-key-as-typed textarea" in answer.text


def test_limits_are_said_before_it_is_filed(monkeypatch: pytest.MonkeyPatch, filing: Stub) -> None:
    filing.answers["POST advice"] = made.advice(limits=[CEILING])
    app = typing(monkeypatch, filing)
    assert "Peers cannot approve this as it stands." in app.warning[0].value
    assert "this asks for 79" in app.warning[0].value


def test_a_fact_that_was_read_is_taken_with_one_click_and_called_suggested(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    read = {
        "name": "days_since_delivery",
        "value": 41.0,
        "unit": "day",
        "field": "situation",
        "said": "forty one",
        "start": 0,
        "end": 9,
    }
    guess = {"key": "RET-2.1", "text": "Taken back.", "likely": 0.71, "from_cases": 9}
    faint = guess | {"key": "OLD-9", "likely": 0.02}
    filing.answers["POST advice"] = made.advice(
        facts=[read],
        clauses=[guess, faint],
        asked=["days_since_delivery", "visits"],
        dimension={"dimension": "resources", "why": "You wrote “refund”."},
    )
    app = typing(monkeypatch, filing)
    assert "meant-OLD-9" not in keys(app)
    app.button(key="meant-RET-2.1").click().run()
    assert app.number_input(key="fact-visits").label.endswith("\\(if you know it\\)")
    app.button(key="take-days_since_delivery").click().run()
    app.button(key="take-dimension").click().run()
    app.text_area(key="resolution").set_value("Take it back.")
    app.button(key="file").click().run()
    ((body),) = sent(filing, "POST proposals")
    assert body["facts"] == {"days_since_delivery": 41.0}
    assert body["dimension"] == "resources"
    assert body["provenance"] == {
        "clause_key": "suggested",
        "facts.days_since_delivery": "suggested",
        "dimension": "suggested",
    }


def test_a_suggestion_that_was_changed_counts_as_typed(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    guess = {"key": "RET-2.1", "text": "Taken back.", "likely": 0.71, "from_cases": None}
    filing.answers["POST advice"] = made.advice(clauses=[guess])
    app = typing(monkeypatch, filing)
    app.button(key="meant-RET-2.1").click().run()
    app.selectbox(key="clause").set_value("gap")
    app.text_area(key="resolution").set_value("Take it back.")
    app.button(key="file").click().run()
    ((body),) = sent(filing, "POST proposals")
    assert "provenance" not in body
    assert body["gap"] is True


def test_not_knowing_the_rule_is_an_answer_too(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    allowed = AllowanceOut(clause_key="RET-2.1", text="Taken back.", named=False)
    guess = {"key": "RET-2.1", "text": "Taken back.", "likely": 0.71, "from_cases": None}
    filing.answers["POST advice"] = made.advice(clauses=[guess], allowed=allowed)
    filing.answers["POST already-allowed"] = {"clause_key": "RET-2.1", "counted": True}
    app = typing(monkeypatch, filing)
    app.selectbox(key="clause").set_value("unknown")
    app.text_area(key="resolution").set_value("Take it back.")
    app.button(key="file").click().run()
    ((body),) = sent(filing, "POST proposals")
    assert (body["none_taken"], body["gap"], "clause_key" in body) == (True, False, False)
    assert len(sent(filing, "POST already-allowed")) == 1, "asked for all the same"


def reuse_of(case_id: str = "p1", **given: object) -> dict[str, Any]:
    filled = {
        "situation": "",
        "resolution": "Refund it.",
        "reason": None,
        "clause_key": "RET-2.1",
        "gap": False,
        "facts": {"days_since_delivery": 34},
        "amount": 20.0,
        "currency": "EUR",
        "granted_action": None,
        "channel": None,
        "product": None,
        "customer_id": None,
        "customer_tier": None,
        "precedent_id": case_id,
        "provenance": {"resolution": "reused", "clause_key": "reused", "amount": "reused"},
    }
    differs = {"field": "facts.days_since_delivery", "yours": None, "theirs": "34"}
    return {
        "proposal": filled | given,
        "differences": [differs],
        "warnings": ["Its rule reads otherwise by now."],
    }


def test_a_precedent_fills_the_form_in_and_is_named_when_filed(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    filing.answers["POST cases/p1/reuse"] = reuse_of()
    app = typing(monkeypatch, filing)
    app.button(key="same-p1").click().run()
    said = words(app)
    assert "Filled in from #p1." in said
    assert "Its rule reads otherwise by now." in said
    assert "Days since delivery: yours not given, theirs 34" in said
    assert app.text_area(key="situation").value == "Parcel lay at the neighbour's."
    assert app.text_area(key="resolution").value == "Refund it."
    app.number_input(key="amount").set_value(30.0)
    app.button(key="file").click().run()
    ((body),) = sent(filing, "POST proposals")
    assert body["precedent_id"] == "p1"
    assert body["provenance"] == {"resolution": "reused", "clause_key": "reused"}


def test_a_gap_precedent_chooses_no_clause_and_can_be_let_go(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    filing.answers["POST cases/p1/reuse"] = reuse_of(gap=True, clause_key=None, facts={})
    app = typing(monkeypatch, filing)
    app.button(key="same-p1").click().run()
    assert app.selectbox(key="clause").value == "gap"
    app.button(key="not-same").click().run()
    app.button(key="file").click().run()
    ((body),) = sent(filing, "POST proposals")
    assert "precedent_id" not in body


def test_what_is_typed_is_kept_once_and_comes_back(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    app = typing(monkeypatch, filing)
    app.run()
    assert sent(filing, "PUT draft") == [{"situation": "Parcel lay at the neighbour's."}]
    app.text_area(key="situation").set_value("").run()
    assert filing.acts[-1][0] == "DELETE draft"
    filing.answers["GET draft"] = {
        "draft": {"situation": "Kept words.", "facts": {"visits": 3.0}},
        "saved_at": made.NOW,
    }
    again = file_screen(monkeypatch, filing)
    assert again.text_area(key="situation").value == "Kept words."
    assert again.number_input(key="fact-visits").value == 3.0


def test_the_charter_comes_before_the_first_filing_and_signature(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    filing.answers["GET charter"] = {"version": 1, "text": "You are safe.", "accepted_at": None}
    filing.answers["POST charter"] = {"version": 1, "text": "", "accepted_at": made.NOW}
    for name in ("file", "cosign"):
        app = screen(name, filing, monkeypatch, AGENT)
        app.session_state["me"] = me(AGENT).model_copy(update={"charter_accepted": False})
        app.run()
        assert "You are safe." in words(app)
        assert keys(app) == {"accept-charter"}
        app.button(key="accept-charter").click().run()
    assert sent(filing, "POST charter") == [{"version": 1}] * 2


def test_a_proposal_is_filed_with_the_facts_its_clause_asks_for(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    app = file_screen(monkeypatch, filing)
    app.text_area(key="situation").set_value("Parcel lay at the neighbour's.")
    app.text_area(key="resolution").set_value("Take it back.")
    app.selectbox(key="clause").set_value("RET-2.1").run()
    assert "(the rule says at most 30 days)" in app.number_input[0].label.replace("\\", "")
    app.number_input(key="fact-days_since_delivery").set_value(34.0)
    app.number_input(key="amount").set_value(0.0)
    app.text_area(key="reason").set_value("The delay was ours.")
    app.checkbox(key="after-the-act").check()
    app.text_input(key="customer").set_value("C-1")
    app.selectbox(key="action").set_value("extend_return")
    app.selectbox(key="product").set_value("garden")
    app.button(key="file").click().run()
    assert not app.exception
    ((body),) = sent(filing, "POST proposals")
    assert body == {
        "situation": "Parcel lay at the neighbour's.",
        "resolution": "Take it back.",
        "reason": "The delay was ours.",
        "clause_key": "RET-2.1",
        "gap": False,
        "facts": {"days_since_delivery": 34.0},
        "amount": 0.0,
        "currency": "EUR",
        "filed_after_the_act": True,
        "granted_action": "extend_return",
        "product": "garden",
        "customer_id": "C-1",
    }
    assert app.query_params["filed"] == "c9"
    said = words(app)
    assert "It waits in your colleagues' queue until 4 Nov 2026. 4 colleagues can sign it." in said
    assert app.text_area(key="situation").value == ""
    assert app.selectbox(key="clause").value is None


def test_a_draft_keeps_its_own_name_until_its_words_change(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    filing.answers["POST proposals"] = refused(503)
    app = file_screen(monkeypatch, filing)
    app.text_area(key="situation").set_value("Parcel lay at the neighbour's.")
    app.text_area(key="resolution").set_value("Take it back.")
    app.selectbox(key="clause").set_value("gap")
    for _ in range(2):
        app.button(key="file").click().run()
    assert app.text_area(key="situation").value == "Parcel lay at the neighbour's."
    app.text_area(key="resolution").set_value("Exchange it.")
    app.button(key="file").click().run()
    filed = [each for each in filing.asked if each.url.path.endswith("proposals")]
    first, again, other = [uuid.UUID(each.headers["idempotency-key"]) for each in filed]
    assert first == again != other
    assert json.loads(filed[0].content)["gap"] is True


def test_what_is_missing_is_named_and_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    app = file_screen(monkeypatch, filing)
    app.button(key="file").click().run()
    assert "The situation is still empty" in words(app)
    app.text_area(key="situation").set_value("Short.")
    app.text_area(key="resolution").set_value("Take it back.")
    app.button(key="file").click().run()
    assert "Choose the rule in the way" in words(app)
    assert sent(filing, "POST proposals") == []


def test_a_clause_says_what_peers_cannot_approve(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    amount = made.clause().revision
    assert amount is not None
    limit = amount.parameters[0].model_copy(update={"fact": "amount"})
    never = made.clause("GEN-1.1", never_bend=True, revision=made.revision(1, "Never.", [limit]))
    capped = made.clause("DEL-3.1", ceiling=60, revision=None)
    gone = made.clause("OLD-1", retired=True)
    filing.answers["GET filing"] = made.filing_page(clauses=[never, capped, gone], currency=None)
    app = file_screen(monkeypatch, filing)
    assert app.selectbox(key="clause").options == [
        "No clause fits",
        "I do not know which",
        "GEN-1.1 · Never.",
        "DEL-3.1 · Returns",
    ]
    app.selectbox(key="clause").set_value("GEN-1.1").run()
    assert "This rule is never bent" in app.warning[0].value
    assert [each.key for each in app.number_input] == ["amount"]
    app.selectbox(key="clause").set_value("DEL-3.1").run()
    assert "Peers can approve up to 60 under this rule." in words(app)


def test_after_filing_the_address_tells_where_it_stands(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    filing.answers["GET proposals/c9"] = made.case("c9", breaches=[CEILING])
    app = file_screen(monkeypatch, filing, filed="c9")
    assert "Peers cannot approve this here." in app.warning[0].value
    filing.answers["GET proposals/c9"] = made.case("c9", state=CaseState.APPROVED)
    assert "A peer signed it." in words(app.run())
    filing.answers["GET proposals/c9"] = refused(404, title="Gone")
    app.run()
    assert "Gone" in app.error[0].value
    assert app.text_area(key="situation").value == ""


# Co-sign --------------------------------------------------------------------------------------


def queue_of(*cases: object) -> Stub:
    page = QueuePage.model_validate(
        {"direction": "Be fair.", "proposals": list(cases)}, from_attributes=True
    )
    reused = {f"GET cases/c{number}/reused": None for number in range(1, 10)}
    return Stub({"GET queue": page, "POST precedents": NONE_LIKE_IT, **reused})


def cosign_screen(monkeypatch: pytest.MonkeyPatch, stub: Stub, **params: str) -> AppTest:
    return screen("cosign", stub, monkeypatch, AGENT, **params)


def test_the_queue_shows_each_proposal_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    other = made.case(
        "c2", clause_key=None, gap=True, amount=None, facts={}, filed_after_the_act=True
    )
    stub = queue_of(made.case("c1", expires_at=made.NOW + timedelta(days=1)), other)
    app = cosign_screen(monkeypatch, stub)
    said = words(app)
    for shown in (
        "2 proposals wait, oldest first",
        "Be fair.",
        made.MARKED,
        "Take it back.",
        "She could not come.",
        "**59.90 EUR**",
        "Days since delivery: 34",
        "No clause fits",
        "waits until 5 Nov 2026",
        "done already, as it could not wait",
    ):
        assert shown in said
    assert [name for name, _ in stub.acts] == ["POST precedents"], "for the first alone"


def test_a_close_decline_and_a_reused_precedent_are_said_before_signing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = queue_of(made.case("c1"))
    stub.answers["POST precedents"] = PrecedentsOut(
        precedents=[],
        allowed=None,
        close_decline=CloseDeclineOut(case_id="p9", day=made.TODAY, reason="Worn already."),
    )
    stub.answers["GET cases/c1/reused"] = {
        "case_id": "p1",
        "differences": [{"field": "amount", "yours": "59.9", "theirs": "20"}],
        "warnings": ["It ended badly."],
    }
    said = words(cosign_screen(monkeypatch, stub))
    for shown in (
        "A close case was declined on 4 Nov 2026",
        "Filled in from #p1.",
        "It ended badly.",
        "Amount: this 59.9, theirs 20",
    ):
        assert shown in said


def test_asking_is_as_easy_as_signing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"id": "q1", "text": "Was it worn?", "answer": None, "mine": True, "earlier": False}
    stub = queue_of(made.case("c1", escalated=True, questions=[asked]))
    stub.answers["POST proposals/c1/ask"] = made.case("c1")
    app = cosign_screen(monkeypatch, stub)
    assert "You asked" in words(app)
    assert "leads were asked" in words(app)
    app.text_area(key="question-c1").set_value("Box open?")
    app.button(key="ask-save-c1").click().run()
    assert sent(stub, "POST proposals/c1/ask") == [
        {"content_hash": "a" * 64, "question": "Box open?"}
    ]
    assert "you are told the answer" in words(app)


def test_signing_sends_the_hash_of_what_was_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case())
    stub.answers["POST proposals/c1/cosign"] = made.case(state=CaseState.APPROVED)
    app = cosign_screen(monkeypatch, stub, id="c1")
    app.button(key="cosign-c1").click().run()
    assert sent(stub, "POST proposals/c1/cosign") == [{"content_hash": "a" * 64}]
    assert "It is approved" in app.success[0].value
    assert "id" not in app.query_params


def test_a_refused_signature_says_why_and_the_card_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case())
    stub.answers["POST proposals/c1/cosign"] = refused(title="Changed", remedy="Read it anew.")
    app = cosign_screen(monkeypatch, stub)
    app.button(key="cosign-c1").click().run()
    assert app.warning[0].value == r"**Changed.** D\. Read it anew\."
    assert "cosign-c1" in keys(app)


def test_declining_needs_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case())
    stub.answers["POST proposals/c1/decline"] = made.case(state=CaseState.DECLINED)
    app = cosign_screen(monkeypatch, stub)
    app.button(key="decline-save-c1").click().run()
    assert "The reason is still empty" in words(app)
    assert sent(stub, "POST proposals/c1/decline") == []
    app.text_area(key="decline-reason-c1").set_value("Worn already.")
    app.button(key="decline-save-c1").click().run()
    assert sent(stub, "POST proposals/c1/decline")[0]["reason"] == "Worn already."
    assert "has been told why" in words(app)


def test_what_peers_cannot_approve_offers_no_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    app = cosign_screen(monkeypatch, queue_of(made.case(breaches=[CEILING])))
    assert "Peers cannot approve this here." in app.warning[0].value
    assert "this asks for 79" in app.warning[0].value
    assert "cosign-c1" not in keys(app)
    assert "decline-save-c1" in keys(app)


def test_precedents_are_folded_and_open_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case("c1"), made.case("c2"))
    app = cosign_screen(monkeypatch, stub)
    app.button(key="look-c1").click().run()
    assert app.query_params["look"] == "c1"
    assert "Nothing like it so far" in words(app)
    stub.answers["POST precedents"] = PrecedentsOut(precedents=[made.precedent()], allowed=None)
    stub.forget()
    app.button(key="look-c2").click().run()
    assert "62 % alike" in words(app)
    assert len(sent(stub, "POST precedents")) == 1, "what was asked before is kept"
    app.button(key="look-c2").click().run()
    assert "look" not in app.query_params


def test_a_link_shows_one_proposal_or_says_that_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case("c1"), made.case("c2"))
    app = cosign_screen(monkeypatch, stub, id="c2")
    assert {"cosign-c2"} == {key for key in keys(app) if key and key.startswith("cosign")}
    app = cosign_screen(monkeypatch, stub, id="c7")
    assert "no longer waits for you" in app.info[0].value


def test_an_empty_queue_says_what_would_fill_it(monkeypatch: pytest.MonkeyPatch) -> None:
    app = cosign_screen(monkeypatch, queue_of())
    assert "Nothing waits for you" in words(app)
    assert "Be fair." in words(app)


# Mine -----------------------------------------------------------------------------------------


def mine_of(*filed: object, signed: tuple[object, ...] = ()) -> Stub:
    mine = {"filed": list(filed), "signed": list(signed), "credit": False}
    return Stub({"GET mine": mine, "GET became": []})


def mine_screen(monkeypatch: pytest.MonkeyPatch, stub: Stub, **params: str) -> AppTest:
    return screen("mine", stub, monkeypatch, AGENT, **params)


def approved(case_id: str = "c1", **given: object) -> CaseOut:
    return made.case(case_id, mine=True, state=CaseState.APPROVED, **given)


def test_mine_tells_what_became_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = approved("c2", outcome=OutcomeReading.GOOD, kind=KindRef(id="k1", name="Late but fair"))
    no = made.case("c3", mine=True, state=CaseState.DECLINED, decline_reason="Worn already.")
    waits = made.case("c4", mine=True, expires_at=made.NOW, breaches=[CEILING])
    after = made.case("c5", mine=True, filed_after_the_act=True)
    over = made.case("c6", mine=True, state=CaseState.EXPIRED)
    like = approved("c7", suggested_kind=KindRef(id="k2", name="Second delivery"))
    stub = mine_of(approved(), ended, no, waits, after, over, like)
    app = mine_screen(monkeypatch, stub)
    said = words(app)
    for shown in (
        "together it is called: Late but fair",
        "Worn already",
        "waits until 4 Nov 2026",
        "filed after the act",
        "Nobody answered in time",
        "Looks like: Second delivery",
        "What came of it?",
    ):
        assert shown in said
    assert "outcome-stayed-c1" in keys(app)
    assert "outcome-left-c2" not in keys(app), "one line a case: what is known is not asked"
    ended_one = mine_screen(monkeypatch, stub, id="c2")
    assert "outcome-left-c2" in keys(ended_one), "late news is welcome"
    assert "revoke-save-c2" not in keys(ended_one)
    waiting = mine_screen(monkeypatch, stub, id="c4")
    assert "this asks for 79" in words(waiting)
    assert "withdraw-c4" in keys(waiting)
    assert "File it once more" in words(mine_screen(monkeypatch, stub, id="c6"))


def test_what_a_colleague_asks_stands_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"id": "q1", "text": "Worn?", "answer": None, "mine": False, "earlier": False}
    app = mine_screen(
        monkeypatch, mine_of(approved("c1"), made.case("c2", mine=True, questions=[asked]))
    )
    said = words(app)
    assert said.index("A colleague asks you something") < said.index("What came of it?")


def test_being_named_beside_a_change_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = mine_of(approved())
    stub.answers["PUT me/credit"] = {"on": True}
    app = mine_screen(monkeypatch, stub)
    app.button(key="choose-credit").click().run()
    assert sent(stub, "PUT me/credit") == [{"on": True}]
    assert "You will be named." in words(app)


@pytest.mark.parametrize(
    ("tap", "body"),
    [
        ("stayed", {"retained": True, "complaint": False}),
        ("complained", {"complaint": True}),
        ("left", {"retained": False}),
    ],
)
def test_an_outcome_is_one_tap_and_says_only_what_is_known(
    monkeypatch: pytest.MonkeyPatch, tap: str, body: dict[str, bool]
) -> None:
    stub = mine_of(approved())
    stub.answers["POST cases/c1/outcome"] = approved()
    app = mine_screen(monkeypatch, stub)
    app.button(key=f"outcome-{tap}-c1").click().run()
    assert json.loads(stub.acts[0][1]) == body
    assert "Thank you." in words(app)


def test_an_approval_is_taken_back_and_a_proposal_withdrawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = mine_of(approved(), made.case("c2", mine=True))
    stub.answers |= {
        "POST cases/c1/revoke": approved(),
        "POST proposals/c2/withdraw": made.case("c2"),
    }
    app = mine_screen(monkeypatch, stub, id="c1")
    app.text_area(key="revoke-reason-c1").set_value("She changed her mind.")
    app.button(key="revoke-save-c1").click().run()
    app = mine_screen(monkeypatch, stub, id="c2")
    app.button(key="withdraw-c2").click().run()
    assert stub.acts == [
        ("POST cases/c1/revoke", '{"reason":"She changed her mind."}'),
        ("POST proposals/c2/withdraw", ""),
    ]
    assert "Withdrawn." in words(app)


def test_what_i_signed_is_listed_without_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = made.case("c8", state=CaseState.APPROVED)
    app = mine_screen(monkeypatch, mine_of(signed=(signed,)), list="Signed")
    assert keys(app) == {"choose-credit"}
    opened = mine_screen(monkeypatch, mine_of(signed=(signed,)), id="c8")
    assert made.MARKED in words(opened)
    assert not opened.button


def test_a_long_list_shows_the_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    app = mine_screen(monkeypatch, mine_of(*[approved(f"c{n}") for n in range(20)]))
    assert sum("outcome-stayed" in str(key) for key in keys(app)) == 15
    app.toggle(key="all").set_value(True).run()
    assert sum("outcome-stayed" in str(key) for key in keys(app)) == 20


def test_empty_lists_say_where_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    app = mine_screen(monkeypatch, mine_of())
    assert "You have filed nothing yet" in words(app)
    app.segmented_control(key="list").set_value("Signed").run()
    assert "You have signed nothing yet" in words(app)


def test_a_link_shows_one_case_of_mine(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = mine_of(approved("c1"), approved("c2"))
    app = mine_screen(monkeypatch, stub, id="c2")
    assert "outcome-stayed-c2" in keys(app)
    assert "outcome-stayed-c1" not in keys(app)
    assert "not among yours" in words(mine_screen(monkeypatch, stub, id="c7"))


# Notices --------------------------------------------------------------------------------------


def notice(notice_id: str, **given: object) -> NoticeOut:
    known: dict[str, object] = {
        "id": notice_id,
        "topic": NoticeTopic.DECISION,
        "needs_you": False,
        "title": made.MARKED,
        "body": f"Body of {notice_id}. {made.MARKED}",
        "case_id": None,
        "candidate_id": None,
        "created_at": made.NOW,
        "read_at": None,
    }
    return NoticeOut.model_validate(known | given)


def test_notices_that_need_me_come_first_and_lead_on(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = [
        notice("n1", candidate_id="cd1"),
        notice("n2", case_id="c2", topic=NoticeTopic.PROPOSAL_ANSWERED),
        notice("n3", case_id="c3", topic=NoticeTopic.SIGNATURE_VOIDED, needs_you=True),
        notice("n4", read_at=made.NOW),
    ]
    stub = Stub({"GET notices": {"notices": notes}, "POST notices/n3/read": notes[2]})
    app = screen("notices", stub, monkeypatch, AGENT)
    assert [each.value for each in app.subheader] == ["Needs you", "4 Nov 2026"]
    assert app.text[0].value.startswith("Body of n3.")
    assert [each.proto.query_string for each in app.get("page_link")] == ["id=c3", "id=c2"]
    assert "Body of n4" not in words(app)
    app.toggle(key="earlier").set_value(True).run()
    assert "Body of n4" in words(app)
    app.button(key="read-n3").click().run()
    assert stub.acts == [("POST notices/n3/read", "")]
    assert "Marked as read." in words(app)
    app = screen("notices", stub, monkeypatch, Role.MANAGER)
    assert app.get("page_link")[1].proto.page == "candidate"


def test_no_notices_say_what_will_be_told_here(monkeypatch: pytest.MonkeyPatch) -> None:
    app = screen("notices", Stub({"GET notices": {"notices": []}}), monkeypatch, AGENT)
    assert "Nothing new" in words(app)


# Second look --------------------------------------------------------------------------------


def test_a_second_look_is_one_click_or_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    review = {"id": "r1", "day": made.TODAY, "case": made.case(state=CaseState.APPROVED)}
    stub = Stub(
        {
            "GET reviews": [review],
            "POST reviews/r1": {"id": "r1", "verdict": "fine", "reason": None},
        }
    )
    app = screen("reviews", stub, monkeypatch, AGENT)
    assert "1 case waits, oldest first" in words(app)
    assert made.MARKED in words(app)
    app.button(key="fine-r1").click().run()
    app.text_area(key="misuse-reason-r1").set_value("Her own shoes.")
    app.button(key="misuse-save-r1").click().run()
    assert sent(stub, "POST reviews/r1") == [
        {"verdict": "fine", "reason": None},
        {"verdict": "misuse", "reason": "Her own shoes."},
    ]
    stub.answers["GET reviews"] = []
    assert "Nothing waits for your team" in words(screen("reviews", stub, monkeypatch, AGENT))


def test_mine_answers_what_colleagues_ask_and_tells_what_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_one = {"id": "q1", "text": "Worn?", "answer": None, "mine": False, "earlier": False}
    old = open_one | {"id": "q2", "earlier": True}
    stub = mine_of(made.case("c1", mine=True, questions=[open_one, old]))
    stub.answers["POST questions/q1/answer"] = made.case("c1", mine=True)
    change = {
        "case_id": "c0",
        "kind": "Late but fair",
        "clause_key": "RET-2.1",
        "since": made.TODAY,
        "day": made.TODAY,
    }
    stub.answers["GET became"] = [change, change | {"case_id": "c8"}]
    said = words(mine_screen(monkeypatch, stub))
    assert said.count("reads otherwise since 4 Nov 2026") == 1
    app = mine_screen(monkeypatch, stub, id="c1")
    assert "A colleague asked, about an earlier wording" in words(app)
    assert "answer-save-q2" not in keys(app)
    app.text_area(key="answer-q1").set_value("Never.")
    app.button(key="answer-save-q1").click().run()
    assert sent(stub, "POST questions/q1/answer") == [{"text": "Never."}]
