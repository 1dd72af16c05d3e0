"""Verb `handed-over`: proposals that wait although their filer is gone."""

from typing import TYPE_CHECKING

import click

from recommender.changes.leaving import left_open, withdraw_left
from recommender.cli.common import json_option, pass_house, print_json, print_table

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House

_COLUMNS = ("id", "filed_on", "clause", "situation", "resolution")


@click.command("handed-over")
@click.option("--withdraw", "case_id", metavar="CASE", help="Withdraw it in its filer's place.")
@pass_house
@json_option
def handed_over(house: "House", actor: "Actor", *, case_id: str | None, as_json: bool) -> None:
    """List proposals that wait and whose filer left the acting account's line, or withdraw one."""
    with house.transaction(actor) as tx:
        if case_id is not None:
            withdraw_left(tx, case_id)
        rows = [
            {
                "id": case.id,
                "filed_on": case.filed_at.date(),
                "clause": None if case.clause is None else case.clause.key,
                "situation": case.situation,
                "resolution": case.resolution,
            }
            for case in left_open(tx)
        ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, {column: column.replace("_", " ") for column in _COLUMNS})
