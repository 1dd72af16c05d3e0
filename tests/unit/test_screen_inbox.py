"""The inbox: what to look at first and why, its views, going through them, putting off."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.evidence import OutcomesOut, YearOut
from api.schemas.kinds import KindOut, SnoozeOut
from dashboard.kind_rows import ended, lead
from dashboard.triage import View
from recommender.vocabulary import Grade, KindState, NoticeTopic, Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, me, screen, words

MANAGER = Role.MANAGER
ASLEEP = SnoozeOut(until=None, more_cases=3, reason=f"Later. {made.MARKED}")
FEW: dict[str, Any] = {
    "agents": None,
    "cases": None,
    "masked": ["agents", "cases"],
    "per_week": [],
    "score": None,
    "outcomes": None,
    "declined_like": None,
    "year": None,
}


def inbox(
    monkeypatch: pytest.MonkeyPatch, stub: Stub, role: Role = MANAGER, **params: str
) -> AppTest:
    return screen("inbox", stub, monkeypatch, role, **params)


def of(*kinds: KindOut, **given: object) -> Stub:
    return Stub({"GET inbox": made.inbox_page(kinds=list(kinds), **given)})


def links(app: AppTest) -> dict[str, str]:
    return {
        each.proto.label.replace("\\", "").replace("\u2060", ""): each.proto.query_string
        for each in app.get("page_link")
    }


def opened(app: AppTest) -> list[str]:
    """The kinds that are listed, by where their names lead."""
    return [query for name, query in links(app).items() if name[:1].isdigit()]


def drawn(app: AppTest) -> str:
    return " ".join(each.proto.body for each in app.get("html"))


def test_it_says_without_a_click_what_to_look_at_first_and_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = words(inbox(monkeypatch, of(made.kind(), made.kind("k2"))))
    assert "Look first at **Late but fair** (RET-2.1: “Taken back within 30 days.”)" in said
    assert (
        "17 cases of 14 agents, growing, moderate evidence, 900–1,600 EUR a year, none of 7 known "
        "went badly (10 not known), 3 like them declined. 3 in the last 4 weeks, 2 in the 4 before."
    ) in said
    assert "2 kinds of exception recur · 71 of 119 cases are in a kind" in said


def test_how_cases_ended_is_never_told_without_what_is_not_known() -> None:
    def told(good: int, bad: int, missing: int) -> str:
        return ended(OutcomesOut(good=good, neutral=0, bad=bad, missing=missing))

    assert told(0, 0, 9) == "how they ended is not known"
    assert told(4, 2, 0) == "2 of 6 known went badly"
    assert told(6, 0, 3) == "none of 6 known went badly (3 not known)"


def test_how_many_like_them_were_declined_is_told_where_it_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    none, silent = (
        made.kind(declined_like=0),
        made.kind(declined_like=None, masked=["declined_like"]),
    )
    assert "3 like them declined" in drawn(inbox(monkeypatch, of(made.kind())))
    assert "none like them declined" in drawn(inbox(monkeypatch, of(none)))
    assert "declined" not in drawn(inbox(monkeypatch, of(silent)))
    assert "declined" not in lead(none), "what was not declined is no reason to look"
    assert "declined" not in lead(silent)
    assert "not known yet" in drawn(
        inbox(monkeypatch, of(silent.model_copy(update={"year": None})))
    )


def test_few_people_are_named_by_no_number() -> None:
    said = lead(made.kind(**FEW | {"grade": None, "why": "Only one team does this."}))
    assert said == "too few people to show numbers, growing. Only one team does this."


def test_a_row_says_the_rule_why_now_how_sure_how_it_ended_and_what_it_costs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gap = made.kind("k3", agents=None, clause=None, clause_text=None, gap=True, grade=Grade.STRONG)
    bare = made.kind("k4", clause_text=None, year=None)
    app = inbox(monkeypatch, of(made.kind(), made.kind("k2", **FEW), gap, bare))
    said, rows = words(app), drawn(app)
    assert "RET-2.1: “Taken back within 30 days.”" in said
    assert "no clause fits" in said
    assert "12 weeks, full height: 2 a week" in rows
    assert "Cases a week, oldest first: 0, 1, 0, 0, 0, 1, 2" in rows
    assert "17 cases, 14 agents" in rows
    assert "few people" in rows
    assert "7 went well, 0 mixed, 0 went badly, 10 not known" in rows
    assert "900–1,600 EUR" in rows
    assert "not known yet" in rows
    assert "Strong" in rows
    assert [each for each in links(app) if each.startswith("1. ")] == ["1. Late but fair"]


def test_what_is_emerging_has_no_score_to_explain(monkeypatch: pytest.MonkeyPatch) -> None:
    app = inbox(monkeypatch, several(), show="emerging", sel="early")
    assert "Open" in links(app)
    assert not any((each.key or "").startswith("score-") for each in app.button)
    assert "points" not in words(app)


def test_a_year_that_never_differed_is_one_amount(monkeypatch: pytest.MonkeyPatch) -> None:
    sure = YearOut(low=520, mid=520, high=520, currency="EUR", actual_share=0.0)
    app = inbox(monkeypatch, of(made.kind(year=sure, agents=None), made.kind("k2", clause=None)))
    assert "17 cases, growing, moderate evidence, 520 EUR a year" in words(app)
    assert ">17 cases<" in drawn(app)


def test_the_first_kinds_stand_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = of(made.kind("k1"), made.kind("k2"), made.kind("k3"), first=["k3", "k1"])
    app = inbox(monkeypatch, stub)
    assert opened(app) == ["id=k3&show=first", "id=k1&show=first"]


def several() -> Stub:
    kinds = [
        made.kind("new", state=KindState.NEW, cases=5, year=None),
        made.kind("grows", cases=30),
        made.kind("asked", state=KindState.STABLE, returned=True, last=None),
        made.kind("recurs", state=KindState.REGRESSED, score=None),
        made.kind("asleep", state=KindState.STABLE, snoozed=ASLEEP, cases=None),
    ]
    aside = made.kind("aside", state=KindState.DISMISSED, name="Put aside", **FEW)
    emerging = made.kind("early", state=KindState.EMERGING, name="Too early", grade=None)
    stub = of(*kinds, first=["recurs", "grows"])
    stub.answers["GET kinds"] = [*kinds, aside, emerging]
    return stub


@pytest.mark.parametrize(
    ("show", "listed"),
    [
        ("first", ["recurs", "grows"]),
        ("new", ["new"]),
        ("growing", ["grows"]),
        ("returned", ["asked"]),
        ("regressed", ["recurs"]),
        ("snoozed", ["asleep"]),
        ("emerging", ["early", "aside"]),
        ("all", ["new", "grows", "asked", "asleep", "recurs"]),
        ("nonsense", ["recurs", "grows"]),
    ],
)
def test_each_view_has_an_address_and_lists_its_kinds(
    monkeypatch: pytest.MonkeyPatch, show: str, listed: list[str]
) -> None:
    stub = several()
    app = inbox(monkeypatch, stub, show=show)
    assert [query.removeprefix("id=").partition("&")[0] for query in opened(app)] == listed
    assert not app.exception
    assert len(stub.asked) <= 3
    chips = links(app)
    assert {"Look first 2", "New 1", "Returned 1", "Regressed 1", "Emerging 2", "All 5"} <= {*chips}
    assert chips["Snoozed 1"] == "show=snoozed"


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [("cases", "grows", "asleep"), ("cost", "grows", "new"), ("newest", "new", "asked")],
)
def test_a_longer_list_is_sorted_by_its_address(
    monkeypatch: pytest.MonkeyPatch, sort: str, first: str, last: str
) -> None:
    app = inbox(monkeypatch, several(), show="all", sort=sort)
    assert opened(app)[0] == f"id={first}&show=all&sort={sort}"
    assert opened(app)[-1] == f"id={last}&show=all&sort={sort}"
    assert links(app)["Cost a year"] == "show=all&sort=cost"
    assert links(app)["Score"] == "show=all"


@pytest.mark.parametrize("view", [view for view in View if view is not View.ALL])
def test_an_empty_view_says_what_is_true(monkeypatch: pytest.MonkeyPatch, view: View) -> None:
    stub = of(made.kind(state=KindState.SETTLED), first=[])
    stub.answers["GET kinds"] = []
    app = inbox(monkeypatch, stub, show=view.value)
    assert "None here" in words(app)
    assert not app.button


def test_keys_go_through_the_list_and_the_choice_stands_in_the_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = of(*(made.kind(f"k{n}", name=f"Kind {n}") for n in range(9)))
    app = inbox(monkeypatch, stub)
    shortcuts = {each.key: each.proto.shortcut for each in app.button if each.proto.shortcut}
    assert shortcuts == {"go-J": "j", "go-K": "k"}
    app.button(key="go-J").click().run()
    assert app.query_params["sel"] == "k0"
    app.button(key="go-J").click().run()
    assert app.query_params["sel"] == "k1"
    assert links(app)["Open"] == "id=k1&show=first"
    app.button(key="go-K").click().run()
    assert app.query_params["sel"] == "k0"
    assert app.button(key="go-K").disabled
    assert not any("8" in query for query in opened(app))
    app = inbox(monkeypatch, stub, sel="k8")
    assert opened(app) == ["id=k7&show=first", "id=k8&show=first"]
    assert app.button(key="go-J").disabled
    assert links(app)["The 7 before"] == "show=first&sel=k0"
    assert "8 to 9 of 9" in words(app)


@pytest.mark.parametrize("chosen", [{}, {"sel": "k1"}])
def test_enter_opens_one_kind_as_one_of_its_list(
    monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str]
) -> None:
    keys: list[str] = []

    @contextmanager
    def by_key(key: str) -> Iterator[None]:
        keys.append(key)
        yield

    monkeypatch.setattr("dashboard.screens.inbox.by_key", by_key)
    app = inbox(monkeypatch, of(made.kind()), MANAGER, **chosen)
    assert links(app)["Open" if chosen else "Open it"] == "id=k1&show=first"
    assert keys == ["enter"], "one key does one thing"


def test_what_puts_a_kind_first_is_said_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    said = words(inbox(monkeypatch, of(made.kind())))
    assert "First by points, most of all for trend (38 of 70), people (25 of 30)." in said
    parts = [one.model_copy(update={"points": 0}) for one in made.score().parts]
    nothing = made.kind(score=made.score(total=0, parts=parts))
    assert "First by points" not in words(inbox(monkeypatch, of(nothing)))
    again = made.kind(state=KindState.REGRESSED)
    said = words(inbox(monkeypatch, of(again)))
    assert "First because it goes on although its rule was changed." in said


def test_why_here_shows_the_parts_of_the_score(monkeypatch: pytest.MonkeyPatch) -> None:
    app = inbox(monkeypatch, of(made.kind(), made.kind("k2", score=None)))
    assert "Effectively 11.5 agents." not in drawn(app)
    app.button(key="score-k1").click().run()
    assert app.query_params["sel"] == "k1"
    assert "63 of 100 points." in words(app)
    assert "Effectively 11.5 agents." in drawn(app)
    assert "<img" not in drawn(app)
    app.button(key="score-k2").click().run()
    assert "Without a score" in words(app)


def test_a_kind_is_put_off_by_cases_or_a_day_and_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ref = {"id": "k1", "name": "Late but fair"}
    stub = of(made.kind())
    stub.answers["POST kinds/k1/snooze"] = ref
    app = inbox(monkeypatch, stub, sel="k1")
    assert not app.text_input
    app.button(key="snooze-chosen").click().run()
    app.text_input(key="put-off-reason-k1").set_value("One season more.")
    app.number_input(key="put-off-cases-k1").set_value(12)
    app.button(key="put-off-k1").click().run()
    assert json.loads(stub.acts[0][1]) == {"more_cases": 12, "reason": "One season more."}
    assert "It comes back by itself." in words(app)
    assert app.text_input(key="put-off-reason-k1").value == "", "it was sent"
    app.segmented_control(key="put-off-by-k1").set_value("a day").run()
    app.date_input(key="put-off-day-k1").set_value(made.TODAY)
    app.text_input(key="put-off-reason-k1").set_value("After the sale.")
    app.button(key="put-off-k1").click().run()
    assert json.loads(stub.acts[1][1])["until"] == "2026-11-04"
    stub = of(made.kind(snoozed=ASLEEP), first=[])
    stub.answers["POST kinds/k1/wake"] = ref
    app = inbox(monkeypatch, stub, show="snoozed", sel="k1")
    assert f"Put off until 3 more cases came: {ASLEEP.reason}" in words(app)
    app.button(key="wake-k1").click().run()
    assert stub.acts == [("POST kinds/k1/wake", "")]


def test_what_waits_for_the_reader_is_counted_with_its_age(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notice = {
        "topic": NoticeTopic.CANDIDATE_RETURNED,
        "title": "Why 30?",
        "body": "Say.",
        "case_id": None,
        "candidate_id": "cd1",
        "created_at": made.NOW,
        "read_at": None,
    }
    stub = of(made.kind())
    app = inbox(monkeypatch, stub)
    assert [each.url.path for each in stub.asked] == ["/v1/inbox"], "nothing unread, nothing asked"
    stub.answers["GET notices"] = {
        "notices": [
            notice | {"id": "n1", "needs_you": True},
            notice | {"id": "n2", "needs_you": True, "read_at": made.NOW},
            notice | {"id": "n3", "needs_you": False},
        ]
    }
    app.session_state["me"] = me(MANAGER).model_copy(update={"unread": 2})
    assert "1 thing waits for your answer, since 4 Nov 2026" in links(app.run())
    stub.answers["GET notices"] = {"notices": []}
    assert not any("waits for your answer" in each for each in links(app.run()))


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ({"cases": 0, "last_run": None}, "No cases yet"),
        ({"last_run": None}, "Nobody has looked for kinds yet"),
        ({"cases": None, "unsorted": None}, "Nothing recurs often enough yet"),
    ],
)
def test_an_empty_inbox_teaches_what_would_fill_it(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, object], title: str
) -> None:
    missing = ["Approved cases: 4.", "No run has looked yet."]
    app = inbox(monkeypatch, of(emerging=0, why_none=missing, **given))
    said = words(app)
    assert title in said
    assert "- Approved cases: 4." in said
    assert "- No run has looked yet." in said
    assert "None here" not in said


def test_admins_are_led_to_where_kinds_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    app = inbox(monkeypatch, of(made.kind(), as_of_source="setting"), Role.ADMIN)
    assert "Today is taken as 4 Nov 2026 (setting)." in words(app)
    assert "Last looked for kinds on 4 Nov 2026 at 09:30 UTC." in words(app)
    assert "Look for kinds anew" in links(app)
    assert "Look for kinds anew" not in links(inbox(monkeypatch, of(made.kind())))


def test_a_reader_is_not_asked_to_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    app = inbox(monkeypatch, of(made.kind()), Role.AUDITOR, sel="k1")
    assert "snooze-chosen" not in {each.key for each in app.button}
    assert not app.text_input


def test_a_span_of_costs_is_rounded_outward(monkeypatch: pytest.MonkeyPatch) -> None:
    year = YearOut(low=2963, mid=4000, high=5212, currency="EUR", actual_share=0.0)
    assert "2,900–5,300 EUR" in drawn(inbox(monkeypatch, of(made.kind(year=year))))
