"""What README and pages name is there: linked pages and pictures, the two commands first."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.contract.blocks import PAGES, ROOT

README = (ROOT / "README.md").read_text("utf-8")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)")
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
        f"{target}#{anchor}"
        for target, anchor in LINK.findall(path.read_text("utf-8"))
        if not (found := path.parent / target if target else path).exists()
        or (anchor and anchor not in anchors(found))
    ]
    assert broken == []


@cache
def anchors(path: Path) -> set[str]:
    """Give what a page's headings are called in links: small, without marks, blanks as dashes."""
    headings = re.findall(r"^#+ (.*)", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
