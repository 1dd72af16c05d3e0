"""Passwords: argon2 hashes, and which ones are taken."""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from recommender.errors import Invalid

SHORTEST: Final = 10
DEMO_PASSWORD: Final = "demo"  # noqa: S105 - printed by `recommender demo`, refused elsewhere

_HASHER: Final = PasswordHasher()


class WeakPassword(Invalid):
    """The password is too short, or it is the demo's."""


def require_password(password: str, *, demo: bool) -> None:
    """Refuse a short password with WeakPassword; the demo's own is taken in demo mode only."""
    if demo and password == DEMO_PASSWORD:
        return
    if len(password) < SHORTEST:
        raise WeakPassword(
            f"A password has at least {SHORTEST} characters.",
            field="password",
            remedy="Take a longer one, such as four words.",
        )


def hash_password(password: str) -> str:
    """Hash a password with argon2id and a salt of its own."""
    return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether a password is the hashed one; takes as long where there is no hash."""
    try:
        _HASHER.verify(password_hash or _nobodys(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobodys() -> str:
    return _HASHER.hash("no account has this")
