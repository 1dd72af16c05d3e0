"""The policy owner's screens: limits and pauses, and what is asked of the desk."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.cases import BreachOut, CaseOut
from api.schemas.limits import LimitsOut, PauseOut
from recommender.vocabulary import Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, screen, words

OWNER = Role.POLICY_OWNER
CEILING = BreachOut(rule="ceiling", words="Peers may approve up to 60, and this asks for 79.")
NEVER = BreachOut(rule="never_bend", words=f"GEN-1 is never bent. {made.MARKED}")


def keys(app: AppTest) -> set[str | None]:
    return {each.key for each in app.button}


def limits(**given: object) -> LimitsOut:
    known: dict[str, Any] = {
        "clause_key": "RET-2.1",
        "never_bend": False,
        "ceiling": 60.0,
        "monthly_budget": 500.0,
        "currency": "EUR",
        "repeat_cases": 2,
        "repeat_days": 30,
        "roles": [{"role": "agent", "amount": 50.0}],
        "spent": {"month": "2026-11", "amount": 120.0, "left": 380.0, "uncounted": 1},
        "pauses": [],
        "yours": True,
        "version": 3,
    }
    return LimitsOut.model_validate(known | given)


def pause(pause_id: str = "p1", **given: object) -> PauseOut:
    known: dict[str, Any] = {
        "id": pause_id,
        "clause_key": "RET-2.1",
        "reason": f"A recall. {made.MARKED}",
        "since": made.TODAY,
        "lifted": None,
    }
    return PauseOut.model_validate(known | given)


@pytest.fixture
def desk() -> Stub:
    clauses = [
        made.clause("DEL-1", owner="depot"),
        made.clause(),
        made.clause("OLD-9", retired=True),
        made.clause("NEW-1", revision=None),
    ]
    book = {"key": "AF", "title": "Handbook", "owner": None, "clauses": clauses}
    return Stub(
        {
            "GET library": {"policies": [book]},
            "GET limits": {"clauses": [limits(pauses=[pause()]), limits(clause_key="OLD-9")]},
            "GET clauses/RET-2.1/limits": limits(),
            "GET clauses/DEL-1/limits": limits(clause_key="DEL-1"),
            "PUT clauses/RET-2.1/limits": limits(),
            "PUT clauses/RET-2.1/ceiling": made.clause(),
            "PUT clauses/RET-2.1/never-bend": limits(),
            "GET pauses": {"pauses": []},
            "POST pauses": pause(),
            "POST pauses/p1/lift": pause(),
        }
    )


def limits_screen(
    monkeypatch: pytest.MonkeyPatch, stub: Stub, *roles: Role, **params: str
) -> AppTest:
    return screen("limits", stub, monkeypatch, *(roles or (OWNER,)), **params)


def sent(stub: Stub, act: str) -> list[dict[str, Any]]:
    return [json.loads(body) for name, body in stub.acts if name == act]


def edition(app: AppTest, name: str) -> Any:  # noqa: ANN401 - fields of three kinds
    """The form's field of this name, whatever edition the form starts from."""
    (found,) = (
        each
        for each in (*app.number_input, *app.text_input, *app.button)
        if str(each.key).startswith(f"{name}-RET-2.1-")
    )
    return found


# Limits ---------------------------------------------------------------------------------------


def test_without_a_clause_it_lists_pauses_and_offers_living_clauses(
    monkeypatch: pytest.MonkeyPatch, desk: Stub
) -> None:
    app = limits_screen(monkeypatch, desk)
    assert "Nothing is paused" in words(app)
    assert app.selectbox[0].options == [
        "Returns: Taken back within 30 days. (DEL-1)",
        "Returns: Taken back within 30 days. (RET-2.1)",
        "Returns (NEW-1)",
    ]
    app.selectbox[0].set_value("DEL-1").run()
    assert app.title[0].value == r"Limits of Returns \(DEL\-1\)"
    assert "Taken back within 30 days." in words(app)


