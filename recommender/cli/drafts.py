"""Verbs of what a kind suggests, before anything is stored: `draft`, `backtest`."""

from math import floor
from typing import TYPE_CHECKING

import click

from recommender.cli.common import json_option, pass_house, print_json, print_table, shown, spaced

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.changes.drafting import Draft, DraftParameter
    from recommender.storage.house import House


@click.command()
@click.argument("kind_id")
@json_option
@pass_house
def draft(house: "House", actor: "Actor", /, *, kind_id: str, as_json: bool) -> None:
    """Show the policy change that a kind suggests; nothing is stored."""
    from recommender.changes.drafting import draft as drafted

    with house.reading(actor) as tx:
        answer = drafted(tx, kind_id)
    if as_json:
        print_json(answer)
    else:
        _tell_draft(answer)


@click.command()
@click.argument("kind_id")
@json_option
@pass_house
def backtest(house: "House", actor: "Actor", /, *, kind_id: str, as_json: bool) -> None:
    """Replay a kind's draft on the approved, declined and in-policy cases of its clause."""
    from dataclasses import asdict

    from recommender.changes.backtest import backtest as replayed
    from recommender.changes.replayed import COUNT_WORDS
    from recommender.policies.figures import about, money

    with house.reading(actor) as tx:
        answer = asdict(replayed(tx, kind_id))
    if as_json:
        print_json(answer)
        return
    for name, words in COUNT_WORDS.items():
        told = "few" if answer[name] is None else answer[name]
        click.echo(f"{told:>5}  {words}")
    if answer["cost"] is not None:
        cost = money(answer["cost"], answer["currency"])
        click.echo(f"The covered and newly allowed ones cost {cost}.")
    if answer["year"] is not None:
        year = answer["year"]
        ends = f"between {about(year['low'])} and {about(year['high'])}"
        click.echo(f"That is {about(year['mid'], answer['currency'])} a year, {ends}.")
    for one in answer["grants"]:
        click.echo(f"Nobody asked for it: {shown(one['words'])}")
    for one in answer["conflicts"]:
        click.echo(f"{'Refused' if one['blocks'] else 'Mind'}: {shown(one['what'])}")


def _tell_draft(answer: "Draft") -> None:
    click.echo(f"{spaced(answer.verdict).capitalize()} ({answer.clause or 'a new clause'})")
    click.echo(answer.reason)
    _tell_numbers(answer.parameters)
    for heading, text in (("Now", answer.redline.old), ("Then", answer.redline.new)):
        if text:
            click.echo(f"\n{heading}: {shown(text)}")
    for one in answer.rationale:
        click.echo(f"\n- {shown(one.sentence)} [{len(one.cases)} cases]")


def _tell_numbers(parameters: "list[DraftParameter]") -> None:
    rows = [
        {
            "fact": f"{one.fact} ({one.direction})",
            "width": width,
            "limit": limit.limit,
            "coverage": f"{floor(limit.coverage * 100)} %",
            "cost": limit.cost,
        }
        for one in parameters
        for width in ("narrow", "medium", "wide")
        if (limit := getattr(one, width)) is not None
    ]
    if rows:
        click.echo()
        print_table(rows, {name: name.upper() for name in rows[0]})
