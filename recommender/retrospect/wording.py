"""Whether two wordings say the same, and whether a value stands in one."""

import re
from typing import Final

SAME_WORDS: Final = 0.8
"""Share of words from which on one wording is said in the words of another [J]."""
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


def words_of(text: str) -> set[str]:
    """Give the words of a wording, however they are capitalised and divided."""
    return set(_WORD.findall(text.casefold()))


def says_the_same(one: str, other: str) -> bool:
    """Tell whether two wordings share nearly all of their words, and every number."""
    if set(_NUMBER.findall(one)) != set(_NUMBER.findall(other)):
        return False
    said, wanted = words_of(one), words_of(other)
    return len(said & wanted) >= SAME_WORDS * len(said | wanted)


def stands_in(value: str, text: str) -> bool:
    """Tell whether a value stands in a text by itself, not as a part of something longer."""
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) is not None
