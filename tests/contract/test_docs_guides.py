"""What tutorial and guides tell people to press, type and call is there, under that very name."""

import ast
import re
from functools import cache
from pathlib import Path

import click
import pytest

import dashboard
from recommender.cli.main import VERBS, find_command
from recommender.config import Settings
from recommender.vocabulary import Role
from tests.contract.blocks import ROOT
from tests.contract.doors import DOORS
from tests.contract.paging import DOCS, prose
from tests.e2e import test_journey as journey

TUTORIAL = "tutorial.md"
GUIDES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.glob("how-to/*.md"))
SCREENS = Path(next(iter(dashboard.__path__)))


@pytest.mark.parametrize("name", [TUTORIAL, *GUIDES])
def test_what_people_are_told_to_press_stands_on_a_screen(name: str) -> None:
    named = set(re.findall(r"\*\*(.+?)\*\*", prose(name)))
    begun = re.compile(r"\W*(.*?)(?: [#{\d].*|[: ]*\W*)", re.DOTALL)
    known = {found[1] for said in shown() if (found := begun.fullmatch(said))} | shown()
    assert named - known == set()


@cache
def shown() -> set[str]:
    """All texts of the dashboard's source that are not there for its readers."""
    trees = [ast.parse(path.read_text("utf-8")) for path in SCREENS.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    }


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_with_its_options_exists(name: str) -> None:
    for words in re.findall(r"`recommender ([^`]+)`", prose(name)):
        verb, *rest = words.split()
        assert verb in VERBS, words
        command = find_command(verb)
        while isinstance(command, click.Group) and rest:
            command = command.commands[rest.pop(0)]
        options = {option for one in command.params for option in one.opts}
        assert {word for word in rest if word.startswith("--")} <= options, words


@pytest.mark.parametrize("name", GUIDES)
def test_every_route_and_setting_exists(name: str) -> None:
    routes = re.findall(r"`([A-Z]+) (/v1/\S+)`", prose(name))
    assert set(routes) <= DOORS.keys()
    settings = re.findall(r"RECOMMENDER_([A-Z_]+)", prose(name))
    assert {setting.lower() for setting in settings} <= Settings.model_fields.keys()


def test_every_role_has_its_guide() -> None:
    roles = {Path(name).stem.replace("-", "_") for name in GUIDES}
    assert {str(role) for role in Role} <= roles


def test_the_tutorial_is_the_way_that_a_browser_walks() -> None:
    told = " ".join(re.sub(r"(?m)^> ?", "", (DOCS / TUTORIAL).read_text("utf-8")).split())
    for words in (journey.SITUATION, journey.WISH, journey.KIND, journey.DECISION, journey.RULE):
        assert words in told


def test_the_tutorial_signs_in_whom_the_demo_prints() -> None:
    printed = (ROOT / "recommender" / "demo" / "seeding.py").read_text("utf-8")
    for name in re.findall(r"[Ss]ign in as `(\w+)`", prose(TUTORIAL)):
        assert f'DemoSignIn("{name}"' in printed
