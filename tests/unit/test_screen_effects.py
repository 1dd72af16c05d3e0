"""The page on effects: all changed rules at a glance, what needs somebody first, one by its id."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.effects import (
    EffectOut,
    EffectReadingOut,
    EffectRowOut,
    EffectsPage,
    EffectWeekOut,
)
from dashboard.afterwards import span
from dashboard.before_after import before_after_html
from recommender.vocabulary import CandidateState, EffectVerdict, Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, screen, words

MANAGER, OWNER, ADMIN, AUDITOR = Role.MANAGER, Role.POLICY_OWNER, Role.ADMIN, Role.AUDITOR


def row(change_id: str, **given: object) -> EffectRowOut:
    return EffectRowOut(
        candidate=made.candidate_ref(id=change_id, state=CandidateState.IN_FORCE),
        kind_name="Late *fair*",
        clause="RET-2.1",
        effect=made.effect(**given),
    )


def effects(monkeypatch: pytest.MonkeyPatch, stub: Stub, role: Role, **params: str) -> AppTest:
    return screen("effects", stub, monkeypatch, role, **params)


def listed(*rows: EffectRowOut) -> Stub:
    return Stub({"GET effects": EffectsPage(effects=list(rows))})


def order(app: AppTest) -> list[str]:
    """The changes in the order in which they stand."""
    keys = (each.proto.query_string.removeprefix("id=") for each in app.get("page_link"))
    return list(dict.fromkeys(keys))


def test_overdue_reviews_come_first_then_what_recurs_then_what_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    early: dict[str, Any] = {"verdict": EffectVerdict.TOO_EARLY, "read_on": None, "readings": []}
    app = effects(
        monkeypatch,
        listed(
            row("good"),
            row("young", **early),
            row("none", verdict=EffectVerdict.NO_VISIBLE_CHANGE),
            row("again", regressed_on=made.TODAY),
            row("late", overdue=True, review_on=made.TODAY),
        ),
        OWNER,
    )
    assert order(app) == ["late", "again", "none", "young", "good"]
    said = words(app)
    assert "5 changed rules · 2 wait for their owners" in said
    assert "Review overdue" in said
    assert "Its review was due on 4 Nov 2026" in said
    assert "Look on 4 Nov 2026" in said
    assert "Read on 4 Nov 2026" in said
    assert "RET-2.1 · reads so since 4 Nov 2026" in said
    assert "No number can be told yet" in said


def test_what_needs_nobody_says_so_and_what_has_no_look_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    never = row("cd1", verdict=EffectVerdict.TOO_FEW, look_on=None, read_on=None, words="No look.")
    said = words(effects(monkeypatch, listed(never), OWNER))
    assert "1 changed rule · none waits for its owner" in said
    assert "No look." in said
    empty = words(effects(monkeypatch, listed(), OWNER))
    assert "No wording has been changed yet" in empty


@pytest.mark.parametrize(("role", "may"), [(MANAGER, True), (ADMIN, True), (OWNER, False)])
def test_what_recurs_is_reopened_by_who_promotes(
    monkeypatch: pytest.MonkeyPatch, role: Role, *, may: bool
) -> None:
    went: list[dict[str, str]] = []
    monkeypatch.setattr(
        "dashboard.screens.effects.go", lambda to, **query: went.append({"to": to, **query})
    )
    stub = listed(row("cd1", regressed_on=made.TODAY), row("cd2"))
    stub.answers["POST kinds/k1/promote"] = made.candidate_page(id="cd9")
    app = effects(monkeypatch, stub, role)
    assert {each.key for each in app.button} == ({"reopen-cd1"} if may else set())
    if may:
        app.button(key="reopen-cd1").click().run()
        assert stub.acts == [("POST kinds/k1/promote", '{"verdict":"widen_limit"}')]
        assert went == [{"to": "candidate", "id": "cd9"}]
        stub.answers["POST kinds/k1/promote"] = refused(title="Promoted already")
        app.button(key="reopen-cd1").click().run()
        assert "Promoted already" in app.warning[0].value
        assert len(went) == 1


def test_an_address_opens_one_change(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = listed(row("cd1"), row("cd2"))
    stub.answers |= {
        "GET candidates/cd2": made.candidate_page(id="cd2"),
        "GET candidates/cd2/effect": made.effect(words="They fell."),
    }
    app = effects(monkeypatch, stub, AUDITOR, id="cd2")
    assert "They fell." in words(app)
    assert order(app)[:2] == ["", "cd2"], "the way back, and this one"
    assert "cd1" not in order(app)
    gone = effects(monkeypatch, stub, AUDITOR, id="cd7")
    assert "No change with this address" in gone.info[0].value


def test_good_outcomes_say_of_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    good = made.effect().readings[1].model_copy(update={"after": 0.875, "n": 8})
    app = effects(monkeypatch, listed(row("cd1", readings=[good])), OWNER)
    (table,) = [each.proto.body for each in app.get("html") if "Went well" in each.proto.body]
    assert "Went well, 8 known since" in table
    assert "<td class='figures'>87 %</td>" in table, "figures stand under one another"


@pytest.mark.parametrize(("after", "low", "said"), [(0, 0.3, True), (1, 0.3, False), (0, 0, False)])
def test_a_change_that_nobody_used_says_so_beside_its_verdict(
    monkeypatch: pytest.MonkeyPatch, after: float, low: float, *, said: bool
) -> None:
    given = {"name": "uses", "after": after, "predicted_low": low, "predicted_high": 2.0}
    uses = made.effect().readings[0].model_copy(update=given)
    app = effects(monkeypatch, listed(row("cd1", readings=[uses])), OWNER)
    assert ("Nobody used it" in words(app)) is said
    assert ("it may not be the reason" in words(app)) is said


def test_a_prediction_that_is_one_number_is_no_range() -> None:
    assert span(24.5, 24.5, shares=False) == "24.5"
    assert span(24.5, 30, shares=False) == "24.5–30"


# The drawing ----------------------------------------------------------------------------------


def weeks(*counts: int | None) -> list[EffectWeekOut]:
    return [EffectWeekOut(week=made.TODAY, exceptions=each, uses=each) for each in counts]


def drawn(**given: object) -> EffectOut:
    return made.effect(**{"before": weeks(4, 0, 8), "curve": weeks(2, None)} | given)


def test_weeks_stand_on_both_sides_of_the_day_on_one_scale() -> None:
    was, now = before_after_html(drawn()).split("<div class='now'")
    assert [part.split("%")[0] for part in was.split("height:")[1:]] == ["50", "0", "100"]
    assert "<i style='width:25.0%;height:25%'></i>" in now
    assert "Before: 4, 0, 8. After 4 Nov 2026: 2, –. Predicted: 0.1 to 0.9" in was, "for the ear"
    assert "3 weeks before · 4 Nov 2026 │ 2 weeks after · striped: predicted" in now


def test_the_prediction_is_a_band_across_the_weeks_after() -> None:
    told = EffectReadingOut(
        **made.effect().readings[0].model_dump() | {"predicted_low": 2, "predicted_high": 4}
    )
    html = before_after_html(drawn(readings=[told]))
    assert "<b style='bottom:25%;height:25%'></b>" in html
    high = told.model_copy(update={"predicted_low": 10, "predicted_high": 16})
    assert "bottom:62%;height:38%" in before_after_html(drawn(readings=[high])), "it fits in"
    without = before_after_html(drawn(readings=[]))
    assert "<b" not in without
    assert "predicted" not in without.lower()


def test_a_change_without_a_week_after_shows_the_weeks_before() -> None:
    html = before_after_html(drawn(curve=[], since=None))
    assert "– │ no full week after yet" in html
    assert "After –: none yet" in html


def test_what_may_not_be_shown_is_said_in_words() -> None:
    html = before_after_html(drawn(before=[], curve=weeks(None)))
    assert "No week of it can be shown" in html
    assert "around" not in html
