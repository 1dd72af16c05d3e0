"""Verbs `discover` and `runs`: find kinds, and say what each run changed."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.common import (
    Given,
    acting_as_option,
    as_of_option,
    json_option,
    pass_house,
    print_json,
    print_table,
    progress,
    shown,
)

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.kinds.run_rows import RunRow
    from recommender.storage.house import House

_KEYS = (
    "id",
    "state",
    "seed",
    "encoder",
    "counts",
    "diff",
    "started_at",
    "ended_at",
    "failure",
)


@click.command("discover")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the run."
)
@json_option
@pass_house
def discover(house: "House", actor: "Actor", *, seed: int, as_json: bool) -> None:
    """Find kinds among the approved cases, embedding first what is missing."""
    from recommender.kinds.run_rows import run_row
    from recommender.kinds.runs import discover as find_kinds

    with progress("Embedding") as embedding, progress("Grouping") as grouping:
        run = find_kinds(house, actor, seed=seed, embedding=embedding, grouping=grouping)
    row = _row(run_row(run, house.settings))
    if as_json:
        print_json(row)
        return
    counts = row["counts"]
    inside = f" in {counts['cases']} approved cases, {counts['unsorted']} unsorted"
    told = "" if counts["cases"] is None else inside
    click.echo(f"{counts['kinds']} kinds{told}. {_what_changed(row)}")


@pass_house
def _list_runs(house: "House", actor: "Actor", *, as_json: bool) -> None:
    from recommender.kinds import run_rows

    with house.reading(actor) as tx:
        rows = [_row(run) for run in run_rows.runs(tx)]
    if as_json:
        print_json(rows)
        return
    told = [row | {"words": _what_changed(row)} for row in rows]
    columns = {"id": "RUN", "state": "STATE", "started_at": "STARTED", "words": "WHAT CHANGED"}
    print_table(told, columns)


@click.group("runs", invoke_without_command=True)
@json_option
@acting_as_option
@as_of_option
@click.pass_context
def runs(
    context: click.Context, *, as_json: bool, acting_as: str | None, as_of: date | None
) -> None:
    """List discovery runs, the newest first, and what each changed."""
    if context.invoked_subcommand is None:
        _list_runs(as_json=as_json, acting_as=acting_as, as_of=as_of)
        return
    if as_json:
        raise click.UsageError("--json of the list stands before no other word.")
    given = context.find_object(Given) or Given()
    context.obj = Given(acting_as or given.acting_as, as_of or given.as_of)


@runs.command("show")
@click.argument("run", required=False)
@json_option
@pass_house
def show(house: "House", actor: "Actor", *, run: str | None, as_json: bool) -> None:
    """Show one run, the newest unless one is named: what it changed, kind by kind."""
    from recommender.kinds import run_rows

    with house.reading(actor) as tx:
        row = _row(run_rows.run(tx, run))
    if as_json:
        print_json(row)
        return
    click.echo(f"{row['id']}, {row['state']}: {_what_changed(row)}")
    told = [_told(entry) for entry in _entries(row)]
    columns = {"kind": "KIND", "name": "NAME", "what": "WHAT", "cases": "CASES"}
    print_table(told, columns | {"other": "OTHER KIND"})


def _row(run: "RunRow") -> dict[str, Any]:
    return {name: getattr(run, name) for name in _KEYS}


def _entries(row: dict[str, Any]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = row["diff"].get("entries", [])
    return entries


def _told(entry: dict[str, Any]) -> dict[str, Any]:
    cases = "few" if entry["cases"] is None else entry["cases"]
    return entry | {"what": entry["what"].replace("_", " "), "cases": cases}


def _what_changed(row: dict[str, Any]) -> str:
    said = [row["diff"].get("words"), row["failure"]]
    return shown(" ".join(filter(None, said)) or None)
