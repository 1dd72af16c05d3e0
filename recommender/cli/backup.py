"""Verb `backup`: a copy to restore from, taken while the product runs."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cli.common import pass_house
from recommender.storage.backing_up import back_up

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@pass_house
def backup(house: "House", actor: "Actor", folder: Path) -> None:
    """Copy the database into a new folder, the key file and a checkpoint in a folder apart."""
    done = back_up(house, actor, folder)
    click.echo(
        f"{done.folder}: {done.database}, its log sound with {done.checkpoint.sequence} entries."
    )
    click.echo(f"Move {done.apart} to where the database is not: it holds the key file.")
