"""Verbs `import` and `contacts`: what they say, what they exit with, wrong usage."""

import json
from pathlib import Path

import pytest

from tests.conftest import RunCli
from tests.imports import row
from tests.workbooks import workbook


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Two good rows, which cite many unknown rules, and one that says too little."""
    file = tmp_path / "rows.jsonl"
    good = [row(number, policy_ref=f"OLD-{number}") for number in (1, 2)]
    file.write_text("\n".join(map(json.dumps, [*good, {"id": 3}])), encoding="utf-8")
    return file


def test_an_import_is_told_and_can_be_undone(cli: RunCli, rows: Path) -> None:
    told = cli("import", rows)
    assert told.exit_code == 0
    assert told.stdout.startswith("3 rows: 2 imported, 1 refused.\n")
    assert "line 3, id 3: situation: The situation is empty." in told.stderr
    batch = told.stdout.split()[-1]
    undone = cli("import", "--undo", batch)
    assert undone.output == f"Took batch {batch} out again; cases: 2.\n"
    again = cli("import", "--undo", batch, "--json")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "was undone" in again.stderr


def test_a_workbook_s_sheet_is_taken_in_by_its_name(cli: RunCli, tmp_path: Path) -> None:
    header = ("id", "occurred_at", "situation")
    path = workbook(
        tmp_path / "cases.xlsx",
        {"Notes": [("Ask Ines",)], "Cases": [header, ("A-1", "2026-03-01", "The box was torn.")]},
    )
    assert cli("import", path, "--sheet", "Cases").stdout.startswith("1 row: 1 imported.\n")
    wrong = cli("import", path, "--sheet", "New")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "Its sheets are Notes, Cases." in wrong.stderr
    answers = workbook(tmp_path / "answers.xlsx", {"x": [], "A": [("id", "csat"), ("A-1", 5)]})
    assert cli("import", answers, "--surveys", "--sheet", "A").stdout == "1 row: 1 added.\n"
    weeks = workbook(tmp_path / "weeks.xlsx", [("week", "contacts"), ("2026-03-02", 1840)])
    assert cli("contacts", weeks).stdout == "1 row: 1 added.\n"


def test_undoing_as_json(cli: RunCli, rows: Path) -> None:
    batch = json.loads(cli("import", rows, "--json").stdout)["batch_id"]
    assert json.loads(cli("import", "--undo", batch, "--json").stdout) == {
        "batch_id": batch,
        "cases": 2,
    }


def test_changes_and_what_was_kept_are_told(cli: RunCli, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    pending = row(1, status="pending", cosigner_id=None)
    file.write_text(f"{json.dumps(pending)}\n{json.dumps(row(2))}", encoding="utf-8")
    cli("import", file)
    seen = json.loads(cli("--as", "tom", "cosign", "--json").stdout)[0]
    signed = cli("--as", "tom", "cosign", seen["id"], "--hash", seen["content_hash"])
    assert signed.exit_code == 0
    file.write_text(
        f"{json.dumps(pending | {'amount': 2})}\n{json.dumps(row(2, amount=2))}", encoding="utf-8"
    )
    told = cli("import", file).stdout
    assert told.startswith("2 rows: 1 changed, 1 kept.\n")
    assert "--update takes them over" in told
    assert "stay because people acted on them here" in told
    updated = cli("import", file, "--update").stdout
    assert updated.startswith("2 rows: 1 updated, 1 kept.\n")
    assert "--undo" not in updated


def test_a_dry_run_says_so(cli: RunCli, rows: Path) -> None:
    told = cli("import", rows, "--dry-run").stdout
    assert told.startswith("A dry run: nothing was written.\n3 rows: 2 imported, 1 refused.\n")
    assert "--undo" not in told


def test_rules_that_came_later_are_linked(cli: RunCli, rows: Path, tmp_path: Path) -> None:
    cli("import", rows)
    handbook = tmp_path / "old.md"
    handbook.write_text("# Old {#OLD}\n\n[OLD-1]{.clause #OLD-1} Boots stay.\n", encoding="utf-8")
    assert cli("policies", "import", handbook).exit_code == 0
    assert (
        "earlier cases that now point at rules which came since: 1\n" in cli("import", rows).stdout
    )


def test_long_lists_are_cut_and_json_has_them_all(cli: RunCli, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    good = [row(1, id=f"B-{number}", policy_ref=f"OLD-{number}") for number in range(25)]
    bad = [{"id": f"C-{number}"} for number in range(25)]
    file.write_text("\n".join(map(json.dumps, [*good, *bad])), encoding="utf-8")
    told = cli("import", file)
    assert told.stdout.count("OLD-") == 20
    assert "and 5 more" in told.stdout
    assert told.stderr.count("C-") == 20
    assert "and 5 more; --json lists them all" in told.stderr
    report = json.loads(cli("import", file, "--json").stdout)
    assert (len(report["unknown"]), len(report["refused"])) == (25, 25)


@pytest.mark.parametrize("content", ["", '{"id": 3}'])
def test_an_import_that_can_take_nothing_exits_with_1(
    cli: RunCli, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(content, encoding="utf-8")
    for words in (["import", file], ["import", file, "--surveys"], ["contacts", file]):
        assert cli(*words).exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        ["import"],
        ["import", "FILE", "--undo", "batch"],
        ["import", "gone.csv"],
        ["import", "FILE", "--surveys", "--zone", "UTC"],
        ["contacts"],
        ["contacts", "FILE", "--mapping", "gone.toml"],
    ],
)
def test_wrong_usage_exits_with_2(cli: RunCli, rows: Path, words: list[str]) -> None:
    answer = cli(*[rows if word == "FILE" else word for word in words])
    assert (answer.exit_code, answer.stdout) == (2, "")


def test_a_refused_file_or_mapping_exits_with_1(cli: RunCli, rows: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "rows.xlsx"
    sheet.write_bytes(b"PK")
    for words, says in (
        (["import", sheet], "is no .xlsx file"),
        (["import", rows, "--mapping", "hubspot"], "hubspot cannot be read"),
        (["import", rows, "--zone", "Mars"], "no time zone 'Mars'"),
        (["--as", "ines", "import", rows], "may not import cases"),
    ):
        answer = cli(*words)
        assert (answer.exit_code, answer.stdout) == (1, "")
        assert says in answer.stderr


def test_figures_that_differ_are_told(cli: RunCli, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("week,contacts\n2026-03-02,10\n", encoding="utf-8")
    assert cli("contacts", file).stdout == "1 row: 1 added.\n"
    file.write_text("week,contacts\n2026-03-02,11\n", encoding="utf-8")
    assert (
        "differ and stay as they were; --update takes them over: 1\n"
        in cli("contacts", file).stdout
    )
    told = cli("contacts", file, "--update", "--dry-run", "--json")
    assert json.loads(told.stdout) == {
        "dry_run": True,
        "rows": 1,
        "added": 0,
        "unchanged": 0,
        "changed": 0,
        "updated": 1,
        "refused": [],
    }
