"""Find people's names in a text: by title, by what introduces them, by lists and by capitals.

Every rule looks at single words and their neighbours, never at distances in characters, so that
a text in which names were already replaced gives nothing new.
"""

import re
from collections.abc import Iterator
from typing import Final

from recommender.learning.personal.gazetteer import Gazetteer
from recommender.learning.personal.namewords import NameWords
from recommender.learning.personal.patterns import Range
from recommender.learning.personal.repeats import repeats
from recommender.learning.personal.tokens import Token, tokens_of
from recommender.learning.personal.words import (
    BELONGINGS,
    BRANDS,
    CALENDAR,
    CLOSINGS,
    GIVEN,
    GREETINGS,
    HOUSEHOLDS,
    INTRODUCTIONS,
    KIN,
    KISSES,
    LABELS,
    MOVED,
    PARTICLES,
    PLACED,
    PLACES,
    PLAIN_SURNAMES,
    PLAIN_TITLES,
    RANKS,
    RELATIVES,
    ROLES,
    SELF,
    SHORT_MONTHS,
    SMALL_STOP,
    SPEECH,
    TITLES,
    WORD_LIKE,
)

_SHORT: Final = 3
"""Letters that say nothing by themselves, such as Mo."""
_DAY_BEFORE: Final = re.compile(r"\d(?:st|nd|rd|th)?[\s./-]*$")
_DAY_REACH: Final = 6
_DAY_AFTER: Final = re.compile(r"[\s./-]*\d")


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
    found = list(_names_in(text, lists, keep))
    yield from found
    again = repeats(text, found, lists)
    yield from ((start, end) for start, end in again if text[start:end].lower() not in keep)


def _names_in(text: str, lists: Gazetteer, keep: frozenset[str]) -> Iterator[Range]:
    tokens = tokens_of(text)
    search = _Search(tokens, lists, keep)
    at = 0
    while at < len(tokens):
        end = at if _in_date(text, tokens, at) else search.name_from(at)
        if end > at:
            stop = tokens[end - 1].end
            dotted = tokens[end - 1].initial and text[stop : stop + 1] == "."
            yield tokens[at].start, stop + dotted
        at = max(end, at + 1)


def _in_date(text: str, tokens: list[Token], at: int) -> bool:
    """Whether a word is a shortened month beside its day or another month."""
    token = tokens[at]
    if token.lower not in SHORT_MONTHS:
        return False
    before = text[max(0, token.start - _DAY_REACH) : token.start]
    near = {near.lower for near in tokens[max(0, at - 2) : at + 3] if near is not token}
    months = near & (SHORT_MONTHS | CALENDAR)
    return bool(months or _DAY_BEFORE.search(before) or _DAY_AFTER.match(text, token.end))


