"""Verb `deputy`: who decides in a policy owner's place while they are away."""

from datetime import date
from typing import TYPE_CHECKING

import click

from recommender.cli.common import Day, json_option, pass_house, print_json, shown

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House


@click.command()
@click.argument("name", required=False)
@click.option("--from", "away_from", type=Day(), metavar="DATE", help="The first day; else today.")
@click.option("--until", "away_until", type=Day(), metavar="DATE", help="The last day; else open.")
@click.option("--nobody", is_flag=True, help="Nobody stands in any more.")
@json_option
@pass_house
def deputy(
    house: "House",
    actor: "Actor",
    /,
    *,
    name: str | None,
    away_from: date | None,
    away_until: date | None,
    nobody: bool,
    as_json: bool,
) -> None:
    """Say who decides in the acting owner's place; with a NAME, let them."""
    from recommender.changes import deputies

    if nobody and name is not None:
        raise click.UsageError("Name somebody, or say --nobody.")
    if name is None and (away_from or away_until):
        raise click.UsageError("Name who stands in on these days.")
    with house.transaction(actor) as tx:
        own = (
            deputies.choose_deputy(tx, name, away_from=away_from, away_until=away_until)
            if nobody or name is not None
            else deputies.deputy(tx)
        )
        chosen, first, last = own.deputy, own.away_from, own.away_until
    if as_json:
        print_json({"deputy": chosen, "away_from": first, "away_until": last})
    elif chosen is None:
        click.echo("Nobody stands in.")
    else:
        until = "until you say otherwise" if last is None else f"until {last}"
        click.echo(f"{shown(chosen)} decides in your place from {first} {until}.")
