"""Looking back over HTTP: a ledger waits, is confirmed, is looked back at, and leaves nothing."""

import csv
from datetime import date
from http import HTTPStatus
from pathlib import Path
from threading import Event
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from api import looking_back
from api.app import create_app
from recommender.accounts.directory import operator
from recommender.accounts.own_words import add_word
from recommender.models.cases import Case
from recommender.retrospect.borrowing import room_for
from recommender.retrospect.findings import LookBack
from recommender.retrospect.looking_back import Watched
from recommender.vocabulary import AccountName, OwnWordUse
from tests.conftest import RunCli
from tests.contract.asking import assert_refused
from tests.contract.blocks import blocks
from tests.contract.conftest import Api
from tests.documents import paragraph, written
from tests.workbooks import workbook

PAGE = Path(__file__).parents[2] / "docs" / "look-back.md"
FILES = {block.name: block.text for block in blocks(PAGE) if block.name}
WAIVERS = FILES["waivers.csv"].encode()
INES, RUTH = AccountName("ines"), AccountName("ruth")


def lay_down(api: Api, ledger: bytes = WAIVERS, name: str = "waivers.csv", by: str = INES) -> str:
    """Lay a ledger down; give its address."""
    sent = api.by(by).post("/v1/look-backs", params={"file_name": name}, content=ledger)
    assert sent.status_code == HTTPStatus.ACCEPTED, sent.text
    assert sent.json()["state"] == "waiting"
    return sent.headers["Location"]


def columns(api: Api, where: str, by: str = INES) -> dict[str, Any]:
    told: dict[str, Any] = api.by(by).get(f"{where}/columns").json()
    return told


def guessed(told: dict[str, Any]) -> dict[str, str]:
    return {each["field"]: each["name"] for each in told["columns"] if each["field"]}


def start(api: Api, where: str, by: str = INES, **wish: object) -> httpx2.Response:
    return api.by(by).post(f"{where}/start", json=wish)


def through(api: Api, where: str, by: AccountName = INES, **wish: object) -> dict[str, Any]:
    """Start, and wait for its end."""
    begun = start(api, where, by, **wish)
    assert begun.status_code == HTTPStatus.ACCEPTED, begun.text
    wait(api, by)
    told: dict[str, Any] = api.by(by).get(where).json()
    return told


def wait(api: Api, by: AccountName = INES) -> None:
    for job in api.app.state.look_backs.of(by):
        api.app.state.look_backs.join(job)


def left(api: Api) -> list[str]:
    """What lies in the folder in which the house looks back."""
    return [path.name for path in room_for(api.house.settings).iterdir()]


# A ledger becomes a report


def test_a_ledger_becomes_a_report_that_is_handed_out_once_and_nothing_stays(api: Api) -> None:
    with api.house.transaction(operator(api.house)) as tx:
        add_word(tx, OwnWordUse.NAME, "Zyxwv")
    book = {"file_name": "rules.md", "markdown": FILES["rules.md"]}
    assert api.by(RUTH).post("/v1/policies", json=book).is_success
    where = lay_down(api, WAIVERS.replace(b"because", b"as Zyxwv said because"))
    assert_refused(api.by(INES).post(f"{where}/report"), 409, "LookBackNotThrough")
    told = through(api, where)
    assert (told["state"], told["share"], told["failure"]) == ("done", 1.0, None)
    found = told["found"]
    assert (found["rows"], found["sorted_cases"], len(found["kinds"])) == (13, 12, 2)
    assert {kind["rule"] for kind in found["kinds"]} == {"RUL-1.1?", "RUL-2.1?"}
    assert "Handled by" in found["unread"]
    assert_refused(api.by(INES).get(f"{where}/columns"), 409, "LedgerGone")
    assert_refused(start(api, where), 409, "LedgerGone")
    assert left(api) == []

    report = api.by(INES).post(f"{where}/report").json()
    assert report["file_name"] == "waivers.csv"
    assert report["html"].startswith("<!DOCTYPE html>")
    assert "Zyxwv" not in report["html"]
    assert_refused(api.by(INES).post(f"{where}/report"), 404, "UnknownLookBack")
    assert api.by(INES).get("/v1/look-backs").json() == []
    with api.house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_rule_books_are_left_out_if_asked(api: Api) -> None:
    book = {"file_name": "rules.md", "markdown": FILES["rules.md"]}
    assert api.by(RUTH).post("/v1/policies", json=book).is_success
    told = through(api, lay_down(api), rules=False)
    assert {kind["rule"] for kind in told["found"]["kinds"]} == {None}


def test_nobody_sees_the_look_back_of_another(api: Api) -> None:
    where = lay_down(api)
    assert through(api, where)["state"] == "done"
    for method, path in (
        ("GET", where),
        ("GET", f"{where}/columns"),
        ("POST", f"{where}/report"),
        ("DELETE", where),
    ):
        assert_refused(api.by(RUTH).request(method, path), 404, "UnknownLookBack")
    assert api.by(RUTH).get("/v1/look-backs").json() == []
    (own,) = api.by(INES).get("/v1/look-backs").json()
    assert own["id"] == where.rpartition("/")[2]


