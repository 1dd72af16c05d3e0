"""The event log for auditors: verified, and exported without names."""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from recommender.access import Act
from recommender.models.accounts import Account
from recommender.models.events import Event
from recommender.storage.events import Checkpoint
from recommender.storage.house import Transaction


def verify(tx: Transaction, checkpoint: Checkpoint | None = None) -> Checkpoint:
    """Walk the whole log and give its end; raises LogBroken at the first entry that is off."""
    tx.actor.require(Act.VERIFY_AUDIT)
    return tx.house.log.verify(tx.session, checkpoint)


def export(tx: Transaction) -> Iterator[dict[str, Any]]:
    """Give all entries in order, people under pseudonyms.

    A pseudonym is the same within what an entry is about (one case, one candidate): that two
    people acted can be checked there. Elsewhere the same person bears another one, and in entries
    about accounts and keys another in each, so that no export counts what somebody did. Without
    the key nobody can try names against them.
    """
    tx.actor.require(Act.VERIFY_AUDIT)
    names = set(tx.session.scalars(select(Account.name)))
    names |= set(tx.session.scalars(select(Event.actor).distinct()))
    key = tx.house.keys.audit
    entries = select(Event).order_by(Event.sequence).execution_options(yield_per=1000)
    return (
        _entry(event, _Mask(key, names, _scope(event))) for event in tx.session.scalars(entries)
    )


class _Mask:
    """Puts pseudonyms in the place of names, however deep they stand."""

    def __init__(self, key: bytes, names: set[str], scope: str) -> None:
        self._key, self._names, self._scope = key, names, scope

    def __call__(self, value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
        if isinstance(value, str):
            return self._pseudonym(value) if value in self._names else value
        if isinstance(value, list):
            return [self(one) for one in value]
        if isinstance(value, dict):
            return {name: self(one) for name, one in value.items()}
        return value

    def _pseudonym(self, name: str) -> str:
        meant = f"pseudonym {self._scope} {name}"
        return f"person-{hmac.new(self._key, meant.encode(), hashlib.sha256).hexdigest()[:12]}"


def _scope(event: Event) -> str:
    """Tell within what a pseudonym stays the same."""
    if event.noun in {"account", "key"}:
        return f"entry {event.sequence}"
    return f"{event.noun} {event.noun_id}"


def _entry(event: Event, mask: _Mask) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "at": event.at.isoformat(),
        "actor": mask(event.actor),
        "verb": event.verb,
        "noun": event.noun,
        "noun_id": mask(event.noun_id) if event.noun == "account" else event.noun_id,
        "details": mask(event.details),
        "mac": event.mac,
    }
