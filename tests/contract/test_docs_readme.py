"""What README and pages name is there: verbs, make targets, linked pages and pictures."""

import re
from pathlib import Path

import pytest

from recommender.cli.main import VERBS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = (ROOT / "README.md").read_text("utf-8")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)")
FIRST_SCREEN = 25
"""Lines that a terminal of usual height shows."""


def test_the_two_commands_stand_on_the_first_screen_of_the_readme() -> None:
    first = "\n".join(README.splitlines()[:FIRST_SCREEN])
    assert "make demo" in first
    assert "make test" in first
    assert "](docs/pictures/" in first


def test_every_verb_and_target_of_the_readme_exists() -> None:
    verbs = set(re.findall(r"^    recommender ([a-z-]+)", README, re.MULTILINE))
    assert verbs
    assert verbs <= set(VERBS)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", README)) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [
        target
        for target in LINK.findall(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
