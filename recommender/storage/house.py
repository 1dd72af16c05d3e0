"""The opened product: settings, database, event log, redactor, encoder; and its transactions.

Doors (CLI, API, demo) open one House. Service functions take a Transaction: what they need to
act, as whom, and where it is recorded.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from recommender.access import Actor
from recommender.config import Settings, load_settings, now

# SQLAlchemy finds the other end of a foreign key by its table's name, so every table must be
# known before anything is written, whichever room writes.
from recommender.models import (  # noqa: F401
    accounts,
    acknowledging,
    asking,
    cases,
    changes,
    contacts,
    drafts,
    effects,
    eligibility,
    events,
    findability,
    kinds,
    limits,
    lineage,
    maps,
    notices,
    outcomes,
    policies,
    protection,
    reviewing,
    suggestions,
)
from recommender.models.base import set_sealer
from recommender.models.pseudonyms import keep_key
from recommender.storage.engine import Database
from recommender.storage.events import EventLog
from recommender.storage.keys import Keys, read_keys
from recommender.storage.redacting import redactor_of
from recommender.storage.sealing import TextSealer

if TYPE_CHECKING:
    from recommender.learning.encoder import Encoder
    from recommender.learning.redaction import Redactor


class House:
    """One opened product. Heavy parts (keys, redactor, encoder) are opened when first used.

    Acts are stamped by its clock, the present moment in UTC. Only the demo, which plays a past,
    and tests give another: no setting dates an act back.
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = now) -> None:
        self.settings = settings
        self.clock = clock
        self.database = Database(settings.database_url)
        self.sealer = TextSealer(settings.secrets_path, on=settings.encrypt_raw)
        set_sealer(self.database.engine.dialect, self.sealer)

    @cached_property
    def keys(self) -> Keys:
        """The secrets of the key file; raises KeysMissing before `init`."""
        return read_keys(self.settings.secrets_path)

    @cached_property
    def log(self) -> EventLog:
        """The event log with its audit key."""
        return EventLog(self.keys.audit)

    @property
    def redactor(self) -> "Redactor":
        """What replaces personal data in texts, by the own words and accounts as they are now.

        Take it once where many texts are redacted.
        """
        with self.database.reading() as session:
            return redactor_of(session)

    @cached_property
    def encoder(self) -> "Encoder":
        """The encoder that the settings name; its weights load when it first encodes."""
        from recommender.learning.encoder import open_encoder

        return open_encoder(
            self.settings.encoder,
            revision=self.settings.encoder_revision,
            threads=self.settings.encoder_threads,
        )

    @contextmanager
    def transaction(self, actor: Actor) -> Iterator["Transaction"]:
        """One writing transaction as this actor: committed whole at its end, or not at all."""
        with self.database.transaction() as session:
            keep_key(session, lambda: self.keys.audit)
            yield Transaction(session, actor, self, self.clock())

    @contextmanager
    def reading(self, actor: Actor) -> Iterator["Transaction"]:
        """One reading transaction as this actor."""
        with self.database.reading() as session:
            keep_key(session, lambda: self.keys.audit)
            yield Transaction(session, actor, self, self.clock())


@dataclass(frozen=True)
class Transaction:
    """What a service function needs: the session, who acts, the house, the moment."""

    session: Session
    actor: Actor
    house: House
    at: datetime

    @property
    def settings(self) -> Settings:
        """The house's settings."""
        return self.house.settings

    @cached_property
    def redactor(self) -> "Redactor":
        """What replaces personal data, by the own words and accounts that this transaction sees."""
        return redactor_of(self.session)

    def record(self, verb: str, noun: str, noun_id: str, **details: Any) -> None:  # noqa: ANN401 - ids and commitments
        """Append to the event log, in this transaction. Details are ids and commitments only."""
        self.house.log.append(
            self.session,
            actor=self.actor.name,
            verb=verb,
            noun=noun,
            noun_id=noun_id,
            at=self.at,
            **details,
        )


def take_stock(tx: Transaction) -> None:
    """Let SQLite count its tables, so that it reads by the best index; PostgreSQL does unasked.

    It costs hundredths of a second: https://sqlite.org/lang_analyze.html, "PRAGMA optimize".
    """
    if tx.house.database.is_sqlite:
        tx.session.connection().exec_driver_sql("PRAGMA optimize=0x10002")


def open_house(**overrides: object) -> House:
    """Open the house that the environment describes; raises UnknownSetting or BadSetting."""
    return House(load_settings(**overrides))
