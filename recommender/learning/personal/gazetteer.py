"""Which words are first names, surnames or plain English: read once, from packages that ship them.

First names and surnames come from Faker's lists (MIT), words from SymSpell's English frequency
dictionary (MIT). Both lie on disk; nothing is fetched.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules
from typing import Final

from recommender.learning.personal.words import BRANDS, CALENDAR, PLAIN_SURNAMES, WORD_LIKE

_ENGLISH: Final = ("en_GB", "en_US", "en_IE", "en_NZ", "en_IN", "en_PK", "en_KE", "en_NG")
_DICTIONARY: Final = "frequency_dictionary_en_82_765.txt"
_SHORTEST: Final = 4
"""Letters below which a name from a list of another language is not trusted alone."""
_COMMON: Final = 3000
"""Words so frequent that not even an introduction makes a rare first name of them."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """What is known about single words, all lower case.

    `plain` holds first names that hardly mean anything else, `first` all first names, `last` all
    surnames, `rare_last` those that no dictionary knows, `words` plain English and `common`
    its most frequent words.
    """

    plain: frozenset[str]
    first: frozenset[str]
    last: frozenset[str]
    rare_last: frozenset[str]
    words: frozenset[str]
    common: frozenset[str]

    def is_word(self, word: str) -> bool:
        """Whether a word, or each part of a hyphenated one, is plain English or an abbreviation."""
        return all(len(part) <= 2 or part in self.words for part in word.split("-"))  # noqa: PLR2004

    def is_first(self, word: str) -> bool:
        """Whether a word could be a first name at all."""
        return _any_part(word, self.first)

    def is_last(self, word: str) -> bool:
        """Whether a word could be a surname."""
        return _any_part(word, self.last)


@cache
def gazetteer() -> Gazetteer:
    """The lists, read on first use (about a third of a second)."""
    english_first, english_last = _names(_ENGLISH)
    first, last = _names(_locales())
    ranked = _dictionary()
    words = set(ranked)
    plain = {w for w in first - words if len(w) >= _SHORTEST} | english_first
    return Gazetteer(
        plain=frozenset(w for w in plain - WORD_LIKE - BRANDS - CALENDAR if len(w) > 2),  # noqa: PLR2004
        first=frozenset(first - CALENDAR),
        last=frozenset(last | PLAIN_SURNAMES),
        rare_last=frozenset(w for w in english_last - words - BRANDS if len(w) >= _SHORTEST),
        words=frozenset(words | CALENDAR | BRANDS),
        common=frozenset(ranked[:_COMMON]),
    )


def _any_part(word: str, known: frozenset[str]) -> bool:
    return word in known or any(part in known for part in word.split("-") if len(part) > 2)  # noqa: PLR2004


def _locales() -> tuple[str, ...]:
    package = import_module("faker.providers.person")
    return tuple(module.name for module in iter_modules(package.__path__))


def _names(locales: tuple[str, ...]) -> tuple[set[str], set[str]]:
    """First names and surnames of some locales, lower case, in Latin script."""
    first: set[str] = set()
    last: set[str] = set()
    for locale in locales:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for attribute in dir(provider):
            target = first if attribute.startswith("first_names") else last
            listed = getattr(provider, attribute)
            if attribute.startswith(("first_names", "last_names")) and isinstance(listed, Iterable):
                target.update(listed)
    return _latin(first), _latin(last)


def _latin(names: set[str]) -> set[str]:
    """Single names in Latin script, lower case, with and without their accents."""
    found = {name.lower() for name in names if name.isascii() and " " not in name}
    for name in names:
        if not name.isascii() and " " not in name:
            bare = "".join(c for c in unicodedata.normalize("NFD", name) if not _is_accent(c))
            if bare.isascii():
                found |= {name.lower(), bare.lower()}
    return found


def _is_accent(character: str) -> bool:
    return unicodedata.category(character) == "Mn"


def _dictionary() -> list[str]:
    """English words, the most frequent first."""
    text = files("symspellpy").joinpath(_DICTIONARY).read_text(encoding="utf-8-sig")
    entries = [line.split() for line in text.splitlines()]
    return [word for word, count in sorted(entries, key=lambda entry: -int(entry[1]))]
