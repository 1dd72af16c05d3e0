"""Importing in two steps: a file waits, is mapped and checked, and is taken in beside requests."""

import os
import stat
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from recommender.cases.importing.uploads import SECONDS, upload_folder
from tests.contract.asking import assert_refused
from tests.contract.conftest import Api

ODD = (
    b"Ticket No;Opened;What happened;Refund [EUR];Note\n"
    b"A-1;2026-03-01;The boots came late.;12,50;x\n"
    b"A-2;;The zip broke.;;\n"
    b"A-3;2026-03-03;Stra\xdfe of the neighbour was flooded.;3,00;\n"
)
CONVERSIONS = """
[file]
encoding = "cp1252"
delimiter = ";"

[convert.amount]
decimal = ","
"""
FIELDS = {
    "id": "Ticket No",
    "occurred_at": "Opened",
    "situation": "What happened",
    "amount": "Refund [EUR]",
}


def upload(api: Api, content: bytes = ODD, name: str = "odd.csv") -> dict[str, Any]:
    answer = api.by("admin").post("/v1/uploads", params={"file_name": name}, content=content)
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    told: dict[str, Any] = answer.json()
    return told


def run(api: Api, upload_id: str, **wish: object) -> dict[str, Any]:
    started = api.by("admin").post(f"/v1/uploads/{upload_id}/import", json=wish)
    assert started.status_code == HTTPStatus.ACCEPTED, started.text
    api.app.state.imports.join()
    told: dict[str, Any] = api.by("admin").get(f"/v1/imports/{started.json()['id']}").json()
    return told


def mapped(fields: dict[str, str] = FIELDS, conversions: str = CONVERSIONS) -> dict[str, object]:
    return {"fields": fields, "conversions": conversions}


def test_a_file_with_odd_columns_is_understood_checked_taken_in_and_undone(ruled: Api) -> None:
    told = upload(ruled)
    assert told["rows"] == 3
    guessed = {column["field"]: column["name"] for column in told["columns"] if column["field"]}
    assert guessed == FIELDS
    assert told["columns"][3]["samples"] == ["12,50", "3,00"]
    assert told["conversions"] == CONVERSIONS.lstrip().replace("amount", '"amount"')
    assert ruled.by("admin").get(f"/v1/uploads/{told['id']}").json() == told

    trial = run(ruled, told["id"], mapping=mapped(), dry_run=True)
    assert (trial["state"], trial["done"], trial["of"]) == ("done", 2, 2)
    assert (trial["report"]["imported"], trial["report"]["batch_id"]) == (2, None)
    (refused,) = trial["report"]["refused"]
    assert (refused["id"], refused["field"]) == ("A-2", "occurred_at")
    assert ruled.by("admin").get("/v1/imports").json() == []

    taken = run(ruled, told["id"], mapping=mapped())["report"]
    assert taken["imported"] == 2
    (batch,) = ruled.by("admin").get("/v1/imports").json()
    assert (batch["id"], batch["file_name"], batch["stays"]) == (taken["batch_id"], "odd.csv", None)
    assert (batch["rows"], batch["imported"], batch["refused"]) == (3, 2, 1)
    assert_refused(ruled.by("admin").get(f"/v1/uploads/{told['id']}"), 404, "UnknownUpload")
    assert ruled.by("admin").post(f"/v1/imports/{batch['id']}/undo").status_code == 204
    (batch,) = ruled.by("admin").get("/v1/imports").json()
    assert batch["undone_at"]
    assert "was undone on" in batch["stays"]


