"""docs/cli.md has a section for every command and, beside what `--help` says, nothing unknown."""

import re

import pytest

from tests.reference import DOCS, HEADING, SHARED, commands

COMMANDS = commands()


def sections() -> dict[str, str]:
    """Give what is written by hand, by the command that its heading names."""
    page = HEADING.sub(r"\1", (DOCS / "cli.md").read_text("utf-8"))
    parts = re.split(r"(?m)^##+ `([^`]+)`\n", page)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_has_its_section_and_no_other_has_one() -> None:
    missing = [name for name in COMMANDS if name not in sections()]
    assert missing == [], "docs/cli.md needs headings ## `NAME`, then run `make reference`"
    assert set(sections()) <= COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_no_section_names_an_option_that_is_not_there(name: str) -> None:
    spelt = [one for each in COMMANDS[name].params for one in (*each.opts, *each.secondary_opts)]
    named = set(re.findall(r"--[a-z][a-z-]*", sections()[name]))
    assert named <= {*spelt, *SHARED}
