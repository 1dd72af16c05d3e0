"""The verbs discover, kinds, memberships, runs and evaluate."""

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from recommender.cli.main import recommender
from recommender.storage.house import House
from tests.conftest import NewCase, RunCli
from tests.contract.kinds_world import STORIES, fill, kind_of

KIND_KEYS = [
    "id", "name", "clause", "gap", "state", "grade", "evidence_mode", "cases", "agents", "teams",
    "customers", "declined_like", "first", "last", "masked",
]  # fmt: skip


def answered(result: Result) -> Any:  # noqa: ANN401 - JSON
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def _bars(drawn: str) -> list[list[str]]:
    """Give what each line of a terminal said, one redrawing after the other."""
    said = re.findall(r"([A-Z]\w+) +\[[# -]*\] +(\d+%)|(\n)", drawn)
    bars: list[list[str]] = [[]]
    for label, percent, end in said:
        if end:
            bars.append([])
        else:
            bars[-1].append(f"{label} {percent}")
    assert bars.pop() == []
    return bars


@pytest.fixture
def discovered(house: House, new_case: NewCase, cli: RunCli) -> dict[str, Any]:
    """A house with kinds, and what `discover` said."""
    fill(house, new_case)
    said: dict[str, Any] = answered(cli("discover", "--seed", 2, "--json"))
    return said


def test_discover_says_what_it_found(house: House, new_case: NewCase, cli: RunCli) -> None:
    fill(house, new_case)
    told = cli("discover")
    assert told.exit_code == 0
    assert told.stdout == "4 kinds. 4 new.\n", "the unsorted ones are of two agents"


@pytest.mark.usefixtures("cli")
def test_discover_draws_how_far_it_has_come(
    house: House,
    new_case: NewCase,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fill(house, new_case)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    recommender(["discover"], standalone_mode=False)
    first = _bars(capsys.readouterr().err)
    assert [(bar[0], bar[-1]) for bar in first] == [
        ("Embedding 0%", "Embedding 100%"),
        ("Grouping 0%", "Grouping 100%"),
    ]
    assert len(first[1]) > 2
    recommender(["discover"], standalone_mode=False)
    assert [bar[-1] for bar in _bars(capsys.readouterr().err)] == ["Grouping 100%"]


def test_discover_and_runs_give_the_run(discovered: dict[str, Any], cli: RunCli) -> None:
    assert (discovered["state"], discovered["seed"]) == ("published", 2)
    assert discovered["counts"]["kinds"] == 4
    assert answered(cli("runs", "--json")) == [discovered]
    assert "4 new." in cli("runs").stdout


@pytest.mark.usefixtures("discovered")
def test_kinds_has_its_documented_shape(cli: RunCli) -> None:
    rows = answered(cli("kinds", "--json"))
    assert len(rows) == 4
    for row in rows:
        assert list(row) == KIND_KEYS
        assert (row["cases"], row["agents"], row["teams"], row["customers"]) == (10, 6, 3, 10)
        assert (row["grade"], row["evidence_mode"], row["gap"]) == ("weak", "full", True)
        assert (row["first"], row["last"]) == ("2026-03-29", "2026-05-31")
    assert answered(cli("kinds", "--all", "--json")) == rows
    assert all(row["name"] in cli("kinds").stdout for row in rows)


@pytest.mark.usefixtures("discovered")
def test_small_counts_are_masked_for_the_operator_too(house: House, cli: RunCli) -> None:
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE cases SET agent_id='felix', customer_id='c'")
    assert answered(cli("kinds", "--json")) == []
    for row in answered(cli("kinds", "--all", "--json")):
        assert row["masked"] == ["agents", "cases", "customers", "declined_like", "teams"]
        assert {row[name] for name in (*row["masked"], "first", "last")} == {None}
        assert row["state"] == "emerging"
        assert row["grade"] is None
    assert " few" in cli("kinds", "--all").stdout


def test_as_of_looks_back(discovered: dict[str, Any], cli: RunCli) -> None:
    assert discovered["state"] == "published"
    rows = answered(cli("kinds", "--all", "--json", "--as-of", "2026-05-01"))
    assert {row["last"] for row in rows} == {"2026-04-26"}


@pytest.mark.usefixtures("discovered")
def test_memberships_cover_every_approved_case(house: House, cli: RunCli) -> None:
    rows = answered(cli("memberships", "--json"))
    keys = ["source_system", "id", "kind_id", "kind_name", "strength", "origin"]
    assert [list(row) for row in rows] == [keys] * 44
    storm = kind_of(house, "storm")
    assert {row["kind_id"] for row in rows if row["id"].startswith("storm")} == {storm}
    assert sum(row["kind_id"] is None for row in rows) == 4
    assert "storm-3" in cli("memberships").stdout
    opaque = answered(cli("memberships", "--json", "--as", "ines"))
    assert not any(row["id"].startswith("storm") or row["source_system"] for row in opaque)


@pytest.mark.usefixtures("discovered")
@pytest.mark.parametrize("packed", [False, True])
def test_evaluate_scores_against_labels(cli: RunCli, tmp_path: Path, *, packed: bool) -> None:
    labels: list[dict[str, Any]] = [
        {"id": f"{story}-{number}", "kind": story} for story in STORIES for number in range(10)
    ]
    labels += [{"id": f"one-off-storm-{number}", "kind": None} for number in range(4)]
    text = "\n".join(json.dumps(label) for label in (*labels, {"id": "elsewhere", "kind": "x"}))
    file = tmp_path / ("labels.jsonl.gz" if packed else "labels.jsonl")
    file.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    scores = answered(cli("evaluate", "--labels", file, "--json"))
    assert list(scores) == [
        "rk_precision", "rk_recall", "rk_f1", "ari", "nmi", "kinds_true", "kinds_found", "false",
        "fragment", "mixed", "true_cases_unsorted", "one_offs_unsorted", "recall_by_size",
    ]  # fmt: skip
    assert (scores["rk_f1"], scores["kinds_true"], scores["one_offs_unsorted"]) == (1.0, 4, 1.0)
    assert "rk_f1" in cli("evaluate", "--labels", file).stdout


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"kind": 1}', b"\xff\xfe"])
def test_evaluate_refuses_what_is_no_label(cli: RunCli, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_bytes(b"\n" + content)
    refused = cli("evaluate", "--labels", file)
    assert refused.exit_code == 1
    assert "labels" in refused.stderr
