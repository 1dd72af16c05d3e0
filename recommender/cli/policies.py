"""Verb `policies`: rule books taken in, written back, read, typed and compared."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cases.clock import today
from recommender.cli.common import (
    Day,
    as_printed,
    json_option,
    pass_house,
    print_json,
    print_table,
    shown,
)
from recommender.cli.limits import COMMANDS
from recommender.errors import Invalid
from recommender.office.archive import UnreadableOffice
from recommender.policies import library
from recommender.policies.exporting import policy_as_data
from recommender.policies.library import PolicyReport, import_policy
from recommender.policies.syntax.files import ENDINGS, read_handbook
from recommender.policies.syntax.handbook import HandbookFault, NotUtf8, ParsedPolicy
from recommender.policies.syntax.rows import RefusedRow

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.models.policies import Clause
    from recommender.policies.syntax.suggest import SuggestedParameter
    from recommender.storage.house import House


class NoHandbook(Invalid):
    """Nothing that was named holds a policy."""


@click.group()
def policies() -> None:
    """Rule books: policies, their clauses and every wording that these had."""


@policies.command("import")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE...",
)
@click.option(
    "--effective-from",
    type=Day(),
    metavar="DATE",
    help="The day from which new and changed wordings are in force.",
)
@click.option(
    "--replace-decided", is_flag=True, help="Take the file's wording also where ours was decided."
)
@pass_house
@json_option
def import_(
    house: "House",
    actor: "Actor",
    paths: tuple[Path, ...],
    effective_from: date | None,
    *,
    replace_decided: bool,
    as_json: bool,
) -> None:
    """Take in handbooks: Markdown, Word (.docx), JSONL rows, or folders with such files.

    All files are taken in together, or none of them.
    """
    parsed, refused = _read_all(paths)
    start = None if effective_from is None else datetime.combine(effective_from, time.min, UTC)
    with house.transaction(actor) as tx:
        reports = [
            import_policy(tx, policy, effective_from=start, replace_decided=replace_decided)
            for policy in parsed
        ]
    if as_json:
        rows = [{"file": str(file), **asdict(row)} for file, row in refused]
        print_json({"policies": reports, "refused": rows})
    else:
        _tell_import(reports, refused)
    if not reports:
        raise click.exceptions.Exit(1)


@policies.command()
@click.argument("key", metavar="POLICY")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@pass_house
@json_option
def export(house: "House", actor: "Actor", key: str, output: Path | None, *, as_json: bool) -> None:
    """Write a rule book as it reads today (or `--as-of`), byte for byte as it was imported.

    As JSON: with every wording that it had.
    """
    with house.reading(actor) as tx:
        moment = today(tx).moment
        text = (
            f"{as_printed(policy_as_data(tx, key, moment))}\n"
            if as_json
            else library.render_policy(tx, key, moment)
        )
    if output is None:
        click.echo(text.encode(), nl=False)
    else:
        output.write_bytes(text.encode())


@policies.command()
@click.argument("key", required=False, metavar="[CLAUSE]")
@pass_house
@json_option
def show(house: "House", actor: "Actor", key: str | None, *, as_json: bool) -> None:
    """Show a clause with its revisions, or without one all policies and their clauses."""
    with house.reading(actor) as tx:
        if key is not None:
            view = library.clause_view(tx, key, today(tx).moment)
            if as_json:
                print_json(view)
            else:
                _tell_clause(view)
            return
        rows = [
            {"policy": policy.key, "section": clause.section_key, "clause": clause.key}
            | {"owner": clause.desk, "never_bend": clause.never_bend}
            | {"revisions": len(clause.revisions), "text": clause.newest.text}
            for policy in library.policies(tx)
            for clause in policy.clauses
        ]
    if as_json:
        print_json(rows)
    else:
        lines = [row | {"text": _start_of(str(row["text"]))} for row in rows]
        print_table(lines, {"clause": "clause", "owner": "owner", "text": "text"})


@policies.command()
@click.argument("key", required=False, metavar="[CLAUSE]")
@click.option(
    "--confirm",
    "confirmed",
    multiple=True,
    metavar="FACT[=NAME]",
    help="Make this suggestion a typed limit, under another name where one is given.",
)
@pass_house
@json_option
def parameters(
    house: "House", actor: "Actor", key: str | None, confirmed: tuple[str, ...], *, as_json: bool
) -> None:
    """List typed limits and the numbers that may be some; confirm those of one clause."""
    if confirmed and key is None:
        raise click.UsageError("Name the clause whose numbers you confirm.")
    if key is not None and confirmed:
        with house.transaction(actor) as tx:
            offered = library.suggestions(library.clause_by_key(tx, key))
            library.confirm_parameters(tx, key, _chosen(offered, confirmed))
    with house.reading(actor) as tx:
        clauses = (
            [clause for policy in library.policies(tx) for clause in policy.clauses]
            if key is None
            else [library.clause_by_key(tx, key)]
        )
        rows = [{"clause": clause.key, **limit} for clause in clauses for limit in _limits(clause)]
    if as_json:
        print_json(rows)
    else:
        columns = ("clause", "fact", "bound", "limit", "unit", "confirmed")
        print_table(rows, {column: column for column in columns})


@policies.command()
@click.argument("key", metavar="CLAUSE")
@click.argument("amount", type=float, required=False)
@click.option("--currency", help="Of all amounts of the clause, in three letters.")
@click.option("--lift", is_flag=True, help="Take the ceiling away.")
@pass_house
def ceiling(
    house: "House",
    actor: "Actor",
    key: str,
    amount: float | None,
    *,
    currency: str | None,
    lift: bool,
) -> None:
    """Set the largest amount that peers may approve under a clause."""
    if (amount is None) is not lift:
        raise click.UsageError("Give an amount, or --lift.")
    with house.transaction(actor) as tx:
        library.set_ceiling(tx, key, amount, currency)
    click.echo(f"{key} has no ceiling." if lift else f"The ceiling of {key} is {amount:.2f}.")


@policies.command()
@click.argument("key", metavar="CLAUSE")
@click.argument("a", type=int)
@click.argument("b", type=int)
@pass_house
@json_option
def diff(house: "House", actor: "Actor", key: str, a: int, b: int, *, as_json: bool) -> None:
    """Compare two revisions of a clause, word by word, by their numbers."""
    with house.reading(actor) as tx:
        changes = library.diff(tx, key, a, b)
    if as_json:
        print_json(changes)
        return
    marks = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
    click.echo("".join(f"{marks[c.op][0]}{c.text}{marks[c.op][1]}" for c in changes))


for _command in COMMANDS:
    policies.add_command(_command)


def _read_all(
    paths: Iterable[Path],
) -> tuple[list[ParsedPolicy], list[tuple[Path, RefusedRow]]]:
    parsed: list[ParsedPolicy] = []
    refused: list[tuple[Path, RefusedRow]] = []
    for file in _files(paths):
        try:
            read = read_handbook(file)
        except (HandbookFault, NotUtf8, UnreadableOffice) as fault:
            raise NoHandbook(f"{file}: {fault}") from fault
        parsed.extend(read.policies)
        refused.extend((file, row) for row in read.refused)
    return parsed, refused


def _files(paths: Iterable[Path]) -> list[Path]:
    found = [
        file
        for path in paths
        for file in (sorted(path.iterdir()) if path.is_dir() else [path])
        if not path.is_dir() or file.suffix.lower() in ENDINGS
    ]
    if not found:
        raise NoHandbook(
            "There is no handbook in that folder.",
            field="file",
            remedy=f"Its files end in {', '.join(ENDINGS)}.",
        )
    return found


def _chosen(
    offered: list["SuggestedParameter"], confirmed: Iterable[str]
) -> list["SuggestedParameter"]:
    """Give the suggestions that were named, under the names they are to have."""
    by_fact = {one.fact: one for one in offered}
    chosen = []
    for choice in confirmed:
        fact, _, name = choice.partition("=")
        if fact not in by_fact:
            raise Invalid(
                f"No number in this clause is suggested as {fact}.",
                field="--confirm",
                remedy=f"The suggestions are: {', '.join(by_fact) or 'none'}.",
            )
        chosen.append(replace(by_fact[fact], fact=name or fact))
    return chosen


def _limits(clause: "Clause") -> list[dict[str, object]]:
    confirmed = [one | {"confirmed": True} for one in clause.newest.parameters]
    offered = [
        {"fact": one.fact, "bound": one.bound, "limit": one.limit, "unit": one.unit}
        | {"confirmed": False}
        for one in library.suggestions(clause)
    ]
    return confirmed + offered


def _tell_import(reports: list[PolicyReport], refused: list[tuple[Path, RefusedRow]]) -> None:
    for report in reports:
        counts = ", ".join(
            f"{len(keys)} {word}"
            for word in ("added", "changed", "unchanged")
            if (keys := getattr(report, word))
        )
        click.echo(f"{shown(report.policy)}: {counts or 'no clauses'}.")
        for word, says in _REMARKS.items():
            if keys := getattr(report, word):
                click.echo(f"  {says}: {', '.join(keys)}.")
    for file, row in refused:
        line = f"{file}: line {row.line}: {row.field}: {row.problem} {row.remedy}"
        click.echo(shown(line), err=True)


_REMARKS = {
    "missing": "not in the file, kept",
    "decided": "decided here and worded otherwise in the file, kept (see --replace-decided)",
    "may_bend_now": "no longer on the never-bend list, since the file does not say so",
}


def _tell_clause(view: library.ClauseView) -> None:
    click.echo(f"{view.key}  {shown(view.policy_title)} > {shown(view.section_title)}")
    owner = "every policy owner" if view.owner is None else view.owner
    click.echo(f"owner: {shown(owner)}{' (nobody there)' if view.orphan else ''}")
    if view.never_bend:
        click.echo("never bent")
    if view.ceiling is not None:
        click.echo(f"ceiling: {view.ceiling:.2f}")
    click.echo()
    click.echo(shown(view.text) if view.text else "Not in force.")
    click.echo()
    columns = ("number", "effective_from", "candidate_id", "retires", "never_applies")
    print_table(view.revisions, {column: column.replace("_", " ") for column in columns})


def _start_of(text: str, length: int = 60) -> str:
    line = shown(text)
    return line if len(line) <= length else f"{line[: length - 1]}…"
