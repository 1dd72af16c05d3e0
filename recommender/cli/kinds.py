"""Verbs `kinds`, `memberships` and `evaluate`: what recurs, and how sure."""

import gzip
import json
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.cli import corrections, lives
from recommender.cli.common import (
    Given,
    acting_as_option,
    as_of_option,
    json_option,
    pass_house,
    print_json,
    print_table,
)
from recommender.errors import Invalid

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House

_KIND_COLUMNS = {
    "id": "ID",
    "name": "NAME",
    "clause": "CLAUSE",
    "state": "STATE",
    "grade": "GRADE",
    "cases": "CASES",
    "agents": "AGENTS",
    "customers": "CUSTOMERS",
    "first": "FIRST",
    "last": "LAST",
}
_KIND_KEYS = (
    "id",
    "name",
    "clause",
    "gap",
    "state",
    "grade",
    "evidence_mode",
    "cases",
    "agents",
    "teams",
    "customers",
    "declined_like",
    "first",
    "last",
    "masked",
)


class BadLabels(Invalid):
    """The labels file is not JSON lines of {id, kind, recurring?}."""


@pass_house
def _list_kinds(house: "House", actor: "Actor", *, everything: bool, as_json: bool) -> None:
    from recommender.kinds import catalogue

    with house.reading(actor) as tx:
        rows = [
            {name: getattr(row, name) for name in _KIND_KEYS}
            for row in catalogue.kinds(tx, include_all=everything)
        ]
    if as_json:
        print_json(rows)
    else:
        print_table([_with_masks(row) for row in rows], _KIND_COLUMNS)


@click.group("kinds", invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Emerging and dismissed kinds too.")
@json_option
@acting_as_option
@as_of_option
@click.pass_context
def kinds(
    context: click.Context,
    *,
    everything: bool,
    as_json: bool,
    acting_as: str | None,
    as_of: date | None,
) -> None:
    """List recurring kinds with their evidence, or say something about one of them.

    Small counts of people are masked.
    """
    if context.invoked_subcommand is None:
        _list_kinds(everything=everything, as_json=as_json, acting_as=acting_as, as_of=as_of)
        return
    if everything or as_json:
        raise click.UsageError("--all and --json of the list stand before no other word.")
    given = context.find_object(Given) or Given()
    context.obj = Given(acting_as or given.acting_as, as_of or given.as_of)


for word in (*lives.WORDS, *corrections.WORDS):
    kinds.add_command(word)


@click.command("memberships")
@json_option
@pass_house
def memberships(house: "House", actor: "Actor", *, as_json: bool) -> None:
    """Say for every approved case which kind it is in."""
    from recommender.kinds import catalogue

    with house.reading(actor) as tx:
        rows = [
            {
                "source_system": row.source_system,
                "id": row.id,
                "kind_id": row.kind_id,
                "kind_name": row.kind_name,
                "strength": row.strength,
                "origin": row.origin,
            }
            for row in catalogue.memberships(tx)
        ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, {"id": "CASE", "kind_name": "KIND", "strength": "STRENGTH"})


@click.command("evaluate")
@click.option(
    "--labels",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON lines {id, kind, recurring?}, also .gz; id is the imported row's.",
)
@json_option
@pass_house
def evaluate(house: "House", actor: "Actor", *, labels: Path, as_json: bool) -> None:
    """Compare the kinds found with labels, over the approved cases that have one."""
    from recommender.kinds.scoring import score
    from recommender.learning.evaluation import truth_from_labels

    truth = truth_from_labels(_labels(labels))
    with house.reading(actor) as tx:
        scores = score(tx, truth).as_dict()
    if as_json:
        print_json(scores)
    else:
        rows = [{"score": name, "value": _rounded(value)} for name, value in scores.items()]
        print_table(rows, {"score": "SCORE", "value": "VALUE"})


def _with_masks(row: dict[str, Any]) -> dict[str, Any]:
    return row | dict.fromkeys(row["masked"], "few")


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return ", ".join(f"{band}: {_rounded(share)}" for band, share in value.items())
    return round(value, 3) if isinstance(value, float) else value


def _labels(path: Path) -> Iterator[dict[str, Any]]:
    content = path.read_bytes()
    try:
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    except (EOFError, OSError, UnicodeDecodeError, zlib.error) as error:
        raise BadLabels(
            f"{path} cannot be read as text.", field="labels", remedy="Write it in UTF-8."
        ) from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _label(line, number)


def _label(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise _bad_label(number) from error
    if not isinstance(row, dict) or "id" not in row:
        raise _bad_label(number)
    return row


def _bad_label(number: int) -> BadLabels:
    return BadLabels(
        f"Line {number} is no label.",
        field="labels",
        remedy='Each line is an object such as {"id": "A-1", "kind": "late_return"}.',
    )
