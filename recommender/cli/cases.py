"""Verbs `file` and `cosign`."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from recommender.access import Actor
from recommender.cases import cosigning, filing
from recommender.cases.findability import already_allowed, count_hit
from recommender.cases.guardrails import breaches
from recommender.cli.common import json_option, pass_house, print_json, shown
from recommender.cli.facts import facts_option
from recommender.models.base import new_id
from recommender.models.cases import Case
from recommender.storage.house import House, Transaction

_TEXTS = ("situation", "resolution", "reason")


@click.command("file")
@click.option("--situation", required=True, help="What happened to the customer.")
@click.option("--resolution", required=True, help="What you want to do.")
@click.option("--reason", help="Why it is right.")
@click.option("--clause", "clause_key", help="The clause that it would bend.")
@click.option("--gap", is_flag=True, help="No clause fits.")
@facts_option
@click.option("--amount", type=float, help="What it costs.")
@click.option("--currency", help="Of the amount, in three letters.")
@click.option("--product", help="What it is about.")
@click.option("--channel", help="How the customer came.")
@click.option("--customer", "customer_id", help="The customer's number.")
@click.option("--tier", "customer_tier", help="The customer's standing.")
@click.option("--action", "granted_action", help="What is granted, in a word or two.")
@click.option("--after-the-act", "filed_after_the_act", is_flag=True, help="It is done already.")
@click.option(
    "--occurred-at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d"]),
    help="When the customer asked; now unless given. A day alone is UTC.",
)
@click.option("--precedent", "precedent_id", help="The case whose text is re-used.")
@json_option
@pass_house
def file_(
    house: House,
    actor: Actor,
    /,
    *,
    as_json: bool,
    occurred_at: datetime | None,
    **fields: Any,  # noqa: ANN401 - the options, as Wish names them
) -> None:
    """File a proposal, as the account that `--as` names.

    It waits for a colleague's signature. What peers cannot approve is said at once, and so is a
    clause that allows it already; that somebody asked for it is then counted, without who.
    """
    if occurred_at is not None and occurred_at.tzinfo is None:
        occurred_at = occurred_at.replace(tzinfo=UTC)
    wish = filing.Wish(occurred_at=occurred_at, **fields)
    with house.transaction(actor) as tx:
        allowance = already_allowed(tx, wish)
        answer = _proposal(tx, filing.file(tx, wish))
        if allowance is not None:
            count_hit(tx, new_id(), replace(wish, clause_key=allowance.clause_key))
    if allowance is not None:
        click.echo(f"{allowance.words} {shown(allowance.text)}", err=True)
    if as_json:
        print_json(answer)
    else:
        _tell_proposal(answer)


@click.command()
@click.argument("case_id", required=False)
@click.option("--hash", "content_hash", help="The content hash of the text that you read.")
@click.option("--decline", "decline_reason", metavar="REASON", help="Say no, and why.")
@json_option
@pass_house
def cosign(
    house: House,
    actor: Actor,
    /,
    *,
    case_id: str | None,
    content_hash: str | None,
    decline_reason: str | None,
    as_json: bool,
) -> None:
    """Answer a colleague's proposal; without CASE_ID list what waits for an answer.

    A signature stands for exactly the text that was read: the list shows its hash.
    """
    if case_id is None:
        with house.reading(actor) as tx:
            waiting = [_proposal(tx, case) for case in cosigning.queue(tx)]
        _print_queue(waiting, as_json=as_json)
        return
    if content_hash is None:
        raise click.UsageError("Give --hash with the hash of the text that you read.")
    with house.transaction(actor) as tx:
        if decline_reason is None:
            case = cosigning.cosign(tx, case_id, content_hash)
        else:
            case = cosigning.decline(tx, case_id, content_hash, decline_reason)
        answer = _proposal(tx, case)
    if as_json:
        print_json(answer)
    else:
        click.echo(f"{answer['id']} is {answer['state']}.")


def _proposal(tx: Transaction, case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "state": str(case.state),
        "clause": None if case.clause is None else case.clause.key,
        "gap": case.gap,
        "situation": case.situation,
        "resolution": case.resolution,
        "reason": case.reason,
        "facts": case.facts,
        "amount": case.amount,
        "currency": case.currency,
        "filed_after_the_act": case.filed_after_the_act,
        "content_hash": case.content_hash,
        "expires_at": case.expires_at,
        "breaches": [breach.words for breach in breaches(tx, case)],
    }


def _print_queue(waiting: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(waiting)
        return
    if not waiting:
        click.echo("Nothing waits for you.")
    for answer in waiting:
        _tell_proposal(answer)


def _tell_proposal(answer: dict[str, Any]) -> None:
    clause = answer["clause"] or ("no clause fits" if answer["gap"] else "no clause named")
    click.echo(f"{answer['id']}  {clause}  {answer['state']}")
    for name in _TEXTS:
        if answer[name] is not None:
            click.echo(f"  {name}: {shown(answer[name])}")
    for name, value in answer["facts"].items():
        click.echo(f"  {shown(name)}: {shown(value)}")
    if answer["amount"] is not None:
        click.echo(f"  amount: {answer['amount']:g} {answer['currency']}")
    if answer["filed_after_the_act"]:
        click.echo("  filed after the act")
    for words in answer["breaches"]:
        click.echo(f"  peers cannot approve this: {words}")
    click.echo(f"  hash: {answer['content_hash']}")
