"""Below `policies`: limits, pauses and the never-bend list."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from recommender.cases.spending import spent
from recommender.cli.common import json_option, pass_house, print_json, print_table, shown
from recommender.policies import library, limiting
from recommender.vocabulary import Role

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.models.limits import Pause
    from recommender.models.policies import Clause
    from recommender.storage.house import House, Transaction


@click.command()
@click.argument("key", required=False, metavar="[CLAUSE]")
@click.option("--budget", type=float, help="The most that peers may approve in a calendar month.")
@click.option("--currency", help="Of all amounts of the clause, in three letters.")
@click.option("--per-customer", type=int, help="How many cases of one customer peers may approve.")
@click.option("--days", type=int, help="Within how many days those are counted.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="ROLE=AMOUNT",
    help="The largest amount that a signature of this role approves.",
)
@click.option("--none", "unlimited", is_flag=True, help="Take all limits but the ceiling away.")
@pass_house
@json_option
def limits(
    house: "House",
    actor: "Actor",
    /,
    *,
    key: str | None,
    roles: tuple[str, ...],
    unlimited: bool,
    as_json: bool,
    **given: Any,  # noqa: ANN401 - the options, as click reads them
) -> None:
    """Show what holds peers under a clause or all clauses, or change it.

    What is not named stays as it is; `--none` begins with nothing.
    """
    changes = _changes(given, roles)
    if (changes or unlimited) and key is None:
        raise click.UsageError("Name the clause whose limits you change.")
    if key is not None and (changes or unlimited):
        with house.transaction(actor) as tx:
            now = limiting.limits_of(tx, library.clause_by_key(tx, key))
            base = limiting.NO_LIMITS if unlimited else now
            limiting.set_limits(tx, key, replace(base, **changes))
    with house.reading(actor) as tx:
        rows = [_row(tx, clause) for clause in _clauses(tx, key)]
        paused = [_pause(tx, pause) for pause in limiting.pauses(tx)]
    if as_json:
        print_json({"limits": rows, "pauses": paused})
        return
    print_table(rows, {name: name.replace("_", " ") for name in _COLUMNS})
    for pause in paused:
        click.echo(f"paused: {pause['clause'] or 'every clause'}: {shown(pause['reason'])} "
                   f"(lift {pause['id']})")  # fmt: skip


@click.command("pause")
@click.argument("key", required=False, metavar="[CLAUSE]")
@click.option("--reason", required=True, help="Why; agents read it while they wait.")
@pass_house
def pause_(house: "House", actor: "Actor", key: str | None, reason: str) -> None:
    """Let peers approve nothing under a clause, or without one under any, until it is lifted."""
    with house.transaction(actor) as tx:
        paused = limiting.pause(tx, key, reason).id
    click.echo(f"Paused {key or 'every clause'}; `policies lift {paused}` ends it.")


@click.command("lift")
@click.argument("pause_id", metavar="PAUSE")
@pass_house
def lift_(house: "House", actor: "Actor", pause_id: str) -> None:
    """End a pause; `policies limits` lists those that last."""
    with house.transaction(actor) as tx:
        limiting.lift(tx, pause_id)
    click.echo("The pause is over.")


@click.command("never-bend")
@click.argument("key", metavar="CLAUSE")
@click.option("--lift", "off", is_flag=True, help="Take it off the list.")
@pass_house
def never_bend_(house: "House", actor: "Actor", key: str, *, off: bool) -> None:
    """Put a clause on the list of those that peers never bend."""
    with house.transaction(actor) as tx:
        limiting.set_never_bend(tx, key, never_bend=not off)
    click.echo(f"{key} may be bent." if off else f"{key} is never bent.")


COMMANDS = (limits, pause_, lift_, never_bend_)
_COLUMNS = (
    "clause",
    "never_bend",
    "ceiling",
    "monthly_budget",
    "spent",
    "currency",
    "per_customer",
    "per_customer_days",
    "roles",
)


def _changes(given: dict[str, Any], roles: tuple[str, ...]) -> dict[str, Any]:
    """Give what was named, under the names of Limits."""
    names = {
        "budget": "monthly_budget",
        "currency": "currency",
        "per_customer": "per_customer",
        "days": "per_customer_days",
    }
    changes = {names[name]: value for name, value in given.items() if value is not None}
    return changes | ({"roles": dict(map(_role, roles))} if roles else {})


def _role(said: str) -> tuple[Role, float]:
    name, _, amount = said.partition("=")
    try:
        return Role(name), float(amount)
    except ValueError as error:
        raise click.BadParameter(
            f"{said!r} is not a role with its amount, such as agent=50.", param_hint="--role"
        ) from error


def _clauses(tx: "Transaction", key: str | None) -> "list[Clause]":
    if key is not None:
        return [library.clause_by_key(tx, key)]
    return [clause for policy in library.policies(tx) for clause in policy.clauses]


def _row(tx: "Transaction", clause: "Clause") -> dict[str, object]:
    found = limiting.limits_of(tx, clause)
    return {
        "clause": clause.key,
        "never_bend": clause.never_bend,
        "ceiling": clause.ceiling,
        "monthly_budget": found.monthly_budget,
        "spent": None
        if found.monthly_budget is None or found.currency is None
        else spent(tx.session, clause, found.currency, tx.at).amount,
        "currency": found.currency,
        "per_customer": found.per_customer,
        "per_customer_days": found.per_customer_days,
        "roles": ", ".join(f"{role}={most:.12g}" for role, most in sorted(found.roles.items()))
        or None,
    }


def _pause(tx: "Transaction", pause: "Pause") -> dict[str, object]:
    keys = {clause.id: clause.key for clause in _clauses(tx, None)}
    return {
        "id": pause.id,
        "clause": None if pause.clause_id is None else keys[pause.clause_id],
        "reason": pause.reason,
        "since": pause.paused_at.date(),
    }
