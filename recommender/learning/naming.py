"""First names for found groups, from the cases' own words; no language model.

A name is "action: condition, condition" in at most seven words: what was granted, and the phrases
that are common inside the group and rare outside. The same cases always give the same names.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from recommender.learning.filler import everyday_words

MOST_WORDS = 7
PHRASES = 2
LONGEST_PHRASE = 3
LEAST_SHARE = 0.15
NEAR_BEST = 0.35
HOLDS_TOGETHER = 0.45
DOMINANT = 0.5
SHOWN = 3

_PLACEHOLDER = re.compile(r"\[[^\]]*\]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.,;:!?()\n/]+")
_INNER = frozenset({"of", "out", "to", "in", "for", "at", "on"})
_SAYS_NOTHING = frozenset({"other", "none", "unknown", "misc"})

Floats = npt.NDArray[np.float32]
Phrase = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NamedGroup:
    """A group's first name, the terms behind it, and the cases that show it best, by row.

    Attributes
    ----------
    terms : contrastive phrases, the best first
    representatives : the members most like the others
    borderline : the members least like the others
    nearest_outside : cases outside most like the members
    """

    name: str
    terms: tuple[str, ...]
    representatives: tuple[int, ...]
    borderline: tuple[int, ...]
    nearest_outside: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class NamingInput:
    """What names are made of: one entry a case, redacted texts only.

    Attributes
    ----------
    texts : the case's words (situation and reason); empty where there are none
    actions : what was granted, coarsely; empty where nobody gave any
    facts : names of the typed facts
    """

    texts: Sequence[str]
    actions: Sequence[str | None] = ()
    facts: Sequence[Collection[str]] = ()


def name_groups(
    groups: Sequence[Sequence[int]],
    given: NamingInput,
    similarity: Floats,
    *,
    taken: Collection[str] = (),
) -> tuple[NamedGroup, ...]:
    """Name every group, no two alike and none as in `taken`.

    Parameters
    ----------
    groups : the rows of each group
    given : NamingInput
    similarity : float array of shape (n, n)
    taken : names that already belong to others

    Returns
    -------
    tuple of NamedGroup, in the order of `groups`
    """
    terms = contrastive_terms(groups, given.texts)
    used = {name.casefold() for name in taken}
    named = []
    for rows, phrases in zip(groups, terms, strict=True):
        name = next(n for n in _candidate_names(rows, phrases, given) if n.casefold() not in used)
        used.add(name.casefold())
        inside, outside = _by_likeness(rows, similarity)
        named.append(
            NamedGroup(
                name=name,
                terms=phrases,
                representatives=inside[:SHOWN],
                borderline=inside[::-1][: min(SHOWN, max(len(inside) - SHOWN, 0))],
                nearest_outside=outside[:SHOWN],
            )
        )
    return tuple(named)


def contrastive_terms(
    groups: Sequence[Sequence[int]], texts: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    """Phrases common inside each group and rare outside, the best first, no word twice.

    A group that speaks most clearly of a word has it, and its siblings use others; a group that
    is left without any shares its best.
    """
    documents = [_phrases(text) for text in texts]
    everywhere = Counter(phrase for document in documents for phrase in document)
    inside = [Counter(p for row in rows for p in documents[row]) for rows in groups]
    bids = sorted(
        (
            (-_contrast(counts[p], len(rows), everywhere[p], len(texts)), p, number)
            for number, (rows, counts) in enumerate(zip(groups, inside, strict=True))
            for p in counts
            if len(p) == 1 and counts[p] >= max(2, LEAST_SHARE * len(rows))
        ),
    )
    chosen: list[list[str]] = [[] for _ in groups]
    best: dict[int, float] = {}
    spoken: set[str] = set()
    for cost, word, number in bids:
        best.setdefault(number, -cost)
        enough = cost < 0 and -cost >= NEAR_BEST * best[number]
        if enough and stem(word[0]) not in spoken and len(chosen[number]) <= PHRASES:
            phrase = _grown(word, inside[number], spoken)
            spoken |= {stem(part) for part in phrase}
            chosen[number].append(" ".join(phrase))
    for cost, word, number in bids:
        if not chosen[number] and cost < 0:
            chosen[number].append(" ".join(_grown(word, inside[number], frozenset())))
    return tuple(tuple(phrases) for phrases in chosen)


def stem(word: str) -> str:
    """Bring the plain forms of an English word together: returns, returned, returning."""
    for ending in ("ings", "ing", "ied", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004
            word = word[: -len(ending)]
            break
    word = word.rstrip("e")
    return word[:-1] if word[-2:-1] == word[-1:] else word


def _contrast(inside: int, size: int, everywhere: int, total: int) -> float:
    """Share inside times the log of how much more frequent it is there than elsewhere."""
    elsewhere = (everywhere - inside + 0.5) / (total - size + 1)
    share = inside / size
    return share * log(share / elsewhere)


def _grown(word: Phrase, counts: Counter[Phrase], spoken: AbstractSet[str]) -> Phrase:
    """Take the longest phrase around a word in which most of its uses stand."""
    around = [
        p
        for p in counts
        if len(p) > 1
        and word[0] in p
        and counts[p] >= max(2, HOLDS_TOGETHER * counts[word])
        and not any(stem(part) in spoken for part in p if part not in everyday_words())
    ]
    return max(around, key=lambda p: (len(p) * counts[p], p), default=word)


def _phrases(text: str) -> frozenset[Phrase]:
    """Runs of one to three words inside a clause of a sentence that begin and end with content."""
    return frozenset(_runs(_PLACEHOLDER.sub(" . ", text.casefold())))


def _runs(text: str) -> Iterator[Phrase]:
    empty = everyday_words()
    for piece in _SENTENCE_END.split(text):
        words = [word.replace("’", "'") for word in _WORD.findall(piece)]
        for start in range(len(words)):
            for length in range(1, LONGEST_PHRASE + 1):
                run = tuple(words[start : start + length])
                if len(run) == length and _readable(run, empty):
                    yield run


def _readable(run: Phrase, empty: AbstractSet[str]) -> bool:
    """Content words, joined at most by a word such as "of"."""
    content = [run[0], run[-1], *(word for word in run[1:-1] if word not in _INNER)]
    return all(len(w) > 2 and "'" not in w and w not in empty for w in content)  # noqa: PLR2004


def _candidate_names(
    rows: Sequence[int], phrases: Sequence[str], given: NamingInput
) -> Iterator[str]:
    """Names for one group, the best first; the last are numbered and never run out."""
    action = _dominant(given.actions, rows)
    lead = "" if action is None else _spoken(action)
    said = {stem(word) for word in lead.split()}
    fresh = [p for p in phrases if not {stem(word) for word in p.split()} <= said]
    first = _composed(lead, fresh[:PHRASES])
    yield first
    yield _composed(lead, fresh)
    yield _composed(lead, [*fresh[:1], _spoken(_common_fact(rows, given.facts))])
    number = 2
    while True:
        yield f"{first} ({number})"
        number += 1


def _composed(lead: str, about: Sequence[str]) -> str:
    """Put action and phrases together, dropping what would make the name too long."""
    room = MOST_WORDS - len(lead.split())
    kept: list[str] = []
    for phrase in about:
        words = len(phrase.split())
        if phrase and words <= room:
            kept.append(phrase)
            room -= words
    body = ", ".join(kept)
    name = f"{lead}: {body}" if lead and body else lead or body or "Unnamed kind"
    return name[0].upper() + name[1:]


def _spoken(key: str) -> str:
    return " ".join(re.split(r"[_\s]+", key.strip())).lower()


def _dominant(values: Sequence[str | None], rows: Sequence[int]) -> str | None:
    """Give the value of more than half of the rows that have one."""
    counts = Counter(v for row in rows if values and (v := values[row]) is not None)
    if not counts:
        return None
    value = min(counts, key=lambda v: (-counts[v], v))
    says_something = value.casefold() not in _SAYS_NOTHING
    return value if says_something and counts[value] > DOMINANT * counts.total() else None


def _common_fact(rows: Sequence[int], facts: Sequence[Collection[str]]) -> str:
    counts = Counter(name for row in rows if facts for name in facts[row])
    return min(counts, key=lambda name: (-counts[name], name), default="")


def _by_likeness(
    rows: Sequence[int], similarity: Floats
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Members and outsiders, each from the most to the least like the members; ties by row."""
    members = np.array(sorted(rows), dtype=np.intp)
    likeness = similarity[:, members].mean(axis=1)
    inside = members[np.argsort(-likeness[members], kind="stable")]
    others = np.setdiff1d(np.arange(len(similarity)), members)
    outside = others[np.argsort(-likeness[others], kind="stable")]
    return tuple(inside.tolist()), tuple(outside.tolist())
