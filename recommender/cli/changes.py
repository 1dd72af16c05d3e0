"""Verbs of candidates, from their promotion to the owner's answers.

`promote`, `candidates`, `claim`, `release`, `accept`, `reject`, `defer`, `confirm`, `rollback`.
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.common import (
    Day,
    json_option,
    pass_house,
    print_json,
    print_table,
    shown,
    spaced,
)
from recommender.vocabulary import CandidateState, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from recommender.access import Actor
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
reason_option = click.option(
    "--reason", required=True, help="Why; everybody who contributed reads it."
)


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

    _answer(house, actor, room.claim, candidate_id, as_json=as_json)


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
    """Reject a claimed candidate; its kind comes back only with twice the cases, or moved."""
    from recommender.changes import decisions

    _answer(house, actor, decisions.reject, candidate_id, as_json=as_json, reason=reason)


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

    given = {"until": until, "reason": reason}
    _answer(house, actor, decisions.defer, candidate_id, as_json=as_json, **given)


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

    _answer(house, actor, rolling_back.confirm, candidate_id, as_json=as_json, reason=reason)


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

    given = {"effective_from": effective_from, "reason": reason}
    _answer(house, actor, rolling_back.roll_back, candidate_id, as_json=as_json, **given)


def _answer(
    house: "House",
    actor: "Actor",
    act: "Callable[..., Candidate]",
    candidate_id: str,
    *,
    as_json: bool,
    **given: object,
) -> None:
    """Act on a candidate, and print where it stands."""
    with house.transaction(actor) as tx:
        _print_candidate(act(tx, candidate_id, **given), as_json=as_json)


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
    click.echo(f"{row['id']}: {spaced(row['verdict'])} for {clause}, {spaced(row['state'])}.")
    if row["effective_from"] is not None and found.state is not CandidateState.ROLLED_BACK:
        click.echo(f"In force from {row['effective_from']} on.")
