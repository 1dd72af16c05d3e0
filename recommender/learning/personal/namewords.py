"""The words of one text as parts of names: which could be one, and how far a name goes on."""

from dataclasses import dataclass
from typing import Final

from recommender.learning.personal.gazetteer import Gazetteer
from recommender.learning.personal.tokens import Token
from recommender.learning.personal.words import (
    CALENDAR,
    NO_NAMES,
    PARTICLES,
    PLAIN_SURNAMES,
    WORD_LIKE,
)

LONGEST: Final = 5
"""Words that one name has at most."""


@dataclass(frozen=True)
class NameWords:
    """One text under search; positions are indexes into its words."""

    tokens: list[Token]
    lists: Gazetteer
    keep: frozenset[str]

    # -- the words of one name -----------------------------------------------------------------

    def run(self, at: int) -> int:
        """End of the name that begins at `at`: initials, particles and surnames that follow."""
        end = at + 1
        while end < len(self.tokens) and end - at < LONGEST:
            step = self.continues(end)
            if not step:
                break
            end += step
        return end

    def continues(self, at: int) -> int:
        """How many words from `at` on belong to the name before it."""
        token = self.tokens[at]
        if not (token.glued or self.initial_gap(at)) or token.lower in self.keep:
            return 0
        if particles := self.particles(at):
            return particles + 1
        if not token.capital or token.lower in CALENDAR:
            return 0
        if token.initial:
            return 1
        return int(self.lists.is_last(token.lower) or self.name_like(token))

    def particles(self, at: int) -> int:
        """How many small words such as de la lead to a capitalised one."""
        end = at
        while (token := self.get(end)) and token.lower in PARTICLES and not token.capital:
            end += 1
        return end - at if token and token.glued and token.capital else 0

    def initial_gap(self, at: int) -> bool:
        """Whether only the dot of an initial lies before the word."""
        token = self.get(at)
        return token is not None and token.gap == "." and len(self.tokens[at - 1].text) == 1

    def close(self, at: int) -> bool:
        """Only blanks, or the dot of an abbreviated title, lie before the word."""
        return self.tokens[at].gap in {"", "."}

    # -- single words --------------------------------------------------------------------------

    def plain(self, token: Token) -> bool:
        """A first name that hardly means anything else."""
        return token.lower in self.lists.plain or (
            "-" in token.text and any(p in self.lists.plain for p in token.lower.split("-"))
        )

    def possible_first(self, token: Token) -> bool:
        """A first name, however much else it may mean."""
        return token.lower in self.lists.first and token.lower not in NO_NAMES

    def surname(self, token: Token) -> bool:
        """A surname, however it is written, that hardly means anything else."""
        return token.lower in self.lists.rare_last or token.lower in PLAIN_SURNAMES

    def unknown(self, token: Token) -> bool:
        """No word of plain English."""
        return not self.lists.is_word(token.lower)

    def name_like(self, token: Token) -> bool:
        """A capitalised word that is a first name, a surname without other sense, or unknown."""
        return self.plain(token) or token.lower in PLAIN_SURNAMES or self.unknown(token)

    def person(self, token: Token) -> bool:
        """A name even where any capitalised word could stand."""
        listed = self.lists.is_first(token.lower) or self.lists.is_last(token.lower)
        uncommon = token.lower not in self.lists.common
        rather = token.lower in self.lists.first and (uncommon or token.lower in WORD_LIKE)
        return self.plain(token) or rather or (listed and self.unknown(token))

    def before(self, at: int, count: int) -> tuple[str, ...]:
        """The words before a position, small; fewer at the beginning."""
        return tuple(t.lower for t in self.tokens[max(0, at - count) : at])

    def get(self, at: int) -> Token | None:
        """The word at a position; None before the first and after the last."""
        return self.tokens[at] if 0 <= at < len(self.tokens) else None
