"""Verb `audit`: verify the event log, note its end, export it, pack all that an auditor reads."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.accounts.audit import export as export_entries
from recommender.accounts.audit import verify as verify_log
from recommender.cli.common import json_option, pass_house, print_json
from recommender.storage.events import read_checkpoint, write_checkpoint

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House


@click.group()
def audit() -> None:
    """The event log: who did what to which, when."""


@audit.command()
@click.option(
    "--checkpoint",
    "checkpoint_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that `audit checkpoint` wrote; shows truncation and a full rewrite too.",
)
@pass_house
@json_option
def verify(house: "House", actor: "Actor", checkpoint_file: Path | None, *, as_json: bool) -> None:
    """Walk the whole log; exit with 1 at the first entry that is not as it was written."""
    checkpoint = None
    if checkpoint_file is not None:
        checkpoint = read_checkpoint(checkpoint_file.read_text(encoding="utf-8"))
    with house.reading(actor) as tx:
        end = verify_log(tx, checkpoint)
    if as_json:
        print_json({"entries": end.sequence, "mac": end.mac, "checkpoint": checkpoint is not None})
    else:
        against = (
            "" if checkpoint is None else f", the checkpoint at {checkpoint.sequence} included"
        )
        click.echo(f"The log is sound: {end.sequence} entries{against}.")


@audit.command()
@pass_house
def checkpoint(house: "House", actor: "Actor") -> None:
    """Verify the log and print its end as one line of JSON; keep it away from the database."""
    with house.reading(actor) as tx:
        click.echo(write_checkpoint(verify_log(tx)))


@audit.command()
@pass_house
def export(house: "House", actor: "Actor") -> None:
    """Print the log as JSON lines; people bear pseudonyms, others in each case."""
    with house.reading(actor) as tx:
        for entry in export_entries(tx):
            click.echo(json.dumps(entry, ensure_ascii=False))


@audit.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The zip to write.",
)
@pass_house
def pack(house: "House", actor: "Actor", out: Path) -> None:
    """Write rule books, decision records and the log into one zip, with digests of all."""
    from recommender.changes.packs import audit_pack

    held = audit_pack(house, actor)
    out.write_bytes(held)
    click.echo(f"{out}: {len(held)} bytes, SHA-256 {hashlib.sha256(held).hexdigest()}")


@audit.command("check-pack")
@click.argument("pack_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_pack(pack_file: Path) -> None:
    """Compare a pack with its manifest; exit with 1 and name the files that differ."""
    from recommender.changes.packs import altered

    held = pack_file.read_bytes()
    found = altered(held)
    for path in found:
        click.echo(f"{path}: not as the manifest says", err=True)
    if found:
        raise SystemExit(1)
    click.echo(f"{pack_file}: as its manifest says, SHA-256 {hashlib.sha256(held).hexdigest()}")
