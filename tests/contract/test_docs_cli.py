"""docs/cli.md has a section for every command, with every option, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from recommender.cli.main import VERBS, find_command

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
SHARED = {"--as", "--as-of", "--json", "--help"}
"""Described once, at the head of the page."""


def sections() -> dict[str, str]:
    """Give the page's sections by the command that their heading names."""
    parts = re.split(r"(?m)^##+ `([^`]+)`\n", PAGE.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Give a command and all below it, by their whole names."""
    yield name, command
    if isinstance(command, click.Group):
        for below, found in command.commands.items():
            yield from commands(f"{name} {below}", found)


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_has_its_section_and_every_option_its_words(verb: str) -> None:
    written = sections()
    for name, command in commands(verb, find_command(verb)):
        assert name in written, f"docs/cli.md needs a section ## `{name}`"
        spelt = [name for one in command.params for name in (*one.opts, *one.secondary_opts)]
        options = {option for option in spelt if option.startswith("--")}
        named = set(re.findall(r"--[a-z][a-z-]*", written[name]))
        assert options - SHARED <= named, f"docs/cli.md says nothing of {options - SHARED - named}"
        assert named <= options | SHARED, f"{name} has no {named - options - SHARED}"


def test_no_section_is_about_a_command_that_is_not_there() -> None:
    known = {name for verb in VERBS for name, _ in commands(verb, find_command(verb))}
    assert set(sections()) <= known