# Its columns


def test_columns_are_guessed_and_those_about_people_are_not_offered(api: Api) -> None:
    told = columns(api, lay_down(api))
    assert guessed(told) == {
        "id": "Ref",
        "occurred_at": "Date",
        "situation": "Note",
        "resolution": "What was given",
        "amount": "Amount",
        "currency": "Currency",
    }
    assert told["never_read"] == ["Handled by", "Customer number"]
    assert not {"agent_id", "customer_id", "cosigner_id", "agent_team"} & {*told["fields"]}
    assert "Dora" not in str(told)
    assert "880123" not in str(told)


def test_a_column_about_people_is_told_by_its_name_unless_it_tells_a_story(api: Api) -> None:
    header = b"date,note,Supervisor,Member since,Customer said,Plan name\n"
    rows = b"2026-03-01,Late.,Quentin,2019,I was away for three weeks,Gold\n"
    told = columns(api, lay_down(api, header + rows))
    assert told["never_read"] == ["Supervisor", "Member since"]
    assert [each["name"] for each in told["columns"]] == [
        *("date", "note", "Customer said", "Plan name")
    ]


def test_a_guess_can_be_corrected_and_one_that_fails_is_begun_anew(api: Api) -> None:
    ledger = WAIVERS.replace(b"Ref,Date,Note", b"Ref,Of,Tale")
    where = lay_down(api, ledger)
    people = {"occurred_at": "Of", "situation": "Handled by"}
    failed = through(api, where, mapping={"fields": people})
    assert (failed["state"], failed["failure"]["code"]) == ("failed", "UnreadableFile")
    assert "note of what happened" in failed["failure"]["detail"]
    wrong = start(api, where, mapping={"fields": {"colour": "Tale"}})
    assert_refused(wrong, 422, "BadMapping")
    right = {"occurred_at": "Of", "situation": "Tale", "resolution": "What was given"}
    told = through(api, where, mapping={"fields": right})
    assert (told["state"], told["failure"]) == ("done", None)
    assert told["found"]["sorted_cases"] == 12


def test_what_cannot_be_read_does_not_wait(api: Api) -> None:
    sent = api.by(INES).post("/v1/look-backs?file_name=ledger.xlsx", content=b"PK")
    assert_refused(sent, 422, "UnreadableFile")
    assert api.by(INES).get("/v1/look-backs").json() == []


# Workbooks and documents


def typed_rows() -> list[list[object]]:
    """The page's ledger as a spreadsheet keeps it: days as days, amounts as numbers."""
    rows = [*csv.reader(FILES["waivers.csv"].splitlines())]
    at = {name: number for number, name in enumerate(rows[0])}
    typed: list[list[object]] = [[*row] for row in rows]
    for row in typed[1:]:
        row[at["Date"]] = date.fromisoformat(str(row[at["Date"]]))
        row[at["Amount"]] = float(str(row[at["Amount"]]))
        row[at["Customer number"]] = int(str(row[at["Customer number"]]))
    return typed


def test_a_workbook_says_the_same_as_a_file_of_text(api: Api, tmp_path: Path) -> None:
    path = workbook(tmp_path / "waivers.xlsx", {"Legend": [["Of what"]], "2026": typed_rows()})
    as_text = through(api, lay_down(api))["found"]
    where = lay_down(api, path.read_bytes(), path.name)
    told = columns(api, where)
    assert (told["sheets"], told["sheet"]) == (["Legend", "2026"], "2026")
    assert through(api, where)["found"] == as_text
    where = lay_down(api, path.read_bytes(), path.name)
    chosen = {"fields": guessed(told), "conversions": told["conversions"]}
    assert through(api, where, mapping=chosen)["found"] == as_text


def test_a_sheet_can_be_chosen(api: Api, tmp_path: Path) -> None:
    old = [["Date", "Note"], [date(2025, 1, 7), "Late."]]
    path = workbook(tmp_path / "two.xlsx", {"2025": old, "2026": typed_rows()})
    where = lay_down(api, path.read_bytes(), path.name)
    assert columns(api, where)["rows"] == 1
    told = api.by(INES).get(f"{where}/columns", params={"sheet": "2026"}).json()
    assert told["rows"] == 13
    chosen = {"fields": guessed(told), "conversions": told["conversions"]}
    assert through(api, where, mapping=chosen)["found"]["rows"] == 13


