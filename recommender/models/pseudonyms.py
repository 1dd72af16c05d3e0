"""What stands in the place of a name once a case has forgotten it: keyed, the same for a person.

Without the key, which is in no database, nobody can try names against it. With it the same person
counts once, before and after.
"""

import hmac
import re
from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

PREFIX: Final = "forgotten:"
_PERSON: Final = "one person"
_FORM: Final = re.compile(rf"{PREFIX}[0-9a-f]{{24}}")


def pseudonym(key: bytes, name: str) -> str:
    """Give what stands for a name; for what stands for one already, the same again."""
    if is_pseudonym(name):
        return name
    digest = hmac.digest(key, f"{PREFIX}{name}".encode(), "sha256").hex()
    return f"{PREFIX}{digest[:24]}"


def is_pseudonym(name: str | None) -> bool:
    """Tell whether this stands for a name that was forgotten."""
    return name is not None and _FORM.fullmatch(name) is not None


class OnePerson:
    """Gives the names of evidence so that a person has one, whether a case forgot it or not.

    Without a key names stay as they are.
    """

    def __init__(self, key: bytes | None) -> None:
        self._key = key
        self._known: dict[str, str] = {}

    def __call__(self, name: str | None) -> str | None:
        """Give what stands for a name; None stays unknown."""
        if not name:
            return None
        if self._key is None:
            return name
        if name not in self._known:
            self._known[name] = pseudonym(self._key, name)
        return self._known[name]


def keep_key(session: Session, key: Callable[[], bytes]) -> None:
    """Let what a session reads be counted by person; the key is asked for when it is needed."""
    session.info[PREFIX] = key


def one_person(session: Session) -> OnePerson:
    """Give what makes one person one in what this session reads."""
    if _PERSON not in session.info:
        key: Callable[[], bytes] | None = session.info.get(PREFIX)
        session.info[_PERSON] = OnePerson(None if key is None else key())
    person: OnePerson = session.info[_PERSON]
    return person
