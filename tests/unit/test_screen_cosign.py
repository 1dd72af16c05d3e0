"""Co-sign: proposals of others, answered one by one."""

from datetime import timedelta
from unittest.mock import Mock

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from api.schemas.cases import BreachOut, QueuePage, RuleOut
from api.schemas.precedents import CloseDeclineOut, PrecedentsOut, TotalsOut
from recommender.vocabulary import CaseState, Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, keys, refused, screen, sent, words

AGENT = Role.AGENT
NONE_LIKE_IT = PrecedentsOut(precedents=[], allowed=None)
CEILING = BreachOut(rule="ceiling", words="Peers may approve up to 60, and this asks for 79.")


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


def test_a_card_says_what_the_rule_says(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case("c1"))
    page = stub.answers["GET queue"]
    assert isinstance(page, QueuePage)
    page.rules = [RuleOut(clause="RET-2.1", text=f"Within 30 days. {made.MARKED}")]
    assert f"The rule says: “Within 30 days. {made.MARKED}”" in words(
        cosign_screen(monkeypatch, stub)
    )


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
    stub.answers["POST precedents"] = PrecedentsOut(
        precedents=[made.precedent()],
        allowed=None,
        totals=TotalsOut(approved=41, declined=3, badly_ended=0),
    )
    stub.forget()
    app.button(key="look-c2").click().run()
    assert "62 % alike" in words(app)
    assert "Much like it: 41 approved, 3 declined" in words(app)
    assert sent(stub, "POST precedents")[0]["amount"] == 59.9
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


def test_what_comes_is_announced_and_no_card_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case("c1"), made.case("c2"))
    app = cosign_screen(monkeypatch, stub)
    assert "show-what-waits" not in keys(app)
    stub.answers = queue_of(made.case("c3"), made.case("c2"), made.case("c4")).answers
    app.text_area(key="question-c2").set_value("Box open?").run()
    assert signable(app) == ["cosign-c2"], "what came is not among them, what went is gone"
    assert "1 proposal waits, oldest first · 2 more have come since" in words(app)
    assert app.text_area(key="question-c2").value == "Box open?"
    app.button(key="show-what-waits").click().run()
    assert signable(app) == ["cosign-c3", "cosign-c2", "cosign-c4"]
    assert app.text_area(key="question-c2").value == "Box open?"
    assert "have come since" not in words(app)


def test_the_queue_asks_by_itself_as_often_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case("c1"))
    page = stub.answers["GET queue"]
    assert isinstance(page, QueuePage)
    page.ask_again_seconds = 77
    fragments = Mock(wraps=st.fragment)
    monkeypatch.setattr(st, "fragment", fragments)
    cosign_screen(monkeypatch, stub)
    assert fragments.call_args.kwargs == {"run_every": 77}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refused(401, title="Signed out", code="SignedOut"), "Your sign-in has ended."),
        (refused(503, title="Starting"), "It cannot be asked at the moment"),
        (QueuePage(direction="", proposals=[made.case("c2")]), "1 more has come since"),
    ],
)
def test_what_is_asked_by_itself_tells_what_it_found_and_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, answer: object, said: str
) -> None:
    stub = queue_of(made.case("c1"))
    cosign_screen(monkeypatch, stub)
    stub.answers["GET queue"] = answer
    line = AppTest.from_string("from dashboard import arrivals; arrivals._line()").run()
    assert said in words(line)
    assert not line.exception


def test_coming_back_to_the_queue_shows_all_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case("c1"))
    app = cosign_screen(monkeypatch, stub)
    stub.answers = queue_of(made.case("c2"), made.case("c1")).answers
    app.session_state["address"] = ("another screen", {})
    assert signable(app.run()) == ["cosign-c2", "cosign-c1"]


def signable(app: AppTest) -> list[str]:
    return [str(each.key) for each in app.button if str(each.key).startswith("cosign-")]
