"""Clauses as people call them: by their section and words, with the key after them.

Most handbooks give a clause no name of its own, and its key alone says nothing to who does not know
it by heart.
"""

from collections.abc import Mapping
from typing import Final

from api.schemas.policies import ClauseOut
from dashboard.words import short

_LETTERS: Final = 60


def named(key: str, clauses: Mapping[str, ClauseOut]) -> str:
    """Returns: Unused goods are taken back within … (RET-2.1); of an unknown one the key."""
    clause = clauses.get(key)
    if clause is None or clause.revision is None:
        return by_section(key, clauses)
    return f"{clause.section_title}: {short(clause.revision.text, _LETTERS)} ({key})"


def by_section(key: str, clauses: Mapping[str, ClauseOut]) -> str:
    """Returns (RET-2.1), where its words stand near; of an unknown one the key."""
    clause = clauses.get(key)
    return in_section(key, None if clause is None else clause.section_title)


def in_section(key: str, section: str | None) -> str:
    """Returns (RET-2.1); without its section the key."""
    return f"{section} ({key})" if section else key
