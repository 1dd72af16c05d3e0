"""File: what is typed, what helps while it is typed, and what is sent."""

import json
import re
import uuid
from typing import Any
from unittest.mock import Mock

import httpx
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from api.schemas.cases import BreachOut
from api.schemas.precedents import AllowanceOut
from dashboard import as_typed
from recommender.vocabulary import CaseState, Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, keys, me, refused, screen, sent, words

AGENT = Role.AGENT
CEILING = BreachOut(rule="ceiling", words="Peers may approve up to 60, and this asks for 79.")


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


@pytest.mark.parametrize(
    ("hours", "said"), [(1, "1 hour"), (24, "24 hours"), (36, "36 hours"), (168, "7 days")]
)
def test_what_must_be_said_and_what_comes_of_it_are_plain(
    monkeypatch: pytest.MonkeyPatch, filing: Stub, hours: int, said: str
) -> None:
    filing.answers["GET filing"] = made.filing_page(proposal_hours=hours)
    shown = words(file_screen(monkeypatch, filing))
    assert "Three things are needed" in shown
    assert f"after {said} without one it expires" in shown


def test_advice_follows_the_situation_and_is_asked_for_once(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    app = file_screen(monkeypatch, filing)
    assert "They appear here as you write" in words(app)
    assert "Be fair." in words(app)
    app.text_area(key="situation").set_value("Parcel lay at the neighbour's.").run()
    said = words(app)
    assert "Much like it: 1 approved, 0 declined" in said
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
    totals: dict[str, Any] = {
        "approved": 3,
        "declined": 1,
        "badly_ended": 2,
        "csat": 4.4,
        "csat_told": 12,
    }
    totals |= {"largest": 25.0, "currency": "EUR"}
    filing.answers["POST advice"] = made.advice(
        precedents=[declined], close_decline=close, totals=totals
    )
    said = words(typing(monkeypatch, filing))
    for shown in (
        "Much like it: 3 approved (2 ended badly), 1 declined · CSAT 4.4 (12 told)",
        "largest granted 25 EUR",
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


def test_the_script_that_tells_what_is_typed_is_our_own_and_on_every_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = Mock(wraps=st.html)
    monkeypatch.setattr(st, "html", drawn)
    as_typed.apply()
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
    assert "**RET-2.1**, likely meant" in words(app)
    app.button(key="meant-RET-2.1").click().run()
    assert "likely meant" not in words(app)
    assert app.number_input(key="fact-visits").label.endswith("(if you know it)")
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


def test_a_precedents_number_does_not_take_the_place_of_the_one_that_was_written(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    where = {"unit": "day", "field": "situation", "said": "41", "start": 0, "end": 2}
    read = {"name": "days_since_delivery", "value": 41.0} | where
    filing.answers["POST advice"] = made.advice(facts=[read])
    filing.answers["POST cases/p1/reuse"] = reuse_of(facts={"days_since_delivery": 41})
    app = typing(monkeypatch, filing)
    app.button(key="same-p1").click().run()
    ((asked),) = sent(filing, "POST cases/p1/reuse")
    assert asked["facts"] == {"days_since_delivery": 41.0}


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
    fact = "fact-days_since_delivery"
    app.selectbox(key="clause").set_value("RET-2.1").run()
    assert "(the rule says at most 30 days)" in app.number_input(key=fact).label
    app.number_input(key=fact).set_value(34.0)
    app.number_input(key="amount").set_value(0.0)
    app.text_area(key="reason").set_value("The delay was ours.")
    assert "please promise nothing" in words(app)
    app.checkbox(key="after-the-act").check().run()
    assert "please promise nothing" not in words(app)
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
    assert not app.text_area, "what happens next stands alone"
    del app.query_params["filed"]
    app.run()
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
    assert [each.proto.page for each in app.get("page_link")] == ["file"]
