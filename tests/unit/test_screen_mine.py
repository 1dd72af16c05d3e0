"""Mine: what I filed and signed, and what became of it."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.cases import BreachOut, CaseOut
from api.schemas.references import KindRef
from recommender.vocabulary import CaseState, OutcomeReading, Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, keys, screen, sent, words

AGENT = Role.AGENT
CEILING = BreachOut(rule="ceiling", words="Peers may approve up to 60, and this asks for 79.")


def mine_of(*filed: object, signed: tuple[object, ...] = ()) -> Stub:
    mine = {"filed": list(filed), "signed": list(signed), "credit": False}
    return Stub({"GET mine": mine, "GET became": []})


def mine_screen(monkeypatch: pytest.MonkeyPatch, stub: Stub, **params: str) -> AppTest:
    return screen("mine", stub, monkeypatch, AGENT, **params)


def approved(case_id: str = "c1", **given: object) -> CaseOut:
    return made.case(case_id, mine=True, state=CaseState.APPROVED, **given)


@pytest.mark.parametrize(
    ("given", "rule"), [({"gap": True}, "Gap: no clause fits"), ({}, "no rule named")]
)
def test_a_no_that_ended_well_does_not_read_as_a_contradiction(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, bool], rule: str
) -> None:
    no = made.case(
        "c1",
        mine=True,
        state=CaseState.DECLINED,
        outcome=OutcomeReading.GOOD,
        clause_key=None,
        **given,
    )
    said = words(mine_screen(monkeypatch, mine_of(no)))
    assert "Went well without it" in said
    assert rule in said


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
        "Returns (RET-2.1) · 4 Nov 2026",
        "filed after the act",
        "Nobody answered in time",
        "Looks like: Second delivery",
        "What came of it?",
    ):
        assert shown in said
    assert "outcome-stayed-c1" in keys(app)
    assert "outcome-left-c2" not in keys(app), "one line a case: what is known is not asked"
    assert "without it" not in said
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
