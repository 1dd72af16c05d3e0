"""Verbs from a kind's draft to the owner's decision.

`draft`, `backtest`, `promote`, `candidates`, `claim`, `release`, `accept`, `reject`, `defer`,
`confirm`, `rollback`.
"""

from datetime import date
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.common import Day, json_option, pass_house, print_json, print_table, shown
from recommender.vocabulary import CandidateState, Verdict

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.changes.drafting import Draft, DraftParameter
    from recommender.models.changes import Candidate
    from recommender.storage.house import House

_CANDIDATE_COLUMNS = {
    "id": "ID",
    "state": "STATE",
    "verdict": "VERDICT",
    "clause": "CLAUSE",
    "kind_name": "KIND",
    "grade": "GRADE",
    "promoted_on": "PROMOTED",
}
_ASKED_FOR = "(asked for, allowed already)"
"""What stands for the kind of a candidate that is for a clause alone."""
_BACKTEST_WORDS = {
    "covered": "exceptions that the new wording covers",
    "still_exceptions": "that stay exceptions",
    "already_allowed": "that the old wording allowed already",
    "newly_allowed": "declined before, allowed now",
    "still_declined": "declined before, outside still",
    "newly_refused": "that the old wording allowed and the new one does not",
    "in_policy": "that nobody had to ask for, and stay so",
    "cannot_tell": "that cannot be told: a fact is missing",
}

reason_option = click.option(
    "--reason", required=True, help="Why; everybody who contributed reads it."
)


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

    with house.reading(actor) as tx:
        answer = asdict(replayed(tx, kind_id))
    if as_json:
        print_json(answer)
        return
    for name, words in _BACKTEST_WORDS.items():
        told = "few" if answer[name] is None else answer[name]
        click.echo(f"{told:>5}  {words}")
    if answer["cost"] is not None:
        click.echo(f"The covered and newly allowed ones cost {answer['cost']:g} "
                   f"{answer['currency']}.")  # fmt: skip
    if answer["year"] is not None:
        year = answer["year"]
        click.echo(f"That is {year['mid']:g} {answer['currency']} a year, between "
                   f"{year['low']:g} and {year['high']:g}.")  # fmt: skip
    for one in answer["grants"]:
        click.echo(f"Nobody asked for it: {shown(one['words'])}")
    for one in answer["conflicts"]:
        click.echo(f"{'Refused' if one['blocks'] else 'Mind'}: {shown(one['what'])}")


@click.command()
@click.argument("kind_id")
@click.option(
    "--verdict",
    type=click.Choice([verdict.value for verdict in Verdict]),
    help="Another verdict than the suggested one.",
)
@json_option
@pass_house
def promote(
    house: "House", actor: "Actor", /, *, kind_id: str, verdict: str | None, as_json: bool
) -> None:
    """Make a surfaced kind's draft a candidate for its policy owner; its evidence is frozen."""
    from recommender.changes import candidates as room

    with house.transaction(actor) as tx:
        found = room.promote(tx, kind_id, None if verdict is None else Verdict(verdict))
        _print_candidate(found, as_json=as_json)


@click.command()
@json_option
@pass_house
def candidates(house: "House", actor: "Actor", /, *, as_json: bool) -> None:
    """List suggested policy changes, those that wait for an answer first."""
    from recommender.changes import candidates as room

    with house.reading(actor) as tx:
        rows = [_row(one) for one in room.candidates(tx)]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(
            [row | {"kind_name": row["kind_name"] or _ASKED_FOR} for row in rows],
            _CANDIDATE_COLUMNS,
        )
    else:
        click.echo("No change has been suggested yet.")


@click.command()
@click.argument("candidate_id")
@json_option
@pass_house
def claim(house: "House", actor: "Actor", /, *, candidate_id: str, as_json: bool) -> None:
    """Take a candidate for deciding; from now on its content is frozen."""
    from recommender.changes import candidates as room

    with house.transaction(actor) as tx:
        _print_candidate(room.claim(tx, candidate_id), as_json=as_json)


@click.command()
@click.argument("candidate_id")
@json_option
@pass_house
def release(house: "House", actor: "Actor", /, *, candidate_id: str, as_json: bool) -> None:
    """Give a claimed candidate back; it is drafted anew on the newest wording."""
    from recommender.changes import candidates as room

    with house.transaction(actor) as tx:
        found, lost = room.release(tx, candidate_id)
        if as_json:
            print_json(_row(found) | {"lost": lost})
            return
        _print_candidate(found, as_json=False)
    for words in () if lost is None else filter(None, [lost.markup, *lost.conditions]):
        click.echo(f"Not in the new draft any more: {shown(words)}")