def test_an_owner_sees_what_is_limited_and_what_is_not(
    monkeypatch: pytest.MonkeyPatch, desk: Stub
) -> None:
    bare = {"ceiling": None, "monthly_budget": None, "spent": None, "repeat_cases": None}
    free = limits(clause_key="DEL-1", roles=[], **bare)
    bent = limits(clause_key="NEW-1", roles=[], never_bend=True, **bare)
    desk.answers["GET limits"] = {"clauses": [limits(pauses=[pause()]), free, bent]}
    app = limits_screen(monkeypatch, desk)
    said = words(app)
    for held in (
        "For one case up to 60 EUR · In a month up to 500 EUR, 380 EUR left",
        "For one customer 2 cases within 30 days · With one colleague's signature up to 50 EUR",
        "Nothing is limited under these",
    ):
        assert held in said
    assert [each.proto.label.replace("\\", "") for each in app.get("page_link")] == [
        "Returns: Taken back within 30 days. (RET-2.1)",
        "Returns (NEW-1)",
        "Returns: Taken back within 30 days. (DEL-1)",
    ]
    desk.answers["GET limits"] = {"clauses": []}
    assert "No rule is yours" in words(limits_screen(monkeypatch, desk))
    desk.answers["GET library"] = {"policies": []}
    assert "There are no rules yet" in words(limits_screen(monkeypatch, desk))
    reader = limits_screen(monkeypatch, desk, Role.AUDITOR)
    assert "Yours to limit" not in words(reader)


def test_an_unknown_clause_ends_the_screen_under_its_plain_title(
    monkeypatch: pytest.MonkeyPatch, desk: Stub
) -> None:
    desk.answers["GET clauses/X/limits"] = refused(404, title="No such clause")
    app = limits_screen(monkeypatch, desk, clause="X")
    assert app.title[0].value == "Limits"
    assert "No such clause" in app.error[0].value


def test_the_budget_says_what_is_spent_and_what_was_not_counted(
    monkeypatch: pytest.MonkeyPatch, desk: Stub
) -> None:
    said = words(limits_screen(monkeypatch, desk, clause="RET-2.1"))
    assert "120 EUR approved in November 2026, 380 EUR left" in said
    assert "1 approval names no amount in EUR and is not counted." in said
    spent = {"month": "2026-11", "amount": 0.0, "left": 0.0, "uncounted": 0}
    desk.answers["GET clauses/RET-2.1/limits"] = limits(monthly_budget=0.0, spent=spent)
    assert "0 EUR left" in words(limits_screen(monkeypatch, desk, clause="RET-2.1"))


def test_limits_are_saved_as_seen_and_the_ceiling_only_when_it_moved(
    monkeypatch: pytest.MonkeyPatch, desk: Stub
) -> None:
    app = limits_screen(monkeypatch, desk, clause="RET-2.1")
    edition(app, "budget").set_value(None)
    edition(app, "manager").set_value(80.0)
    edition(app, "save").click().run()
    whole = {
        "monthly_budget": None,
        "currency": "EUR",
        "repeat_cases": 2,
        "repeat_days": 30,
        "roles": [{"role": "agent", "amount": 50.0}, {"role": "manager", "amount": 80.0}],
    }
    assert sent(desk, "PUT clauses/RET-2.1/limits") == [whole]
    (put,) = (each for each in desk.asked if each.method == "PUT")
    assert put.headers["If-Match"] == '"3"'
    assert "It holds from the next signature on." in words(app)
    edition(app, "ceiling").set_value(None)
    edition(app, "save").click().run()
    assert sent(desk, "PUT clauses/RET-2.1/ceiling") == [{"amount": None, "currency": "EUR"}]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refused(409, title="Moved on"), "Moved on"),
        (refused(422, title="Not a limit", field="currency"), "Not a limit"),
        (refused(403, title="Not yours"), "Not yours"),
    ],
)
def test_a_refusal_keeps_the_form(
    monkeypatch: pytest.MonkeyPatch, desk: Stub, answer: object, said: str
) -> None:
    desk.answers["PUT clauses/RET-2.1/limits"] = answer
    app = limits_screen(monkeypatch, desk, clause="RET-2.1")
    edition(app, "budget").set_value(700.0)
    edition(app, "save").click().run()
    assert said in words(app)
    assert edition(app, "budget").value == 700.0
    assert sent(desk, "PUT clauses/RET-2.1/ceiling") == []


