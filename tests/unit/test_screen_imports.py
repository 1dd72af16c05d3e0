"""The screen of imports: a file is checked in words, mapped, taken in, and undone."""

import csv
import io
import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import import_report, importing
from recommender.vocabulary import Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, screen, words

UNKNOWN: list[dict[str, object]] = [
    {"name": "Ticket No", "samples": ["A-1"], "field": "id"},
    {"name": "Opened", "samples": [], "field": None},
    {"name": "Told", "samples": [], "field": None},
]


def stub(**answers: object) -> Stub:
    known: dict[str, Any] = {
        "GET imports": [],
        "GET inbox": made.inbox_page(),
        "GET library": {"policies": [], "unowned": []},
        "GET uploads/u1": made.upload(),
        "POST uploads/u1/import": made.import_job(),
    }
    return Stub(known | {name.replace("_", " ", 1): each for name, each in answers.items()})


def imports(monkeypatch: pytest.MonkeyPatch, api: Stub, **params: str) -> AppTest:
    return screen("imports", api, monkeypatch, Role.ADMIN, **params)


def wishes(api: Stub) -> list[dict[str, Any]]:
    return [json.loads(body) for act, body in api.acts if act == "POST uploads/u1/import"]


def keys(app: AppTest) -> set[str | None]:
    return {each.key for each in app.button}


def test_an_empty_house_says_what_an_import_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    said = words(imports(monkeypatch, stub()))
    assert "Nothing was imported yet" in said
    assert "Nothing is taken in before you press" in said


def test_a_file_is_laid_down_once_and_its_address_leads_back_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = stub()
    api.answers["POST uploads"] = made.upload()
    app = imports(monkeypatch, api)
    app.file_uploader(key="import-file").set_value(("odd.csv", b"a,b\n1,2\n", "text/csv")).run()
    assert app.query_params["upload"] == "u1"
    assert "odd.csv: 3 rows, 4 columns" in words(app)
    app.button(key="another-file").click().run()
    assert "upload" not in app.query_params
    assert [act for act, _ in api.acts].count("POST uploads") == 1


def test_a_file_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    api.answers["POST uploads"] = refused(422, title="Unreadable file")
    app = imports(monkeypatch, api)
    app.file_uploader(key="import-file").set_value(("odd.csv", b"a", "text/csv")).run()
    assert "Unreadable file" in app.error[0].value
    assert "upload" not in app.query_params


def test_a_file_is_checked_unasked_and_what_it_says_is_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = made.imported(status_missing=2, zoneless=1, unknown_refs=1)
    api = stub()
    api.answers["POST uploads/u1/import"] = made.import_job(report=report)
    app = imports(monkeypatch, api, upload="u1")
    said = words(app)
    for shown in (
        "2 of 3 rows can be read.",
        "Nothing is taken in yet.",
        "2 are new.",
        "2 have no status and count as approved.",
        "1 time names no zone and is read in UTC.",
        "1 names a rule that the library does not know.",
        "1 row is left out: 1 without “When it happened”.",
        made.MARKED,
    ):
        assert shown in said
    (wish,) = wishes(api)
    fields = {"id": "Ticket No", "occurred_at": "Opened", "situation": "What happened"}
    assert wish["mapping"] == {
        "fields": fields,
        "ignore": [],
        "conversions": "",
    }
    assert wish["dry_run"] is True
    assert app.button(key="import-take").label == "Import 2 cases"
    assert list(app.dataframe[0].value["Reason"]) == ["Opened: There is no time."]
    app.run()
    assert len(wishes(api)) == 1, "it is checked once"


def test_what_was_changed_is_checked_again_before_it_is_taken_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = stub()
    app = imports(monkeypatch, api, upload="u1")
    app.toggle(key="more-fields-u1").set_value(True).run()
    app.selectbox(key="field-amount-u1").select("Refund [EUR]").run()
    assert "You changed something since it was checked." in words(app)
    assert "import-take" not in keys(app)
    app.text_area(key="conversions-u1").set_value('[convert.amount]\ndecimal = ","')
    app.text_input(key="zone-u1").set_value(" Europe/Berlin ")
    app.button(key="import-check").click().run()
    wish = wishes(api)[-1]
    assert wish["mapping"]["fields"]["amount"] == "Refund [EUR]"
    assert wish["mapping"]["conversions"] == '[convert.amount]\ndecimal = ","'
    assert (wish["zone"], wish["update"], wish["dry_run"]) == ("Europe/Berlin", False, True)
    assert "import-take" in keys(app)


