"""Texts kept as typed, encrypted at rest with a key of the key file: AES-256-GCM.

What is stored says that it is sealed and with which key, so that plain and sealed texts, and those
of older keys, lie side by side and all are readable.
"""

import base64
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recommender.errors import Unavailable
from recommender.storage.keys import add_raw_key, read_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MARK: Final = "\x1fsealed:"
_PLAIN: Final = "plain:"
_NONCE_BYTES: Final = 12


class CannotSeal(Unavailable):
    """Texts are to be sealed, and the key file has no key for it."""


class CannotOpen(Unavailable):
    """A sealed text whose key is missing, or that was tampered with."""


class TextSealer:
    """Seals if it is `on`, and opens whatever was sealed with a key that is still known.

    The key file is read with the first text that needs it, and again for a key that is new.
    """

    def __init__(self, key_file: Path, *, on: bool) -> None:
        self._key_file = key_file
        self._on = on
        self._known: Mapping[str, bytes] = {}

    def seal(self, text: str) -> str:
        """Give what is stored for a text; raises CannotSeal."""
        if not self._on:
            return f"{_MARK}{_PLAIN}{text}" if text.startswith(_MARK) else text
        key_id, key = self._newest()
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = _cipher(key).encrypt(nonce, text.encode(), key_id.encode())
        return f"{_MARK}{key_id}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, stored: str) -> str:
        """Give the text of what is stored; raises CannotOpen."""
        if not stored.startswith(_MARK):
            return stored
        key_id, _, sealed = stored.removeprefix(_MARK).partition(":")
        if f"{key_id}:" == _PLAIN:
            return sealed
        if key_id not in self._known:
            self._known = read_keys(self._key_file).raw
        if key_id not in self._known:
            raise CannotOpen(
                f"A text was sealed with key {key_id}, which the key file does not have.",
                remedy="Restore the key file from your backup.",
                key=key_id,
            )
        return _opened(self._known[key_id], key_id, sealed)

    def is_current(self, stored: str) -> bool:
        """Tell whether a stored text is as it would be stored now."""
        if not self._on:
            return not stored.startswith(_MARK) or stored.startswith(f"{_MARK}{_PLAIN}")
        return stored.startswith(f"{_MARK}{self._newest()[0]}:")

    def renew(self) -> str:
        """Put a new key into the key file, for all that is sealed from now on; give its id."""
        self._known = add_raw_key(self._key_file).raw
        return self._newest()[0]

    def _newest(self) -> tuple[str, bytes]:
        self._known = self._known or read_keys(self._key_file).raw
        if not self._known:
            raise CannotSeal(
                "The key file has no key to seal texts with.",
                remedy="Run `recommender seal --new-key`.",
            )
        return list(self._known.items())[-1]


def _opened(key: bytes, key_id: str, sealed: str) -> str:
    from cryptography.exceptions import InvalidTag

    try:
        whole = base64.b64decode(sealed, validate=True)
        nonce, text = whole[:_NONCE_BYTES], whole[_NONCE_BYTES:]
        return _cipher(key).decrypt(nonce, text, key_id.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(
            "A sealed text was changed, or belongs to another key file.",
            remedy="Restore the database and its key file from one backup.",
            key=key_id,
        ) from error


def _cipher(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)
