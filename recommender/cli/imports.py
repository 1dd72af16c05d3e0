"""Verbs `import` and `contacts`: history taken in, undone, and the figures beside it."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cases.importing.contacts import CONTACT_FIELDS, import_contacts
from recommender.cases.importing.mapping import BUILT_IN, ImportMapping, find_mapping
from recommender.cases.importing.refusals import RefusedRow
from recommender.cases.importing.report import FiguresReport, ImportReport
from recommender.cases.importing.rows import FIELDS
from recommender.cases.importing.surveys import SURVEY_FIELDS, import_surveys
from recommender.cases.importing.taking import import_cases, undo_import
from recommender.cli.common import json_option, pass_house, print_json, progress, shown

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House

TOLD = 20
"""Refused rows and unknown references that are told one by one; `--json` lists all."""

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_mapping_file = click.option("--mapping", type=_file, metavar="FILE", help="A mapping file.")
_sheet = click.option("--sheet", metavar="NAME", help="A workbook's sheet; else its first.")
_dry_run = click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
_update = click.option("--update", is_flag=True, help="Take over what differs from what we have.")


@click.command("import")
@click.argument("file", required=False, type=_file)
@click.option(
    "--mapping",
    metavar="NAME|FILE",
    help=f"How columns become fields: {', '.join(BUILT_IN)}, or a file.",
)
@click.option("--zone", help="The zone of times which state none, such as Europe/Berlin.")
@_sheet
@_dry_run
@_update
@click.option("--surveys", is_flag=True, help="The file holds customers' answers per case id.")
@click.option("--undo", metavar="BATCH", help="Take a batch out again; needs no file.")
@pass_house
@json_option
def import_(  # noqa: PLR0913 - one argument an option
    house: "House",
    actor: "Actor",
    file: Path | None,
    mapping: str | None,
    zone: str | None,
    sheet: str | None,
    undo: str | None,
    *,
    dry_run: bool,
    update: bool,
    surveys: bool,
    as_json: bool,
) -> None:
    """Take in cases from a CSV, XLSX or JSONL file, or undo a batch; texts also packed as .gz.

    Good rows are taken, each refused one is told with line, field and reason.
    """
    if (file is None) == (undo is None):
        raise click.UsageError("Give a file, or a batch to --undo.")
    if file is None:
        _undo(house, actor, str(undo), as_json=as_json)
        return
    if surveys:
        if zone is not None:
            raise click.UsageError("Survey answers carry no times: leave --zone out.")
        _answer(
            import_surveys(
                house,
                actor,
                file,
                mapping=_found(mapping, SURVEY_FIELDS, sheet),
                dry_run=dry_run,
                update=update,
            ),
            as_json=as_json,
        )
        return
    with progress("Reading and redacting") as told:
        report = import_cases(
            house,
            actor,
            file,
            mapping=_found(mapping, FIELDS, sheet),
            zone=zone,
            dry_run=dry_run,
            update=update,
            progress=told,
        )
    _answer(report, as_json=as_json)


@click.command()
@click.argument("file", type=_file)
@_mapping_file
@_sheet
@_dry_run
@_update
@pass_house
@json_option
def contacts(
    house: "House",
    actor: "Actor",
    file: Path,
    mapping: Path | None,
    sheet: str | None,
    *,
    dry_run: bool,
    update: bool,
    as_json: bool,
) -> None:
    """Take in contact volumes per week: week, contacts, product, channel."""
    found = find_mapping(mapping, CONTACT_FIELDS).of_sheet(sheet)
    report = import_contacts(house, actor, file, mapping=found, dry_run=dry_run, update=update)
    _answer(report, as_json=as_json)


def _found(mapping: str | None, known: Collection[str], sheet: str | None) -> ImportMapping:
    """Find a mapping by a built-in one's name, else as a file; for a sheet, if one is named."""
    named = mapping if mapping is None or mapping in BUILT_IN else Path(mapping)
    return find_mapping(named, known).of_sheet(sheet)


def _undo(house: "House", actor: "Actor", batch: str, *, as_json: bool) -> None:
    with house.transaction(actor) as tx:
        cases = undo_import(tx, batch)
    if as_json:
        print_json({"batch_id": batch, "cases": cases})
    else:
        click.echo(f"Took batch {shown(batch)} out again; cases: {cases}.")


def _answer(report: ImportReport | FiguresReport, *, as_json: bool) -> None:
    if as_json:
        print_json(report)
    else:
        if report.dry_run:
            click.echo("A dry run: nothing was written.")
        if isinstance(report, ImportReport):
            _tell_cases(report)
        else:
            _tell_figures(report)
        _tell_refused(report.refused)
    if report.took_nothing:
        raise click.exceptions.Exit(1)


def _tell_cases(report: ImportReport) -> None:
    _tell_counts(report, ("imported", "unchanged", "changed", "updated", "kept"))
    notes = (
        (
            "differ from what we have and stay as they were; --update takes them over",
            report.changed,
        ),
        ("differ, and stay because people acted on them here", report.kept),
        ("left out: their customer or their texts were erased here", report.erased),
        ("without a status, counted as approved", report.status_missing),
        (f"with times without a zone, read as {report.zone}", report.zoneless),
        ("co-signed by their own agent; history stays as it was", report.self_signed),
        ("earlier cases that now point at rules which came since", report.linked),
        ("citing rules that are unknown here", report.unknown_refs),
    )
    for says, count in notes:
        if count:
            click.echo(f"  {says}: {count}")
    for ref in list(report.unknown)[:TOLD]:
        click.echo(f"    {shown(ref)}: {report.unknown[ref]}")
    if len(report.unknown) > TOLD:
        click.echo(f"    and {len(report.unknown) - TOLD} more")
    if report.batch_id is not None and not report.updated:
        click.echo(f"Undo it with: recommender import --undo {report.batch_id}")


def _tell_figures(report: FiguresReport) -> None:
    _tell_counts(report, ("added", "unchanged", "changed", "updated"))
    if report.changed:
        click.echo(f"  differ and stay as they were; --update takes them over: {report.changed}")


def _tell_counts(report: ImportReport | FiguresReport, words: Sequence[str]) -> None:
    counts = [f"{count} {word}" for word in words if (count := getattr(report, word))]
    if report.refused:
        counts.append(f"{len(report.refused)} refused")
    rows = "1 row" if report.rows == 1 else f"{report.rows} rows"
    click.echo(f"{rows}: {', '.join(counts) or 'nothing in them'}.")


def _tell_refused(refused: Sequence[RefusedRow]) -> None:
    for row in refused[:TOLD]:
        known = "" if row.id is None else f", id {row.id}"
        line = f"line {row.line}{known}: {row.field}: {row.reason} {row.remedy}"
        click.echo(shown(line), err=True)
    if len(refused) > TOLD:
        click.echo(f"and {len(refused) - TOLD} more; --json lists them all", err=True)
