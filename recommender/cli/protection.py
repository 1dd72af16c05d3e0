"""Verb `protection-report`: what is kept about people here, who may read it, how long."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.accounts.protection import protection_report as report
from recommender.cli.common import pass_house

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House


@click.command("protection-report")
@click.option(
    "--out",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it into a file instead.",
)
@pass_house
def protection_report(house: "House", actor: "Actor", *, file: Path | None) -> None:
    """Write the protection report of this installation, in Markdown."""
    with house.reading(actor) as tx:
        text = report(tx)
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")
        click.echo(f"Written to {file}.")
