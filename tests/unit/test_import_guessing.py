"""What columns seem to be: by name, by what stands in them, and a question where both leave two."""

import csv
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from recommender.access import Actor
from recommender.cases.importing.guessing import Looked, look_into
from recommender.cases.importing.mapping import put_together
from recommender.cases.importing.rows import FIELDS
from recommender.cases.importing.taking import import_cases
from recommender.cases.importing.written import DAYS
from recommender.storage.house import House
from tests.workbooks import workbook

DATA = Path(__file__).parents[3] / "shared" / "data"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="needs the data in ../shared/data")
NAMES = {
    "id": "Ticket No",
    "occurred_at": "Date",
    "status": "Decision",
    "customer_id": "Customer no.",
    "agent_id": "Agent",
    "agent_team": "Team",
    "cosigner_id": "Signed by",
    "situation": "What happened",
    "resolution": "What we did",
    "reason": "Why",
    "policy_ref": "Rule",
    "granted_action": "Exception",
    "amount": "Amount [GBP]",
    "decline_reason": "Why not",
    "outcome.csat": "Rating",
    "outcome.complaint": "Complained",
    "outcome.retained": "Stayed",
}
"""How somebody might head the columns of their own sheet."""


def table(path: Path, header: Sequence[str], *rows: Sequence[object]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def guess(looked: Looked) -> dict[str, str]:
    return {column.field: column.name for column in looked.columns if column.field is not None}


def rows_of(name: str) -> list[dict[str, Any]]:
    """Give the rows as a sheet has them: facts and outcome in columns, times as times."""
    flat = []
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for group in ("facts", "outcome"):
            parts = row.pop(group, None) or {}
            parts.pop("amount", None)  # a column of the same name would be one too many
            row |= {f"{group}.{part}": value for part, value in parts.items()}
        for moment in ("occurred_at", "approved_at"):
            if row.get(moment):
                row[moment] = datetime.fromisoformat(row[moment]).replace(tzinfo=None)
        flat.append(row)
    return flat


def as_sheet(path: Path, rows: list[dict[str, Any]]) -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    header = [NAMES.get(name, name.removeprefix("facts.").replace("_", " ")) for name in columns]
    return workbook(path, [header, *[[row.get(name) for name in columns] for row in rows]])


@with_data
@pytest.mark.parametrize(
    ("name", "facts"),
    [("telecom_cases/cases.jsonl", 18), ("stream_insurance.jsonl", 0)],
    ids=["telecom", "insurance"],
)
def test_a_sheet_with_headings_of_its_own_is_told_right(
    tmp_path: Path, house: House, admin: Actor, name: str, facts: int
) -> None:
    rows = rows_of(name)
    path = as_sheet(tmp_path / "ours.xlsx", rows)
    looked = look_into(path)
    fields = guess(looked)
    for field, column in NAMES.items():
        assert fields.get(field, column) == column, field
    held = {field for field in NAMES if any(row.get(field) is not None for row in rows)}
    assert held <= set(fields)
    told = {field for field in fields if field.startswith("facts.")}
    assert len(told) >= facts
    assert told <= {field for row in rows for field in row}
    mapping = put_together(fields, [], looked.conversions, FIELDS)
    report = import_cases(house, admin, path, mapping=mapping, dry_run=True)
    assert (report.imported, report.refused) == (len(rows), [])


@with_data
@pytest.mark.parametrize(
    ("file", "system"),
    [
        ("salesforce_cases.csv", "salesforce"),
        ("servicenow_cases.csv", "servicenow"),
        ("zendesk_tickets.jsonl", "zendesk"),
    ],
)
def test_a_helpdesk_is_known_by_its_columns(file: str, system: str) -> None:
    assert look_into(DATA / "import_samples" / file).system == system


def test_columns_without_a_known_name_are_told_by_what_stands_in_them(tmp_path: Path) -> None:
    stories = ["The boots came late by a week.", "The zip broke on day one.", "He lost the bill."]
    rows = [(f"K{n}", f"2026-03-0{n}", story, n) for n, story in enumerate(stories, start=1)]
    looked = look_into(table(tmp_path / "a.csv", ("A", "B", "C", "Days over"), *rows))
    assert guess(looked) == {
        "id": "A",
        "occurred_at": "B",
        "situation": "C",
        "facts.days_over": "Days over",
    }


def test_two_columns_that_could_be_one_field_are_left_for_a_person(tmp_path: Path) -> None:
    story = "The boots came late by a week."
    rows = [(n, f"2026-03-0{n}", f"2026-04-0{n}", story, story) for n in range(1, 5)]
    looked = look_into(table(tmp_path / "a.csv", ("Ticket", "B", "C", "D", "E"), *rows))
    assert guess(looked) == {"id": "Ticket"}


def test_numbers_that_are_names_are_no_facts(tmp_path: Path) -> None:
    rows = [(f"A{n}", n + 1000, n + 20_000_000, "007", n) for n in range(4)]
    header = ("id", "Phone number", "Barcode", "Till", "Hours")
    looked = look_into(table(tmp_path / "a.csv", header, *rows))
    assert guess(looked) == {"id": "id", "facts.hours": "Hours"}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["2026-03-01", "2026-03-02T10:00:00Z"], []),
        (["01.03.2026", "24.12.2026 18:00"], ["31.12.2026"]),
        (["24/12/2026", "1/3/2026 9:30"], ["31/12/2026"]),
        (["12/24/2026", "3/1/2026 9:30 PM"], ["12/31/2026"]),
        (["3/4/2026", "5/6/2026"], ["31/12/2026", "12/31/2026"]),
        (["24 December 2026", "1 Mar 2026"], ["31 December 2026"]),
        (["3/4/2026", "5/6/2026", "7/8/2026", "last week"], ["31/12/2026", "12/31/2026"]),
    ],
)
def test_days_are_read_as_the_file_writes_them_or_asked_about(
    tmp_path: Path, cells: list[str], said: list[str]
) -> None:
    path = table(tmp_path / "a.csv", ("id", "Date"), *enumerate(cells))
    looked = look_into(path)
    assert looked.ways_of_days == (said if len(said) > 1 else [])
    formats = "[convert.occurred_at]" in looked.conversions
    assert formats == (len(said) == 1)
    assert not said or set(said) <= set(DAYS)


def test_numbers_with_a_comma_and_answers_in_other_words_are_translated(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    story = "The boots came late by a week."
    header = ("Ticket", "Date", "What happened", "Refund (EUR)", "Granted")
    path = table(
        tmp_path / "a.csv",
        header,
        (1, "03/04/2026", story, "1.022,50", "Yes"),
        (2, "05/04/2026", story, "12,5", "no"),
        (3, "06/04/2026", story, "3", "open"),
    )
    looked = look_into(path)
    fields = guess(looked)
    assert (fields["amount"], fields["status"]) == ("Refund (EUR)", "Granted")
    assert looked.ways_of_days == ["31/12/2026", "12/31/2026"]
    days = DAYS["31/12/2026"]
    mapping = put_together(fields, [], looked.conversions, FIELDS, days=days)
    report = import_cases(house, admin, path, mapping=mapping)
    assert (report.imported, report.refused, report.status_missing) == (3, [], 0)
    own = put_together(
        fields, [], "[convert.occurred_at]\nformats = ['%m/%d/%Y']", FIELDS, days=days
    )
    assert own.convert["occurred_at"].formats == ["%m/%d/%Y"]
