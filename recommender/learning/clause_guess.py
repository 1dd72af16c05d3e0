"""Which clause is meant: what earlier cases named and what the handbook says, put together.

Five readings of a draft are added up per clause and turned into shares. Three are learnt from
cases: the meaning of the texts (ridge regression), their words, the names of their typed fields
(naive Bayes both). Two are the handbook's own, so that a clause that nobody has named yet can be
found: how near the draft is to its text in meaning, and which rare words they share.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from recommender.learning.filler import everyday_words, stem

Floats = npt.NDArray[np.float32]
Stems = frozenset[str]


class Weights(NamedTuple):
    """What each reading counts for.

    [J] Least log loss over later cases of tests/bench's tuned-on sets, the draft told in part and
    in full; log loss makes the shares mean what they say. Neighbours' clauses as a sixth reading
    bettered nothing there.
    """

    meaning: float = 1.1
    words: float = 0.55
    fields: float = 0.4
    book_meaning: float = 6.0
    book_words: float = 0.4


WEIGHTS: Final = Weights()
RIDGE: Final = 1.0
FLOOR: Final = 0.01
"""A regression's share is taken for this at least, among few cases for one case's share."""
WORD_SMOOTHING: Final = 20.0
FIELD_SMOOTHING: Final = 2.0
"""Words, or fields, as the whole casebase has them, added to each clause's own."""
_PLACEHOLDER: Final = re.compile(r"\[[^\]]*\]")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, kw_only=True)
class Book:
    """What the handbook says, a row a clause.

    Attributes
    ----------
    texts : sequence of k str
        Section title and wording.
    vectors : float array of shape (k, d)
        Their unit vectors.
    facts : sequence of k collections
        Names of the facts that the clause's typed limits ask for.
    """

    keys: Sequence[str]
    texts: Sequence[str]
    vectors: Floats
    facts: Sequence[Collection[str]]


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What one case or draft says.

    `fields` maps the sort of a typed field to its names or values: fact, action, product.
    """

    text: str
    fields: Mapping[str, Collection[str]] = field(default_factory=dict)

    @property
    def names(self) -> Stems:
        """The fields, each with its sort."""
        return frozenset(f"{sort} {name}" for sort, names in self.fields.items() for name in names)

    @property
    def spoken(self) -> Stems:
        """The stems of the text and of the fields."""
        named = " ".join(name for names in self.fields.values() for name in names)
        return stems(f"{self.text} {named.replace('_', ' ')}")


class Guess(NamedTuple):
    """A clause that may be meant; `likely` is 0 to 1, over all clauses of the book 1 together."""

    key: str
    likely: float
    from_cases: int
    """How many cases taught it; 0: the handbook's words alone speak."""


class ClauseGuesser:
    """Learnt from cases that named their clause, it guesses which one a draft means."""

    def fit(
        self,
        views: Mapping[str, Floats],
        tellings: Sequence[Telling],
        shares: Floats,
        book: Book,
    ) -> Self:
        """Learn what cases of each clause are like.

        Parameters
        ----------
        views : mapping of view to float array of shape (n, d)
            Unit vectors of the texts, NaN where a case lacks one. Every view that drafts bring
            must be among them, also where n is 0.
        tellings : sequence of n Telling
        shares : float array of shape (n, k)
            How much a case speaks for each clause of the book: 1 for the one that it names.
        """
        self.book = book
        if not book.keys:
            return self
        self.taught_ = np.rint((shares > 0).sum(axis=0)).astype(int)
        self._meaning = _Meaning().fit(views, shares)
        facts = [
            Telling(text=text, fields={"fact": names})
            for text, names in zip(book.texts, book.facts, strict=True)
        ]
        said = [stems(one.text) for one in tellings]
        stated = [one.spoken for one in facts]
        self._words = _Words(WORD_SMOOTHING).fit(said, shares, stated)
        self._fields = _Words(FIELD_SMOOTHING).fit(
            [one.names for one in tellings], shares, [one.names for one in facts]
        )
        self._usual = {view: _usual(rows, book.vectors) for view, rows in views.items()}
        self._rare = _RareWords().fit(stated, said)
        return self

    def rank(self, vectors: Mapping[str, Floats], telling: Telling) -> list[Guess]:
        """Give every clause of the book, the likeliest first.

        Parameters
        ----------
        vectors : mapping of view to unit vector of shape (d,)
            Of the texts that are there.
        """
        if not self.book.keys:
            return []
        said = stems(telling.text)
        scores = (
            WEIGHTS.meaning * self._meaning.scores(vectors)
            + WEIGHTS.words * self._words.scores(said) / math.sqrt(max(1, len(said)))
            + WEIGHTS.fields * self._fields.scores(telling.names)
            + WEIGHTS.book_meaning * self._nearness(vectors)
            + WEIGHTS.book_words * self._rare.scores(telling.spoken)
        )
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        return [
            Guess(self.book.keys[place], float(likely[place]), int(self.taught_[place]))
            for place in np.argsort(-likely, kind="stable")
        ]

    def _nearness(self, vectors: Mapping[str, Floats]) -> Floats:
        """Give how much nearer the draft is to each clause's text than cases usually are."""
        near = np.zeros(len(self.book.keys), dtype=np.float32)
        for view, vector in vectors.items():
            near += self.book.vectors @ vector - self._usual[view]
        return near


