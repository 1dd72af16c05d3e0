"""Files that wait to be imported: kept an hour beside the database, for its owner's eyes alone."""

import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recommender.access import Act, Actor
from recommender.cases.importing.mapping import ImportMapping
from recommender.cases.importing.report import ImportReport
from recommender.cases.importing.taking import import_cases
from recommender.config import Settings
from recommender.errors import NotFound
from recommender.learning.progress import Progress
from recommender.storage.house import House, Transaction

SECONDS: Final = 3600.0
"""How long a file waits."""
_ID: Final = re.compile(r"[0-9a-f]{16}")


class UnknownUpload(NotFound):
    """There is no file of that id, or its hour is over."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits."""

    id: str
    path: Path


def keep_upload(tx: Transaction, file_name: str, content: bytes) -> Upload:
    """Lay a file down for an hour; those whose hour is over go."""
    tx.actor.require(Act.IMPORT)
    drop_old_uploads(tx)
    folder = upload_folder(tx.settings)
    folder.mkdir(mode=0o700, exist_ok=True)
    upload_id = secrets.token_hex(8)
    (folder / upload_id).mkdir(mode=0o700)
    path = folder / upload_id / safe_name(file_name)
    path.touch(mode=0o600)
    path.write_bytes(content)
    return Upload(upload_id, path)


def find_upload(tx: Transaction, upload_id: str) -> Upload:
    """Find a file that waits; raises UnknownUpload."""
    tx.actor.require(Act.IMPORT)
    folder = upload_folder(tx.settings) / upload_id
    if _ID.fullmatch(upload_id) and folder.is_dir() and not _is_over(folder):
        for path in folder.iterdir():
            return Upload(upload_id, path)
    raise UnknownUpload(
        "This file does not wait here any more.", remedy="Choose it once more.", field="upload"
    )


def take_upload(
    house: House,
    actor: Actor,
    upload: Upload,
    mapping: ImportMapping,
    progress: Progress,
    *,
    zone: str | None = None,
    update: bool = False,
    dry_run: bool = False,
) -> ImportReport:
    """Take a waiting file in, or only try it; it goes once its rows are kept, and not before.

    Killed in between, the file waits still, and taken in once more it says what is here already.
    """
    report = import_cases(
        house,
        actor,
        upload.path,
        mapping=mapping,
        zone=zone,
        dry_run=dry_run,
        update=update,
        progress=progress,
    )
    if not dry_run:
        drop_upload(upload)
    return report


def drop_upload(upload: Upload) -> None:
    """Remove a file that was taken in."""
    shutil.rmtree(upload.path.parent, ignore_errors=True)


def drop_old_uploads(tx: Transaction) -> None:
    """Remove the files whose hour is over."""
    for folder in _folders(tx.settings):
        if _is_over(folder):
            shutil.rmtree(folder, ignore_errors=True)


def drop_all_uploads(settings: Settings) -> None:
    """Remove every file that waits: some may speak of a customer who was erased."""
    for folder in _folders(settings):
        shutil.rmtree(folder, ignore_errors=True)


def upload_folder(settings: Settings) -> Path:
    """Give the folder of files that wait."""
    return folder_beside(settings, "uploads")


def folder_beside(settings: Settings, what: str) -> Path:
    """Give a folder of the house: beside a SQLite file, else in the working folder."""
    if settings.database_url.startswith("sqlite:///"):
        database = Path(settings.database_url.removeprefix("sqlite:///"))
        return database.with_name(f"{database.name}.{what}")
    return Path(f"recommender.{what}")


def safe_name(name: str) -> str:
    """Give a name that any file system takes, with the ending that says the file's form."""
    return re.sub(r"[^\w.() -]", "_", name)[-60:].lstrip(" .") or "cases"


def _folders(settings: Settings) -> Iterator[Path]:
    folder = upload_folder(settings)
    yield from folder.iterdir() if folder.is_dir() else ()


def _is_over(folder: Path) -> bool:
    return time.time() - folder.stat().st_mtime > SECONDS
