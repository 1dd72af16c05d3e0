"""Verb `charter`: what protects those who file and sign; accepted once."""

from typing import TYPE_CHECKING

import click

from recommender.accounts.charter import accept_charter
from recommender.accounts.charter import charter as charter_in_force
from recommender.cli.common import json_option, pass_house, print_json

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House


@click.command()
@click.option(
    "--accept", "version", type=int, metavar="VERSION", help="Accept the version that you read."
)
@pass_house
@json_option
def charter(house: "House", actor: "Actor", *, version: int | None, as_json: bool) -> None:
    """Show the charter, or accept it as the account that `--as` names."""
    with house.transaction(actor) as tx:
        found = charter_in_force(tx) if version is None else accept_charter(tx, version)
    if as_json:
        print_json(found)
        return
    if version is None:
        click.echo(found.text)
    if found.accepted_at is None:
        click.echo(f"Not accepted yet. To accept it: recommender charter --accept {found.version}")
    else:
        click.echo(f"Version {found.version} was accepted on {found.accepted_at.date()}.")
