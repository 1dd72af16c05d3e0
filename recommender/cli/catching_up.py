"""Verb `catch-up`."""

import click

from recommender.access import Actor
from recommender.cases import embedding
from recommender.cli.common import pass_house, progress
from recommender.kinds.assigning import Assigned, assign
from recommender.kinds.drawing import make_up
from recommender.storage.house import House


@click.command("catch-up")
@pass_house
def catch_up(house: House, actor: Actor) -> None:
    """Embed what was decided, then put new cases into kinds; harmless when repeated."""
    with progress("Embedding") as advance:
        done = embedding.catch_up(house, actor, advance)
    click.echo(f"Embedded {done.embedded} texts; {done.present} had their embedding already.")
    new = assign(house, actor)
    if new != Assigned():
        click.echo(
            f"Of the new cases {new.joined} joined a kind, {new.suggested} may be of one, "
            f"{new.waiting} wait for the next run."
        )
    if make_up(house, actor):
        click.echo("Drew the map that the newest run could not draw.")
