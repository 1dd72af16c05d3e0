"""The middles of groups of cases among the vectors, and how near to them something lies."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from recommender.cases.casebase import Casebase
from recommender.cases.likeness import Floats

_TINY: Final = 1e-6
"""Shorter than this nothing remains but how numbers were rounded."""


class Centres:
    """The mean direction of each of some groups of cases, in every view.

    A likeness is the mean cosine over the views that both have; 0 where they share none.
    """

    def __init__(self, base: Casebase, groups: Sequence[Sequence[int]]) -> None:
        self._base = base
        self._middles = {
            name: np.stack([_middle(view[rows]) for rows in groups])
            for name, view in base.views.items()
        }

    def likeness(self, rows: Sequence[int]) -> Floats:
        """Give the rows' likeness to each group, (rows, groups)."""
        return _mean(
            [self._base.views[name][rows] @ middle.T for name, middle in self._middles.items()]
        )

    def to_each_other(self) -> Floats:
        """Give the groups' likeness to each other beyond what all of them share, (groups, groups).

        Below 0 two are farther apart than the groups usually are; else a large and mixed group
        would be near to all.
        """
        beyond = [_beyond_common(middle) for middle in self._middles.values()]
        return _mean([each @ each.T for each in beyond])

    def least_like(self, number: int, rows: Sequence[int]) -> float:
        """Give how like one group the least like of some rows is."""
        cosines = [
            self._base.views[name][rows] @ middle[number] for name, middle in self._middles.items()
        ]
        return float(_mean(cosines).min())


def to_centre(base: Casebase, members: Sequence[int], rows: Sequence[int]) -> Floats:
    """Give the rows' likeness to the middle of one group."""
    alike: Floats = Centres(base, [members]).likeness(rows)[:, 0]
    return alike


def _middle(vectors: Floats) -> Floats:
    total = vectors[~np.isnan(vectors[:, 0])].sum(axis=0)
    length = float(np.linalg.norm(total))
    return np.asarray(total / length if length else np.full_like(total, np.nan), dtype=np.float32)


def _beyond_common(middles: Floats) -> Floats:
    """Take from middles their own mean, and give the directions that remain."""
    known = middles[~np.isnan(middles[:, 0])]
    own = middles - known.sum(axis=0) / max(len(known), 1)
    return np.asarray(own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), _TINY))


def _mean(cosines: Sequence[Floats]) -> Floats:
    """Take the mean over the views, those left out that one of both lacks."""
    each = np.stack(cosines)
    known = ~np.isnan(each)
    total = np.where(known, each, 0).sum(axis=0)
    return np.asarray(total / np.maximum(known.sum(axis=0), 1), dtype=np.float32)
