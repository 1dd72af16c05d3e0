"""The screen of runs: health, why there are no kinds, what each run changed."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.health import HealthOut
from api.schemas.inventory import BackupOut
from api.schemas.runs import RunOut
from dashboard.inventory import size_in_words
from recommender.vocabulary import Role, RunState
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, screen, words


def stub(*runs: RunOut) -> Stub:
    return Stub(
        {
            "GET inventory": made.inventory(),
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
    assert "120 approved cases · 7 kinds · 30 in no kind (25 %) · took 12 seconds" in said
    assert "What changed: 7 new." in said
    assert "The database answers. Earlier cases like a new one are found at once." in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"counts": {"cases": 120, "kinds": 7, "in_kinds": 90}},
            "The last run went well. It found 7 kinds. 90 of 120 approved cases are in one.",
        ),
        (
            {"counts": {"cases": None, "kinds": 1, "in_kinds": None}},
            "The last run went well. It found 1 kind.",
        ),
        ({"counts": {"cases": 9, "kinds": 0}}, "It found no kind yet."),
        ({"state": RunState.FAILED}, "The last run failed, and changed no kind. Why stands below."),
    ],
)
def test_how_the_last_run_ended_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, object], said: str
) -> None:
    at_work = made.run(id="r2", state=RunState.RUNNING, ended_at=None, counts={})
    app = shown(monkeypatch, stub(at_work, made.run(**given)))
    assert said in words(app) + " ".join(each.value for each in app.warning)
    assert "What people named and decided stays." not in words(app), "nothing to press meanwhile"


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
    starting = HealthOut(status="starting", database=False, encoder=False)
    api.answers["GET inventory"] = made.inventory(health=starting)
    app = shown(monkeypatch, api)
    assert "The database does not answer." in app.warning[0].value
    assert "the encoder is still loading" in app.warning[0].value


def test_a_run_by_its_address_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    older = made.run(id="r2", diff={"words": "Nothing changed."})
    said = words(shown(monkeypatch, stub(made.run(), older), id="r2"))
    assert said.index("Nothing changed.") < said.index("7 new.")


# What an administrator looks after ------------------------------------------------------------


def drawn(app: AppTest) -> str:
    return " ".join(each.proto.body for each in app.get("html"))


def test_data_their_size_and_what_waits_for_the_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    app = shown(monkeypatch, stub(made.run()))
    for said in ("A SQLite file", "12.3 MB", "1,234", "99 %", "12 wait for it"):
        assert said in drawn(app)
    assert "RECOMMENDER_RETENTION_DAYS" in drawn(app)
    said = words(app)
    assert said.index("**Set here**") < said.index("**By default**")


@pytest.mark.parametrize(
    ("backup", "said", "not_said"),
    [
        (None, "`recommender backup FOLDER`", "was begun"),
        (
            BackupOut(begun=made.NOW, checked=made.NOW, entries=1234),
            "the 1,234 entries of its log are sound",
            "was begun",
        ),
        (
            BackupOut(begun=made.NOW, checked=None, entries=None),
            "One was begun on 4 Nov 2026 at 09:30 UTC, and no end of it is recorded.",
            "sound",
        ),
    ],
)
def test_the_last_backup_and_what_was_found_in_it(
    monkeypatch: pytest.MonkeyPatch, backup: BackupOut | None, said: str, not_said: str
) -> None:
    api = stub(made.run())
    api.answers["GET inventory"] = made.inventory(backup=backup)
    app = shown(monkeypatch, api)
    assert said in words(app)
    assert not_said not in words(app)
    never = backup is None or backup.checked is None
    assert ("Never" in words(app)) is never


def test_backups_of_postgresql_are_not_ours_to_see(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub(made.run())
    api.answers["GET inventory"] = made.inventory(database="postgresql", backup=None)
    said = words(shown(monkeypatch, api))
    assert "PostgreSQL is backed up by its own tools" in said
    assert "Never" not in said


def test_others_than_administrators_see_whether_it_answers_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = stub(made.run())
    api.answers["GET /readyz"] = {"status": "ok", "database": True, "encoder": True}
    app = screen("runs", api, monkeypatch, Role.MANAGER)
    assert "The database answers." in words(app)
    assert "backup" not in words(app)
    assert not [each for each in api.asked if each.url.path == "/v1/inventory"]


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 B"), (999, "999 B"), (4096, "4.1 kB"), (3.2e9, "3.2 GB")]
)
def test_a_size_is_read_at_a_glance(size: float, said: str) -> None:
    assert size_in_words(size) == said
