"""Verbs `init`, `accounts` and `keys`: the first start, people, keys for programs."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.accounts.directory import accounts as all_accounts
from recommender.accounts.directory import (
    add_account,
    change_account,
    find_account,
    set_password,
)
from recommender.accounts.directory import deactivate as deactivate_account
from recommender.accounts.keys import keys as all_keys
from recommender.accounts.keys import make_key, revoke_key
from recommender.accounts.opening import initialise
from recommender.accounts.people import PeopleReport, import_people, read_people
from recommender.changes.leaving import hand_over_leavers
from recommender.cli.common import (
    Day,
    json_option,
    open_for,
    pass_house,
    print_json,
    print_table,
    shown,
)
from recommender.config import end_of
from recommender.models.accounts import Account, ApiKey
from recommender.vocabulary import Role

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House


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


@click.group()
def accounts() -> None:
    """Who may sign in, and as what."""


@accounts.command()
@click.argument("name")
@click.option("--display-name", help="As others see it; the name where it is left out.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    default=(Role.AGENT.value,),
    show_default=True,
    help="May be given several times.",
)
@click.option("--team", help="The team or desk; clauses name desks as their owners.")
@click.option("--lead", help="The account that leads them.")
@pass_house
def add(
    house: "House",
    actor: "Actor",
    name: str,
    display_name: str | None,
    roles: tuple[str, ...],
    team: str | None,
    lead: str | None,
) -> None:
    """Add an account. It can sign in once it has a password."""
    with house.transaction(actor) as tx:
        add_account(
            tx, name=name, display_name=display_name or name, roles=roles, team=team, lead=lead
        )
    click.echo(f"Added {shown(name)}.")


@accounts.command("roles")
@click.argument("name")
@click.argument("roles", nargs=-1, type=click.Choice([role.value for role in Role]))
@click.option("--team", help="Another team or desk; empty for none.")
@click.option("--lead", help="Another account that leads them; empty for none.")
@pass_house
def change_roles(
    house: "House",
    actor: "Actor",
    name: str,
    roles: tuple[str, ...],
    team: str | None,
    lead: str | None,
) -> None:
    """Give an account these roles in place of its own; they hold from its next request on."""
    given = {"roles": roles or None, "team": team, "lead": lead}
    wish = {column: value or None for column, value in given.items() if value is not None}
    if not wish:
        raise click.UsageError("Name the roles that it is to have, or --team, or --lead.")
    with house.transaction(actor) as tx:
        change_account(tx, find_account(tx, name), **wish)
        hand_over_leavers(tx)
    click.echo(f"{shown(name)} is changed.")


@accounts.command("tie")
@click.argument("name")
@click.argument("subject")
@pass_house
def tie_to_provider(house: "House", actor: "Actor", name: str, subject: str) -> None:
    """Say who an account is at the OpenID provider, by its number there; empty for nobody."""
    from recommender.accounts.oidc import tie

    with house.transaction(actor) as tx:
        tie(tx, find_account(tx, name), subject or None)
    click.echo(f"{shown(name)} is tied." if subject else f"{shown(name)} is tied to nobody.")


@accounts.command("list")
@pass_house
@json_option
def list_accounts(house: "House", actor: "Actor", *, as_json: bool) -> None:
    """List all accounts."""
    with house.reading(actor) as tx:
        rows = [_account_row(account) for account in all_accounts(tx)]
    if as_json:
        print_json(rows)
    else:
        lines = [row | {"roles": ", ".join(row["roles"])} for row in rows]
        columns = ("name", "display_name", "roles", "team", "lead", "active")
        print_table(lines, {column: column.replace("_", " ") for column in columns})


@accounts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_house
@json_option
def import_accounts(house: "House", actor: "Actor", file: Path, *, as_json: bool) -> None:
    """Take in people from CSV, XLSX or JSONL: name, display_name, roles, team, lead, active."""
    rows = read_people(file)
    with house.transaction(actor) as tx:
        report = import_people(tx, rows)
        hand_over_leavers(tx)
    if as_json:
        print_json(report)
    else:
        _tell_people(report)
    if report.refused and len(report.refused) == len(rows):
        raise click.exceptions.Exit(1)


@accounts.command()
@click.argument("name")
@click.password_option(help="The new password; asked for where it is left out.")
@pass_house
def password(house: "House", actor: "Actor", name: str, password: str) -> None:
    """Give an account a new password; its sign-ins end."""
    with house.transaction(actor) as tx:
        set_password(tx, name, password)
    click.echo(f"{shown(name)} has a new password.")


@accounts.command()
@click.argument("name")
@pass_house
def deactivate(house: "House", actor: "Actor", name: str) -> None:
    """Let somebody leave: no sign-in and no key works; what they left open is handed over."""
    with house.transaction(actor) as tx:
        deactivate_account(tx, name)
        hand_over_leavers(tx)
    click.echo(f"{shown(name)} is deactivated.")


@click.group()
def keys() -> None:
    """Keys for programs that act as an account."""


@keys.command()
@click.argument("account")
@click.option("--label", required=True, help="What the key is for.")
@click.option("--until", type=Day(), metavar="DATE", help="The last day on which it works.")
@pass_house
def make(house: "House", actor: "Actor", account: str, label: str, until: date | None) -> None:
    """Make a key and print its secret, which is shown this once."""
    with house.transaction(actor) as tx:
        secret = make_key(tx, account, label, None if until is None else end_of(until))
    click.echo(secret)


@keys.command("list")
@pass_house
@json_option
def list_keys(house: "House", actor: "Actor", *, as_json: bool) -> None:
    """List all keys; no secrets."""
    with house.reading(actor) as tx:
        rows = [_key_row(key) for key in all_keys(tx)]
    if as_json:
        print_json(rows)
    else:
        columns = ("id", "account", "label", "created_at", "expires_at", "revoked_at")
        print_table(rows, {column: column.replace("_", " ") for column in columns})


@keys.command()
@click.argument("key_id", metavar="ID")
@pass_house
def revoke(house: "House", actor: "Actor", key_id: str) -> None:
    """End a key."""
    with house.transaction(actor) as tx:
        revoke_key(tx, key_id)
    click.echo(f"The key {shown(key_id)} is revoked.")


def _account_row(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "display_name": account.display_name,
        "roles": account.roles,
        "team": account.team,
        "lead": account.lead,
        "active": account.active,
        "password": account.password_hash is not None,
    }


def _key_row(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "account": key.account_name,
        "label": key.label,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }


def _tell_people(report: PeopleReport) -> None:
    for word in ("added", "changed", "deactivated", "unchanged"):
        click.echo(f"{word}: {len(getattr(report, word))}")
    for refused in report.refused:
        click.echo(f"row {refused.row}: {refused.field}: {shown(refused.reason)}", err=True)
