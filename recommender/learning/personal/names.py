"""Find people's names in a text: by title, by what introduces them, by lists and by capitals.

Every rule looks at single words and their neighbours, never at distances in characters, so that
a text in which names were already replaced gives nothing new.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from recommender.learning.personal.gazetteer import Gazetteer
from recommender.learning.personal.patterns import Range
from recommender.learning.personal.tokens import Token, tokens_of
from recommender.learning.personal.words import (
    CALENDAR,
    CLOSINGS,
    GREETINGS,
    HOUSEHOLDS,
    INTRODUCTIONS,
    LABELS,
    MOVED,
    NO_NAMES,
    PARTICLES,
    PLACED,
    PLACES,
    PLAIN_SURNAMES,
    PLAIN_TITLES,
    RANKS,
    ROLES,
    SELF,
    SMALL_STOP,
    SPEECH,
    TITLES,
    WORD_LIKE,
)

_LONGEST: Final = 5
"""Words that one name has at most."""


def names_in(text: str, lists: Gazetteer, keep: frozenset[str]) -> Iterator[Range]:
    """Character ranges of people's names, from left to right.

    Parameters
    ----------
    text
        What to search; what is already replaced in it is masked by private-use characters.
    lists
        First names, surnames and plain words.
    keep
        Words, lower case, that are never a name here: products, brands, places.
    """
    tokens = tokens_of(text)
    search = _Search(tokens, lists, keep)
    at = 0
    while at < len(tokens):
        end = search.name_from(at)
        if end > at:
            stop = tokens[end - 1].end
            dotted = tokens[end - 1].initial and text[stop : stop + 1] == "."
            yield tokens[at].start, stop + dotted
        at = max(end, at + 1)


@dataclass(frozen=True, slots=True)
class _Search:
    """One text under search; positions are indexes into its words."""

    tokens: list[Token]
    lists: Gazetteer
    keep: frozenset[str]

    def name_from(self, at: int) -> int:
        """Where the name that begins at a word ends, or `at` itself if none begins there."""
        token = self.tokens[at]
        if token.lower in self.keep:
            return at
        if not token.capital:
            return self._small_name(at)
        if self._after_title(at) or self._introduced(at):
            return self._run(at)
        return self._uncued_name(at)

    # -- names written small -------------------------------------------------------------------

    def _small_name(self, at: int) -> int:
        token = self.tokens[at]
        titled = at > 0 and self.tokens[at - 1].lower in TITLES and self._close(at)
        if titled and (end := self._small_titled(at)) > at:
            return end
        if token.text.isupper() and not self._shouting(at):
            return at
        cued = self._introduction(at) or (token.glued and self._before(at, 2) in SELF)
        return self._run_small(at) if cued and token.lower in self.lists.plain else at

    def _small_titled(self, at: int) -> int:
        token, end = self.tokens[at], at
        if self.tokens[at - 1].lower not in PLAIN_TITLES:
            return at + self._surname(token)
        if len(token.text) == 1:
            return at + 2 * self._initial_gap(at + 1)
        if token.lower in SMALL_STOP - PARTICLES:
            return at
        while end + 1 < len(self.tokens) and self.tokens[end].lower in PARTICLES:
            end += 1
        return self._run(end) if self.tokens[end].glued else at + 1

    def _run_small(self, at: int) -> int:
        following = self._get(at + 1)
        if following and following.glued and self._surname(following):
            return at + 2
        return at + 1

    def _shouting(self, at: int) -> bool:
        neighbours = self.tokens[max(0, at - 2) : at]
        return bool(neighbours) and all(t.text.isupper() for t in neighbours)

    # -- cues ----------------------------------------------------------------------------------

    def _after_title(self, at: int) -> bool:
        token = self.tokens[at]
        before = self._before(at, 1)
        if not before or not self._close(at):
            return False
        if before[0] in TITLES:
            return token.lower not in CALENDAR
        ranked = before[0] in RANKS and token.lower not in CALENDAR
        return ranked and (self._name_like(token) or self._person(token))

    def _introduced(self, at: int) -> bool:
        token = self.tokens[at]
        if at == 0 or token.lower in CALENDAR:
            return False
        if self._labelled(at) or self._introduction(at):
            return self._name_like(token) or token.lower in self.lists.first
        if self._greeted(at):
            return self._name_like(token) or self._person(token)
        if token.glued and self._before(at, 2) in SELF:
            return self._person(token)
        return self._in_role(at) or self._signs(at)

    def _in_role(self, at: int) -> bool:
        token, role = self.tokens[at], self.tokens[at - 1]
        titled = role.capital and not role.opens
        if role.lower not in ROLES or titled or token.lower in {"can", "will"}:
            return False
        unknown = token.glued and self._unknown(token) and not token.initial
        return unknown or (token.gap in {"", ","} and self._person(token))

    def _greeted(self, at: int) -> bool:
        token, before = self.tokens[at], self.tokens[at - 1]
        return before.lower in GREETINGS and token.glued and before.opens

    def _labelled(self, at: int) -> bool:
        return self.tokens[at].gap == ":" and self.tokens[at - 1].lower in LABELS

    def _introduction(self, at: int) -> bool:
        near = self.tokens[at].gap in {"", "/"}
        return near and (
            self._before(at, 2) in INTRODUCTIONS or self._before(at, 1) in INTRODUCTIONS
        )

    def _signs(self, at: int) -> bool:
        """Whether the word begins a signature: after a closing word, up to the end of the line."""
        token, before = self.tokens[at], self.tokens[at - 1]
        if before.lower not in CLOSINGS or token.gap not in {",", "\n"}:
            return False
        following = self._get(self._run(at))
        return following is None or following.gap == "\n"

    # -- names by themselves -------------------------------------------------------------------

    def _uncued_name(self, at: int) -> int:
        token = self.tokens[at]
        before = self._before(at, 1)
        placed = token.glued and bool(before) and before[0] in PLACED
        end = self._run(at)
        if self._names_place(at, end):
            return at
        if token.initial:
            return end if end > at + 1 and self._initialled(at) else at
        if self._plain(token):
            return at if placed and end == at + 1 else end
        if end > at + 1 and self._first_and_last(at):
            return end
        if self._bare_surname(at, before):
            return end
        following = self._get(at + 1)
        spoken = following is not None and following.glued and following.lower in SPEECH
        return end if token.opens and spoken and self._unknown(token) else at

    def _first_and_last(self, at: int) -> bool:
        """Whether an ambiguous or unknown first name is made a name by the surname after it."""
        token, second = self.tokens[at], self.tokens[at + 1]
        if token.lower in CALENDAR and token.lower not in WORD_LIKE:
            return False
        likely = self.lists.is_last(second.lower) and second.lower not in self.lists.common
        sure = self._surname(second) or (second.capital and likely)
        if token.lower in self.lists.first - NO_NAMES:
            return sure or (second.initial and not token.opens)
        return sure and self._unknown(token) and not token.opens

    def _bare_surname(self, at: int, before: tuple[str, ...]) -> bool:
        token = self.tokens[at]
        if self._household(at):
            return self.lists.is_last(token.lower) and token.lower not in self.lists.common
        if token.glued and before and before[0] in MOVED:
            return False
        if token.lower in PLAIN_SURNAMES:
            following = self._get(at + 1)
            return bool(following and following.glued and following.lower in SPEECH)
        return self.lists.is_last(token.lower) and (
            token.lower in self.lists.rare_last or ("-" in token.text and self._unknown(token))
        )

    def _household(self, at: int) -> bool:
        following = self._get(at + 1)
        return following is not None and following.glued and following.lower in HOUSEHOLDS

    def _initialled(self, at: int) -> bool:
        last = next((t for t in self.tokens[at + 1 :] if not t.initial), None)
        return last is not None and last.capital and self._name_like(last)

    def _names_place(self, at: int, end: int) -> bool:
        following = self._get(end)
        inside = any(t.lower in PLACES for t in self.tokens[at + 1 : end])
        before = self._before(at, 1)
        saint = bool(before) and before[0] in {"st", "saint"} and self._close(at)
        return inside or saint or bool(following and following.glued and following.lower in PLACES)

    # -- the words of one name -----------------------------------------------------------------

    def _run(self, at: int) -> int:
        """End of the name that begins at `at`: initials, particles and surnames that follow."""
        end = at + 1
        while end < len(self.tokens) and end - at < _LONGEST:
            step = self._continues(end)
            if not step:
                break
            end += step
        return end

    def _continues(self, at: int) -> int:
        token = self.tokens[at]
        if not (token.glued or self._initial_gap(at)) or token.lower in self.keep:
            return 0
        if particles := self._particles(at):
            return particles + 1
        if not token.capital or token.lower in CALENDAR:
            return 0
        if token.initial:
            return 1
        return int(self.lists.is_last(token.lower) or self._name_like(token))

    def _particles(self, at: int) -> int:
        """How many small words such as de la lead to a capitalised one."""
        end = at
        while (token := self._get(end)) and token.lower in PARTICLES and not token.capital:
            end += 1
        return end - at if token and token.glued and token.capital else 0

    def _initial_gap(self, at: int) -> bool:
        """Whether only the dot of an initial lies before the word."""
        token = self._get(at)
        return token is not None and token.gap == "." and len(self.tokens[at - 1].text) == 1

    def _close(self, at: int) -> bool:
        """Only blanks, or the dot of an abbreviated title, lie before the word."""
        return self.tokens[at].gap in {"", "."}

    # -- single words --------------------------------------------------------------------------

    def _plain(self, token: Token) -> bool:
        return token.lower in self.lists.plain or (
            "-" in token.text and any(p in self.lists.plain for p in token.lower.split("-"))
        )

    def _surname(self, token: Token) -> bool:
        """A surname, however it is written, that hardly means anything else."""
        return token.lower in self.lists.rare_last or token.lower in PLAIN_SURNAMES

    def _unknown(self, token: Token) -> bool:
        return not self.lists.is_word(token.lower)

    def _name_like(self, token: Token) -> bool:
        """A capitalised word that is a first name, a surname without other sense, or unknown."""
        return self._plain(token) or token.lower in PLAIN_SURNAMES or self._unknown(token)

    def _person(self, token: Token) -> bool:
        """A name even where any capitalised word could stand."""
        listed = self.lists.is_first(token.lower) or self.lists.is_last(token.lower)
        uncommon = token.lower not in self.lists.common
        rather = token.lower in self.lists.first and (uncommon or token.lower in WORD_LIKE)
        return self._plain(token) or rather or (listed and self._unknown(token))

    def _before(self, at: int, count: int) -> tuple[str, ...]:
        return tuple(t.lower for t in self.tokens[max(0, at - count) : at])

    def _get(self, at: int) -> Token | None:
        return self.tokens[at] if at < len(self.tokens) else None
