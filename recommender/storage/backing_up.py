"""Backups: the database copied while it is in use, its key file and a checkpoint apart, digests.

Restoring is copying back; docs/operate.md says how. PostgreSQL has tools of its own for both.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, make_url, select
from sqlalchemy.orm import Session

from recommender.access import Act, Actor
from recommender.errors import Conflict, Invalid, Unavailable
from recommender.models.events import Event
from recommender.storage.engine import Database
from recommender.storage.events import Checkpoint, write_checkpoint
from recommender.storage.house import House

APART: Final = "apart"
"""The folder of a backup that belongs where the database is not."""
CHECKPOINT: Final = "checkpoint.json"
SUMS: Final = "SHA256SUMS"
BEGUN: Final = "back_up"
CHECKED: Final = "check_backup"
"""What the event log calls a backup that was begun, and one whose copy was found sound."""


class NotSqlite(Invalid):
    """The database is none that is copied here."""


class BackupExists(Conflict):
    """The folder that was named is there already."""


class BackupFailed(Unavailable):
    """The copy could not be written."""


class CopyUnsound(Unavailable):
    """The database, and so its copy, is damaged."""


@dataclass(frozen=True)
class Backup:
    """One backup: where it lies, what its database is called there, where the log ends in it."""

    folder: Path
    database: str
    checkpoint: Checkpoint

    @property
    def apart(self) -> Path:
        """The folder with the key file and the checkpoint."""
        return self.folder / APART


@dataclass(frozen=True, kw_only=True)
class LastBackup:
    """When the newest backup was begun, when the newest sound one was done, and its log's length.

    `checked` earlier than `begun`: the newest was not finished, or this house was restored from it.
    """

    begun: datetime
    checked: datetime | None
    entries: int | None


def back_up(house: House, actor: Actor, folder: Path) -> Backup:
    """Copy the house into a new folder that only its owner may read; others may write meanwhile.

    Raises NotSqlite, BackupExists, BackupFailed and CopyUnsound, and then leaves no folder; and
    LogBroken, after which the copy stays and lacks its checkpoint.
    """
    actor.require(Act.BACK_UP)
    source = _sqlite_file(house.database)
    with _whole(folder):
        with house.transaction(actor) as tx:
            tx.record(BEGUN, "house", "all")
        copy = _private(folder / source.name)
        _copy(house.database, copy)
        # After the database: a key file only grows, so this one opens all that the copy holds.
        keys = _private(folder / APART / house.settings.secrets_path.name)
        keys.write_bytes(house.settings.secrets_path.read_bytes())
        _write_sums(folder, copy, keys)
    end = _verified(house, copy)
    checkpoint = _private(folder / APART / CHECKPOINT)
    checkpoint.write_text(f"{write_checkpoint(end)}\n", encoding="utf-8")
    with house.transaction(actor) as tx:
        tx.record(CHECKED, "house", "all", entries=end.sequence)
    return Backup(folder, copy.name, end)


def last_backup(session: Session) -> LastBackup | None:
    """Find what the event log says of backups; None where it says of none."""
    begun = _newest(session, BEGUN)
    if begun is None:
        return None
    checked = _newest(session, CHECKED)
    return LastBackup(
        begun=begun.at,
        checked=None if checked is None else checked.at,
        entries=None if checked is None else checked.details["entries"],
    )


def _newest(session: Session, verb: str) -> Event | None:
    asked = select(Event).where(Event.verb == verb).order_by(Event.sequence.desc()).limit(1)
    return session.scalars(asked).one_or_none()


def _sqlite_file(database: Database) -> Path:
    if not database.is_sqlite:
        raise NotSqlite(
            "This database is not a SQLite file.",
            remedy="Back it up with `pg_dump`, and copy the key file; see docs/operate.md.",
        )
    return Path(make_url(database.url).database or "")


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    """Make the folder; remove it again unless everything went into it."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError as error:
        raise BackupExists(
            f"{folder} is there already.", field="folder", remedy="Name a new folder."
        ) from error
    except OSError as error:
        raise _failed(error) from error
    try:
        (folder / APART).mkdir(mode=0o700)
        yield
    except BaseException as error:
        shutil.rmtree(folder)
        if isinstance(error, OSError | sqlite3.Error):
            raise _failed(error) from error
        raise


def _failed(error: Exception) -> BackupFailed:
    return BackupFailed(
        f"The backup could not be written: {error}.",
        remedy="Name a folder on a disk with enough room; the folder above it has to be there.",
    )


def _private(path: Path) -> Path:
    path.touch(mode=0o600, exist_ok=False)
    return path


def _copy(database: Database, copy: Path) -> None:
    """Copy in one read, which a writer neither disturbs nor waits for; then look at every page.

    The copy gets no write-ahead log, so that it is one file.
    """
    with closing(sqlite3.connect(copy)) as target, database.engine.connect() as connection:
        source = connection.connection.driver_connection
        assert source is not None  # noqa: S101 - an open connection has its driver's
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        (found,) = target.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise CopyUnsound(
            f"The database is damaged: {found}.",
            remedy="Keep your earlier backups; do not write to this database any more.",
        )


def _verified(house: House, copy: Path) -> Checkpoint:
    """Walk the log of the copy and give its end."""
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(copy))
    try:
        with Session(engine) as session:
            return house.log.verify(session)
    finally:
        engine.dispose()


def _write_sums(folder: Path, *files: Path) -> None:
    """Write the digests as `sha256sum --check` reads them."""
    lines = []
    for path in files:
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        lines.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    _private(folder / SUMS).write_text("".join(lines), encoding="utf-8")
