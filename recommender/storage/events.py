"""The event log: appended in the transaction of the act, chained with a keyed MAC.

What it can show: any edit, deletion or reordering of entries, by anybody who lacks the key.
What it cannot show alone: that the newest entries were cut off, or that everything was rewritten
by somebody who has the key; a checkpoint kept elsewhere shows both.
"""

import hashlib
import hmac
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from recommender.errors import Conflict, Invalid
from recommender.models.cases import Case
from recommender.models.events import Event

GENESIS = "0" * 64
_MAC = re.compile(r"[0-9a-f]{64}")


class LogBroken(Conflict):
    """The event log does not verify."""


class BadCheckpoint(Invalid):
    """What was given is not a checkpoint."""


@dataclass(frozen=True)
class Checkpoint:
    """The log's length and last MAC at one moment; keep it where the database is not."""

    sequence: int
    mac: str


def commitment(case: Case) -> str:
    """Commit to a case's content without revealing it: SHA-256 of its salt and content hash."""
    return hashlib.sha256(f"{case.raw.salt}{case.content_hash}".encode()).hexdigest()


class EventLog:
    """Appends and verifies; `key` is the audit key, which is never in the database."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def append(
        self,
        session: Session,
        *,
        actor: str,
        verb: str,
        noun: str,
        noun_id: str,
        at: datetime,
        **details: Any,  # noqa: ANN401 - ids and commitments, whatever the act has
    ) -> Event:
        """Add one entry in the act's own transaction, so that act and entry stand or fall."""
        session.flush()
        _await_turn(session)
        last = session.scalars(select(Event).order_by(Event.sequence.desc()).limit(1)).first()
        event = Event(
            sequence=1 if last is None else last.sequence + 1,
            at=at,
            actor=actor,
            verb=verb,
            noun=noun,
            noun_id=noun_id,
            details=details,
        )
        event.mac = self._mac(GENESIS if last is None else last.mac, event)
        session.add(event)
        session.flush()
        return event

    def verify(self, session: Session, checkpoint: Checkpoint | None = None) -> Checkpoint:
        """Walk the whole log; return its end. Raises LogBroken at the first entry that is off."""
        mac, sequence = GENESIS, 0
        for event in session.scalars(
            select(Event).order_by(Event.sequence).execution_options(yield_per=1000)
        ):
            sequence += 1
            mac = self._mac(mac, event)
            if event.sequence != sequence or not hmac.compare_digest(mac, event.mac):
                raise LogBroken(
                    f"Entry {sequence} was edited, removed or moved.",
                    remedy="Compare with a backup taken before.",
                    sequence=sequence,
                )
            if checkpoint is not None and checkpoint.sequence == sequence:
                _require_same(checkpoint, mac)
        if checkpoint is not None and checkpoint.sequence > sequence:
            raise LogBroken(
                f"The log ends at entry {sequence}, before the checkpoint at "
                f"{checkpoint.sequence}: entries were cut off.",
                remedy="Compare with a backup taken after the checkpoint.",
                sequence=sequence,
            )
        return Checkpoint(sequence, mac)

    def _mac(self, previous: str, event: Event) -> str:
        entry = {
            "previous": previous,
            "sequence": event.sequence,
            "at": event.at.isoformat(),
            "actor": event.actor,
            "verb": event.verb,
            "noun": event.noun,
            "noun_id": event.noun_id,
            "details": event.details,
        }
        canonical = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hmac.new(self._key, canonical.encode(), hashlib.sha256).hexdigest()


def read_checkpoint(text: str) -> Checkpoint:
    """Read what `write_checkpoint` wrote; raises BadCheckpoint."""
    try:
        read = Checkpoint(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise _bad_checkpoint() from error
    if type(read.sequence) is not int or read.sequence < 1 or not _MAC.fullmatch(str(read.mac)):
        raise _bad_checkpoint()
    return read


def write_checkpoint(checkpoint: Checkpoint) -> str:
    """One line of JSON."""
    return json.dumps(asdict(checkpoint))


def log_length(session: Session) -> int:
    """How many entries there are."""
    return session.scalar(select(func.count()).select_from(Event)) or 0


def _bad_checkpoint() -> BadCheckpoint:
    return BadCheckpoint(
        "This is not a checkpoint.", remedy="Give the file that `audit checkpoint` printed."
    )


def _await_turn(session: Session) -> None:
    """Let one writer at a time find the log's end; SQLite has but one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE events IN EXCLUSIVE MODE"))


def _require_same(checkpoint: Checkpoint, mac: str) -> None:
    if not hmac.compare_digest(checkpoint.mac, mac):
        raise LogBroken(
            f"Entry {checkpoint.sequence} is not the one of the checkpoint: the log was rewritten.",
            remedy="Compare with a backup taken after the checkpoint.",
            sequence=checkpoint.sequence,
        )
