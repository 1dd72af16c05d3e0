"""Audit packs: everything that an auditor takes along, in one zip whose manifest checks it."""

import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from importlib.metadata import version
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from recommender.access import Act, Actor
from recommender.accounts.audit import export, verify
from recommender.cases.clock import today
from recommender.changes.candidates import candidates
from recommender.changes.examiner import examine
from recommender.changes.records import record
from recommender.errors import Invalid
from recommender.kinds.slices import keep_quarters, quarters
from recommender.models.base import new_id
from recommender.policies.exporting import policy_as_data
from recommender.policies.library import policies, render_policy
from recommender.storage.events import LogBroken, write_checkpoint
from recommender.storage.house import House, Transaction

_MANIFEST: Final = "manifest.json"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]+")
_READ_ME: Final = """\
# Audit pack

- `manifest.json` names every other file with its size and SHA-256; `recommender audit check-pack`
  compares them. Keep the digest of the zip itself apart: who rewrites all rewrites the manifest.
- `policies/` holds each rule book as it reads today, and as data with every wording it ever had.
- `records/` holds a decision record for each candidate, as Markdown and ready to print. Desks and
  roles stand in it, and no person.
- `examiner/` holds the examiner's report of each quarter that was kept: as text, table and data.
- `events.jsonl` is the event log, the making of this pack included. People bear pseudonyms: the
  same one within a case or a candidate, another one elsewhere.
- `log.json` says whether the log is as it was written. It was checked with a key that is not in the
  database and not in this pack, so `recommender audit verify` is where it can be checked again.
- `checkpoint.json` is the log's end. Keep it: given to `recommender audit verify --checkpoint`, it
  shows later whether entries were cut off or the whole log was rewritten.
"""


class NoPack(Invalid):
    """It is no zip with a manifest."""


def audit_pack(house: House, actor: Actor) -> bytes:
    """Make a pack as a zip; that it was made, and by whom, is in the log that it holds."""
    with house.transaction(actor) as tx:
        tx.actor.require(Act.MAKE_AUDIT_PACK)
        keep_quarters(tx)
        pack_id = new_id()
        tx.record("make_pack", "audit_pack", pack_id)
    with house.reading(actor) as tx:
        files = dict(_files(tx))
        manifest = {
            "pack": pack_id,
            "made_at": tx.at,
            "as_of": today(tx).moment.date(),
            "product": version("policy-feedback-recommender"),
            "files": [
                {"path": path, "bytes": len(held), "sha256": hashlib.sha256(held).hexdigest()}
                for path, held in files.items()
            ],
        }
    return _zipped({_MANIFEST: _json(manifest), **files})


def altered(held: bytes) -> list[str]:
    """Name the files of a pack that are not as its manifest says, missing and added ones too.

    Raises NoPack.
    """
    try:
        with ZipFile(BytesIO(held)) as pack:
            digests = {path: _digest(pack, path) for path in pack.namelist()}
            listed = json.loads(pack.read(_MANIFEST))["files"]
            said = {str(one["path"]): one["sha256"] for one in listed}
    except (BadZipFile, KeyError, TypeError, ValueError) as broken:
        raise NoPack(
            "This is no audit pack, or its manifest cannot be read.", field="pack"
        ) from broken
    del digests[_MANIFEST]
    return sorted(
        path for path in said.keys() | digests.keys() if said.get(path) != digests.get(path)
    )


def _digest(pack: ZipFile, path: str) -> str | None:
    """Give a file's SHA-256; None where it cannot even be unpacked."""
    try:
        return hashlib.sha256(pack.read(path)).hexdigest()
    except (BadZipFile, zlib.error):
        return None


def _files(tx: Transaction) -> Iterator[tuple[str, bytes]]:
    yield "README.md", _READ_ME.encode()
    moment = today(tx).moment
    for place, policy in enumerate(policies(tx), start=1):
        path = f"policies/{place:03}-{_UNSAFE.sub('_', policy.key)[:60]}"
        yield f"{path}.md", render_policy(tx, policy.key, moment).encode()
        yield f"{path}.json", _json(asdict(policy_as_data(tx, policy.key, moment)))
    for found in candidates(tx):
        told = record(tx, found.id)
        yield f"records/{found.id}.md", told.markdown.encode()
        yield f"records/{found.id}.html", told.html.encode()
    for quarter in quarters(tx):
        report = examine(tx, str(quarter))
        yield f"examiner/{quarter}.md", report.markdown.encode()
        yield f"examiner/{quarter}.csv", report.csv.encode()
        yield f"examiner/{quarter}.json", _json(asdict(report))
    yield from _log(tx)


def _log(tx: Transaction) -> Iterator[tuple[str, bytes]]:
    """Give the log and whether it is sound; of a broken one too, for then it is wanted most."""
    entries = (json.dumps(entry, ensure_ascii=False) for entry in export(tx))
    yield "events.jsonl", "".join(f"{entry}\n" for entry in entries).encode()
    try:
        end = verify(tx)
    except LogBroken as broken:
        yield "log.json", _json({"sound": False, "says": str(broken)})
        return
    yield "log.json", _json({"sound": True, "entries": end.sequence, "mac": end.mac})
    yield "checkpoint.json", f"{write_checkpoint(end)}\n".encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    """Zip files; the same ones always give the same bytes."""
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as pack:
        for path, content in files.items():
            pack.writestr(ZipInfo(path), content, ZIP_DEFLATED)
    return held.getvalue()


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n").encode()


def _plain(value: Any) -> str:  # noqa: ANN401 - what JSON has no form for
    if isinstance(value, date | datetime):
        return value.isoformat()
    message = f"{type(value).__name__} has no JSON form"
    raise TypeError(message)
