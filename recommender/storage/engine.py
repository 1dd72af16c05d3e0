"""The database: one engine, reading and writing transactions, the schema's migrations."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from recommender.errors import Conflict, Invalid, Unavailable

BUSY_SECONDS = 10
POOL: Final[dict[str, Any]] = {"pool_size": 8, "max_overflow": 40}
"""A connection for each of a web server's 40 worker threads, so that none waits for another's."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_WRITES = "recommender_writes"
_READS = "recommender_reads"


class MovedOn(Conflict):
    """Somebody else changed the same thing at the same moment."""


class DatabaseUnavailable(Unavailable):
    """The database cannot be reached, or is held by another program for too long."""


class Unstorable(Invalid):
    """A value that the database cannot hold, such as a text with a NUL character."""


class SchemaMissing(Unavailable):
    """The database has no tables yet, or tables of an earlier version."""


class SchemaNewer(Unavailable):
    """The database has tables of a later version, which this one cannot read."""


class BrokenReferences(Unavailable):
    """A change of the schema would leave rows that refer to nothing."""


class Database:
    """One database and its transactions.

    SQLite: WAL, foreign keys on, every acknowledged write on the disk (synchronous FULL),
    writers begin IMMEDIATE and queue at one lock of this process, which keeps the longest wait
    short; readers never wait. PostgreSQL: readers see one snapshot (REPEATABLE READ); writers queue
    at the event log. Readers cannot write on either, so that an act that has to be recorded
    fails in a reading transaction instead of passing without its entry.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _open_sqlite(url) if self.is_sqlite else create_engine(url, **POOL)
        self._writing = self.engine.execution_options(**{_WRITES: True})
        self._reading = _snapshots(self.engine)
        self._writer = Lock()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One writing transaction: all of it is committed when the block ends, or none of it.

        Raises MovedOn when a version column shows that somebody else was faster, Unstorable for
        a value that the database cannot hold, and DatabaseUnavailable when it does not answer.
        """
        turn = self._writer if self.is_sqlite else nullcontext()
        with turn, _named_failures(), Session(self._writing) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One reading transaction: a consistent view, nothing is written."""
        with _named_failures(), Session(self._reading, autoflush=False) as session:
            yield session

    def migrate(self) -> None:
        """Bring the schema to the newest revision; harmless when it is there already.

        Raises SchemaNewer, and changes nothing, where a later version made the tables.
        """
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with self.changing_schema() as connection:
            _known_revision(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def changing_schema(self) -> Iterator[Connection]:
        """One transaction that may rebuild tables to which others refer.

        SQLite changes a column only by copying its table, and would take what refers to the old
        one along; so it looks at references once, at the end. Raises BrokenReferences if any
        leads nowhere then, and changes nothing.
        """
        with (
            _named_failures(),
            self._writing.connect() as connection,
            self._references_unwatched(connection),
            connection.begin(),
        ):
            yield connection
            if self.is_sqlite:
                _require_references(connection)

    @contextmanager
    def _references_unwatched(self, connection: Connection) -> Iterator[None]:
        """Let SQLite forget references for a while; it listens only outside of transactions.

        Where somebody interrupts a statement, SQLAlchemy throws the connection away.
        """
        if not self.is_sqlite:
            yield
            return
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        try:
            yield
        finally:
            if not connection.invalidated:
                cursor.execute("PRAGMA foreign_keys=ON")
                cursor.close()

    def require_schema(self) -> None:
        """Refuse with SchemaMissing or SchemaNewer unless the tables are those of this version.

        A SQLite file that is not there stays so: connecting would leave an empty one.
        """
        self._require_file()
        newest = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
        with _named_failures(), self.engine.connect() as connection:
            present = _known_revision(connection)
        if present != newest:
            raise SchemaMissing(
                "This database is empty."
                if present is None
                else "This database is of an earlier "
                f"version ({present}; this program needs {newest}).",
                remedy="Run `recommender init`; it makes or upgrades the tables.",
            )

    def _require_file(self) -> None:
        path = Path(self.engine.url.database or "")
        if self.is_sqlite and not path.exists():
            raise SchemaMissing(
                f"There is no database {path.name} here.",
                remedy="Go to its folder, or name it in RECOMMENDER_DATABASE_URL; "
                "`recommender init` makes a new one.",
            )

    def compact(self) -> bool:
        """Leave no trace of deleted rows in the files; tell whether that could be done.

        SQLite keeps deleted bytes in free pages and in the write-ahead log until it rewrites both,
        which it cannot while another program reads or writes. On PostgreSQL its own vacuum does it.
        """
        if not self.is_sqlite:
            return True
        with self._writer, _named_failures(), self.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None  # noqa: S101 - an open connection has its driver's
            try:
                raw.execute("PRAGMA query_only=OFF")
                raw.execute("VACUUM")
                busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:
                return False
        return not busy

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def only_reads(session: Session) -> bool:
    """Tell whether a session of `Database` is one that cannot write."""
    return not session.get_bind().get_execution_options().get(_WRITES)


def _known_revision(connection: Connection) -> str | None:
    """Give the revision of the tables, None where there are none; raises SchemaNewer."""
    present = MigrationContext.configure(connection).get_current_revision()
    known = {each.revision for each in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}
    if present is not None and present not in known:
        raise SchemaNewer(
            f"This database is of a later version ({present}) than this program.",
            remedy="Put the later program back, or restore a backup that this one made.",
        )
    return present


def _require_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise BrokenReferences(
            f"A row of {broken[0]} refers to one of {broken[2]} that is not there.",
            remedy="Restore a backup, and tell the maintainers.",
            table=str(broken[0]),
        )


@contextmanager
def _named_failures() -> Iterator[None]:
    try:
        yield
    except StaleDataError as error:
        raise MovedOn(
            "Somebody else changed this at the same moment.", remedy="Load it again."
        ) from error
    except DataError as error:
        raise Unstorable(
            f"The database cannot hold this: {error.orig}.", remedy="Correct the text or number."
        ) from error
    except OperationalError as error:
        raise DatabaseUnavailable(
            f"The database does not answer: {error.orig}.",
            remedy="Check RECOMMENDER_DATABASE_URL and that the database runs; then try again.",
        ) from error
    except NoneFree as error:
        raise DatabaseUnavailable(
            "All connections to the database are taken.", remedy="Try again in a minute."
        ) from error


def _snapshots(engine: Engine) -> Engine:
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_READS: True})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **POOL
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: object) -> None:  # noqa: ANN401, ARG001 - SQLAlchemy's signature
        connection.isolation_level = None  # BEGIN is ours to say
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if options.get(_READS) else 'OFF'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")

    return engine