class _Search(NameWords):
    """One text under search."""

    def name_from(self, at: int) -> int:
        """Where the name that begins at a word ends, or `at` itself if none begins there."""
        token = self.tokens[at]
        if token.lower in self.keep:
            return at
        if not token.capital:
            return self._small_name(at)
        if self._after_title(at):
            return self._titled_run(at)
        if self._introduced(at):
            return self.run(at)
        return self._uncued_name(at)

    # -- names written small -------------------------------------------------------------------

    def _small_name(self, at: int) -> int:
        token = self.tokens[at]
        titled = at > 0 and self.tokens[at - 1].lower in TITLES and self.close(at)
        if titled and (end := self._small_titled(at)) > at:
            return end
        if self._small_pair(at):
            return at + 2
        if token.text.isupper() and not self._shouting(at):
            return at
        cued = self._introduction(at) or (token.glued and self.before(at, 2) in SELF)
        return self._run_small(at) if cued and token.lower in self.lists.plain else at

    def _small_pair(self, at: int) -> bool:
        """A first name and a surname after a role, both written small: my daughter, ewa lopez."""
        token, second = self.tokens[at], self.get(at + 1)
        if second is None or not second.glued or token.lower in self.lists.common:
            return False
        cued = at > 0 and self.tokens[at - 1].lower in ROLES and token.gap in {"", ","}
        return cued and self.possible_first(token) and self.surname(second)

    def _small_titled(self, at: int) -> int:
        token, end = self.tokens[at], at
        if self.tokens[at - 1].lower not in PLAIN_TITLES:
            return at + self.surname(token)
        if len(token.text) == 1:
            return at + 2 * self.initial_gap(at + 1)
        if token.lower in SMALL_STOP - PARTICLES:
            return at
        while end + 1 < len(self.tokens) and self.tokens[end].lower in PARTICLES:
            end += 1
        return self.run(end) if self.tokens[end].glued else at + 1

    def _run_small(self, at: int) -> int:
        following = self.get(at + 1)
        if following and following.glued and self.surname(following):
            return at + 2
        return at + 1

    def _shouting(self, at: int) -> bool:
        neighbours = self.tokens[max(0, at - 2) : at]
        return bool(neighbours) and all(t.text.isupper() for t in neighbours)

    # -- cues ----------------------------------------------------------------------------------

    def _after_title(self, at: int) -> bool:
        token = self.tokens[at]
        before = self.before(at, 1)
        if not before or not self.close(at):
            return False
        if before[0] in TITLES or (before[0] in RELATIVES and token.glued):
            return token.lower not in CALENDAR
        ranked = before[0] in RANKS and token.lower not in CALENDAR
        return ranked and (self.name_like(token) or self.person(token))

    def _titled_run(self, at: int) -> int:
        """End of a name after a title; its second word need not be known: Mrs Ivy Tan."""
        end = self.run(at)
        second = self.get(end)
        if end > at + 1 or second is None or not (second.glued and second.capital):
            return end
        other = second.lower in self.lists.common or second.lower in BRANDS | CALENDAR | PLACES
        return end if other or second.initial else end + 1

    def _introduced(self, at: int) -> bool:
        token = self.tokens[at]
        if at == 0 or token.lower in CALENDAR:
            return False
        if self._labelled(at) or self._introduction(at):
            listed = token.lower in self.lists.first or self._rather_last(token)
            return listed or self.name_like(token)
        if self._greeted(at):
            return self.name_like(token) or self.person(token)
        if token.glued and self.before(at, 2) in SELF:
            return self.person(token)
        return self._in_role(at) or self._signs(at)

    def _in_role(self, at: int) -> bool:
        token, role = self.tokens[at], self.tokens[at - 1]
        titled = role.capital and not role.opens
        if role.lower not in ROLES or titled or token.lower in {"can", "will"}:
            return False
        unknown = token.gap in {"", "("} and self.unknown(token) and not token.initial
        near = token.gap in {"", ",", "("}
        return unknown or (near and (self.person(token) or self._doubled(at)))

    def _rather_last(self, token: Token) -> bool:
        """A surname that is no frequent word."""
        return self.lists.is_last(token.lower) and token.lower not in self.lists.common

    def _doubled(self, at: int) -> bool:
        """Whether an unknown capitalised word follows: customer Mo Farouk."""
        token, second = self.tokens[at], self.get(at + 1)
        if second is None or not (second.glued and second.capital):
            return False
        return len(token.text) <= _SHORT and self.unknown(second)

    def _related(self, at: int) -> bool:
        """Whether kin or a first name beside an unknown word make it a name: Bex's mum."""
        token = self.tokens[at]
        owned = tuple(t.lower for t in self.tokens[at + 1 : at + 3])
        if owned[:1] == ("s",) and owned[1:] and owned[1] in KIN:
            return self.unknown(token) or token.lower in GIVEN
        joined = token.gap == "&" or (token.glued and self.before(at, 1) == ("and",))
        first = self.get(at - 1 if token.gap == "&" else at - 2)
        if first is not None and first.lower == "s":
            first = self.get(at - 3)
        coupled = joined and first is not None and first.capital and self.plain(first)
        return coupled and self.unknown(token) and not token.initial

    def _greeted(self, at: int) -> bool:
        token, before = self.tokens[at], self.tokens[at - 1]
        return before.lower in GREETINGS and token.glued and before.opens

    def _labelled(self, at: int) -> bool:
        return self.tokens[at].gap == ":" and self.tokens[at - 1].lower in LABELS

    def _introduction(self, at: int) -> bool:
        near = self.tokens[at].gap in {"", "/"}
        return near and (self.before(at, 2) in INTRODUCTIONS or self.before(at, 1) in INTRODUCTIONS)

    def _signs(self, at: int) -> bool:
        """Whether the word begins a signature: after a closing word, up to the end of the line."""
        token, before = self.tokens[at], self.tokens[at - 1]
        if before.lower not in CLOSINGS or token.gap not in {",", "\n"}:
            return False
        following = self.get(self.run(at))
        if following is not None and following.glued and following.lower in KISSES:
            following = self.get(self.run(at) + 1)
        return following is None or following.gap == "\n"

    # -- names by themselves -------------------------------------------------------------------

    def _uncued_name(self, at: int) -> int:
        token = self.tokens[at]
        before = self.before(at, 1)
        placed = token.glued and bool(before) and before[0] in PLACED
        end = self.run(at)
        if self._names_place(at, end):
            return at
        if token.initial:
            return end if end > at + 1 and self._initialled(at) else at
        if self.plain(token):
            return at if placed and end == at + 1 else end
        if end > at + 1 and self._first_and_last(at):
            return end
        sure = self._bare_surname(at, before) or self._speaks(at) or self._related(at)
        return end if sure or (self._given(at, end) and not placed) else at

    def _speaks(self, at: int) -> bool:
        token, following = self.tokens[at], self.get(at + 1)
        spoken = following is not None and following.glued and following.lower in SPEECH
        return token.opens and spoken and self.unknown(token)

    def _given(self, at: int, end: int) -> bool:
        """Whether a first name that is also a word is capitalised where no word would be."""
        token, following = self.tokens[at], self.get(end)
        titled = following is not None and following.glued and following.capital
        before = self.tokens[at - 1] if at > 0 else None
        shown = before is not None and (
            before.lower in {"the", "a", "an", "our", "your"}
            or (before.capital and not before.opens)
        )
        return token.lower in GIVEN and not token.opens and not titled and not shown

    def _first_and_last(self, at: int) -> bool:
        """Whether an ambiguous or unknown first name is made a name by the surname after it."""
        token, second = self.tokens[at], self.tokens[at + 1]
        if token.lower in CALENDAR and token.lower not in WORD_LIKE:
            return False
        sure = self.surname(second) or (second.capital and self._rather_last(second))
        if self.possible_first(token):
            return sure or (second.initial and not token.opens)
        return sure and self.unknown(token) and not token.opens

    def _bare_surname(self, at: int, before: tuple[str, ...]) -> bool:
        token = self.tokens[at]
        if self._household(at):
            return self.lists.is_last(token.lower) and token.lower not in self.lists.common
        if before == ("the",) and self.unknown(token) and self._belongs(at):
            return True
        if token.glued and before and before[0] in MOVED:
            return False
        if token.lower in PLAIN_SURNAMES:
            following = self.get(at + 1)
            return bool(following and following.glued and following.lower in SPEECH)
        return self.lists.is_last(token.lower) and (
            token.lower in self.lists.rare_last or ("-" in token.text and self.unknown(token))
        )

    def _belongs(self, at: int) -> bool:
        """Whether "the" and what follows make a surname: the Lindqvist booking, the Rossis."""
        token, following = self.tokens[at], self.get(at + 1)
        if following is not None and following.glued and following.lower in BELONGINGS:
            return self.lists.is_last(token.lower)
        return token.lower.endswith("s") and self.lists.is_last(token.lower[:-1])

    def _household(self, at: int) -> bool:
        following = self.get(at + 1)
        return following is not None and following.glued and following.lower in HOUSEHOLDS

    def _initialled(self, at: int) -> bool:
        last = next((t for t in self.tokens[at + 1 :] if not t.initial), None)
        if last is None or not last.capital or last.lower in PLACES:
            return False
        return self.name_like(last) or self._rather_last(last)

    def _names_place(self, at: int, end: int) -> bool:
        following = self.get(end)
        inside = any(t.lower in PLACES for t in self.tokens[at + 1 : end])
        before = self.before(at, 1)
        saint = bool(before) and before[0] in {"st", "saint"} and self.close(at)
        return inside or saint or bool(following and following.glued and following.lower in PLACES)
