"""Every code block of the pages is run, or compared with what it speaks of."""

import csv
import json
import re
import shlex
import shutil
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values
from sqlalchemy import select

from recommender.cli import serve
from recommender.config import PREFIX, Settings
from recommender.models.cases import Case
from recommender.storage.house import House
from tests.conftest import HANDBOOK
from tests.contract.blocks import ALL, ROOT, Block, of, run, run_session
from tests.contract.doors import DOORS

LANGUAGES = {"console", "csv", "dotenv", "ini", "jsonl", "markdown", "python", "sh", "text", "toml"}
ELSEWHERE = {
    ("docs/cli.md", "text"): "tests/contract/test_docs_reference.py",
    ("docs/discovery.md", "python"): "tests/unit/test_discovery_page.py",
    ("docs/operate.md", "ini"): "tests/contract/test_docs_operate.py",
    ("docs/policy-format.md", "jsonl"): "tests/unit/test_policy_format_page.py",
    ("docs/policy-format.md", "markdown"): "tests/unit/test_policy_format_page.py",
}
"""Blocks that are no file of a session, by page and language, and the test that runs them."""
STORIES = ("README.md", "docs/discovery.md")
"""Pages whose shell commands are run in their order, in one folder."""
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


# All blocks


@pytest.mark.parametrize("block", ALL, ids=str)
def test_every_block_is_fenced_and_says_its_language(block: Block) -> None:
    assert block.language in LANGUAGES


def test_every_file_is_read_by_a_session_and_every_other_block_by_a_test() -> None:
    for block in ALL:
        if block.language in {"console", "dotenv", "sh"}:
            continue
        if block.name is None:
            assert (block.page, block.language) in ELSEWHERE, block
        else:
            assert block.name in typed(block.page), f"{block}: no session reads {block.name}"
    for (page, _), test in ELSEWHERE.items():
        assert Path(page).name in (ROOT / test).read_text("utf-8")


def typed(page: str) -> str:
    """Give all that a page's sessions type."""
    sessions = [block.text for block in of("console") if block.page == page]
    return "\n".join(re.findall(r"^\$ (.*)", "".join(sessions), re.MULTILINE))


# Sessions


@pytest.mark.parametrize("name", sorted({block.page for block in of("console")}))
def test_sessions_answer_what_the_page_shows(
    name: str, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECOMMENDER_ENCODER", "hashing")
    if not typed(name).startswith("recommender init\n"):
        shutil.copy(template, tmp_path)
        shutil.copy(template.with_name(f"{template.name}.keys"), tmp_path)
    for block in ALL:
        if block.page == name and block.name is not None:
            Path(block.name).write_text(block.text, "utf-8")
    for block in of("console"):
        if block.page == name:
            run_session(block)


# Shell


def test_the_commands_of_the_first_page_lead_from_cases_to_a_draft(
    shop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[object] = []
    monkeypatch.setattr(serve, "run_together", lambda *_, **__: served.append(True))
    monkeypatch.setattr(serve, "require_port", lambda *_: None)
    monkeypatch.setenv("RECOMMENDER_ENCODER", "hashing")
    (tmp_path / "own").mkdir()
    monkeypatch.chdir(tmp_path / "own")
    write_files(shop)
    said = [
        run(line.replace("KIND_ID", first_kind()) if "KIND_ID" in line else line)
        for page in STORIES
        for block in of("sh")
        if block.page == page
        for line in block.text.splitlines()
        if line.startswith("recommender ")
    ]
    assert served
    assert any("\nThen: Unworn shoes come back within" in answer for answer in said)
    assert re.search(r"^rk_f1 +1\.0$", said[-1], re.MULTILINE)


def write_files(shop: House) -> None:
    """Write handbook, cases and labels of the small shop, as files that a reader might have."""
    Path("handbook.md").write_text(HANDBOOK, "utf-8")
    with shop.database.reading() as session:
        cases = session.scalars(select(Case).order_by(Case.source_id)).all()
        rows = [
            {
                "id": case.source_id,
                "occurred_at": case.occurred_at.isoformat(),
                "status": case.state,
                "situation": case.situation,
                "resolution": case.resolution,
                "policy_ref": case.policy_ref,
                "granted_action": case.granted_action,
                "agent_id": case.agent_id,
                "customer_id": case.customer_id,
                "facts": json.dumps(case.facts),
            }
            for case in cases
        ]
    with Path("cases.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, fieldnames=list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    labels = [json.dumps({"id": row["id"], "kind": row["policy_ref"]}) for row in rows]
    Path("labels.jsonl").write_text("\n".join(labels), "utf-8")


def first_kind() -> str:
    """Give the id of the first kind that is shown."""
    return str(json.loads(run("recommender kinds --json"))[0]["id"])


def test_every_other_shell_line_names_what_is_there() -> None:
    checks = {
        ".venv/bin/pip": names_extras,
        ".venv/bin/pre-commit": names_extras,
        ".venv/bin/python": names_files,
        "curl": asks_a_route,
        "docker": names_files,
        "make": names_targets,
    }
    for block in of("sh"):
        for line in block.text.splitlines():
            program, *words = shlex.split(line, comments=True)
            if program == "recommender":
                assert block.page in STORIES, block
            else:
                checks[program](words)


def names_targets(words: list[str]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    options = set(re.findall(r"^([A-Z_]+) \?=", MAKEFILE, re.MULTILINE))
    for word in words:
        name, given, _ = word.partition("=")
        assert name in (options if given else targets), word


def names_extras(words: list[str]) -> None:
    for extras in re.findall(r"\[([a-z,]+)\]", " ".join(words)):
        assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"]), extras


def names_files(words: list[str]) -> None:
    for word in words:
        assert not word.startswith(("docs/", "tests/")) or (ROOT / word).exists(), word


def asks_a_route(words: list[str]) -> None:
    (path,) = re.findall(r"http://127\.0\.0\.1:8000(\S+)", " ".join(words))
    assert ("POST" if "--json" in words else "GET", path) in DOORS


# Settings


@pytest.mark.parametrize("block", of("dotenv"), ids=str)
def test_settings_that_a_page_shows_are_taken(block: Block) -> None:
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in dotenv_values(stream=StringIO(block.text)).items()
    }
    assert given.keys() <= Settings.model_fields.keys()
    Settings.model_validate(given)
