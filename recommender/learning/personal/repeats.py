"""Find a person's name again where nothing introduces it, once a text has given it away."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from recommender.learning.personal.gazetteer import Gazetteer
from recommender.learning.personal.patterns import Range

_SHORTEST: Final = 4
_PART: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def repeats(text: str, found: Iterable[Range], lists: Gazetteer) -> Iterator[Range]:
    """Ranges of words that are part of a name found in the same text, capitalised alike.

    Words that mean anything else in English are left out: Mr Brown does not make brown a name.
    """
    parts = {
        part.capitalize()
        for start, end in found
        for part in _PART.findall(text[start:end])
        if len(part) >= _SHORTEST
        and (part.lower() in lists.plain or not lists.is_word(part.lower()))
    }
    if parts:
        written = "|".join(re.escape(part) for part in sorted(parts))
        for match in re.finditer(rf"\b(?P<value>{written})(?:s|['’]s)?\b", text):
            yield match.span("value")
