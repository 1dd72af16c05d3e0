"""Rule books and history over HTTP."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import httpx2
import pytest

from tests.conftest import HANDBOOK
from tests.contract.asking import assert_refused
from tests.contract.conftest import Api


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
