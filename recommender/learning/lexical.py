"""Word scores of texts against one another: BM25 over stems, grammar words left out."""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from recommender.learning.filler import grammar_words, stem

Floats = npt.NDArray[np.float32]

K1: Final = 1.5
B: Final = 0.75

_PLACEHOLDER: Final = re.compile(r"\[[^\]]*\]")
_WORD: Final = re.compile(r"[^\W_]+")


def stems(text: str) -> list[str]:
    """Give the stems of a text's words in their order; no grammar words, no placeholders."""
    empty = grammar_words()
    found = _WORD.findall(_PLACEHOLDER.sub(" ", text.casefold()))
    return [stem(word) for word in found if word not in empty]


class Lexicon:
    """The words of n texts, and how telling each word is among them.

    Attributes
    ----------
    n_ : number of texts
    rarity_ : each stem's inverse document frequency
    once_ : that of a word in a single text
    """

    def fit(self, texts: Iterable[str]) -> Self:
        """Learn the words of these texts, one row each."""
        told = [stems(text) for text in texts]
        found = Counter(word for words in told for word in set(words))
        self.n_ = len(told)
        self.rarity_: Mapping[str, float] = {
            word: self._rarity(seen) for word, seen in found.items()
        }
        self.once_ = self._rarity(1)
        self._mean_length = sum(map(len, told)) / max(1, self.n_)
        self._index = _indexed(told) if found else None
        return self

    def scores(self, text: str) -> Floats:
        """Give how much of what a text says each row says too: 0 to 1, shape (n,).

        It is the BM25 score as a share of what the text would score against itself.
        """
        told = stems(text)
        asked = self._known(told)
        if self._index is None or not asked:
            return np.zeros(self.n_, dtype=np.float32)
        return _share(self._index.get_scores(asked), self._against(asked, Counter(told)))

    def scores_of(self, text: str, others: Sequence[Counter[str]]) -> Floats:
        """Give the same for texts that are no rows, as counts of their stems, shape (len(others),).

        Words count as they were learnt; what is new counts nothing.
        """
        told = stems(text)
        asked = self._known(told)
        found = np.array([self._against(asked, other) for other in others], dtype=np.float32)
        return _share(found, self._against(asked, Counter(told)))

    def _rarity(self, seen: int) -> float:
        return math.log1p(max(0, self.n_ - seen + 0.5) / (seen + 0.5))

    def _known(self, told: Iterable[str]) -> list[str]:
        return sorted(set(told) & self.rarity_.keys())

    def _against(self, asked: Collection[str], told: Counter[str]) -> float:
        """Score one text by Lucene's BM25, as the index does."""
        both = [word for word in asked if word in told]
        if not both:
            return 0.0
        damped = K1 * (1 - B + B * told.total() / self._mean_length)
        return sum(self.rarity_[word] * told[word] / (told[word] + damped) for word in both)


def _share(found: Floats, whole: float) -> Floats:
    if whole <= 0:
        return np.zeros_like(found)
    share: Floats = np.minimum(found / np.float32(whole), 1)
    return share


def _indexed(told: Sequence[list[str]]) -> Any:  # noqa: ANN401 - bm25s ships no types
    import bm25s

    bm25s.logger.setLevel("WARNING")  # it tells all it does at DEBUG
    index = bm25s.BM25(k1=K1, b=B, method="lucene", backend="numpy")
    index.index(list(told), show_progress=False)
    return index
