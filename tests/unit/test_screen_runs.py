"""The screen of runs: health, why there are no kinds, what each run changed."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.runs import RunOut
from recommender.vocabulary import Role, RunState
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, screen, words

READY = {"status": "ok", "database": True, "encoder": True}


def stub(*runs: RunOut) -> Stub:
    return Stub(
        {
            "GET /readyz": READY,
            "GET runs": runs,
            "GET runs/why-none": [],
            "POST runs": made.run(),
        }
    )


def shown(monkeypatch: pytest.MonkeyPatch, api: Stub, **params: str) -> AppTest:
    return screen("runs", api, monkeypatch, Role.ADMIN, **params)


def test_a_run_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    run = made.run(
        counts={"cases": 120, "kinds": 7, "in_kinds": 90, "unsorted": 30, "strange": None},
        ended_at=made.NOW + timedelta(seconds=12),
    )
    said = words(shown(monkeypatch, stub(run)))
    assert "**Published** · 4 Nov 2026 at 09:30 UTC" in said
    assert "120 cases · 7 kinds · 30 in no kind (25 %) · took 12 seconds" in said
    assert "What changed: 7 new." in said
    assert "The database answers. Earlier cases like a new one are found at once." in said


def test_a_masked_or_failed_run_says_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    masked = made.run(counts={"cases": None}, ended_at=None, diff={})
    failed = made.run(id="r2", state=RunState.FAILED, failure="Out of *memory*.")
    said = words(shown(monkeypatch, stub(masked, failed)))
    assert "It found nothing to count." in said
    assert "Out of *memory*." in said


def test_kinds_are_discovered_now(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    app = shown(monkeypatch, api)
    assert "No run yet" in words(app)
    app.button(key="discover").click().run()
    assert [act for act, _ in api.acts] == ["POST runs"]
    assert "Kinds are up to date." in words(app)
    api.answers["POST runs"] = refused(title="Run in progress")
    app.button(key="discover").click().run()
    assert "Run in progress" in app.warning[0].value


def test_no_second_run_is_offered_while_one_is_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    app = shown(monkeypatch, stub(made.run(state=RunState.RUNNING, ended_at=None, counts={})))
    assert "at work since 4 Nov 2026 at 09:30 UTC" in app.info[0].value
    assert not app.button


def test_why_there_are_no_kinds_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub(made.run())
    api.answers["GET runs/why-none"] = ["Only 11 cases were *approved*."]
    said = words(shown(monkeypatch, api))
    assert "Why there are no kinds" in said
    assert "Only 11 cases were *approved*." in said


def test_what_is_not_ready_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    api.answers["GET /readyz"] = READY | {"status": "starting", "database": False, "encoder": False}
    app = shown(monkeypatch, api)
    assert "The database does not answer." in app.warning[0].value
    assert "the encoder is still loading" in app.warning[0].value


def test_a_run_by_its_address_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    older = made.run(id="r2", diff={"words": "Nothing changed."})
    said = words(shown(monkeypatch, stub(made.run(), older), id="r2"))
    assert said.index("Nothing changed.") < said.index("7 new.")
