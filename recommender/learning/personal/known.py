"""Find people who are known by name: the staff, and whom the organisation lists."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from recommender.learning.personal.gazetteer import gazetteer
from recommender.learning.personal.patterns import Range
from recommender.learning.personal.words import TITLES, WORD_LIKE

_WORD: Final = re.compile(r"\w+(?:['’.-]\w+)*")
_POSSESSIVE: Final = re.compile(r"['’]s$", re.IGNORECASE)
_SHORTEST: Final = 3
"""Letters below which neither a part of a name nor a staff member's short name tells who it is."""


@dataclass(frozen=True)
class KnownNames:
    """Full names in any case, and their parts where these are capitalised and mean nothing else.

    Of `staff`, which holds desks and roles beside people, only names that are no plain words count.
    """

    names: tuple[str, ...]
    staff: tuple[str, ...] = ()

    def find(self, text: str) -> Iterator[Range]:
        """Ranges of known people's names; they may overlap."""
        if not self._full:
            return
        found = list(_WORD.finditer(text))
        words = [_POSSESSIVE.sub("", match.group()) for match in found]
        small = [word.lower() for word in words]
        for at, word in enumerate(words):
            start = found[at].start()
            for name in self._full.get(small[at], ()):
                end = at + len(name)
                if tuple(small[at:end]) == name and self._stands(words[at:end]):
                    yield start, found[end - 1].start() + len(words[end - 1])
            if small[at] in self._parts and word[0].isupper():
                yield start, start + len(word)

    @cached_property
    def _full(self) -> Mapping[str, list[tuple[str, ...]]]:
        """The names word by word and small, by their first word."""
        full: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for name in {*map(_words, self.names), *filter(_is_person, map(_words, self.staff))}:
            if name:
                full[name[0]].append(name)
        return full

    @cached_property
    def _parts(self) -> frozenset[str]:
        names = (name for of in self._full.values() for name in of)
        return frozenset(part for name in names if len(name) > 1 for part in name if _telling(part))

    def _stands(self, words: list[str]) -> bool:
        """Whether a full name is meant: one that is a plain word has to be capitalised."""
        alone = len(words) == 1 and gazetteer().is_word(words[0].lower())
        return not alone or words[0][0].isupper()


def _words(name: str) -> tuple[str, ...]:
    return tuple(match.group().lower() for match in _WORD.finditer(name))


def _telling(part: str) -> bool:
    """Whether a part of a name gives the person away by itself."""
    if len(part) < _SHORTEST or part in WORD_LIKE | TITLES:
        return False
    return part in gazetteer().plain or not gazetteer().is_word(part)


def _is_person(name: tuple[str, ...]) -> bool:
    """Whether an account's name is a person's: Ines Roth, a.roth; not Returns desk."""
    lists = gazetteer()
    paired = len(name) > 1 and lists.is_first(name[0]) and lists.is_last(name[-1])
    return paired or any(map(_telling, name))
