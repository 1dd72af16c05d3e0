"""What the verbs share: the opened house, who acts, as of when, and how answers are printed."""

import functools
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click

from recommender.learning.progress import Progress

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House

P = ParamSpec("P")


@dataclass(frozen=True)
class Given:
    """What was said before the verb; the same options after the verb win."""

    acting_as: str | None = None
    as_of: date | None = None


class Day(click.ParamType[date]):
    """A day in ISO form."""

    name = "date"

    def convert(
        self,
        value: str | date,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> date:
        """Read `2026-03-01`; anything else is wrong usage."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-03-01.", param, ctx)


acting_as_option = click.option(
    "--as",
    "acting_as",
    metavar="ACCOUNT",
    help="Act as this account; without it as the local operator.",
)
as_of_option = click.option(
    "--as-of", type=Day(), metavar="DATE", help="Take this day as today, instead of the setting."
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output."
)


def pass_house(
    function: "Callable[Concatenate[House, Actor, P], None]",
) -> Callable[..., None]:
    """Give a command the opened house and the acting account as its first two arguments.

    Adds `--as` and `--as-of` to the command. The house is closed when the command ends.
    """

    def command(
        context: click.Context,
        /,
        *args: Any,  # noqa: ANN401 - the command's own
        acting_as: str | None,
        as_of: date | None,
        **options: Any,  # noqa: ANN401 - the command's own
    ) -> None:
        given = context.find_object(Given) or Given()
        house = open_for(context, as_of or given.as_of)
        function(house, find_actor(house, acting_as or given.acting_as), *args, **options)

    functools.update_wrapper(command, function)
    return acting_as_option(as_of_option(click.pass_context(command)))


def open_for(context: click.Context, as_of: date | None = None) -> "House":
    """Open the house that the environment describes; it closes with the command."""
    from recommender.storage.house import open_house

    house = open_house(**({} if as_of is None else {"as_of": as_of}))
    context.call_on_close(house.database.close)
    return house


def find_actor(house: "House", name: str | None) -> "Actor":
    """Find the account to act as, the local operator unless one is named."""
    from recommender.accounts.directory import actor_named, operator

    house.database.require_schema()
    return operator(house) if name is None else actor_named(house, name)


def print_json(answer: object) -> None:
    """Print an answer as JSON."""
    click.echo(as_printed(answer))


def as_printed(answer: object) -> str:
    """Give an answer as the JSON that is printed; dataclasses become objects, dates ISO texts."""
    return json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False, default=_plain)


def print_table(rows: Sequence[Mapping[str, object]], columns: Mapping[str, str]) -> None:
    """Print rows under headings; `columns` maps a row's key to its heading.

    Numbers stand to the right, a missing value is a dash, and no text of a person can steer the
    terminal.
    """
    cells = [[shown(row.get(key)) for key in columns] for row in rows]
    headings = list(columns.values())
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    right = [any(isinstance(row.get(key), int | float) for row in rows) for key in columns]
    for line in (headings, ["-" * width for width in widths], *cells):
        padded = (
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(line, widths, right, strict=True)
        )
        click.echo("  ".join(padded).rstrip())


def spaced(word: str) -> str:
    """Give a code word as people write it: `in_force` is `in force`."""
    return word.replace("_", " ")


def shown(value: object) -> str:
    """Give a value as one line for people, control characters taken out."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Give a callback (done, total) that draws a bar on a terminal and is quiet in a pipe.

    The bar appears with the first call, and its line ends when all is done, so that the bar of
    the next work can follow below it.
    """
    hidden = not sys.stderr.isatty()
    bar = click.progressbar(length=1, label=label, file=sys.stderr, hidden=hidden)
    with ExitStack() as line:

        def advance(done: int, total: int) -> None:
            bar.length = max(total, 1)
            if not bar.entered:
                line.enter_context(bar)
            bar.update(done - bar.pos)
            if bar.finished:
                line.close()

        yield advance


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    message = f"{type(value).__name__} has no JSON form"
    raise TypeError(message)
