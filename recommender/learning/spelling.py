"""Which words of a casebase are words: known ones and jargon, but no slip of the pen."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from recommender.learning.filler import stem
from recommender.learning.personal.gazetteer import gazetteer

JARGON: Final = 5
"""Cases in which a word stands that no dictionary knows."""
_SLIP: Final = 0.85
"""Likeness to a more frequent word from which an unknown word is a slip of the pen."""


class Spelling:
    """Knows the words of a casebase; `counts` says in how many cases each stem stands."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._jargon: dict[str, bool] = {}

    def knows(self, word: str) -> bool:
        """Whether a word is English, or usual here and no misspelling of a more usual one."""
        if gazetteer().is_word(word):
            return True
        unknown = stem(word)
        if unknown not in self._jargon:
            self._jargon[unknown] = self._is_jargon(unknown)
        return self._jargon[unknown]

    def _is_jargon(self, unknown: str) -> bool:
        times = self._counts.get(unknown, 0)
        more_usual = [
            word
            for word, count in self._counts.items()
            if count > times and word[0] == unknown[0] and abs(len(word) - len(unknown)) <= 1
        ]
        return times >= JARGON and not get_close_matches(unknown, more_usual, 1, _SLIP)
