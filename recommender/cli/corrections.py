"""Words after `kinds` that correct kinds, that list corrections and that take one back."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.common import json_option, pass_house, print_json, print_table

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.kinds.effects import Effect
    from recommender.storage.house import House

_COLUMNS = {
    "id": "ID",
    "made_on": "MADE",
    "verb": "WHAT",
    "kind_name": "KIND",
    "other_kind_name": "OTHER KIND",
    "cases": "CASES",
    "undone_on": "UNDONE",
}

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Say what it would change, and change nothing."
)


@click.command("merge")
@click.argument("kind")
@click.option("--into", required=True, metavar="KIND", help="The kind that takes the cases.")
@dry_run_option
@json_option
@pass_house
def merge(
    house: "House", actor: "Actor", *, kind: str, into: str, dry_run: bool, as_json: bool
) -> None:
    """Make two kinds one; the second keeps its id."""
    from recommender.kinds import corrections

    with house.transaction(actor) as tx:
        effect = corrections.merge(tx, kind, into, dry_run=dry_run)
    _tell(effect, as_json=as_json)


@click.command("split")
@click.argument("kind")
@click.option("--cases", required=True, metavar="CASE,CASE,...", help="The cases to split off.")
@click.option("--name", metavar="TEXT", help="The new kind's name.")
@dry_run_option
@json_option
@pass_house
def split(
    house: "House",
    actor: "Actor",
    *,
    kind: str,
    cases: str,
    name: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make a kind of its own of some of a kind's cases."""
    from recommender.kinds import corrections
    from recommender.kinds.split_names import suggested_name

    chosen = [case.strip() for case in cases.split(",") if case.strip()]
    with house.transaction(actor) as tx:
        effect = corrections.split(tx, kind, chosen, name=name, dry_run=dry_run)
    if dry_run and name is None:
        with house.reading(actor) as tx:
            effect = replace(effect, suggested_name=suggested_name(tx, kind, chosen))
    _tell(effect, as_json=as_json)


@click.command("move")
@click.argument("case")
@click.option("--to", required=True, metavar="KIND|unsorted", help="Where it belongs.")
@dry_run_option
@json_option
@pass_house
def move(
    house: "House", actor: "Actor", *, case: str, to: str, dry_run: bool, as_json: bool
) -> None:
    """Put one case into another kind, or keep it out of all."""
    from recommender.kinds import corrections

    with house.transaction(actor) as tx:
        effect = corrections.move(tx, case, None if to == "unsorted" else to, dry_run=dry_run)
    _tell(effect, as_json=as_json)


@click.command("confirm")
@click.argument("kind")
@dry_run_option
@json_option
@pass_house
def confirm(house: "House", actor: "Actor", *, kind: str, dry_run: bool, as_json: bool) -> None:
    """Say that the cases of a kind belong together."""
    from recommender.kinds import corrections

    with house.transaction(actor) as tx:
        effect = corrections.confirm(tx, kind, dry_run=dry_run)
    _tell(effect, as_json=as_json)


@click.command("not-a-kind")
@click.argument("kind")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is kept redacted.")
@dry_run_option
@json_option
@pass_house
def not_a_kind(
    house: "House", actor: "Actor", *, kind: str, reason: str, dry_run: bool, as_json: bool
) -> None:
    """Say that the cases of a kind have nothing in common, and put it aside."""
    from recommender.kinds import corrections

    with house.transaction(actor) as tx:
        effect = corrections.not_a_kind(tx, kind, reason, dry_run=dry_run)
    _tell(effect, as_json=as_json)


@click.command("undo")
@click.argument("correction")
@dry_run_option
@json_option
@pass_house
def undo(house: "House", actor: "Actor", *, correction: str, dry_run: bool, as_json: bool) -> None:
    """Take a correction back."""
    from recommender.kinds import undoing

    with house.transaction(actor) as tx:
        effect = undoing.undo(tx, correction, dry_run=dry_run)
    _tell(effect, as_json=as_json)


@click.command("corrections")
@click.option(
    "--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="At most so many."
)
@click.option("--before", metavar="CORRECTION", help="Go on where a list ended.")
@json_option
@pass_house
def list_corrections(
    house: "House", actor: "Actor", *, limit: int, before: str | None, as_json: bool
) -> None:
    """List what people corrected, the newest first."""
    from recommender.kinds.corrected import corrections

    with house.reading(actor) as tx:
        rows = [asdict(row) for row in corrections(tx, limit=limit, before=before)]
    if as_json:
        print_json(rows)
    else:
        print_table([row | dict.fromkeys(row["masked"], "few") for row in rows], _COLUMNS)


def _tell(effect: "Effect", *, as_json: bool) -> None:
    if as_json:
        print_json(effect)
        return
    rows: list[dict[str, Any]] = [asdict(kind) for kind in effect.kinds]
    if effect.masked:
        rows = [row | dict.fromkeys(("before", "after"), "few") for row in rows]
    print_table(rows, {"id": "ID", "name": "KIND", "before": "CASES BEFORE", "after": "AFTER"})
    if effect.suggested_name is not None:
        click.echo(f"Could be called: {effect.suggested_name}")
    if effect.correction is None:
        click.echo("Only tried: nothing has changed.")
    else:
        click.echo(
            f"Correction {effect.correction}; `kinds undo {effect.correction}` takes it back."
        )


WORDS = (merge, split, move, confirm, not_a_kind, list_corrections, undo)