def test_a_currency_that_is_none_is_named_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, desk: Stub
) -> None:
    app = limits_screen(monkeypatch, desk, clause="RET-2.1")
    edition(app, "currency").set_value("e1")
    edition(app, "save").click().run()
    assert "A currency has three letters" in words(app)
    assert desk.acts == []


def test_what_somebody_else_changed_meanwhile_is_said_and_not_overwritten(
    monkeypatch: pytest.MonkeyPatch, desk: Stub
) -> None:
    app = limits_screen(monkeypatch, desk, clause="RET-2.1")
    edition(app, "budget").set_value(700.0)
    desk.answers["GET clauses/RET-2.1/limits"] = limits(version=4, monthly_budget=200.0)
    edition(app, "save").click().run()
    assert "Somebody else has just changed these limits." in words(app)
    assert edition(app, "budget").value == 200.0
    assert desk.acts == []


def test_a_clause_is_put_on_the_never_bend_list_and_taken_off(
    monkeypatch: pytest.MonkeyPatch, desk: Stub
) -> None:
    app = limits_screen(monkeypatch, desk, clause="RET-2.1")
    app.button(key="bend-save").click().run()
    assert "It is never bent from now on." in words(app)
    desk.answers["GET clauses/RET-2.1/limits"] = limits(never_bend=True)
    app = limits_screen(monkeypatch, desk, clause="RET-2.1")
    app.button(key="bend-save").click().run()
    assert sent(desk, "PUT clauses/RET-2.1/never-bend") == [
        {"never_bend": True},
        {"never_bend": False},
    ]


def test_a_pause_needs_its_reason_and_is_lifted(
    monkeypatch: pytest.MonkeyPatch, desk: Stub
) -> None:
    app = limits_screen(monkeypatch, desk, clause="RET-2.1")
    app.button(key="pause-save").click().run()
    assert "The reason is still empty." in words(app)
    app.text_area(key="pause-reason-RET-2.1").set_value("A recall.")
    app.button(key="pause-save").click().run()
    assert sent(desk, "POST pauses") == [{"clause_key": "RET-2.1", "reason": "A recall."}]
    desk.answers["GET clauses/RET-2.1/limits"] = limits(pauses=[pause()])
    app = limits_screen(monkeypatch, desk, clause="RET-2.1")
    assert made.MARKED in words(app)
    app.button(key="lift-p1").click().run()
    assert desk.acts[-1] == ("POST pauses/p1/lift", "")
    assert "Colleagues can approve again." in words(app)


def test_everything_is_paused_from_the_list(monkeypatch: pytest.MonkeyPatch, desk: Stub) -> None:
    desk.answers["GET pauses"] = {"pauses": [pause()]}
    app = limits_screen(monkeypatch, desk)
    app.text_area(key="pause-reason-all").set_value("The shop was hacked.")
    app.button(key="pause-save").click().run()
    assert sent(desk, "POST pauses") == [{"clause_key": None, "reason": "The shop was hacked."}]
    desk.answers["GET pauses"] = {"pauses": [pause(), pause("p2", clause_key=None)]}
    app = limits_screen(monkeypatch, desk)
    assert "**All clauses**" in words(app)
    assert keys(app) == {"lift-p1", "lift-p2"}, "what is paused is not paused again"


