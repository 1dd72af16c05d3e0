"""The parts of the pages that the source already says: `make reference` writes them anew.

Settings, routes, commands, what a look back finds, and the protection report. A test holds every
page to what is written here; all else on a page is written by hand and stays.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import click
from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from api.app import create_app
from recommender.accounts.protection import write_report
from recommender.cli.main import VERBS, find_command
from recommender.config import PREFIX, Settings
from recommender.retrospect.findings import LookBack
from recommender.storage.house import House
from recommender.vocabulary import Role
from tests.contract.doors import DOORS, Door

DOCS: Final = Path(__file__).parents[1] / "docs"
SHARED: Final = frozenset({"--as", "--as-of", "--json", "--help"})
"""Options that the head of docs/cli.md describes once."""
HEADING: Final = re.compile(r"(?m)^(##+ `([^`]+)`\n)(?:\n```text\n(?:.*\n)*?```\n)?")
"""The heading of a command, with the block below it that is written here."""
REPORT: Final = "<!-- made by `recommender protection-report`; a test compares -->\n\n"
WIDTH: Final = 90


# Settings


def settings() -> str:
    """Write the table of all settings."""
    lines = ["| Name | Default | What it decides |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        shown = "see below" if name == "direction" else _default(field)
        said = (
            f"{field.description} Takes {taken}." if (taken := _taken(field)) else field.description
        )
        lines.append(f"| `{PREFIX}{name.upper()}` | {shown} | {said} |")
    return "\n".join(lines)


def _default(field: FieldInfo) -> str:
    if field.default is None:
        return "none"
    return f"`{str(field.default).lower() if field.annotation is bool else field.default}`"


def _taken(field: FieldInfo) -> str:
    """Say which numbers or words a setting takes; nothing of one that takes any text."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(field.annotation))
    (kind,) = set(get_args(field.annotation) or [field.annotation]) - {NoneType}
    if kind is bool:
        return "`true` or `false`"
    return _range(field) if kind in {int, float} else ""


def _range(field: FieldInfo) -> str:
    """Give the least and the most that a number may be; a floor's least is its default."""
    low = next((one.ge for one in field.metadata if isinstance(one, Ge)), field.default)
    high = next((one.le for one in field.metadata if isinstance(one, Le)), None)
    return f"{low} or more" if high is None else f"{low} to {high}"


# Routes


def openapi() -> dict[str, Any]:
    """Give the OpenAPI document of an installation that asks for nothing special."""
    with TemporaryDirectory() as folder:
        house = House(Settings(database_url=f"sqlite:///{folder}/never-made.sqlite"))
        document: dict[str, Any] = create_app(house, catches_up=False).openapi()
        house.database.close()
    return document


def operations(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Give what the document says of each route."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield (method.upper(), path), operation


def routes() -> str:
    """Write the table of all routes, with who may ask each."""
    lines = ["| Route | Who | What it does |", "| --- | --- | --- |"]
    for (method, path), operation in operations(openapi()):
        words = operation["description"].split("\n")[0]
        headers = [
            f"`{parameter['name'].title()}`"
            for parameter in operation.get("parameters", ())
            if parameter["in"] == "header"
        ]
        taken = f" Takes {' and '.join(headers)}." if headers else ""
        lines.append(f"| `{method} {path}` | {_roles(DOORS[method, path])} | {words}{taken} |")
    return "\n".join(lines)


def _roles(door: Door) -> str:
    if door.roles is None:
        return "no sign-in"
    if door.roles == frozenset(Role):
        return "everybody"
    if door.roles == frozenset(Role) - {Role.AGENT}:
        return "all but agents"
    return ", ".join(role.replace("_", " ") for role in sorted(door.roles))


# Commands


def commands() -> dict[str, click.Command]:
    """Give every command and group by its whole name, in the order of `recommender --help`."""
    return dict(found for verb in VERBS for found in _below(verb, find_command(verb)))


def _below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for below, found in command.commands.items():
            yield from _below(f"{name} {below}", found)


def usage(name: str, command: click.Command) -> str:
    """Say what `--help` says of a command, but for what the commands share or lead to."""
    context = click.Context(command, info_name=f"recommender {name}")
    formatter = click.HelpFormatter(width=WIDTH)
    formatter.write_usage(context.command_path, " ".join(_pieces(command, context)), prefix="")
    command.format_help_text(context, formatter)
    records = [one.get_help_record(context) for one in _own_options(command)]
    if told := [record for record in records if record is not None]:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_dl(told)
    return formatter.getvalue().rstrip()


def _own_options(command: click.Command) -> list[click.Parameter]:
    return [
        one
        for one in command.params
        if one.param_type_name == "option" and SHARED.isdisjoint(one.opts)
    ]


def _pieces(command: click.Command, context: click.Context) -> Iterator[str]:
    if _own_options(command):
        yield "[OPTIONS]"
    for one in command.params:
        yield from one.get_usage_pieces(context)
    if isinstance(command, click.Group):
        yield "[COMMAND]" if command.invoke_without_command else "COMMAND"


# Records


def records(top: type) -> str:
    """Write the table of a record's fields and of the records within it."""
    lines, told, waiting = ["| Record | Fields |", "| --- | --- |"], {top}, [top]
    while waiting:
        record = waiting.pop(0)
        fields = []
        for name, annotation in get_type_hints(record).items():
            within = list(_records_in(annotation))
            of = "".join(f" ({_several(annotation)}{one.__name__})" for one in within)
            fields.append(f"`{name}`{of}")
            waiting += [one for one in within if one not in told]
            told.update(within)
        lines.append(f"| {record.__name__} | {', '.join(fields)} |")
    return "\n".join(lines)


def _records_in(annotation: object) -> Iterator[type]:
    if isinstance(annotation, type) and is_dataclass(annotation):
        yield annotation
    for one in get_args(annotation):
        yield from _records_in(one)


def _several(annotation: object) -> str:
    return "list of " if get_origin(annotation) is Sequence else ""


# Pages


def cli_page(page: str) -> str:
    """Put below the heading of each command what `--help` says of it."""
    known = commands()

    def told(found: re.Match[str]) -> str:
        heading, name = found[1], found[2]
        if name not in known:
            return found[0]
        return f"{heading}\n```text\n{usage(name, known[name])}\n```\n"

    return _with_table(HEADING.sub(told, page), records(LookBack))


def protection_page(page: str) -> str:
    """End the page with the report of the settings as they come, its headings one level lower."""
    above, _, _ = page.partition(REPORT)
    return above + REPORT + re.sub(r"(?m)^#", "##", write_report(Settings()))


def api_page(page: str) -> str:
    """Put all routes into the table of routes."""
    return _with_table(page, routes())


def settings_page(page: str) -> str:
    """Put all settings into the table of settings."""
    return _with_table(page, settings())


def _with_table(page: str, table: str) -> str:
    """Put a table in the place of the one under the same headings."""
    before = re.compile(rf"(?m)^{re.escape(table.splitlines()[0])}\n(?:\|.*\n)*")
    return before.sub(lambda _: f"{table}\n", page)


PAGES: Final[Mapping[str, Callable[[str], str]]] = {
    "api.md": api_page,
    "cli.md": cli_page,
    "protection.md": protection_page,
    "settings.md": settings_page,
}
"""What makes each page say what the source says."""


def main() -> None:
    """Write the pages."""
    for name, current in PAGES.items():
        path = DOCS / name
        path.write_text(current(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