def test_it_is_taken_in_as_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    app = imports(monkeypatch, api, upload="u1")
    done = made.imported(dry_run=False, batch_id="b1")
    api.answers["POST uploads/u1/import"] = made.import_job(dry_run=False, report=done)
    api.answers["GET imports"] = [made.batch("b0"), made.batch()]
    app.button(key="import-take").click().run()
    assert [wish["dry_run"] for wish in wishes(api)] == [True, False]
    assert wishes(api)[0]["mapping"] == wishes(api)[1]["mapping"]
    assert "upload" not in app.query_params
    assert "2 new cases · 1 row left out" in words(app)
    assert app.dataframe, "what was left out is still told"
    api.answers["POST imports/b1/undo"] = {}
    app.button(key="undo-b1").click().run()
    assert "The import was taken back." in words(app)
    assert not app.dataframe
    api.answers["GET imports"] = [made.batch(undone_at=made.NOW, stays="Undone.")]
    assert "It was undone on 4 Nov 2026." in words(app.run())


def test_a_file_that_says_nothing_new_leads_back_to_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing = made.imported(imported=0, unchanged=2)
    api = stub()
    api.answers["POST uploads/u1/import"] = made.import_job(report=nothing)
    app = imports(monkeypatch, api, upload="u1")
    assert "2 are here already." in words(app)
    assert not keys(app) & {"import-take", "import-check"}


def test_an_import_that_cannot_be_undone_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    why = "People have decided about 1 of its 2 cases since."
    api = stub()
    api.answers["GET imports"] = [made.batch(stays=why)]
    app = imports(monkeypatch, api)
    assert f"It stays taken in. {why}" in words(app)
    assert "undo-b1" not in keys(app)
    api.answers["GET imports"] = [made.batch()]
    api.answers["POST imports/b1/undo"] = refused(title="Decided since")
    app.run()
    app.button(key="undo-b1").click().run()
    assert "Decided since" in app.warning[0].value


def test_columns_that_nobody_can_guess_are_asked_for_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = stub()
    api.answers["GET uploads/u1"] = made.upload(columns=UNKNOWN, system="zendesk")
    app = imports(monkeypatch, api, upload="u1")
    assert "Say below which column is: When it happened, What happened." in words(app)
    assert "By its columns it comes from Zendesk." in words(app)
    assert wishes(api) == []
    app.selectbox(key="field-occurred_at-u1").select("Opened").run()
    app.selectbox(key="field-situation-u1").select("Told").run()
    assert len(wishes(api)) == 1


def test_a_column_of_our_name_that_is_not_wanted_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own: list[dict[str, object]] = [
        {"name": name, "samples": [], "field": name}
        for name in ("id", "occurred_at", "situation", "amount")
    ]
    api = stub()
    api.answers["GET uploads/u1"] = made.upload(columns=own)
    app = imports(monkeypatch, api, upload="u1")
    app.selectbox(key="field-amount-u1").select_index(0).run()
    app.button(key="import-check").click().run()
    wish = wishes(api)[-1]["mapping"]
    assert wish["ignore"] == ["amount"]
    assert "amount" not in wish["fields"]


def test_a_large_file_is_checked_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    api.answers["GET uploads/u1"] = made.upload(rows=100_000)
    app = imports(monkeypatch, api, upload="u1")
    assert wishes(api) == []
    app.button(key="import-check").click().run()
    assert len(wishes(api)) == 1


def test_one_at_work_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work = made.import_job(state="running", done=100, of=400, report=None)
    api = stub()
    api.answers["POST uploads/u1/import"] = at_work
    api.answers["GET imports/j1"] = at_work
    app = imports(monkeypatch, api, upload="u1")
    (bar,) = app.get("progress")
    assert (bar.proto.value, bar.proto.text) == (25, "Checking … 100 of 400 rows")
    assert not keys(app) & {"import-take", "import-check"}
    api.answers["GET imports/j1"] = made.import_job()
    app.run()
    assert "2 of 3 rows can be read." in words(app)


def test_one_that_broke_off_or_is_forgotten_can_be_begun_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = {"title": "Bad mapping", "status": 422, "detail": "D.", "code": "BadMapping"}
    failed = made.import_job(state="failed", report=None, failure=problem)
    api = stub()
    api.answers["POST uploads/u1/import"] = failed
    app = imports(monkeypatch, api, upload="u1")
    assert "Bad mapping" in app.error[0].value
    assert "import-check" in keys(app)
    api.answers["POST uploads/u1/import"] = made.import_job(state="running", report=None)
    api.answers["GET imports/j1"] = refused(404, title="Unknown import")
    app.button(key="import-check").click().run()
    assert "The service was started anew in the meantime." in app.warning[0].value
    assert "import-check" in keys(app)