def test_a_file_waits_for_its_owner_alone_and_for_an_hour(ruled: Api) -> None:
    told = upload(ruled, name="../../odd.csv")
    folder = upload_folder(ruled.house.settings)
    (path,) = (each for each in folder.rglob("*") if each.is_file())
    assert path.parent == folder / told["id"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    past = path.parent.stat().st_mtime - SECONDS - 1
    os.utime(path.parent, (past, past))
    assert_refused(ruled.by("admin").get(f"/v1/uploads/{told['id']}"), 404, "UnknownUpload")
    fresh = upload(ruled)
    assert [each.name for each in folder.iterdir()] == [fresh["id"]]


@pytest.mark.parametrize("wrong", ["..", "0" * 16, "a/b", "%2e%2e"])
def test_no_id_leads_elsewhere(ruled: Api, wrong: str) -> None:
    upload(ruled)
    assert ruled.by("admin").get(f"/v1/uploads/{wrong}").status_code == HTTPStatus.NOT_FOUND


def test_what_cannot_be_read_does_not_wait(ruled: Api) -> None:
    named = {"file_name": "cases.xlsx"}
    answer = ruled.by("admin").post("/v1/uploads", params=named, content=b"PK")
    assert_refused(answer, 422, "UnreadableFile")
    assert not list(upload_folder(ruled.house.settings).iterdir())


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        ({"fields": {"colour": "Note"}}, "fields.colour"),
        ({"conversions": "[file"}, "mapping"),
        ({"conversions": "[fields]\nid = 'Note'"}, "fields"),
        ({"conversions": "ignore = ['Note']"}, "ignore"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_before_anything_begins(
    ruled: Api, mapping: dict[str, object], field: str
) -> None:
    told = upload(ruled)
    answer = ruled.by("admin").post(f"/v1/uploads/{told['id']}/import", json={"mapping": mapping})
    assert_refused(answer, 422, "BadMapping")
    assert answer.json()["field"] == field


def test_a_failure_beside_the_request_is_told_and_nothing_was_taken_in(
    ruled: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = upload(ruled)
    failed = run(ruled, told["id"], zone="Moon")
    assert (failed["state"], failed["failure"]["code"]) == ("failed", "UnknownZone")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("recommender.cases.importing.uploads.import_cases", broken)
    failed = run(ruled, told["id"])
    assert failed["failure"]["detail"] == "The import broke off; nothing was taken in."
    assert ruled.by("admin").get("/v1/imports").json() == []
    assert ruled.by("admin").get(f"/v1/uploads/{told['id']}").status_code == HTTPStatus.OK


def test_imports_run_one_at_a_time(ruled: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    told = upload(ruled)
    start = f"/v1/uploads/{told['id']}/import"
    second = []

    def slow(*_: object, progress: Callable[[int, int], None], **__: object) -> None:
        progress(1, 9)
        second.append(ruled.by("admin").post(start, json={}))
        raise RuntimeError

    monkeypatch.setattr("recommender.cases.importing.uploads.import_cases", slow)
    first = run(ruled, told["id"])
    assert_refused(second[0], 409, "ImportRunning")
    assert (first["done"], first["of"]) == (1, 9)
    assert_refused(ruled.by("admin").get("/v1/imports/nothing"), 404, "UnknownImport")


def test_a_known_system_is_told_by_its_columns(ruled: Api) -> None:
    names = "CaseNumber,CreatedDate,ClosedDate,Description,Status,Origin,AccountId,Customer_Tier__c"
    more = "OwnerId,Second_Approver__c,Policy_Clause__c,Exception_Amount__c"
    row = "7,2026-03-01,2026-03-02,The boots came late.,Closed,Phone,C1,gold,maya,tom,RET-2.1,5"
    told = upload(ruled, f"{names},{more}\n{row}\n".encode())
    assert told["system"] == "salesforce"
    assert "[fields]" not in told["conversions"]
    fields = {column["field"]: column["name"] for column in told["columns"] if column["field"]}
    assert fields["situation"] == "Description"
    wish = {"fields": fields, "conversions": told["conversions"]}
    assert run(ruled, told["id"], mapping=wish)["report"]["imported"] == 1


def test_nested_columns_of_jsonl_are_named_by_their_path(ruled: Api) -> None:
    row = b'{"ref": "1", "when": {"opened": "2026-03-01"}, "text": "Late.", "facts": {"a": 1}}\n'
    told = upload(ruled, row * 1, "cases.jsonl")
    names = [column["name"] for column in told["columns"]]
    assert names == ["ref", "when.opened", "text", "facts"]
    fields = {"id": "ref", "occurred_at": "when.opened", "situation": "text"}
    assert run(ruled, told["id"], mapping={"fields": fields})["report"]["imported"] == 1


def test_an_erased_customer_takes_waiting_files_along(ruled: Api) -> None:
    rows = b"id,occurred_at,situation,customer_id\n1,2026-03-01,Late.,C1\n"
    named = {"file_name": "a.csv"}
    taken = ruled.by("admin").post("/v1/imports", params=named, content=rows)
    assert taken.json()["imported"] == 1
    upload(ruled)
    folder = upload_folder(ruled.house.settings)
    for dry_run, left in ((True, 1), (False, 0)):
        wish = {"customer_id": "C1", "dry_run": dry_run}
        assert ruled.by("admin").post("/v1/erasures", json=wish).status_code == HTTPStatus.OK
        assert len(list(folder.iterdir())) == left
