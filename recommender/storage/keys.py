"""The key file: random secrets that are never in the database."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recommender.errors import Unavailable

_BYTES = 32
_SINGLE = ("audit", "session")
_RAW = "raw"


class KeysMissing(Unavailable):
    """The key file is not there, so nothing can be signed or verified."""


class KeysUnreadable(Unavailable):
    """The key file is there but is not one of ours."""


@dataclass(frozen=True)
class Keys:
    """`audit` chains the event log, `session` signs sign-ins, `raw` seals what was typed.

    32 random bytes each. Of the last there may be several, by id, the newest last: new texts are
    sealed with that one, the others still open what they sealed.
    """

    audit: bytes
    session: bytes
    raw: Mapping[str, bytes]

    @property
    def cookie_secret(self) -> str:
        """What the dashboard signs its cookies with: of no use for making a sign-in."""
        return hmac.new(self.session, b"dashboard cookies", hashlib.sha256).hexdigest()

    def customer_hash(self, customer_id: str) -> str:
        """By what an erased customer is known: of no use for finding out who it is."""
        own = hmac.new(self.audit, b"erased customers", hashlib.sha256).digest()
        return hmac.new(own, customer_id.encode(), hashlib.sha256).hexdigest()


def make_keys(path: Path) -> Keys:
    """Write a new key file (mode 0600) unless there is one; return its keys either way."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_keys(path)
    made: dict[str, Any] = {name: secrets.token_hex(_BYTES) for name in _SINGLE}
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(made | {_RAW: {"1": secrets.token_hex(_BYTES)}}, file)
    return read_keys(path)


def add_raw_key(path: Path) -> Keys:
    """Put a new key for texts into the key file, after the others; give all keys.

    The file is replaced as a whole, so that a crash leaves the old one.
    """
    raw = read_keys(path).raw
    known = json.loads(path.read_text(encoding="utf-8"))
    fresh = str(1 + max((int(name) for name in raw), default=0))
    known[_RAW] = {name: key.hex() for name, key in raw.items()} | {
        fresh: secrets.token_hex(_BYTES)
    }
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(known, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return read_keys(path)


def read_keys(path: Path) -> Keys:
    """Read the key file; raises KeysMissing or KeysUnreadable."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        raw = {str(int(name)): bytes.fromhex(key) for name, key in found.get(_RAW, {}).items()}
        return Keys(**{name: bytes.fromhex(found[name]) for name in _SINGLE}, raw=raw)
    except FileNotFoundError as error:
        raise KeysMissing(
            f"There is no key file {path.name}.",
            remedy="Run `recommender init`, or point RECOMMENDER_KEY_FILE to it.",
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysUnreadable(
            f"{path.name} is not a key file.", remedy="Restore it from your backup."
        ) from error
