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

    A pseudonym is the same throughout and, while the key file stays, in later exports; without
    the key nobody can try names against it.
    """
    tx.actor.require(Act.VERIFY_AUDIT)
    names = set(tx.session.scalars(select(Account.name)))
    names |= set(tx.session.scalars(select(Event.actor).distinct()))
    mask = _Mask(tx.house.keys.audit, names)
    entries = select(Event).order_by(Event.sequence).execution_options(yield_per=1000)
    return (_entry(event, mask) for event in tx.session.scalars(entries))


class _Mask:
    """Puts pseudonyms in the place of names, however deep they stand."""

    def __init__(self, key: bytes, names: set[str]) -> None:
        self._pseudonyms = {name: _pseudonym(key, name) for name in names}

    def __call__(self, value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
        if isinstance(value, str):
            return self._pseudonyms.get(value, value)
        if isinstance(value, list):
            return [self(one) for one in value]
        if isinstance(value, dict):
            return {name: self(one) for name, one in value.items()}
        return value


def _pseudonym(key: bytes, name: str) -> str:
    digest = hmac.new(key, f"pseudonym {name}".encode(), hashlib.sha256).hexdigest()
    return f"person-{digest[:12]}"


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
