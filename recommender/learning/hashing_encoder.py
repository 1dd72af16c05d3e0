"""An encoder without a model, for unit tests: alike spelling gives near vectors, meaning does not.

It is never chosen silently: only the name "hashing" opens it.
"""

import re
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np

from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.progress import Progress, unseen
from recommender.learning.texts import embeddable

FREQUENT = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by for from had has have he her his i in is it its me my "
        "not of on or our she so that the their them they this to us was we were which will with "
        "you your",
    )
)
GRAM_LENGTHS = (3, 4)
BASE_WEIGHT = 0.05
FREQUENT_WEIGHT = 0.1
GRAM_WEIGHT = 0.25


class HashingEncoder:
    """Hashed words and letter n-grams, frequent words weighing little; for unit tests only.

    Parameters
    ----------
    dimensions : int, default=256
        Length d of a vector, at least 2; encoders that differ in it have different fingerprints.
    """

    def __init__(self, *, dimensions: int = 256) -> None:
        self.dimensions = dimensions

    @property
    def fingerprint(self) -> str:
        """What a stored vector of this encoder is marked with."""
        return f"hashing-{self.dimensions}"

    @property
    def ready(self) -> bool:
        """Always: there is nothing to load."""
        return True

    def warm(self) -> None:
        """Do nothing: there is nothing to load."""

    def encode_documents(self, texts: Sequence[str], *, progress: Progress = unseen) -> UnitVectors:
        """Embed texts; see `Encoder.encode_documents`."""
        given = embeddable(texts)
        rows = np.zeros((len(given), self.dimensions))
        rows[:, 0] = BASE_WEIGHT
        for row, text in zip(rows, given, strict=True):
            for feature, weight in _features(text):
                place = crc32(feature.encode())
                row[1 + (place >> 1) % (self.dimensions - 1)] += weight if place & 1 else -weight
        progress(len(given), len(given))
        return unit_vectors(rows)

    def encode_queries(self, texts: Sequence[str]) -> UnitVectors:
        """Embed queries, which are texts like any other here."""
        return self.encode_documents(texts)


def _features(text: str) -> Iterator[tuple[str, float]]:
    """Yield words and the letter n-grams inside them, each with its weight."""
    for word in re.findall(r"\w+", text.casefold()):
        if word in FREQUENT:
            yield word, FREQUENT_WEIGHT
            continue
        yield word, 1.0
        edged = f"<{word}>"
        for length in GRAM_LENGTHS:
            for start in range(len(edged) - length + 1):
                yield edged[start : start + length], GRAM_WEIGHT