@click.command()
@click.argument("candidate_id")
@reason_option
@click.option("--effective-from", type=Day(), metavar="DATE", help="In force from; else today.")
@click.option(
    "--wording",
    "wording_file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="A file with the edited wording, - for standard input: accept with edits.",
)
@click.option(
    "--limit",
    "limits",
    type=(str, float),
    multiple=True,
    metavar="FACT NUMBER",
    help="Another number for a drafted limit.",
)
@click.option("--brand", help="For this brand only.")
@click.option("--market", help="In this market only.")
@click.option("--product", help="For this product only.")
@click.option("--channel", help="By this channel only.")
@click.option("--team", help="In this team only.")
@click.option("--until", type=Day(), metavar="DATE", help="The last day that it holds.")
@click.option("--review-on", type=Day(), metavar="DATE", help="Look again then.")
@json_option
@pass_house
def accept(
    house: "House",
    actor: "Actor",
    /,
    *,
    candidate_id: str,
    reason: str,
    effective_from: date | None,
    wording_file: Path | None,
    review_on: date | None,
    as_json: bool,
    **edits: Any,  # noqa: ANN401 - limits, and what a scope names
) -> None:
    """Accept a claimed candidate, as drafted or with edits."""
    from recommender.changes import accepting
    from recommender.changes.candidates import candidate
    from recommender.changes.editing import limited
    from recommender.policies.conditions import Scope

    markup, limits = None, dict(edits.pop("limits"))
    if wording_file is not None:
        with click.open_file(str(wording_file), encoding="utf-8") as file:
            markup = file.read()
    with house.transaction(actor) as tx:
        found = accepting.accept(
            tx,
            candidate_id,
            reason=reason,
            effective_from=effective_from,
            markup=markup,
            conditions=limited(candidate(tx, candidate_id), limits) if limits else None,
            scope=Scope(**edits) if any(edits.values()) else None,
            review_on=review_on,
        )
        _print_candidate(found, as_json=as_json)


@click.command()
@click.argument("candidate_id")
@reason_option
@json_option
@pass_house
def reject(
    house: "House", actor: "Actor", /, *, candidate_id: str, reason: str, as_json: bool
) -> None:
    """Reject a claimed candidate; it comes back only when its cases have doubled."""
    from recommender.changes import decisions

    with house.transaction(actor) as tx:
        _print_candidate(decisions.reject(tx, candidate_id, reason=reason), as_json=as_json)


@click.command()
@click.argument("candidate_id")
@reason_option
@click.option("--until", type=Day(), required=True, metavar="DATE", help="Look again then.")
@json_option
@pass_house
def defer(
    house: "House",
    actor: "Actor",
    /,
    *,
    candidate_id: str,
    reason: str,
    until: date,
    as_json: bool,
) -> None:
    """Put a claimed candidate off until a date."""
    from recommender.changes import decisions

    with house.transaction(actor) as tx:
        found = decisions.defer(tx, candidate_id, until=until, reason=reason)
        _print_candidate(found, as_json=as_json)


@click.command()
@click.argument("candidate_id")
@reason_option
@json_option
@pass_house
def confirm(
    house: "House", actor: "Actor", /, *, candidate_id: str, reason: str, as_json: bool
) -> None:
    """Say that a change in force stays."""
    from recommender.changes import rolling_back

    with house.transaction(actor) as tx:
        _print_candidate(rolling_back.confirm(tx, candidate_id, reason=reason), as_json=as_json)


@click.command()
@click.argument("candidate_id")
@reason_option
@click.option("--effective-from", type=Day(), metavar="DATE", help="In force from; else today.")
@json_option
@pass_house
def rollback(
    house: "House",
    actor: "Actor",
    /,
    *,
    candidate_id: str,
    reason: str,
    effective_from: date | None,
    as_json: bool,
) -> None:
    """Take a change back: the wording before it is written once more."""
    from recommender.changes import rolling_back

    with house.transaction(actor) as tx:
        found = rolling_back.roll_back(
            tx, candidate_id, reason=reason, effective_from=effective_from
        )
        _print_candidate(found, as_json=as_json)


def _row(found: "Candidate") -> dict[str, Any]:
    clause, start = found.clause, found.effective_from
    return {
        "id": found.id,
        "state": found.state,
        "verdict": found.verdict,
        "kind": found.kind_id,
        "kind_name": None if found.kind is None else found.kind.name,
        "clause": None if clause is None else clause.key,
        "grade": found.draft.get("grade"),
        "reason": found.reason,
        "promoted_on": found.promoted_at.date(),
        "effective_from": None if start is None else start.date(),
    }


def _print_candidate(found: "Candidate", *, as_json: bool) -> None:
    row = _row(found)
    if as_json:
        print_json(row)
        return
    clause = row["clause"] or "a new clause"
    click.echo(f"{row['id']}: {_words(row['verdict'])} for {clause}, {_words(row['state'])}.")
    if row["effective_from"] is not None and found.state is not CandidateState.ROLLED_BACK:
        click.echo(f"In force from {row['effective_from']} on.")


def _tell_draft(answer: "Draft") -> None:
    click.echo(f"{_words(answer.verdict).capitalize()} ({answer.clause or 'a new clause'})")
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


def _words(word: str) -> str:
    return word.replace("_", " ")