def test_silence_while_one_is_at_work_is_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    api.answers["POST uploads/u1/import"] = made.import_job(state="running", report=None)
    api.answers["GET imports/j1"] = refused(503, title="Locked")
    app = imports(monkeypatch, api, upload="u1")
    assert "No answer just now; asking again …" in words(app)
    api.answers["GET imports/j1"] = made.import_job()
    assert "2 of 3 rows can be read." in words(app.run())


def test_a_file_whose_hour_is_over_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    app = imports(monkeypatch, stub(), upload="gone")
    assert "its hour is over" in app.info[0].value
    assert "upload" not in app.query_params
    assert app.get("file_uploader")


def test_no_downloaded_cell_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(import_report.left_out_csv(made.imported()))))
    assert rows[0] == ["Line", "Id", "Field", "Reason", "What to do"]
    assert rows[1][:3] == ["3", "'=A-2", "When it happened"]


def test_an_import_that_is_all_but_through_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    app = imports(monkeypatch, api, upload="u1")
    at_work = made.import_job(dry_run=False, state="running", report=None)
    done = made.import_job(dry_run=False, report=made.imported(dry_run=False, batch_id="b1"))
    api.answers["POST uploads/u1/import"] = at_work
    api.answers["GET uploads/u1"] = refused(404)
    asked: list[float] = []

    def wait(seconds: float) -> None:
        asked.append(seconds)
        api.answers["GET imports/j1"] = done

    monkeypatch.setattr(importing, "sleep", wait)
    api.answers["GET imports/j1"] = at_work
    api.answers["GET imports"] = [made.batch()]
    app.button(key="import-take").click().run()
    assert asked
    assert dict(app.query_params) == {"batch": "b1"}
    assert "its hour is over" not in words(app)


# Bringing one's own


def test_an_empty_house_begins_in_three_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub(GET_inbox=made.inbox_page(kinds=[], cases=0, last_run=None))
    app = imports(monkeypatch, api)
    said = words(app)
    for shown in ("Bring your own", "1. Your handbook", "2. Your cases", "3. What recurs"):
        assert shown in said
    assert app.button(key="discover").disabled
    assert "Done" not in said
    api.answers["GET inbox"] = made.inbox_page(kinds=[], cases=602, last_run=None)
    book = {"key": "MT", "title": "MT", "owner": None, "clauses": [made.clause("MT-1")]}
    api.answers["GET library"] = {"policies": [book], "unowned": []}
    api.answers["POST runs"] = made.run()
    app.run()
    said = words(app)
    assert "602 approved cases are here." in said
    assert "1 clause is here." in said
    assert not app.button(key="discover").disabled
    api.answers["POST runs"] = refused(409, title="Run in progress", detail="Wait.")
    app.button(key="discover").click().run()
    assert "Wait." in words(app)
    api.answers["GET inbox"] = made.inbox_page()
    assert "Bring your own" not in words(app.run())


def test_a_sheet_is_chosen_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    api.answers["GET uploads/u1"] = made.upload(sheets=["Old", "Cases"], sheet="Cases")
    app = imports(monkeypatch, api, upload="u1", sheet="Cases")
    assert "Its sheets" in words(app)
    (asked,) = [each.url for each in api.asked if each.url.path.endswith("uploads/u1")]
    assert asked.params["sheet"] == "Cases"
    app.selectbox(key="field-id-u1-1")
    app.button(key="another-file").click().run()
    assert "sheet" not in app.query_params


def test_days_that_can_be_read_in_two_ways_are_asked_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = stub()
    api.answers["GET uploads/u1"] = made.upload(ways_of_days=["31/12/2026", "12/31/2026"])
    app = imports(monkeypatch, api, upload="u1")
    assert "Say below how the file writes its days" in words(app)
    assert wishes(api) == []
    app.radio(key="way-u1").set_value("12/31/2026").run()
    assert [wish["mapping"]["way_of_days"] for wish in wishes(api)] == ["12/31/2026"]


