"""A kind's page: its neighbours in a list, putting it off, what is asked, numbers that open."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.evidence import EventOut, LookAlikesOut, OutcomesOut
from api.schemas.kinds import KindPage, OpenedOut, QuestionOut, SnoozeOut
from recommender.vocabulary import KindState, Role, WaitingChange
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, screen, words

MANAGER = Role.MANAGER


def kind(
    monkeypatch: pytest.MonkeyPatch, page: KindPage, *roles: Role, **params: str
) -> tuple[AppTest, Stub]:
    kinds = [made.kind(f"k{n}") for n in range(3)]
    stub = Stub({"GET kinds/k1": page, "GET inbox": made.inbox_page(kinds=kinds)})
    return screen("kind", stub, monkeypatch, *(roles or (MANAGER,)), id="k1", **params), stub


def links(app: AppTest) -> dict[str, str]:
    return {each.proto.label: each.proto.query_string for each in app.get("page_link")}


def queries(app: AppTest) -> list[str]:
    return [each.proto.query_string for each in app.get("page_link")]


def test_next_and_previous_go_through_the_list_it_was_opened_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, stub = kind(monkeypatch, made.kind_page(), show="all", sort="cases")
    shortcuts = {each.key: each.proto.shortcut for each in app.button if each.proto.shortcut}
    assert shortcuts == {"promote": "p", "snooze": "s"}
    assert links(app)["Previous"] == "id=k0&show=all&sort=cases"
    assert links(app)["Next"] == "id=k2&show=all&sort=cases"
    assert "id=k1&show=all&sort=cases&of=all" in queries(app), "its cases lead back into the list"
    stub.answers["GET inbox"] = made.inbox_page(kinds=[])
    assert "Next" not in links(app.run())


def test_without_a_list_there_is_no_next_one_and_nothing_more_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, stub = kind(monkeypatch, made.kind_page())
    assert "Next" not in links(app)
    assert [each.url.path for each in stub.asked] == ["/v1/kinds/k1"]


def test_it_is_put_off_beside_promoting(monkeypatch: pytest.MonkeyPatch) -> None:
    app, stub = kind(monkeypatch, made.kind_page())
    assert not app.number_input
    app.button(key="snooze").click().run()
    app.text_input(key="put-off-reason-k1").set_value("After the sale.")
    stub.answers["POST kinds/k1/snooze"] = {"id": "k1", "name": "Late but fair"}
    app.button(key="put-off-k1").click().run()
    assert json.loads(stub.acts[0][1]) == {"more_cases": 5, "reason": "After the sale."}
    asleep = made.kind(snoozed=SnoozeOut(until=None, more_cases=3, reason=made.MARKED))
    app, stub = kind(monkeypatch, made.kind_page(kind=asleep))
    assert f"Put off until 3 more cases came: {made.MARKED}" in words(app)
    assert {"promote", "wake-k1"} <= {each.key for each in app.button}
    assert "snooze" not in {each.key for each in app.button}


def test_what_runs_would_change_is_asked_above_or_told_below(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, told = (
        QuestionOut(
            what=next(iter(WaitingChange)),
            other_kind_id=None,
            since=made.TODAY,
            decide=decide,
            words=f"Runs part it. {made.MARKED}",
        )
        for decide in (True, False)
    )
    app, _ = kind(monkeypatch, made.kind_page(waiting=[asked]))
    assert len(app.info) == 1
    app, _ = kind(monkeypatch, made.kind_page(waiting=[told]))
    assert not app.info
    assert f"Since 4 Nov 2026: Runs part it. {made.MARKED}" in words(app)


def test_each_count_of_cases_opens_them_and_none_of_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = OutcomesOut(good=9, neutral=1, bad=2, missing=5)
    alike = LookAlikesOut(cases=6, good=made.interval(), words="No cause is claimed.")
    events = [EventOut(day=made.TODAY, cases=4, counted=1)]
    evidence = made.evidence(outcomes=ended, look_alikes=alike, events=events)
    app, _ = kind(monkeypatch, made.kind_page(evidence=evidence))
    opened = {query.partition("of=")[2] for query in queries(app) if "of=" in query}
    numbers = {"all", "good", "neutral", "bad", "missing", "declined", "without_amount"}
    assert opened == numbers | {"event&day=2026-11-04"}
    against = "2 went badly, 5 with an unknown outcome, 6 like them were declined"
    assert f"Against it: {against}." in words(app)
    few = made.evidence(masked=["agents", "cases"], cases=None, outcomes=None, look_alikes=alike)
    app, _ = kind(monkeypatch, made.kind_page(evidence=few))
    assert not any("of=" in query for query in queries(app))


def test_without_an_outcome_told_the_groups_still_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = made.evidence(outcomes=None, share_without_amount=None, effective_agents=None, year=None)
    app, _ = kind(monkeypatch, made.kind_page(evidence=bare))
    assert {"Who", "How often", "How it ended", "What it cost"} <= {
        each.value.strip("*") for each in app.markdown
    }
    assert "0 like them were declined" in words(app)
    assert "Against it" not in words(app), "nothing is known against it"


def test_a_draft_without_new_words_shows_the_clause_of_today(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft = made.draft(redline={"old": "", "new": ""})
    app, _ = kind(monkeypatch, made.kind_page(draft=draft))
    assert "Taken back within 30 days." in words(app)
    app, _ = kind(monkeypatch, made.kind_page(draft=draft, clause=None))
    assert "Taken back within 30 days." not in words(app)


def test_a_regressed_kind_is_promoted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    page = made.kind_page(
        kind=made.kind(state=KindState.REGRESSED), candidate=made.candidate_ref(state="in_force")
    )
    app, _ = kind(monkeypatch, page)
    assert "promote" in {each.key for each in app.button}
    assert "snooze" not in {each.key for each in app.button}


def test_the_nearest_kinds_lead_to_their_pages_and_to_the_map(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gap = made.near_kind("k3", name="Told at night", clause=None, gap=True, cases=None)
    page = made.kind_page(near=[made.near_kind(), gap])
    app, stub = kind(monkeypatch, page)
    said = words(app)
    assert "RET-2.2 · 9 cases · Both say “hospital”." in said
    assert "Gap: no clause fits · Both say “hospital”." in said
    assert {"id=k2", "id=k3"} <= {*queries(app)}
    assert links(app)["Merge or move cases"] == "view=List&kind=k1"
    assert len(stub.asked) == 1
    app, _ = kind(monkeypatch, page, Role.AUDITOR)
    assert "Near to it" in words(app)
    assert "Merge or move cases" not in links(app)
    app, _ = kind(monkeypatch, made.kind_page())
    assert "Near to it" not in words(app)


def test_pages_of_cases_lead_to_and_fro(monkeypatch: pytest.MonkeyPatch) -> None:
    page = OpenedOut(total=30, cases=[made.kind_case()], after="kc9", masked=[])
    stub = Stub({"GET kinds/k1/cases": page})
    app = screen("cases", stub, monkeypatch, MANAGER, id="k1", show="all", of="bad", after="kc3")
    assert words(app).splitlines()[0] == "30 cases that went badly"
    assert {
        "id=k1&show=all",
        "id=k1&show=all&of=good",
        "id=k1&show=all&of=bad",
        "id=k1&show=all&of=bad&after=kc9",
    } <= {*queries(app)}
    assert dict(app.query_params) == {"id": "k1", "show": "all", "of": "bad", "after": "kc3"}
