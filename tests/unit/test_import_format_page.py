"""docs/import-format.md says everything there is to say, and its examples do what they show."""

import json
import re
from pathlib import Path

import pytest

from recommender.cases.importing.contacts import CONTACT_FIELDS
from recommender.cases.importing.conversions import Conversion
from recommender.cases.importing.mapping import FileForm, ImportMapping
from recommender.cases.importing.paths import read_path
from recommender.cases.importing.report import ImportReport
from recommender.cases.importing.rows import FIELDS, STATES
from recommender.cases.importing.surveys import SURVEY_FIELDS
from tests.conftest import RunCli

PAGE = (Path(__file__).parents[2] / "docs" / "import-format.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^\*\*(\S+)\*\*\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
SESSIONS = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
BATCH = re.compile(r"(?<=--undo )[0-9a-z]{12}")


def test_the_examples_do_what_the_page_shows(
    cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        Path(name).write_text(content, encoding="utf-8")
    for session in SESSIONS:
        for words, expected in re.findall(
            r"^\$ recommender (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE
        ):
            answer = cli(*words.split())
            assert BATCH.sub("B", answer.output) == BATCH.sub("B", expected), words
            assert answer.exit_code == 0
    assert len(SESSIONS) == 4


def test_every_fence_is_an_example_that_was_run() -> None:
    assert PAGE.count("```") == 2 * (len(FILES) + len(SESSIONS))


def test_every_field_has_its_row() -> None:
    table = re.findall(r"^\| `([\w.]+)` \|", PAGE, re.MULTILINE)
    assert set(FIELDS) <= set(table)
    for name in (*CONTACT_FIELDS, *SURVEY_FIELDS):
        assert f"`{name}`" in PAGE


def test_every_status_is_named() -> None:
    for word in STATES:
        assert f"`{word}`" in PAGE


def test_every_entry_of_a_mapping_has_its_row() -> None:
    entries = {"ignore", "constants", "fields"}
    assert set(ImportMapping.model_fields) == {*entries, "file", "convert"}
    entries |= {f"file.{name}" for name in FileForm.model_fields}
    entries |= {f"convert.FIELD.{name}" for name in Conversion.model_fields}
    for entry in entries:
        assert f"| `{entry}` |" in PAGE


def test_every_count_of_the_report_is_named() -> None:
    for name in ImportReport.__dataclass_fields__:
        assert f"`{name}`" in PAGE


def test_the_paths_lead_where_the_page_says() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| `\"([^`]+)\"` in `([^`]+)`", PAGE, re.MULTILINE)
    assert len(rows) == 3
    for path, leads_to, record in rows:
        parsed = read_path(path).find(json.loads(record))
        assert parsed == leads_to