def test_a_fact_that_is_none_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    columns: list[dict[str, object]] = [
        {"name": "id", "samples": [], "field": "id"},
        {"name": "occurred_at", "samples": [], "field": "occurred_at"},
        {"name": "situation", "samples": [], "field": "situation"},
        {"name": "Days over", "samples": ["4"], "field": "facts.days_over"},
        {"name": "facts.till", "samples": ["7"], "field": "facts.till"},
    ]
    api = stub()
    api.answers["GET uploads/u1"] = made.upload(columns=columns)
    app = imports(monkeypatch, api, upload="u1")
    (first,) = wishes(api)
    assert first["mapping"]["fields"]["facts.days_over"] == "Days over"
    app.multiselect(key="facts-u1").set_value(["Days over"]).run()
    app.button(key="import-check").click().run()
    wish = wishes(api)[-1]["mapping"]
    assert "facts.till" not in wish["fields"]
    assert wish["ignore"] == ["facts.till"]


def test_answers_and_weeks_are_tried_told_and_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"line": 3, "id": "B-9", "field": "id", "reason": made.MARKED, "remedy": "R."}
    told = {"dry_run": True, "rows": 4, "added": 1, "unchanged": 1, "changed": 1, "updated": 0}
    for what, where in (("answers", "surveys"), ("contacts", "contacts")):
        api = stub()
        api.answers[f"POST imports/{where}"] = told | {"refused": [row]}
        app = imports(monkeypatch, api, what=what)
        app.file_uploader(key=f"{what}-file-0").upload("a.csv", b"id,csat\n1,5\n").run()
        said = words(app)
        for shown in (
            "3 of 4 rows can be read.",
            "1 is new.",
            "1 is here already.",
            "1 differs from what is here, and stays as it is.",
            "Line 3: id:",
            made.MARKED,
        ):
            assert shown in said
        app.checkbox(key=f"{what}-update").set_value(True).run()
        app.button(key=f"{what}-take").click().run()
        sent = [each.url.params for each in api.asked if each.method == "POST"]
        assert (sent[0]["dry_run"], sent[0]["update"]) == ("true", "false")
        assert (sent[-1]["dry_run"], sent[-1]["update"]) == ("false", "true")
        assert "1 row was taken in." in words(app)
        assert app.file_uploader(key=f"{what}-file-1").value is None


def test_columns_under_other_names_are_shown_and_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [
        {"name": "Ticket", "samples": ["A-1"], "field": "id"},
        {"name": "Stars", "samples": [made.MARKED], "field": "csat"},
        {"name": "Mood", "samples": ["3"], "field": None},
    ]
    told = {"dry_run": True, "rows": 1, "added": 1, "unchanged": 0, "changed": 0, "updated": 0}
    api = stub()
    api.answers["POST imports/surveys"] = told | {"refused": [], "columns": columns}
    app = imports(monkeypatch, api, what="answers")
    app.file_uploader(key="answers-file-0").upload("a.csv", b"Ticket,Stars,Mood\n").run()
    (tried,) = [each.url.params for each in api.asked if each.method == "POST"]
    assert tried["guess"] == "true"
    assert made.MARKED in words(app)
    field = next(each for each in app.selectbox if str(each.key).startswith("figure-csat-"))
    assert field.value == "Stars"
    field.select("Mood").run()
    app.button(key="answers-take").click().run()
    sent = [each.url.params for each in api.asked if each.method == "POST"][-1]
    assert sent.get_list("columns") == ["id=Ticket", "csat=Mood"]
    assert sent["dry_run"] == "false"


def test_people_come_in_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, object] = {
        "added": [f"p{n}" for n in range(9)],
        "changed": [],
        "deactivated": ["tom"],
        "unchanged": ["maya"],
        "refused": [{"row": 12, "name": "x", "field": "roles", "reason": "There is no role boss."}],
    }
    api = stub()
    api.answers["POST accounts/import"] = told
    app = imports(monkeypatch, api, what="people")
    app.file_uploader(key="people-file-0").upload("people.xlsx", b"PK").run()
    said = words(app)
    for shown in (
        "11 of 12 rows can be read.",
        "New (9): p0, p1, p2, p3, p4, p5, p6, p7 and 1 more",
        "Leaving (1): tom",
        "Row 12: roles: There is no role boss.",
    ):
        assert shown in said
    assert app.button(key="people-take").label == "Take in 10 rows"
    api.answers["POST accounts/import"] = refused(422, title="Unreadable", detail="No list.")
    assert "No list." in words(app.run())


def test_a_batch_of_the_list_has_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    api.answers["GET imports"] = [made.batch("b0"), made.batch("b1")]
    app = imports(monkeypatch, api, batch="b1")
    links = [each.proto.query_string for each in app.get("page_link")]
    assert [each for each in links if "batch" in each] == ["batch=b1", "batch=b0"]
