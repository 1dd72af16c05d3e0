"""Verbs `file`, `cosign` and `answer`."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from recommender.access import Actor
from recommender.cases import asking, cosigning, filing
from recommender.cases.findability import already_allowed, count_hit
from recommender.cases.guardrails import breaches
from recommender.cli.common import json_option, pass_house, print_json, shown
from recommender.cli.facts import facts_option
from recommender.models.asking import Question
from recommender.models.base import new_id
from recommender.models.cases import Case
from recommender.policies.figures import money
from recommender.storage.house import House, Transaction
from recommender.vocabulary import Dimension

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
@click.option(
    "--dimension",
    type=click.Choice([dimension.value for dimension in Dimension]),
    help="In which way it departs from the script.",
)
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
    dimension: str | None,
    occurred_at: datetime | None,
    **fields: Any,  # noqa: ANN401 - the options, as Wish names them
) -> None:
    """File a proposal, as the account that `--as` names.

    It waits for a colleague's signature. What peers cannot approve is said at once, and so is a
    clause that allows it already; that somebody asked for it is then counted, without who.
    """
    if occurred_at is not None and occurred_at.tzinfo is None:
        occurred_at = occurred_at.replace(tzinfo=UTC)
    chosen = None if dimension is None else Dimension(dimension)
    wish = filing.Wish(occurred_at=occurred_at, dimension=chosen, **fields)
    said = wish.gap or wish.clause_key is not None
    with house.reading(actor) as tx:
        allowance = already_allowed(tx, wish, () if said else None)
    with house.transaction(actor) as tx:
        told = _proposal(tx, filing.file(tx, wish))
        if allowance is not None:
            count_hit(tx, new_id(), replace(wish, clause_key=allowance.clause_key))
    if allowance is not None:
        click.echo(f"{allowance.words} {shown(allowance.text)}", err=True)
    if as_json:
        print_json(told)
    else:
        _tell_proposal(told)


@click.command()
@click.argument("case_id", required=False)
@click.option("--hash", "content_hash", help="The content hash of the text that you read.")
@click.option("--decline", "decline_reason", metavar="REASON", help="Say no, and why.")
@click.option("--ask", "question", metavar="QUESTION", help="Ask its filer first.")
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
    question: str | None,
    as_json: bool,
) -> None:
    """Answer a colleague's proposal; without CASE_ID list what waits for an answer.

    A signature stands for exactly the text that was read: the list shows its hash. Proposals are
    answered one by one.
    """
    if case_id is None:
        with house.reading(actor) as tx:
            waiting = [_proposal(tx, case) for case in cosigning.queue(tx)]
        _print_queue(waiting, as_json=as_json)
        return
    if content_hash is None:
        raise click.UsageError("Give --hash with the hash of the text that you read.")
    if question is not None and decline_reason is not None:
        raise click.UsageError("Ask or decline; one answer at a time.")
    with house.transaction(actor) as tx:
        if question is not None:
            case = asking.ask(tx, case_id, content_hash, question)
        elif decline_reason is not None:
            case = cosigning.decline(tx, case_id, content_hash, decline_reason)
        else:
            case = cosigning.cosign(tx, case_id, content_hash)
        told = _proposal(tx, case)
    if as_json:
        print_json(told)
    else:
        click.echo(f"{told['id']} is {told['state']}.")


@click.command()
@click.argument("question_id", required=False)
@click.argument("text", required=False)
@json_option
@pass_house
def answer(
    house: House,
    actor: Actor,
    /,
    *,
    question_id: str | None,
    text: str | None,
    as_json: bool,
) -> None:
    """Answer a colleague's question about your proposal; without QUESTION_ID list what was asked.

    Whoever asked is told, and reads your words without your name.
    """
    if question_id is None:
        with house.reading(actor) as tx:
            waiting = [_question(asked) for asked in asking.asked_of_me(tx)]
        if as_json:
            print_json(waiting)
            return
        if not waiting:
            click.echo("Nobody has asked you anything.")
        for asked in waiting:
            click.echo(f"{asked['id']}  about {asked['case']}: {shown(asked['question'])}")
        return
    if text is None:
        raise click.UsageError("Give the answer after the question's id.")
    with house.transaction(actor) as tx:
        told = _proposal(tx, asking.answer(tx, question_id, text))
    if as_json:
        print_json(told)
    else:
        click.echo("Answered; whoever asked has been told.")


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
        "escalated": case.escalated_at is not None,
        "questions": [_question(asked) for asked in asking.questions(tx, case)],
    }


def _question(asked: Question) -> dict[str, Any]:
    return {
        "id": asked.id,
        "case": asked.case_id,
        "question": asked.text,
        "answer": asked.answer,
    }


def _print_queue(waiting: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(waiting)
        return
    if not waiting:
        click.echo("Nothing waits for you.")
    for told in waiting:
        _tell_proposal(told)


def _tell_proposal(told: dict[str, Any]) -> None:
    clause = told["clause"] or ("no clause fits" if told["gap"] else "no clause named")
    click.echo(f"{told['id']}  {clause}  {told['state']}")
    for name in _TEXTS:
        if told[name] is not None:
            click.echo(f"  {name}: {shown(told[name])}")
    for name, value in told["facts"].items():
        click.echo(f"  {shown(name)}: {shown(value)}")
    if told["amount"] is not None:
        click.echo(f"  amount: {money(told['amount'], told['currency'])}")
    if told["filed_after_the_act"]:
        click.echo("  filed after the act")
    for words in told["breaches"]:
        click.echo(f"  peers cannot approve this: {words}")
    for asked in told["questions"]:
        click.echo(f"  asked: {shown(asked['question'])}")
        if asked["answer"] is not None:
            click.echo(f"  answered: {shown(asked['answer'])}")
    click.echo(f"  hash: {told['content_hash']}")
