"""docs/import-format.md says everything there is to say."""

import json
import re
from pathlib import Path

from recommender.cases.importing.contacts import CONTACT_FIELDS
from recommender.cases.importing.conversions import Conversion
from recommender.cases.importing.mapping import FileForm, ImportMapping
from recommender.cases.importing.paths import read_path
from recommender.cases.importing.report import ImportReport
from recommender.cases.importing.rows import FIELDS, STATES
from recommender.cases.importing.surveys import SURVEY_FIELDS

PAGE = (Path(__file__).parents[2] / "docs" / "import-format.md").read_text(encoding="utf-8")


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
