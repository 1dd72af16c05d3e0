"""Verb `retrospect`: what keeps recurring in a ledger that a company already has."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cases.importing.mapping import BUILT_IN
from recommender.cli.common import Given, json_option, print_json, progress

if TYPE_CHECKING:
    from recommender.retrospect.findings import LookBack

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("ledger", type=_file)
@click.option(
    "--mapping",
    metavar="NAME|FILE",
    help=f"How columns become fields: {', '.join(BUILT_IN)}, or a file.",
)
@click.option("--handbook", "books", type=_file, multiple=True, help="Rules to hold it against.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The report; by default LEDGER.html, in this folder.",
)
@click.option("--seed", default=0, show_default=True, help="Seed of the run.")
@json_option
@click.pass_context
def retrospect(
    context: click.Context,
    ledger: Path,
    mapping: str | None,
    books: tuple[Path, ...],
    output: Path | None,
    seed: int,
    *,
    as_json: bool,
) -> None:
    """Look back at a ledger of waivers, overrides or credits, and write one HTML report.

    It needs no house, and leaves none: neither agents nor signers nor customers are read.
    """
    from recommender.access import LOCAL_OPERATOR, Actor
    from recommender.config import load_settings
    from recommender.retrospect.looking_back import Watched, look_back
    from recommender.retrospect.page import html
    from recommender.retrospect.rules import whole_handbook
    from recommender.vocabulary import Role

    given = context.find_object(Given) or Given()
    settings = load_settings(**({} if given.as_of is None else {"as_of": given.as_of}))
    with (
        progress("Reading and redacting") as reading,
        progress("Embedding") as embedding,
        progress("Grouping") as grouping,
    ):
        found = look_back(
            settings,
            Actor(LOCAL_OPERATOR, frozenset({Role.ADMIN})),
            ledger,
            mapping=mapping if mapping is None or mapping in BUILT_IN else Path(mapping),
            books=[book for path in books for book in whole_handbook(path)],
            seed=seed,
            watched=Watched(reading, embedding, grouping),
        )
    written = output or Path(f"{ledger.name.split('.')[0]}.html")
    written.write_text(html(found), "utf-8")
    if as_json:
        print_json(found)
    else:
        _tell(found, written)


def _tell(found: "LookBack", written: Path) -> None:
    source = found.source
    refused = f", {len(source.refused)} refused" if source.refused else ""
    kinds = "1 kind recurs" if len(found.kinds) == 1 else f"{len(found.kinds)} kinds recur"
    click.echo(f"{source.rows} rows: {source.taken} read{refused}.")
    click.echo(f"{kinds}, {found.sorted_cases} of {source.approved} exceptions.")
    click.echo(f"Report: {written}")
