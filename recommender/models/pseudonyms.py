"""What stands in the place of a name once a case has forgotten it: keyed, the same for a person.

Without the key, which is in no database, nobody can try names against it. With it the same person
counts once, before and after.
"""

import hashlib
import hmac
import re
from typing import Final

PREFIX: Final = "forgotten:"
_FORM: Final = re.compile(rf"{PREFIX}[0-9a-f]{{24}}")


def pseudonym(key: bytes, name: str) -> str:
    """Give what stands for a name; for what stands for one already, the same again."""
    if is_pseudonym(name):
        return name
    digest = hmac.new(key, f"{PREFIX}{name}".encode(), hashlib.sha256).hexdigest()
    return f"{PREFIX}{digest[:24]}"


def is_pseudonym(name: str | None) -> bool:
    """Tell whether this stands for a name that was forgotten."""
    return name is not None and _FORM.fullmatch(name) is not None


class OnePerson:
    """Gives the names of evidence so that a person has one, whether a case forgot it or not."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, str] = {}

    def __call__(self, name: str | None) -> str | None:
        """Give what stands for a name; None stays unknown."""
        if not name:
            return None
        if name not in self._known:
            self._known[name] = pseudonym(self._key, name)
        return self._known[name]
