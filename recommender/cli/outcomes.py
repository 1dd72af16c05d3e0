"""Verb `outcome`."""

from typing import Any

import click

from recommender.access import Actor
from recommender.cases import outcomes
from recommender.cli.common import pass_house
from recommender.storage.house import House
from recommender.vocabulary import OutcomeSource


@click.command()
@click.argument("case_id")
@click.option(
    "--source",
    type=click.Choice([source.value for source in OutcomeSource]),
    default=OutcomeSource.AGENT.value,
    show_default=True,
    help="Who says so.",
)
@click.option("--csat", type=int, help="The customer's score, 1 to 5.")
@click.option("--complaint/--no-complaint", default=None, help="Whether they complained.")
@click.option("--retained/--lost", default=None, help="Whether they stayed a customer.")
@click.option("--actual-cost", type=float, help="What it cost in the end.")
@pass_house
def outcome(house: House, actor: Actor, /, *, case_id: str, source: str, **values: Any) -> None:  # noqa: ANN401 - the options
    """Record what came of a case; give what is known."""
    with house.transaction(actor) as tx:
        case = outcomes.record_outcome(tx, case_id, source=OutcomeSource(source), **values)
        reading = case.outcome.reading
    click.echo(f"Recorded; the outcome reads {reading}.")
