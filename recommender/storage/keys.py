"""The key file: random secrets that are never in the database."""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from recommender.errors import Unavailable

_BYTES = 32


class KeysMissing(Unavailable):
    """The key file is not there, so nothing can be signed or verified."""


class KeysUnreadable(Unavailable):
    """The key file is there but is not one of ours."""


@dataclass(frozen=True)
class Keys:
    """`audit` chains the event log, `session` signs sign-ins; 32 random bytes each."""

    audit: bytes
    session: bytes

    @property
    def cookie_secret(self) -> str:
        """What the dashboard signs its cookies with: of no use for making a sign-in."""
        return hmac.new(self.session, b"dashboard cookies", hashlib.sha256).hexdigest()


def make_keys(path: Path) -> Keys:
    """Write a new key file (mode 0600) unless there is one; return its keys either way."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_keys(path)
    names = Keys.__dataclass_fields__
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({name: secrets.token_hex(_BYTES) for name in names}, file)
    return read_keys(path)


def read_keys(path: Path) -> Keys:
    """Read the key file; raises KeysMissing or KeysUnreadable."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Keys(**{name: bytes.fromhex(found[name]) for name in Keys.__dataclass_fields__})
    except FileNotFoundError as error:
        raise KeysMissing(
            f"There is no key file {path.name}.",
            remedy="Run `recommender init`, or point RECOMMENDER_KEY_FILE to it.",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise KeysUnreadable(
            f"{path.name} is not a key file.", remedy="Restore it from your backup."
        ) from error
