"""Words in one order that many notes share: a form's, with what is filled in, or a reason's.

"Kubernetes wants to ship the component Angular which is licensed MIT" was typed into three fields;
the licence is a column of the ledger that has no head.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LEAST_NOTES: Final = 20
_NEARLY_ALL: Final = 0.8
"""Share of the notes that a frame of words stands in."""
_LEAST_FRAME: Final = 2
_LONGEST_FRAME: Final = 30
_LEAST_AGAIN: Final = 2
_LEAST_SAID: Final = 4
"""Words from which on a run of them says something."""
_AROUND: Final = ".,;:!?()[]\"'“”"
_TELLING: Final = 4
"""Letters from which on a word of a frame may name what is filled in behind it."""


@dataclass(frozen=True, kw_only=True)
class Blank:
    """What is filled in at one place, by note; None where a note does not follow the pattern."""

    head: str
    values: Sequence[str | None]


def blanks(notes: Sequence[str]) -> list[Blank]:
    """Find what is filled in where notes follow one pattern; nothing where they follow none."""
    if len(notes) < LEAST_NOTES:
        return []
    frames = _frames([note.split() for note in notes])
    if not frames:
        return []
    told = [_filled(note, frames) for note in notes]
    return [
        Blank(head=_head(frame), values=[None if one is None else one[place] for one in told])
        for place, frame in enumerate(frames)
    ]


def said_again(notes: Sequence[str]) -> tuple[str, int] | None:
    """Give the longest run of words that stands in half of the notes or more, and in how many."""
    told = [[word.strip(_AROUND) for word in note.split()] for note in notes]
    least = max(_LEAST_AGAIN, len(notes) / 2)
    for length in range(_LONGEST_FRAME, _LEAST_SAID - 1, -1):
        runs = _runs(told, length, least)
        if runs:
            run = min(runs, key=lambda one: (-runs[one], one))
            return " ".join(run), runs[run]
    return None


def _head(frame: Sequence[str]) -> str:
    """Name what is filled in by the last word before it that is no mere joint."""
    return next((word for word in reversed(frame) if len(word) >= _TELLING), frame[-1])


def _frames(notes: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Give the longest runs of words that nearly all notes hold, in the order they stand in."""
    least = _NEARLY_ALL * len(notes)
    held: list[tuple[str, ...]] = []
    for length in range(_LONGEST_FRAME, _LEAST_FRAME - 1, -1):
        usual = sorted(_runs(notes, length, least))
        held += [run for run in usual if not any(_overlap(run, other) for other in held)]
    following = (words for words in notes if all(_at(words, run) >= 0 for run in held))
    first = next(following, [])
    return sorted(held, key=lambda run: _at(first, run)) if first else []


def _runs(notes: Sequence[Sequence[str]], length: int, least: float) -> dict[tuple[str, ...], int]:
    """Count the runs of so many words that stand in at least so many notes."""
    found: Counter[tuple[str, ...]] = Counter()
    for words in notes:
        found.update({tuple(words[at : at + length]) for at in range(len(words) - length + 1)})
    return {run: count for run, count in found.items() if count >= least}


def _overlap(run: Sequence[str], other: Sequence[str]) -> bool:
    return bool({*run} & {*other})


def _at(words: Sequence[str], run: Sequence[str]) -> int:
    places = range(len(words) - len(run) + 1)
    return next((at for at in places if tuple(words[at : at + len(run)]) == tuple(run)), -1)


def _filled(note: str, frames: Sequence[Sequence[str]]) -> list[str] | None:
    """Give what stands behind each frame of a note."""
    between = r"\s+(.+?)\s+".join(r"\s+".join(map(re.escape, frame)) for frame in frames)
    found = re.search(rf"(?:^|\s){between}\s+(.+?)[.\s]*$", note, re.DOTALL)
    return None if found is None else list(found.groups())
