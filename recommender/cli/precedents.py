"""Verbs `precedents` and `search`."""

from typing import Any

import click

from recommender.access import Actor
from recommender.cases.comparing import PrecedentQuery
from recommender.cases.precedents import Precedent
from recommender.cli.common import json_option, pass_house, print_json, print_table, shown
from recommender.cli.facts import facts_option
from recommender.kinds.drilling import open_look_up, open_search
from recommender.storage.house import House

top_option = click.option("--top", type=int, default=5, show_default=True, help="How many.")


@click.command("precedents")
@click.option("--situation", required=True, help="What happened to the customer.")
@click.option("--resolution", default="", help="What you want to do.")
@click.option("--clause", "clause_key", help="The clause that it would bend.")
@facts_option
@click.option("--exclude", metavar="ID", help="A case to leave out.")
@top_option
@json_option
@pass_house
def precedents_(
    house: House,
    actor: Actor,
    /,
    *,
    as_json: bool,
    **query: Any,  # noqa: ANN401 - the options, as PrecedentQuery names them
) -> None:
    """Earlier cases like the one described, allowed or not, and why each is shown."""
    with house.reading(actor) as tx:
        found = open_look_up(tx, PrecedentQuery(**query)).precedents
        _print_precedents(found, actor, as_json=as_json)


@click.command("search")
@click.argument("text")
@top_option
@json_option
@pass_house
def search_(house: House, actor: Actor, /, *, text: str, top: int, as_json: bool) -> None:
    """Decided cases whose situation or resolution is most like TEXT."""
    with house.reading(actor) as tx:
        _print_precedents(open_search(tx, text, top), actor, as_json=as_json)


def _print_precedents(found: list[Precedent], actor: Actor, *, as_json: bool) -> None:
    rows = [
        {
            "source_system": one.case.source_system if actor.sees_source_ids else None,
            "id": one.case.source_id if actor.sees_source_ids else one.case.id,
            "similarity": round(one.similarity, 4),
            "decision": str(one.decision),
            "clause": one.clause_key,
            "why": one.why,
            "differs": one.differs,
            "superseded": one.superseded,
            "badly_ended": one.badly_ended,
        }
        for one in found
    ]
    if as_json:
        print_json(rows)
        return
    told = [
        row | {"why": "; ".join(one.why), "situation": shown(one.case.situation)[:60]}
        for row, one in zip(rows, found, strict=True)
    ]
    print_table(
        told,
        {
            "similarity": "Likeness",
            "id": "Case",
            "decision": "Answer",
            "clause": "Clause",
            "situation": "Situation",
            "why": "Why",
        },
    )