def stems(text: str) -> Stems:
    """Give the stems of a text's words, without everyday ones and placeholders."""
    found = _WORD.findall(_PLACEHOLDER.sub(" ", text.casefold()))
    return frozenset(stem(word) for word in set(found) - everyday_words())


class _Meaning:
    """Ridge regression from the vectors to the clauses; what is not told counts as usual."""

    def fit(self, views: Mapping[str, Floats], shares: Floats) -> Self:
        weight = shares.sum(axis=1)
        self._clauses = shares.shape[1]
        self._taught = bool(weight.sum() > 0)
        if not self._taught:
            return self
        self._usual = shares.sum(axis=0) / weight.sum()
        self._floor = max(FLOOR, 1 / float(weight.sum() + self._clauses))
        self._middle = {view: _middle(rows, weight) for view, rows in views.items()}
        rows = np.hstack(
            [np.nan_to_num(rows - self._middle[view]) for view, rows in views.items()]
        ).astype(np.float64)
        weighed = rows * weight[:, None]
        inner = weighed.T @ rows
        inner[np.diag_indices_from(inner)] += RIDGE
        self._slopes = np.linalg.solve(inner, rows.T @ (shares - weight[:, None] * self._usual))
        return self

    def scores(self, vectors: Mapping[str, Floats]) -> Floats:
        """Give the logarithm of each clause's share, shape (k,); zeros where nothing is learnt."""
        if not self._taught:
            return np.zeros(self._clauses, dtype=np.float32)
        row = np.concatenate(
            [
                vectors[view] - middle if view in vectors else np.zeros_like(middle)
                for view, middle in self._middle.items()
            ]
        )
        found: Floats = np.log(np.clip(row @ self._slopes + self._usual, self._floor, 1))
        return found


class _Words:
    """Which words, or fields, cases of a clause say: naive Bayes against all cases' usual words."""

    def __init__(self, smoothing: float) -> None:
        self._smoothing = smoothing

    def fit(self, cases: Sequence[Stems], shares: Floats, book: Sequence[Stems]) -> Self:
        """Learn from n cases and their shares, and from the book's words as from one case each."""
        self._place = _places([*cases, *book])
        counts = np.zeros((len(book), len(self._place)))
        for words, share in zip(cases, shares, strict=True):
            clauses = np.flatnonzero(share)
            counts[clauses[:, None], self._at(words)] += share[clauses][:, None]
        for clause, words in enumerate(book):
            counts[clause, self._at(words)] += 1
        usual = counts.sum(axis=0) + 0.5
        usual /= max(usual.sum(), 1e-9)
        total = counts.sum(axis=1, keepdims=True)
        own = (counts + self._smoothing * usual) / (total + self._smoothing)
        self._speaks: Floats = (np.log(own) - np.log(usual)).astype(np.float32)
        return self

    def scores(self, words: Stems) -> Floats:
        """Give what the words speak for each clause, in logarithms, shape (k,)."""
        found: Floats = self._speaks[:, self._at(words)].sum(axis=1)
        return found

    def _at(self, words: Stems) -> list[int]:
        return sorted(self._place[word] for word in words if word in self._place)


class _RareWords:
    """Which words of a clause's own text are said, the rare ones counting for more."""

    def fit(self, book: Sequence[Stems], cases: Sequence[Stems]) -> Self:
        seen = Counter(word for words in cases for word in words)
        self._place = _places(book)
        self._worth = np.zeros((len(book), len(self._place)), dtype=np.float32)
        for clause, words in enumerate(book):
            for word in words:
                rarity = math.log((len(cases) + 1) / (seen[word] + 1))
                self._worth[clause, self._place[word]] = rarity
        return self

    def scores(self, words: Stems) -> Floats:
        """Give the rarity of the words shared with each clause, summed, shape (k,)."""
        at = sorted(self._place[word] for word in words if word in self._place)
        found: Floats = self._worth[:, at].sum(axis=1)
        return found


def _places(texts: Sequence[Stems]) -> dict[str, int]:
    return {word: place for place, word in enumerate(sorted(frozenset().union(*texts)))}


def _middle(rows: Floats, weight: Floats) -> Floats:
    """Give the weighted mean of the rows that are there, shape (d,); zeros without any."""
    there = ~np.isnan(rows).any(axis=1)
    total = float(weight[there].sum())
    if total == 0:
        return np.zeros(rows.shape[1], dtype=np.float32)
    middle: Floats = (weight[there] @ rows[there] / total).astype(np.float32)
    return middle


def _usual(rows: Floats, book: Floats) -> Floats:
    """Give how near cases usually are to each clause's text, shape (k,)."""
    return book @ _middle(rows, np.ones(len(rows), dtype=np.float32))
