"""What sets each group apart: phrases of its own cases and its facts, scored against the others.

Two measures are added. By words: how much more often the group's cases say a phrase's words than
its siblings' and all other cases. By meaning, where an encoder is given: how much nearer the phrase
lies to the group's cases than to the other groups'; the cases that say it word for word are left
out, so that one case's own phrase gains nothing from that case.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import log, sqrt
from typing import Final

import numpy as np

from recommender.learning.casewords import SEVERAL, Casebase, Fact, GroupWords
from recommender.learning.factwords import fact_words, told, valued
from recommender.learning.filler import stem
from recommender.learning.phrases import Phrase, content
from recommender.learning.showing import Floats
from recommender.learning.spelling import Spelling
from recommender.learning.wordclass import CONTENT, role

Embed = Callable[[Sequence[str]], Floats]

POOL: Final = 60
"""Phrases a group that are weighed by meaning."""
_WORDS: Final = 0.6
"""What words weigh beside meaning."""
_SIBLINGS: Final = 0.3
"""What the nearest sibling weighs beside all other groups."""
_SAID_ONCE: Final = 0.6
_FACTS: Final = 0.5
_CARRIED: Final = 0.4
"""Share of a group's cases with facts that carry a fact of the group's own."""
_SAME_VALUE: Final = 0.6
"""Share of a fact's carriers with one and the same value."""
_FEW: Final = 3
"""Phrases below which whole sayings of the cases are weighed beside them."""
_FAR_BELOW: Final = 2.0
_DECIMALS: Final = 6


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What the cases mean, and how to learn what a phrase means.

    Attributes
    ----------
    vectors : float array of shape (n, d), unit rows
    embed : texts -> unit vectors of the same space, shape (len(texts), d)
    """

    vectors: Floats
    embed: Embed
    _known: dict[str, Floats] = field(default_factory=dict, repr=False)

    def of(self, words: Collection[str]) -> Mapping[str, Floats]:
        """Give the unit vectors of phrases; each is embedded once."""
        missing = sorted({*words} - self._known.keys())
        if missing:
            self._known.update(zip(missing, self.embed(missing), strict=True))
        return self._known


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A phrase that may stand in a group's name.

    Attributes
    ----------
    phrase : lower case, as most cases say it
    score : how well it sets the group apart, comparable within the group
    rows : cases that say it word for word
    cases : how many say it in any form
    fact : the fact that it speaks of; None for the cases' own words
    saying : whether it is a whole saying of the cases rather than a phrase
    vague : whether it only names a fact, and so says of the cases that they carry it
    """

    phrase: Phrase
    score: float
    rows: tuple[int, ...] = ()
    cases: int = 0
    fact: Fact | None = None
    vague: bool = False
    saying: bool = False

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(content(self.phrase))

    @property
    def words(self) -> str:
        """The phrase as it is shown."""
        return " ".join(self.phrase)


