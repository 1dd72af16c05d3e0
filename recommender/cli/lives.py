"""What `kinds` says of one kind, its page and its life; and putting one off for a while."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.common import Day, json_option, pass_house, print_json, print_table, shown

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.kinds.pages import KindDetail
    from recommender.storage.house import House


@click.command("show")
@click.argument("kind")
@json_option
@pass_house
def show(house: "House", actor: "Actor", *, kind: str, as_json: bool) -> None:
    """Show one kind, or the one that took it in, and what runs would change about it."""
    from recommender.kinds import catalogue

    with house.reading(actor) as tx:
        page = _page(catalogue.kind(tx, kind))
    if as_json:
        print_json(page)
        return
    if page["asked_for"] is not None:
        click.echo(f"{page['asked_for']} was merged into {page['kind']['id']}.")
    row = page["kind"] | dict.fromkeys(page["kind"]["masked"], "few")
    for name in ("id", "name", "clause", "state", "grade", "cases", "first", "last"):
        click.echo(f"{name:>8}  {shown(row[name])}")
    if page["retired"]:
        click.echo("No run finds it any more.")
    for one in page["dimensions"] or ():
        click.echo(f"{one['cases']:>8}  {one['dimension']}")
    for one in page["near"]:
        click.echo(f"near to  {shown(one['name'])} ({one['id']}). {shown(one['why'])}")
    for one in page["waiting"]:
        click.echo(shown(one["words"]))
    for step in page["history"]:
        click.echo(f"{step['at']}  {shown(step['words'])}")


@click.command("lineage")
@click.argument("kind")
@json_option
@pass_house
def lineage(house: "House", actor: "Actor", *, kind: str, as_json: bool) -> None:
    """Tell what a kind came from, what it took in and what became of it."""
    from recommender.kinds import catalogue

    with house.reading(actor) as tx:
        rows = [asdict(step) for step in catalogue.lineage(tx, kind)]
    if as_json:
        print_json(rows)
        return
    told = [row | {"found_by": "a run" if row["run_id"] else "a person"} for row in rows]
    columns = {"at": "WHEN", "kind_id": "KIND", "what": "WHAT", "other_kind_id": "OTHER KIND"}
    print_table(told, columns | {"found_by": "FOUND BY"})


@click.command("snooze")
@click.argument("kind")
@click.option("--until", metavar="DATE", type=Day(), help="The day on which it comes back.")
@click.option("--more-cases", type=click.IntRange(min=1), help="So many more bring it back.")
@click.option("--reason", required=True, help="Why not now.")
@pass_house
def snooze(
    house: "House",
    actor: "Actor",
    *,
    kind: str,
    until: date | None,
    more_cases: int | None,
    reason: str,
) -> None:
    """Keep a kind from the first ones until a day, or until more cases have come."""
    from recommender.kinds import catalogue

    with house.transaction(actor) as tx:
        found = catalogue.snooze(tx, kind, until=until, more_cases=more_cases, reason=reason)
        click.echo(f"“{shown(found.name)}” waits.")


@click.command("wake")
@click.argument("kind")
@pass_house
def wake(house: "House", actor: "Actor", *, kind: str) -> None:
    """Take a kind that was put off back among those to look at."""
    from recommender.kinds import catalogue

    with house.transaction(actor) as tx:
        click.echo(f"“{shown(catalogue.wake(tx, kind).name)}” is back.")


def _page(detail: "KindDetail") -> dict[str, Any]:
    """Give what the page says about the kind itself; its cases are for the screen."""
    return {
        "kind": asdict(detail.kind),
        "asked_for": detail.asked_for,
        "retired": detail.retired,
        "aliases": detail.aliases,
        "dimensions": None
        if detail.dimensions is None
        else [asdict(one) for one in detail.dimensions],
        "near": [asdict(one) for one in detail.near],
        "waiting": [asdict(one) for one in detail.waiting],
        "history": [asdict(step) for step in detail.history],
    }


WORDS = (show, lineage, snooze, wake)
