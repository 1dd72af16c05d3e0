"""Verbs `record` and `examiner`: a decision on paper, and a quarter for an examiner."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cli.common import as_printed, json_option, pass_house

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House

output_option = click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write."
)


@click.command()
@click.argument("candidate_id", metavar="CANDIDATE")
@click.option("--html", "as_html", is_flag=True, help="Ready to print, instead of Markdown.")
@output_option
@json_option
@pass_house
def record(
    house: "House",
    actor: "Actor",
    /,
    *,
    candidate_id: str,
    as_html: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """Write all that was known, suggested and decided about a candidate on paper."""
    from recommender.changes.records import record as written

    with house.reading(actor) as tx:
        found = written(tx, candidate_id)
    text = found.html if as_html else found.markdown
    write(f"{as_printed(found)}\n" if as_json else text, output)


@click.command()
@click.argument("quarter", required=False, metavar="[QUARTER]")
@click.option("--csv", "as_csv", is_flag=True, help="As a table, instead of Markdown.")
@output_option
@json_option
@pass_house
def examiner(
    house: "House",
    actor: "Actor",
    /,
    *,
    quarter: str | None,
    as_csv: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """Answer an examiner's questions about a quarter that is over, by default the newest."""
    from recommender.changes.examiner import examine

    with house.reading(actor) as tx:
        report = examine(tx, quarter)
    text = report.csv if as_csv else report.markdown
    write(f"{as_printed(report)}\n" if as_json else text, output)


def write(text: str, output: Path | None) -> None:
    """Write a text, byte for byte, into a file, or where answers go."""
    if output is None:
        click.echo(text.encode(), nl=False)
    else:
        output.write_bytes(text.encode())
