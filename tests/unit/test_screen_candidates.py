"""The list of changes: what each would write, who acts next, and what has waited too long."""

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.candidates import CandidatePage
from api.schemas.drafts import CostRangeOut, RedlineOut
from recommender.vocabulary import CandidateState, Role, Verdict
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, screen, words

OWNER = Role.POLICY_OWNER
REDLINE = RedlineOut(
    old="Within 30 days. Boots too.", new="Within 56 days, if it rained. Boots too."
)


def row(number: int = 1, /, **given: object) -> CandidatePage:
    known: dict[str, object] = {
        "id": f"cd{number}",
        "redline": REDLINE,
        "year": CostRangeOut(low=900.4, mid=1200, high=1600),
        "currency": "EUR",
        "waits_days": 3,
    }
    return made.candidate_page(**known | given)


def listed(monkeypatch: pytest.MonkeyPatch, *rows: CandidatePage, **params: str) -> AppTest:
    stub = Stub({"GET candidates": {"candidates": rows}, "GET answers": made.answers(red=0)})
    return screen("candidates", stub, monkeypatch, OWNER, **params)


def links(app: AppTest) -> list[str]:
    return [each.proto.label.replace("\\", "") for each in app.get("page_link")]


def test_an_owner_for_whom_nothing_waits_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "Nothing waits for you."
    assert said in words(listed(monkeypatch, row(state=CandidateState.OPEN, yours=False)))
    assert said not in words(listed(monkeypatch, row(state=CandidateState.OPEN, yours=True)))


def test_a_row_is_the_sentence_that_would_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    app = listed(monkeypatch, row())
    assert links(app) == ["Within 56 days, if it rained."]
    said = words(app)
    for shown in (
        "Returns (RET-2.1) today: “Within 30 days.” · Late but fair",
        "**you**",
        "900–1,600 EUR",
        "3 days",
    ):
        assert shown in said


def test_what_writes_no_words_says_what_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    coach = row(redline=None, verdict=Verdict.COACH, year=None, waits_days=0)
    app = listed(monkeypatch, coach, row(2, verdict=Verdict.RETIRE_RULE, kind=None, clause=None))
    assert links(app)[0].startswith("Coach: The rule is right")
    assert links(app)[1] == "Retire the rule: The clause no longer applies."
    said = words(app)
    assert "no clause yet today" in said
    assert "asked for, though it is allowed already" in said
    assert "Returns (RET-2.1) · Late but fair" in said
    assert "today\n" in said


def test_of_an_authority_it_says_what_its_cases_cost_so_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "900–1,600 EUR so far" in words(
        listed(monkeypatch, row(verdict=Verdict.GRANT_AUTHORITY))
    )


def test_what_waited_too_long_comes_first_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    app = listed(monkeypatch, row(1), row(2, red=True, waits_days=40))
    opened = [each.proto.query_string for each in app.get("page_link")]
    assert opened == ["id=cd2", "id=cd1"]
    assert "Overdue" in words(app)


def test_the_part_of_the_list_is_in_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        row(1),
        row(2, yours=False),
        row(3, state=CandidateState.DEFERRED, waits_days=None, deferred_until=made.TODAY),
        row(4, state=CandidateState.REJECTED, waits_days=None, answered_in_days=1),
    ]
    app = listed(monkeypatch, *rows)
    [chosen] = app.segmented_control
    assert [each.content for each in chosen.proto.options] == [
        "Waits for you (1)",
        "Waits for others (1)",
        "Put off or asked back (1)",
        "Decided (1)",
        "All (4)",
    ]
    assert len(links(app)) == 1
    chosen.set_value("later").run()
    assert app.query_params["state"] == "later"
    assert "nobody until 4 Nov 2026" in words(app)
    app.segmented_control[0].set_value("yours").run()
    assert "state" not in app.query_params
    decided = listed(monkeypatch, *rows, state="decided")
    assert "answered in 1 day" in words(decided)
    assert len(links(decided)) == 1
    assert len(links(listed(monkeypatch, *rows, state="nonsense"))) == 1
    assert "Nothing here" in words(listed(monkeypatch, row(1), state="decided"))


@pytest.mark.parametrize(
    ("given", "who"),
    [
        ({"owner": "late-desk"}, "**you**, in place of late-desk"),
        ({"yours": False}, "returns-desk"),
        ({"yours": False, "owner": None}, "nobody owns the clause"),
        ({"state": CandidateState.CLAIMED, "claimed_by_you": True}, "**you** claimed it"),
        ({"state": CandidateState.CLAIMED, "may_take_over": True}, "**you** may take it over"),
        ({"state": CandidateState.CLAIMED, "yours": False}, "returns-desk decides"),
        ({"state": CandidateState.RETURNED, "you_promoted": True}, "**you**: answer it"),
        ({"state": CandidateState.RETURNED}, "whoever promoted it"),
        (
            {"state": CandidateState.ACCEPTED, "effective_from": made.TODAY},
            "holds from 4 Nov 2026",
        ),
        (
            {"state": CandidateState.IN_FORCE, "effective_from": made.TODAY},
            "holds since 4 Nov 2026",
        ),
        ({"state": CandidateState.REJECTED}, "–"),
    ],
)
def test_who_acts_next(monkeypatch: pytest.MonkeyPatch, given: dict[str, object], who: str) -> None:
    owned = {"owner": "returns-desk"} | given
    app = listed(monkeypatch, row(1, **owned), state="all")
    assert who in words(app).splitlines()


def test_an_empty_list_teaches(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No change has been suggested yet" in words(listed(monkeypatch))