class Distinctive:
    """Finds what sets groups apart from their siblings and from all other cases.

    The rows of each group stand the most typical first; `siblings` are numbers of groups; `clauses`
    are the words of the clause that each group defies, empty where it defies none.
    """

    def __init__(
        self,
        base: Casebase,
        groups: Sequence[Sequence[int]],
        siblings: Sequence[Collection[int]],
        clauses: Sequence[str] = (),
    ) -> None:
        everybody = range(len(base))
        self._cases = len(base)
        self._groups = [GroupWords(base, rows) for rows in groups]
        self._siblings = siblings
        self._clauses = clauses or [""] * len(groups)
        self._everywhere = Counter(word for stems in base.stems for word in stems)
        self._spelling = Spelling(self._everywhere)
        self._several = base.of_several(everybody)
        self._facts = Counter(fact for row in everybody for fact in base.carried(row))
        self._telling = base.telling(everybody)

    def candidates(self, meaning: Meaning | None) -> list[list[Candidate]]:
        """Give every group's candidates, the best first, with scores between 0 and 1."""
        found = [self._by_words(number) for number in range(len(self._groups))]
        if meaning is None:
            return [_ranked(each, _shares_of_best(each)) for each in found]
        told = meaning.of({one.words for each in found for one in each})
        centres = [meaning.vectors[list(group.rows)].mean(axis=0) for group in self._groups]
        return [
            self._by_meaning(number, each, told, centres, meaning.vectors) if each else []
            for number, each in enumerate(found)
        ]

    def _by_words(self, number: int) -> list[Candidate]:
        group = self._groups[number]
        beside = [self._groups[other] for other in self._siblings[number]]
        found: dict[Phrase, Candidate] = {}
        for one in [*self._phrases(group, beside), *self._fact_phrases(number, beside)]:
            if one.phrase not in found or one.score > found[one.phrase].score:
                found[one.phrase] = one
        if len(found) < _FEW:
            sayings = self._sayings(group)
            least = SEVERAL if found else 1
            found = {one.phrase: one for one in sayings if one.cases >= least} | found
        return _ranked(list(found.values()), [one.score for one in found.values()])[:POOL]

    def _phrases(self, group: GroupWords, beside: Sequence[GroupWords]) -> list[Candidate]:
        worth = {
            word: _contrast(
                (count, len(group.rows)),
                (self._everywhere[word], self._cases),
                [_rate(other.counts[word], len(other.rows)) for other in beside],
            )
            for word, count in group.counts.items()
        }
        return [
            Candidate(
                phrase=said.phrase,
                rows=said.rows,
                cases=said.cases,
                score=_phrase_score([worth[stem] for stem in said.stems], said.cases, group),
            )
            for said in group.said()
            if self._may_be_told(said.phrase, group)
        ]

    def _sayings(self, group: GroupWords) -> list[Candidate]:
        """Give whole pieces of the cases, for groups whose words are all everyday ones."""
        return [
            Candidate(
                phrase=said.phrase,
                rows=said.rows,
                cases=said.cases,
                score=said.cases / len(group.rows),
                saying=True,
            )
            for said in group.sayings()
            if self._may_be_told(said.phrase, group)
        ]

    def _may_be_told(self, phrase: Phrase, group: GroupWords) -> bool:
        """Whether no word of a phrase is one case's, one person's, or a slip of the pen."""
        return all(
            stem(word) in self._several or stem(word) in group.own or not role(word) & CONTENT
            for word in phrase
        ) and all(self._spelling.knows(word) for word in phrase)

    def _fact_phrases(self, number: int, beside: Sequence[GroupWords]) -> list[Candidate]:
        found: list[Candidate] = []
        group = self._groups[number]
        for fact, count in group.facts.items():
            name, value = fact
            usual = _CARRIED * group.telling
            if value is not None:
                usual = max(usual, _SAME_VALUE * group.facts[name, None])
            score = _FACTS * _contrast(
                (count, group.telling),
                (self._facts[fact], self._telling),
                [_rate(other.facts[fact], other.telling) for other in beside],
            )
            if score > 0 and count >= max(SEVERAL, usual):
                found += self._fact_phrase(fact, score, number)
        return found

    def _fact_phrase(self, fact: Fact, score: float, number: int) -> Iterator[Candidate]:
        """Give a fact as a condition; by its name alone, vaguely, where it can be none."""
        name, value = fact
        if value is not None:
            phrase = valued(name, value)
        else:
            phrase = told(name, self._groups[number].values(name), self._clauses[number])
        one = Candidate(phrase=phrase or fact_words(name), score=score, fact=fact, vague=not phrase)
        if one.phrase:
            yield one

    def _by_meaning(
        self,
        number: int,
        candidates: Sequence[Candidate],
        told: Mapping[str, Floats],
        centres: Sequence[Floats],
        vectors: Floats,
    ) -> list[Candidate]:
        rows = np.stack([told[one.words] for one in candidates])
        near = rows @ np.stack(centres).T
        away = np.delete(near, number, axis=1)
        nearness = near[:, number]
        for place, one in enumerate(candidates):
            size, saying = len(self._groups[number].rows), list(one.rows)
            if 0 < len(saying) < size:
                rest = centres[number] * size - vectors[saying].sum(axis=0)
                nearness[place] = rows[place] @ rest / (size - len(saying))
        if away.size:
            siblings = sorted(self._siblings[number])
            beside = near[:, siblings].max(axis=1) if siblings else away.mean(axis=1)
            nearness = nearness - _SIBLINGS * beside - (1 - _SIBLINGS) * away.mean(axis=1)
        by_words = np.array([one.score for one in candidates])
        return _ranked(candidates, _spread(_WORDS * _standard(by_words) + _standard(nearness)))


def _ranked(candidates: Sequence[Candidate], scores: Sequence[float] | Floats) -> list[Candidate]:
    """Order candidates by new scores; equal ones by their words."""
    rated = [
        replace(one, score=round(float(score), _DECIMALS))
        for one, score in zip(candidates, scores, strict=True)
    ]
    return sorted(rated, key=lambda one: (-one.score, one.phrase))


def _shares_of_best(candidates: Sequence[Candidate]) -> list[float]:
    best = max((one.score for one in candidates), default=0.0)
    return [one.score / best if best else 1.0 for one in candidates]


def _phrase_score(worths: Sequence[float], cases: int, group: GroupWords) -> float:
    score = sum(sorted(worths)) / sqrt(len(worths))
    if len(worths) == 1:
        return score
    return score + cases / len(group.rows) if cases >= SEVERAL else score * _SAID_ONCE


def _contrast(inside: tuple[int, int], everywhere: tuple[int, int], beside: list[float]) -> float:
    """Share inside times the log of how much more frequent it is there than anywhere else.

    `inside` and `everywhere` are counts with the number of cases; `beside` holds siblings' rates.
    """
    count, size = inside
    if not size:
        return 0.0
    total, cases = everywhere
    share = count / size
    elsewhere = max([(total - count + 0.5) / (cases - size + 1), *beside])
    return share * log(share / elsewhere) if share > elsewhere else 0.0


def _rate(count: int, size: int) -> float:
    return (count + 0.5) / (size + 1)


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9), dtype=np.float32)


def _spread(values: Floats) -> Floats:
    """Bring scores to 0..1; 0 is what lies two deviations below the mean, or lower."""
    low = min(values.min(), values.mean() - _FAR_BELOW * values.std())
    return np.asarray((values - low + 1e-9) / (values.max() - low + 1e-9), dtype=np.float32)