@pytest.mark.parametrize("role", [OWNER, Role.AGENT])
def test_who_does_not_own_the_clause_reads_what_holds(
    monkeypatch: pytest.MonkeyPatch, desk: Stub, role: Role
) -> None:
    of_all = pause("p2", clause_key=None)
    theirs = limits(yours=False, pauses=[pause(), of_all], never_bend=True)
    desk.answers["GET clauses/RET-2.1/limits"] = theirs
    app = limits_screen(monkeypatch, desk, role, clause="RET-2.1")
    assert keys(app) == ({"lift-p2"} if role is OWNER else set())
    (table,) = (each.proto.body for each in app.get("html") if "numbers pairs" in each.proto.body)
    for held in ("up to 60 EUR", "up to 500 EUR", "2 cases within 30 days", "up to 50 EUR"):
        assert held in table
    bare = limits(
        yours=False,
        ceiling=None,
        monthly_budget=None,
        repeat_cases=None,
        repeat_days=None,
        roles=[],
        spent=None,
    )
    desk.answers["GET clauses/RET-2.1/limits"] = bare
    assert "No limits here" in words(limits_screen(monkeypatch, desk, role, clause="RET-2.1"))
    assert not limits_screen(monkeypatch, desk, Role.AGENT).button


# Asked of you ---------------------------------------------------------------------------------


def asked(*cases: CaseOut) -> Stub:
    return Stub(
        {
            "GET routed": {"direction": "Be fair.", "proposals": cases},
            "POST routed/c1/approve": made.case(),
            "POST routed/c1/decline": made.case(),
        }
    )


def test_what_is_asked_of_the_desk_says_why_and_is_approved_as_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late = made.case(
        breaches=[CEILING], expires_at=made.NOW, filed_after_the_act=True, content_hash="b" * 64
    )
    stub = asked(late, made.case("c2", breaches=[CEILING], clause_key=None, gap=True))
    app = screen("routed", stub, monkeypatch, OWNER)
    said = words(app)
    for shown in (
        "2 proposals wait, oldest first",
        "Be fair.",
        "this asks for 79",
        made.MARKED,
        "waits until 4 Nov 2026 · done already",
    ):
        assert shown in said
    app.button(key="approve-c1").click().run()
    assert sent(stub, "POST routed/c1/approve") == [{"content_hash": "b" * 64}]
    assert "told to go ahead" in words(app)


def test_it_is_declined_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = asked(made.case(breaches=[CEILING]))
    app = screen("routed", stub, monkeypatch, OWNER, id="c1")
    app.button(key="decline-save-c1").click().run()
    assert "The reason is still empty." in words(app)
    app.text_area(key="decline-reason-c1").set_value("Worn already.")
    app.button(key="decline-save-c1").click().run()
    ((body),) = sent(stub, "POST routed/c1/decline")
    assert body == {"content_hash": "a" * 64, "reason": "Worn already."}
    assert "id" not in app.query_params


def test_what_is_never_bent_can_only_be_declined(monkeypatch: pytest.MonkeyPatch) -> None:
    app = screen("routed", asked(made.case(breaches=[NEVER, CEILING])), monkeypatch, OWNER)
    assert "can only be declined" in words(app)
    assert made.MARKED in words(app)
    assert keys(app) == {"decline-save-c1"}


def test_an_answer_that_came_too_late_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = asked(made.case(breaches=[CEILING]))
    stub.answers["POST routed/c1/approve"] = refused(title="Answered already")
    app = screen("routed", stub, monkeypatch, OWNER)
    app.button(key="approve-c1").click().run()
    assert "Answered already" in app.warning[-1].value


def test_an_empty_list_says_what_will_come(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nothing waits for your desk" in words(screen("routed", asked(), monkeypatch, OWNER))
    gone = screen("routed", asked(made.case("c2")), monkeypatch, OWNER, id="c1")
    assert "no longer waits for you" in words(gone)


def test_another_role_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"GET routed": refused(403, title="Not with your role")})
    assert "Not with your role" in words(screen("routed", stub, monkeypatch, Role.MANAGER))
