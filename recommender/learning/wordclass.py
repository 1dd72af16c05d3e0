"""What a word can be in an English phrase, read from how English uses it; no tagger is needed.

SymSpell's list of frequent word pairs (MIT, installed with redaction's word list) says what stands
before and after a word: articles stand before nouns, "to" before verbs, "is" before qualities.
Words that the list does not know are judged by their ending.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Flag, auto
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from recommender.learning.filler import everyday_words, words_of

_PAIRS: Final = "frequency_bigramdictionary_en_243_342.txt"


class Role(Flag):
    """The parts that a word can play; a word may have several, or none."""

    NONE = 0
    THING = auto()
    ACT = auto()
    QUALITY = auto()
    PARTICIPLE = auto()
    ARTICLE = auto()
    LINK = auto()


CONTENT: Final = Role.THING | Role.ACT | Role.QUALITY | Role.PARTICIPLE
_ARTICLES: Final = words_of("""
a an another any each every her his its my no our some that the their these this those your
""")
_ASKING: Final = words_of("can i please to we you")
_EVERYDAY_ACTS: Final = words_of("""
bring call find get give keep make put send set show sign start take use
""")
_AUXILIARIES: Final = words_of("""
am and are be been can could did do does had has have if is may might must or should to was were
will would
""")
_AS_ARTICLES: Final = words_of("new old other own same whole")
LINKS: Final = words_of("""
after against at before behind between by during for from in into of off on out over since to under
until with without
""")
_LEADING_ON: Final = LINKS | _ARTICLES | _AUXILIARIES
_BEFORE_VERBS: Final = words_of("can i not they to we who will would you")
_BEFORE_QUALITIES: Final = words_of("are be been being had has have is more very was were")
_AFTER_THINGS: Final = words_of("and are at for from has in is of on that to was with")
_AFTER_VERBS: Final = words_of("a an her his it me my the their them this us you your")
_QUALITY_ENDING: Final = re.compile(r".{3,}(?:ous|ful|able|ible|ive|less|ish|est|ier)")

_OFTEN: Final = 0.3
_VERB: Final = 0.2
_PLAIN_VERB: Final = 0.35
"""Share after "to", "will", "not" from which a word alone is hardly understood as a thing."""
_QUALITY: Final = 0.015
_SURE_QUALITY: Final = 0.4
_ENDS_PHRASES: Final = 0.45
_SOMETIMES_THING: Final = 0.12
_NOUN_LIKE: Final = 0.1
"""Share behind articles from which even an everyday word is often a thing."""
_SHORTEST: Final = 3


@dataclass(frozen=True, slots=True)
class _Usage:
    """Shares of a word's uses: before it an article, a verb's companion, a quality's; after it."""

    article: float = 0
    verb: float = 0
    quality: float = 0
    ends: float = 0
    takes: float = 0


_UNKNOWN: Final = _Usage()


@cache
def role(word: str) -> Role:
    """Say what a lower-case word can be; everyday words and splinters are nothing."""
    if word in _ARTICLES:
        return Role.ARTICLE
    if word in LINKS:
        return Role.LINK
    if word in everyday_words() or len(word) < _SHORTEST or "'" in word:
        return Role.NONE
    return _content_role(word, _usages().get(word))


def roles(words: Sequence[str]) -> list[Role]:
    """Say what each word of a piece of text is there.

    "New" and its like say as little as an article. Behind an article stands a thing, where nothing
    follows that it could qualify ("a dependent"); between "to" and an article an act, even an
    everyday one ("to file a claim", "to get a quote").
    """
    alone = [Role.ARTICLE if word in _AS_ARTICLES else role(word) for word in words]
    return [_among(at, words, alone) for at in range(len(words))]


def _among(at: int, words: Sequence[str], alone: Sequence[Role]) -> Role:
    before = alone[at - 1] if at else Role.NONE
    after = alone[at + 1] if at + 1 < len(words) else Role.NONE
    if before is Role.ARTICLE and alone[at] is Role.QUALITY and not after & CONTENT:
        return Role.THING if _usage(words[at]).ends > _ENDS_PHRASES else Role.QUALITY
    asked_to = at > 0 and words[at - 1] in _ASKING and after is Role.ARTICLE
    doing = words[at] in _EVERYDAY_ACTS or Role.THING in alone[at]
    return Role.ACT if asked_to and doing else alone[at]


def leads_on(word: str) -> bool:
    """Whether a phrase that ends with a word waits for more: "how many times does"."""
    return word in _LEADING_ON


def ends_phrases(word: str) -> bool:
    """Whether something said can end with a word, an everyday thing included."""
    return bool(role(word) & CONTENT) or _usage(word).article > _NOUN_LIKE


def stands_alone(word: str) -> bool:
    """Whether a word is understood as a thing without another beside it."""
    return Role.THING in role(word) and _usage(word).verb <= _PLAIN_VERB


def _usage(word: str) -> _Usage:
    return _usages().get(word, _UNKNOWN)


def _is_participle(word: str, usage: _Usage) -> bool:
    if word.endswith("ing"):
        return usage.article < _OFTEN
    return word.endswith("ed") and not word.endswith("eed") and len(word) > len("shed")


def _content_role(word: str, known: _Usage | None) -> Role:
    usage = known or _UNKNOWN
    if word.endswith("ly") and usage.article < _OFTEN:
        return Role.NONE
    if _is_participle(word, usage):
        return Role.PARTICIPLE
    if known is None:
        return Role.QUALITY if _QUALITY_ENDING.fullmatch(word) else Role.THING
    return _role_by(usage)


def _role_by(usage: _Usage) -> Role:
    if usage.quality > _SURE_QUALITY:
        return Role.QUALITY
    found = Role.NONE
    if usage.verb > _VERB or (usage.takes > _OFTEN and usage.article < _OFTEN):
        found |= Role.ACT
    said_of_things = usage.quality > _QUALITY and usage.verb < _OFTEN
    if said_of_things and (usage.ends < _ENDS_PHRASES or usage.quality > _VERB):
        found |= Role.QUALITY
    if not found or (found is Role.ACT and usage.article > _SOMETIMES_THING):
        found |= Role.THING
    return found


@cache
def _usages() -> Mapping[str, _Usage]:
    """Read the list of pairs once (about half a second)."""
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in ("article", "verb", "quality", "ends", "takes")
    }
    text = files("symspellpy").joinpath(_PAIRS).read_text(encoding="utf-8-sig")
    for line in text.splitlines():
        first, second, number = line.split()
        count = int(number)
        before[second] += count
        after[first] += count
        if first in _ARTICLES or first == "of":
            counts["article"][second] += count
        elif first in _BEFORE_VERBS:
            counts["verb"][second] += count
        elif first in _BEFORE_QUALITIES:
            counts["quality"][second] += count
        if second in _AFTER_THINGS:
            counts["ends"][first] += count
        elif second in _AFTER_VERBS:
            counts["takes"][first] += count
    totals = {"article": before, "verb": before, "quality": before, "ends": after, "takes": after}
    return MappingProxyType(
        {
            word: _Usage(**{n: counts[n][word] / max(totals[n][word], 1) for n in counts})
            for word in before.keys() | after.keys()
        }
    )
