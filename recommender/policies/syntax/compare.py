"""Word-level difference of two wordings, for redlines and for comparing revisions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

ChangeSort = Literal["same", "removed", "added"]

_WORD = re.compile(r"\s+|\w+(?:[.,'’-]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Change:
    """One stretch of a comparison; `same` and `removed` joined give the old text."""

    op: ChangeSort
    text: str


def word_diff(old: str, new: str) -> list[Change]:
    """Compare two texts word by word; the same two texts always give the same changes.

    `same` and `removed` stretches joined are the old text, `same` and `added` the new one.
    White space alone between two changes is not kept apart, so that a changed phrase reads whole.
    """
    changes: list[Change] = []
    removed = added = ""
    for same, before, after in _stretches(_WORD.findall(old), _WORD.findall(new)):
        if same and (before.strip() or not (removed or added)):
            changes += _changed(removed, added)
            changes.append(Change("same", before))
            removed = added = ""
        else:
            removed += before
            added += after
    return [*changes, *_changed(removed, added)]


def _stretches(old: list[str], new: list[str]) -> Iterator[tuple[bool, str, str]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        yield tag == "equal", "".join(old[old_from:old_to]), "".join(new[new_from:new_to])


def _changed(removed: str, added: str) -> Iterator[Change]:
    if removed:
        yield Change("removed", removed)
    if added:
        yield Change("added", added)
