"""The phrases that a text really contains: things, acts on things, things that something befell.

A phrase is kept without its articles ("cancelled my order" and "cancelled the order" are one), in
lower case, up to five words long. Placeholders of personal data end a phrase, as a comma does.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from recommender.learning.filler import everyday_words, stem
from recommender.learning.personal.gazetteer import gazetteer
from recommender.learning.personal.words import TITLES
from recommender.learning.wordclass import CONTENT, LINKS, Role, role, roles, stands_alone

Phrase = tuple[str, ...]

LONGEST: Final = 5
_REACH: Final = 7
"""Words that a phrase may span in the text, articles included."""
_PLACEHOLDER: Final = re.compile(rf"(?i)(?:\b(?:{'|'.join(sorted(TITLES))})\b\.?\s*)?\[[^\]]*\]")
"""What stands for somebody, with the title before it."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PIECE_END: Final = re.compile(r"[.,;:!?()\n/\"“”–—…+*]+|\s-\s|\d+")


@dataclass(frozen=True, slots=True)
class Use:
    """How often a text says a phrase, and how often nothing belongs to it any more after it."""

    times: int
    whole: int


def pieces(text: str) -> Iterator[list[str]]:
    """Give the words of a text in lower case, piece by piece between its stops and numbers."""
    for piece in _PIECE_END.split(_PLACEHOLDER.sub(" . ", text)):
        words = [word.replace("’", "'").casefold() for word in _WORD.findall(piece)]
        if words:
            yield words


def stems_of(text: str) -> frozenset[str]:
    """Give the stems of all content words of a text."""
    return frozenset(s for piece in piece_stems(text) for s in piece)


def piece_stems(text: str) -> list[frozenset[str]]:
    """Give the stems of the content words of each piece of a text."""
    return [
        frozenset(stem(word) for word in words if role(word) & CONTENT) for words in pieces(text)
    ]


def content(phrase: Sequence[str]) -> tuple[str, ...]:
    """Give the stems of a phrase's words without everyday words and those that link."""
    empty = everyday_words()
    return tuple(stem(word) for word in phrase if word not in LINKS and word not in empty)


def says(text: str, term: str) -> bool:
    """Whether a text says a term: word for word, or its content words in one piece in any form."""
    if f" {term.casefold()} " in f" {' '.join(word for words in pieces(text) for word in words)} ":
        return True
    wanted = frozenset(stem(word) for word in term.casefold().split() if role(word) & CONTENT)
    return bool(wanted) and any(wanted <= piece for piece in piece_stems(text))


def phrases(text: str) -> dict[Phrase, Use]:
    """Give the phrases of a text that can stand alone, each with its use.

    No phrase holds a word twice or a word that is a person's name.
    """
    times: Counter[Phrase] = Counter()
    whole: Counter[Phrase] = Counter()
    for words in pieces(text):
        for phrase, ends in _runs(words):
            times[phrase] += 1
            whole[phrase] += ends
    return {
        phrase: Use(times[phrase], whole[phrase])
        for phrase in times
        if _distinct(phrase) and not names_a_person(phrase)
    }


def _runs(words: Sequence[str]) -> Iterator[tuple[Phrase, bool]]:
    parts = roles(words)
    for start, first in enumerate(parts):
        if first & CONTENT:
            yield from _runs_from(start, words, parts)


def _runs_from(
    start: int, words: Sequence[str], parts: Sequence[Role]
) -> Iterator[tuple[Phrase, bool]]:
    kept: list[int] = []
    for at in range(start, min(len(words), start + _REACH)):
        if parts[at] is Role.ARTICLE and kept and _takes_article(parts[kept[-1]]):
            continue
        if not parts[at] & (CONTENT | Role.LINK) or len(kept) == LONGEST:
            return
        kept.append(at)
        if parts[at] is not Role.LINK and _can_stand([parts[k] for k in kept]):
            phrase = tuple(words[k] for k in kept)
            if len(phrase) > 1 or stands_alone(phrase[0]):
                yield phrase, _ends(parts, at)


def _takes_article(before: Role) -> bool:
    return bool(before & (Role.LINK | Role.ACT | Role.PARTICIPLE))


def _ends(parts: Sequence[Role], at: int) -> bool:
    """Whether the next word begins something else rather than going on with the same thing."""
    after = parts[at + 1] if at + 1 < len(parts) else Role.NONE
    return after is not Role.THING and after is not Role.QUALITY


def _can_stand(parts: Sequence[Role]) -> bool:
    links = [at for at, one in enumerate(parts) if one is Role.LINK]
    if len(links) > 1:
        return False
    if links:
        first, second = parts[: links[0]], parts[links[0] + 1 :]
        return _is_thing(second) and (_is_thing(first) or _is_act(first))
    befallen = len(parts) > 1 and parts[-1] is Role.PARTICIPLE and _is_thing(parts[:-1])
    return _is_thing(parts) or (len(parts) > 1 and _is_act(parts)) or befallen


def _is_thing(parts: Sequence[Role]) -> bool:
    """A noun at the end, and before it only what can qualify it."""
    qualifying = Role.THING | Role.QUALITY | Role.PARTICIPLE
    return Role.THING in parts[-1] and all(one & qualifying for one in parts[:-1])


def _is_act(parts: Sequence[Role]) -> bool:
    """A verb, and after it the thing that it is done to."""
    acts = bool(parts[0] & (Role.ACT | Role.PARTICIPLE))
    return acts and (len(parts) == 1 or _is_thing(parts[1:]))


def _distinct(phrase: Phrase) -> bool:
    stems = content(phrase)
    return len(set(stems)) == len(stems)


def names_a_person(words: Sequence[str]) -> bool:
    """Whether a person's name is among lower-case words."""
    lists = gazetteer()
    return any(word in lists.plain or word in lists.rare_last for word in words)