def test_the_verb_takes_a_workbook_and_a_handbook_of_a_word_processor(
    cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOMMENDER_ENCODER", "hashing")
    ledger = workbook(tmp_path / "waivers.xlsx", typed_rows())
    book = written(
        tmp_path / "rules.docx",
        paragraph("Rules", "Title"),
        paragraph("Returns", "H1"),
        paragraph("A parcel that comes back late costs a late fee of 12 EUR."),
        paragraph("Invoices", "H1"),
        paragraph("An invoice that was paid is not credited."),
    )
    report = tmp_path / "out.html"
    told = cli("retrospect", ledger, "--handbook", book, "--output", report)
    assert told.exit_code == 0, told.output
    assert "13 rows: 13 read." in told.stdout
    assert "2 kinds recur, 12 of 13 exceptions." in told.stdout
    page = report.read_text("utf-8")
    assert "An invoice that was paid is not credited." in page
    assert "€245" in page
    assert "Dora" not in page


# Beside the requests


class Slow:
    """A look back that tells how far it is, and goes on once it may."""

    def __init__(self) -> None:
        self.begun, self.may_go_on, self.path = Event(), Event(), Path()

    def __call__(self, *given: Path, watched: Watched, **_: object) -> LookBack:
        self.path = given[-1]
        watched.embedding(3, 9)
        self.begun.set()
        assert self.may_go_on.wait(30)
        watched.grouping(0, 1)
        raise RuntimeError


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    slow = Slow()
    monkeypatch.setattr("api.routes.look_backs.look_back", slow)
    return slow


def test_how_far_it_is_is_told_and_a_second_one_is_refused(api: Api, slow: Slow) -> None:
    where = lay_down(api)
    start(api, where)
    assert slow.begun.wait(30)
    told = api.by(INES).get(where).json()
    assert (told["state"], told["step"]) == ("running", "comparing")
    assert (told["done"], told["of"], told["share"]) == (3, 9, pytest.approx(1 / 3))
    assert_refused(start(api, where), 409, "LookBackRunning")
    named = {"file_name": "b.csv"}
    second = api.by(INES).post("/v1/look-backs", params=named, content=WAIVERS)
    assert_refused(second, 409, "LookBackRunning")
    assert "waivers.csv" in second.json()["detail"]

    other = lay_down(api, by=RUTH)
    assert start(api, other, by=RUTH).status_code == HTTPStatus.ACCEPTED
    assert api.by(RUTH).get(other).json()["step"] == "waiting its turn"
    slow.may_go_on.set()
    wait(api)
    wait(api, RUTH)
    assert api.by(INES).get(where).json()["failure"]["detail"] == "The look back broke off."
    assert api.by(RUTH).get(other).json()["state"] == "failed"
    assert left(api) == []


def test_one_at_work_can_be_given_up_and_its_ledger_goes(api: Api, slow: Slow) -> None:
    where = lay_down(api)
    start(api, where)
    assert slow.begun.wait(30)
    assert slow.path.is_relative_to(room_for(api.house.settings))
    (job,) = api.app.state.look_backs.of(INES)
    assert api.by(INES).delete(where).status_code == HTTPStatus.NO_CONTENT
    assert_refused(api.by(INES).get(where), 404, "UnknownLookBack")
    slow.may_go_on.set()
    api.app.state.look_backs.join(job)
    assert not slow.path.exists()
    assert (job.state, job.found) == ("running", None), "it ended without a word"


def test_another_ledger_takes_the_place_of_one_that_waits(api: Api) -> None:
    first, second = lay_down(api), lay_down(api)
    assert_refused(api.by(INES).get(first), 404, "UnknownLookBack")
    assert api.by(INES).get(second).is_success


@pytest.mark.parametrize("at", ["waiting", "through"])
def test_after_an_hour_it_is_gone_though_nobody_asked(
    api: Api, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    where = lay_down(api)
    (job,) = api.app.state.look_backs.of(INES)
    if at == "through":
        monkeypatch.setattr(looking_back, "SECONDS", 0.01)
        start(api, where)
        api.app.state.look_backs.join(job)
        assert job.state == "done"
        job.hour.join()
    else:
        job.hour.function(*job.hour.args)
    assert api.app.state.look_backs.of(INES) == []


def test_an_hour_does_not_end_one_at_work(api: Api, slow: Slow) -> None:
    where = lay_down(api)
    start(api, where)
    assert slow.begun.wait(30)
    (job,) = api.app.state.look_backs.of(INES)
    job.hour.function(*job.hour.args)
    assert api.by(INES).get(where).json()["state"] == "running"
    slow.may_go_on.set()
    wait(api)


def test_a_start_and_an_end_of_the_service_leave_no_ledger(api: Api, slow: Slow) -> None:
    (room_for(api.house.settings) / "look-back-killed").mkdir()
    with TestClient(create_app(api.house, catches_up=False)) as client:
        assert left(api) == []
        headers = dict(api.by(INES).headers)
        sent = client.post("/v1/look-backs?file_name=w.csv", content=WAIVERS, headers=headers)
        where = sent.headers["Location"]
        client.post(f"{where}/start", json={}, headers=headers)
        assert slow.begun.wait(30)
        assert left(api) != []
        slow.may_go_on.set()
    assert not slow.path.exists()
    gone = api.by(INES).get(where)
    assert_refused(gone, 404, "UnknownLookBack")
    assert gone.json()["remedy"] == "Choose the ledger once more."
