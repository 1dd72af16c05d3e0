"""What README and pages name is there: linked pages and pictures, the two commands first."""

import re
from pathlib import Path

import pytest

from tests.contract.blocks import PAGES, ROOT

README = (ROOT / "README.md").read_text("utf-8")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)")
FIRST_SCREEN = 25
"""Lines that a terminal of usual height shows."""


def test_the_two_commands_stand_on_the_first_screen_of_the_readme() -> None:
    first = "\n".join(README.splitlines()[:FIRST_SCREEN])
    assert "make demo" in first
    assert "make test" in first
    assert "](docs/pictures/" in first


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = [
        target
        for target in LINK.findall(path.read_text("utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []
