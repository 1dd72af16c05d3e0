"""The demo world's files: unchanged since they were written, true to their claims, truth apart."""

import hashlib
import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from recommender.demo.seeding import LEAVER, WORLD
from recommender.policies.syntax.read import parse_policy

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
TRUTH, PERSONAL = DATA / "demo_truth.jsonl", DATA / "demo_personal.jsonl"
TEXTS = ("situation", "resolution", "reason")
WRITTEN = {
    WORLD / "cases.jsonl": "400636d3abf08d37dfada524ed51026cb9c37eb3ccda7b29cef5b82bb3f1591e",
    WORLD / "handbook.md": "dc40e6ffe6abc131129146d1cff3c09c61dd23653b263c61da42437344532f0d",
    TRUTH: "c0dc34cc7ccadc5b40019f77f2b9693c18fcacd96a9ba0c6b12ab9226eaa7914",
    PERSONAL: "0af8858a10ce22e889497a9f6604063abf084f80fb814994797ef8bfb86406b0",
}


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


CASES = rows_of(WORLD / "cases.jsonl")
LABELS = {row["id"]: row for row in rows_of(TRUTH)}


def words(row: dict[str, Any]) -> list[str]:
    return re.findall(r"[\w']+", " ".join(row.get(field, "") for field in TEXTS).lower())


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: file.name)
def test_it_is_as_it_was_written(file: Path) -> None:
    assert hashlib.sha256(file.read_bytes()).hexdigest() == WRITTEN[file]


def test_the_truth_is_in_no_package_of_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    shipped = [path for name in packages for path in (ROOT / name).rglob("*") if path.is_file()]
    assert WORLD / "cases.jsonl" in shipped
    assert {TRUTH, PERSONAL}.isdisjoint(shipped)
    assert not {"kind", "recurring", "profile"} & {key for row in CASES for key in row}


def test_every_case_has_its_truth_and_its_share_is_as_claimed() -> None:
    assert [row["id"] for row in CASES] == list(LABELS)
    assert Counter(row["status"] for row in CASES) == {
        "approved": 347,
        "declined": 67,
        "in_policy": 6,
    }
    one_offs = sum(row["kind"] is None for row in LABELS.values())
    approved = [row for row in CASES if row["status"] == "approved"]
    known = sum(row["outcome"] is not None for row in approved)
    assert round(one_offs / len(CASES), 2) == 0.24
    assert round(known / len(approved), 2) == 0.65


def test_cases_are_short_and_no_two_share_six_words() -> None:
    said: dict[str, str] = {}
    for row in CASES:
        told = words(row)
        assert 25 <= len(told) <= 90, row["id"]
        for start in range(len(told) - 5):
            phrase = " ".join(told[start : start + 6])
            assert said.setdefault(phrase, row["id"]) == row["id"], phrase


def test_personal_data_stands_where_the_labels_say() -> None:
    texts = {(row["id"], field): row[field] for row in CASES for field in TEXTS if field in row}
    labelled = rows_of(PERSONAL)
    assert {(row["id"], row["field"]) for row in labelled} == set(texts)
    for row in labelled:
        for span in row["spans"]:
            assert texts[row["id"], row["field"]][span["start"] : span["end"]].strip()
    assert Counter(span["type"] for row in labelled for span in row["spans"]) == {
        "PERSON": 49,
        "PHONE": 20,
        "ACCOUNT": 19,
        "ADDRESS": 13,
        "EMAIL": 10,
    }


def test_everybody_and_every_clause_that_is_named_is_there() -> None:
    policy = parse_policy((WORLD / "handbook.md").read_text("utf-8"), "handbook")
    clauses = {clause.key for clause in policy.clauses}
    assert len(clauses) == 38
    lines = (WORLD / "people.csv").read_text("utf-8").splitlines()
    people = {line.split(",")[0] for line in lines[1:]}
    proposals = rows_of(WORLD / "proposals.jsonl") + rows_of(WORLD / "approved.jsonl")
    named = {row[key] for row in CASES for key in ("agent_id", "cosigner_id") if key in row}
    assert named | {row["agent"] for row in proposals} <= people
    assert LEAVER in people
    assert {row["clause_key"] for row in proposals if "clause_key" in row} <= clauses
