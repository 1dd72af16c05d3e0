"""Verb `identities`: break-glass, for a reason and with a second person's yes."""

from typing import TYPE_CHECKING

import click

from recommender.cases.identities import (
    ask_identity,
    grant_identity,
    identity_requests,
    open_identity,
)
from recommender.cli.common import json_option, pass_house, print_json, print_table, shown
from recommender.vocabulary import Participant

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House

_COLUMNS = ("id", "case_id", "who", "asked_by", "asked_at", "granted_by", "until", "opened_at")


@click.group()
def identities() -> None:
    """Who filed or answered a case: asked with a reason, granted by a second person."""


@identities.command()
@click.argument("case_id", metavar="CASE")
@click.option(
    "--who",
    type=click.Choice([one.value for one in Participant]),
    default=Participant.FILER.value,
    show_default=True,
    help="Whose name.",
)
@click.option("--reason", required=True, help="Why; the person will read it.")
@pass_house
def ask(house: "House", actor: "Actor", case_id: str, who: str, reason: str) -> None:
    """Ask who filed or answered a case, as a manager or admin."""
    with house.transaction(actor) as tx:
        request = ask_identity(tx, case_id, Participant(who), reason)
        click.echo(f"{request.id} waits for a second person.")


@identities.command()
@click.argument("request_id", metavar="ID")
@pass_house
def grant(house: "House", actor: "Actor", request_id: str) -> None:
    """Agree to a request, as an auditor or employee representative."""
    with house.transaction(actor) as tx:
        request = grant_identity(tx, request_id)
        click.echo(f"{request.id} is open until {request.until:%Y-%m-%d %H:%M} UTC.")


@identities.command("open")
@click.argument("request_id", metavar="ID")
@pass_house
def open_(house: "House", actor: "Actor", request_id: str) -> None:
    """Read the name that was asked for; the person is told, with the reason."""
    with house.transaction(actor) as tx:
        name = open_identity(tx, request_id)
    click.echo(shown(name))


@identities.command("list")
@pass_house
@json_option
def list_requests(house: "House", actor: "Actor", *, as_json: bool) -> None:
    """List requests: all for those who watch, their own for those who ask."""
    with house.reading(actor) as tx:
        rows = [
            {name: getattr(request, name) for name in (*_COLUMNS, "reason", "granted_at")}
            for request in identity_requests(tx)
        ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, {column: column.replace("_", " ") for column in _COLUMNS})
