"""A text's words with what surrounds them: all that the search for names looks at."""

import re
from dataclasses import dataclass
from typing import Final

from recommender.learning.personal.words import CONTRACTIONS

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]{2,}|-[^\W\d_]+)*")
_OPENING: Final = re.compile(r"[.!?:;\n•*>|]|^\s*[-–—]|[\"“(]\s*$")


@dataclass(frozen=True, slots=True)
class Token:
    """One word: where it stands, how it is written, and what lies between it and the last one."""

    text: str
    lower: str
    start: int
    end: int
    gap: str
    """What stands before it, without spaces at either end; a line break is kept as one."""
    opens: bool
    """It begins a sentence, a line or a quotation, where any word is capitalised."""

    @property
    def glued(self) -> bool:
        """Nothing but blanks between it and the word before."""
        return not self.gap

    @property
    def capital(self) -> bool:
        """Written like a name: Ewa, McKay, O'Neill; not BT."""
        return self.text[0].isupper() and (len(self.text) == 1 or not self.text.isupper())

    @property
    def initial(self) -> bool:
        """A single capital letter other than I and A."""
        return len(self.text) == 1 and self.text.isupper() and self.text not in "IA"


def tokens_of(text: str) -> list[Token]:
    """The words of a text in order.

    The tails of contractions ('ll, 've) are left out, negations (can't) with their head; 's and 'm
    stay, as words of their own, because they introduce names (it's Ewa).
    """
    found: list[Token] = []
    end = 0
    for match in _WORD.finditer(text):
        before = text[end : match.start()]
        word = match.group()
        lower = word.lower()
        if before in {"'", "’"} and (lower in CONTRACTIONS):
            end = match.end()
            if lower == "t" and found:
                found.pop()
                end = found[-1].end if found else 0
            continue
        gap = "\n" if "\n" in before else before.strip()
        opens = not found or bool(_OPENING.search(before))
        found.append(Token(word, lower, match.start(), match.end(), gap, opens))
        end = match.end()
    return found
