"""Rule books and history over HTTP."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.conftest import HANDBOOK
from tests.contract.asking import assert_refused
from tests.contract.conftest import Api
from tests.workbooks import workbook


def test_an_owner_imports_a_handbook_which_everybody_reads(api: Api) -> None:
    sent = {"file_name": "handbook.md", "markdown": HANDBOOK}
    first = api.by("ruth").post("/v1/policies", json=sent)
    assert first.status_code == HTTPStatus.CREATED
    assert first.json()["added"] == ["RET-2.1", "RET-2.2", "RET-3.1"]
    again = api.by("ruth").post("/v1/policies", json=sent).json()
    assert (again["added"], again["revised"], again["unchanged"]) == ([], [], 3)
    changed = sent | {"markdown": HANDBOOK.replace("14", "21").split("\n## Repairs")[0]}
    report = api.by("ruth").post("/v1/policies", json=changed).json()
    assert (report["revised"], report["missing"]) == (["RET-2.1"], ["RET-3.1"])

    tom = api.by("tom")
    library = tom.get("/v1/library").json()["policies"]
    assert [clause["revision"]["number"] for clause in library[0]["clauses"]] == [2, 1, 1]
    page = tom.get("/v1/clauses/RET-2.1").json()
    assert [revision["number"] for revision in page["revisions"]] == [1, 2]
    assert page["revision"]["parameters"] == [
        {"fact": "days_since_delivery", "bound": "max", "limit": 21, "unit": "day"}
    ]
    compared = tom.get("/v1/clauses/RET-2.1/diff", params={"old": 1, "new": 2}).json()
    changes = {one["op"]: one["text"].strip() for one in compared if one["op"] != "same"}
    assert changes == {"removed": "14", "added": "21"}
    text = tom.get("/v1/policies/RET/markdown")
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "[21 days]{.parameter fact=days_since_delivery max=21 unit=day}" in text.text
    assert_refused(tom.get("/v1/clauses/RET-9.9"), 404, "UnknownClause")
    assert_refused(tom.get("/v1/clauses/RET-2.1/diff?old=1&new=9"), 404, "UnknownRevision")
    assert_refused(tom.get("/v1/policies/NO/markdown"), 404, "UnknownPolicy")


def test_a_dry_run_tells_what_an_import_would_change_and_keeps_nothing(api: Api) -> None:
    ruth = api.by("ruth")
    sent = {"file_name": "handbook.md", "markdown": HANDBOOK, "dry_run": True}
    told = ruth.post("/v1/policies", json=sent).json()
    assert (told["new"], told["dry_run"], len(told["added"])) == (True, True, 3)
    assert ruth.get("/v1/library").json()["policies"] == []
    kept = ruth.post("/v1/policies", json=sent | {"dry_run": False}).json()
    assert kept == told | {"dry_run": False}
    changed = sent | {"markdown": HANDBOOK.replace("14", "21")}
    assert ruth.post("/v1/policies", json=changed).json()["revised"] == ["RET-2.1"]
    page = ruth.get("/v1/clauses/RET-2.1").json()
    assert [one["number"] for one in page["revisions"]] == [1]


def test_a_number_of_a_plain_handbook_is_made_a_limit(api: Api) -> None:
    ruth = api.by("ruth")
    plain = "# Book {#B}\n\n[B-1]{.clause #B-1} Parcels are kept for 14 days, at most.\n"
    ruth.post("/v1/policies", json={"file_name": "b.md", "markdown": plain})
    (number,) = ruth.get("/v1/clauses/B-1/numbers").json()
    assert (number["words"], number["limit"], number["unit"]) == ("14 days", 14, "day")
    chosen = {"words": number["words"], "start": number["start"], "fact": "days_kept"}
    made = ruth.post("/v1/clauses/B-1/numbers", json={"numbers": [chosen]}).json()
    assert made["revision"]["parameters"] == [
        {"fact": "days_kept", "bound": "max", "limit": 14, "unit": "day"}
    ]
    assert ruth.get("/v1/clauses/B-1/numbers").json() == []
    again = ruth.post("/v1/clauses/B-1/numbers", json={"numbers": [chosen]})
    assert_refused(again, 409, "StaleSuggestion")
    before = ruth.get("/v1/clauses/B-1", params={"on": "2001-01-01"}).json()
    assert before["revision"]["text"] == made["revision"]["text"]


ROWS = (
    b"id,occurred_at,situation,status,policy_ref\n"
    b"1,2026-03-01,The boots came late.,approved,RET-2.1\n"
    b"2,2026-03-02,,approved,\n"
    b"3,2026-03-03T10:00:00+01:00,The zip broke.,declined,XYZ\n"
)


@pytest.fixture
def imported(ruled: Api) -> Callable[..., httpx2.Response]:
    """Import rows as an admin: `imported(file_name=..., dry_run=True)`."""

    def send(content: bytes = ROWS, file_name: str = "cases.csv", **query: Any) -> httpx2.Response:  # noqa: ANN401 - the query's own
        return ruled.by("admin").post(
            "/v1/imports", params={"file_name": file_name, **query}, content=content
        )

    return send


def test_an_import_tells_what_it_took_and_is_undone_as_a_whole(
    ruled: Api, imported: Callable[..., httpx2.Response]
) -> None:
    trial = imported(dry_run=True).json()
    assert (trial["imported"], trial["batch_id"], trial["dry_run"]) == (2, None, True)
    report = imported(zone="Europe/Berlin").json()
    assert (report["rows"], report["imported"], report["unknown_refs"]) == (3, 2, 1)
    assert (report["zone"], report["zoneless"]) == ("Europe/Berlin", 1)
    (refused,) = report["refused"]
    assert (refused["line"], refused["id"], refused["field"]) == (3, "2", "situation")
    assert refused["reason"]
    assert refused["remedy"]
    again = imported(zone="Europe/Berlin").json()
    assert (again["imported"], again["unchanged"], again["batch_id"]) == (0, 2, None)

    undo = f"/v1/imports/{report['batch_id']}/undo"
    assert ruled.by("admin").post(undo).status_code == HTTPStatus.NO_CONTENT
    assert_refused(ruled.by("admin").post(undo), 409, "AlreadyUndone")
    assert_refused(ruled.by("admin").post("/v1/imports/nothing/undo"), 404, "UnknownBatch")
    assert imported().json()["imported"] == 2


@pytest.mark.parametrize(
    "file_name", ["../../cases.csv", "/cases.csv", "..\\cases.csv", "ä" * 196 + ".csv", "a\x00.csv"]
)
def test_no_file_name_leads_out_of_the_imports_own_folder(
    imported: Callable[..., httpx2.Response], file_name: str
) -> None:
    assert imported(file_name=file_name).json()["imported"] == 2


def test_a_file_that_cannot_be_read_is_refused(imported: Callable[..., httpx2.Response]) -> None:
    for name in ("cases.xlsx", "..", ".", "/"):
        assert_refused(imported(file_name=name), 422, "UnreadableFile")
    assert_refused(imported(mapping="/etc/passwd"), 422, "UnknownMapping")
    assert_refused(imported(zone="Moon"), 422, "UnknownZone")
    assert_refused(imported(colour="red"), 422, "BadRequest")


def test_weeks_and_people_come_in_by_file_and_are_tried_first(api: Api, tmp_path: Path) -> None:
    ada = api.by("admin")
    weeks = workbook(tmp_path / "weeks.xlsx", [("week", "contacts"), ("2026-W10", 1840)])
    given: dict[str, Any] = {"content": weeks.read_bytes()}
    named: dict[str, Any] = {"file_name": "weeks.xlsx", "dry_run": True}
    for dry_run in (True, False):
        named["dry_run"] = dry_run
        told = ada.post("/v1/imports/contacts", params=named, **given).json()
        assert (told["added"], told["refused"], told["dry_run"]) == (1, [], dry_run)
    people = workbook(
        tmp_path / "people.xlsx",
        [
            ("name", "roles", "team", "active"),
            ("noor", "agent", "North", True),
            ("lea", "boss", "", ""),
        ],
    )
    given = {"content": people.read_bytes()}
    named["file_name"] = "people.xlsx"
    for dry_run in (True, True, False):
        named["dry_run"] = dry_run
        told = ada.post("/v1/accounts/import", params=named, **given).json()
        assert told["added"] == ["noor"]
        assert [row["row"] for row in told["refused"]] == [2]
        names = {one["name"] for one in ada.get("/v1/accounts").json()}
        assert ("noor" in names) is not dry_run


def test_a_sheet_is_looked_at_by_its_name_and_two_ways_of_days_are_asked_about(
    api: Api, tmp_path: Path
) -> None:
    header = ("Ticket", "Date", "What happened")
    rows = [(n, f"0{n}/04/2026", f"The box of day {n} was torn.") for n in range(1, 5)]
    path = workbook(tmp_path / "a.xlsx", {"Old": [("x",), (1,)], "Cases": [header, *rows]})
    ada = api.by("admin")
    upload = ada.post(
        "/v1/uploads", params={"file_name": "a.xlsx"}, content=path.read_bytes()
    ).json()
    assert 'sheet = "Old"' in upload["conversions"]
    assert (upload["sheets"], upload["sheet"], upload["rows"]) == (["Old", "Cases"], "Old", 1)
    where = f"/v1/uploads/{upload['id']}"
    cases = ada.get(where, params={"sheet": "Cases"}).json()
    assert (cases["sheet"], cases["rows"]) == ("Cases", 4)
    assert cases["ways_of_days"] == ["31/12/2026", "12/31/2026"]
    assert 'sheet = "Cases"' in cases["conversions"]
    assert_refused(ada.get(where, params={"sheet": "New"}), 422, "UnreadableFile")
    fields = {one["field"]: one["name"] for one in cases["columns"] if one["field"]}
    for way, day in (("31/12/2026", "2026-04-02"), ("12/31/2026", "2026-02-04")):
        mapping = {"fields": fields, "conversions": cases["conversions"], "way_of_days": way}
        begun = ada.post(f"{where}/import", json={"mapping": mapping, "dry_run": True}).json()
        api.app.state.imports.join()
        job = ada.get(f"/v1/imports/{begun['id']}").json()
        assert job["report"]["imported"] == 4, day
