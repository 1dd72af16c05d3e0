"""Verb `map`: where the kinds lie that the newest run drew."""

from typing import TYPE_CHECKING

import click

from recommender.cli.common import json_option, pass_house, print_json, print_table

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House


@click.command("map")
@click.option("--version", "version", metavar="RUN", help="An earlier run's map.")
@json_option
@pass_house
def map_(house: "House", actor: "Actor", *, version: str | None, as_json: bool) -> None:
    """Show which kinds are on the map and where."""
    from recommender.kinds.maps import case_map

    with house.reading(actor) as tx:
        drawn = case_map(tx, version)
    if as_json:
        print_json(drawn)
        return
    if drawn.version is None:
        click.echo("No map yet: a discovery run draws it.")
    rows = [
        {"name": kind.name, "clause": kind.clause, "cases": kind.cases}
        | ({} if kind.island is None else {"x": round(kind.island.x), "y": round(kind.island.y)})
        for kind in drawn.kinds
    ]
    print_table(rows, {"name": "KIND", "clause": "CLAUSE", "cases": "CASES", "x": "X", "y": "Y"})
