"""Verbs `init`, `accounts` and `keys`: the first start, people, keys for programs."""

import click

from recommender.accounts.opening import initialise
from recommender.cli.common import open_for


@click.command()
@click.pass_context
def init(context: click.Context) -> None:
    """Make or upgrade the tables, the key file and the local operator.

    Harmless when repeated; asks nothing.
    """
    house = open_for(context)
    done = initialise(house)
    made = [
        (done.migrated, "the tables"),
        (done.keys_made, f"the key file {house.settings.secrets_path}"),
        (done.operator_made, "the local operator"),
    ]
    news = ", ".join(what for fresh, what in made if fresh)
    click.echo(f"Made {news}." if news else "Everything was there already.")
