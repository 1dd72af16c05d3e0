"""New cases beside living kinds: which kind a case is of, and how likely, without a run.

A case is compared with the nearest cases of every kind, by the same aspects as in discovery. How
likely it is of the nearest kind is learnt from the kinds' own cases: each is taken out and put to
the question, once as it is and once as if its kind were not known yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from recommender.learning.aspects import Aspect, aspects_of, evenly, weighed
from recommender.learning.casetable import CaseTable
from recommender.learning.discovery import KindFinder

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

NONE: Final = -1
"""A case of which discovery said that it is in no kind."""
UNKNOWN: Final = -2
"""A case that discovery has not seen."""
TIGHT: Final = 0.95
"""Strength from which a case joins its kind unasked: a wrong one costs more than a question."""
LOOSE: Final = 0.4
"""Strength from which a kind is suggested."""
AHEAD: Final = 1.0
"""Margin from which a case is clearly nearer to its kind than to the next."""
FARTHEST: Final = 3.0
"""Margins do not count beyond it; that of a case beside the only kind."""
EXEMPLARS: Final = 50
LEAST_EXEMPLARS: Final = 10
ALL_EXEMPLARS: Final = 2000
"""Cases of all kinds together that are looked at, unless `LEAST_EXEMPLARS` a kind are more."""
OUTSIDE: Final = 750
"""Cases in no kind that are looked at."""
ASKED: Final = 1000
BLOCK: Final = 256
_DISCOVERY: Final = KindFinder()


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """The kind that a case is nearest to.

    Attributes
    ----------
    kind : int
    strength : float in 0..1, how likely the case is of that kind
    runner_up : int, the next kind; `NONE` where there is one kind only
    margin : float in 0..FARTHEST
        How much nearer the kind is than the next, in spreads of what cases reach in their own kind.
    """

    kind: int
    strength: float
    runner_up: int
    margin: float

    @property
    def tight(self) -> bool:
        """Whether the case may join without being asked about."""
        return self.strength >= TIGHT and self.margin >= AHEAD

    @property
    def loose(self) -> bool:
        """Whether the kind is worth a suggestion, but no more."""
        return self.strength >= LOOSE and not self.tight


@dataclass(frozen=True)
class _Nearest:
    """The best kind of some cases, as position among the kinds, and what speaks for it."""

    best: Integers
    second: Integers
    typical: Floats
    margin: Floats

    @property
    def evidence(self) -> Floats:
        return np.column_stack([self.typical, self.margin])


class Assigner:
    """Puts cases into kinds that are known already.

    Results depend on the cases and their kinds, never on the row order.

    Parameters
    ----------
    nearest : int
        Cases of a kind that a new one is compared with.
    word_weight, field_weight : float
        As in `KindFinder`.
    """

    def __init__(
        self,
        *,
        nearest: int = 5,
        word_weight: float = _DISCOVERY.word_weight,
        field_weight: float = _DISCOVERY.field_weight,
    ) -> None:
        self.nearest = nearest
        self.word_weight = word_weight
        self.field_weight = field_weight

    def fit(self, cases: CaseTable, kinds: Integers) -> Self:
        """Learn what the cases of each kind are like.

        Parameters
        ----------
        cases : CaseTable
            All cases, those to be assigned too; their texts and fields say what is usual. Of a
            large casebase some cases of each kind are looked at, and of those in none.
        kinds : int array of shape (n,)
            Each case's kind, a number from 0, or `NONE` or `UNKNOWN`. Kinds of one case are left
            out.
        """
        by_id = np.array(sorted(range(len(cases)), key=lambda row: cases.ids[row]), dtype=np.intp)
        order = by_id[_looked_at(kinds[by_id])]
        self._place = np.full(len(cases), NONE, dtype=np.intp)
        self._place[order] = np.arange(len(order))
        known = kinds[order]
        numbers, sizes = np.unique(known[known >= 0], return_counts=True)
        self.kinds_: Integers = numbers[sizes > 1].astype(np.intp)
        if not len(self.kinds_):
            return self
        self._aspects: tuple[Aspect, ...] = aspects_of(
            cases.take(order), word_weight=self.word_weight, field_weight=self.field_weight
        )[0]
        self._exemplars = [np.flatnonzero(known == kind) for kind in self.kinds_]
        self._own = [np.sort(self._reach(rows, rows)) for rows in self._exemplars]
        off = np.concatenate([own - own.mean() for own in self._own])
        self._usual = np.array([own.mean() for own in self._own])
        self._spread = max(float(np.sqrt(np.mean(off**2))), 1e-6)
        self._learn(known)
        return self

    def assign(self, rows: Integers) -> list[Assignment | None]:
        """Say of `UNKNOWN` cases which kind each is nearest to; None where there is no kind."""
        if not len(self.kinds_):
            return [None] * len(rows)
        found = self._ranked(self._scores(self._place[rows]))
        strengths = self._strengths(found)
        return [
            Assignment(
                kind=int(self.kinds_[best]),
                strength=float(strength),
                runner_up=int(self.kinds_[second]) if len(self.kinds_) > 1 else NONE,
                margin=float(margin),
            )
            for best, second, margin, strength in zip(
                found.best, found.second, found.margin, strengths, strict=True
            )
        ]

    def _reach(self, rows: Integers, exemplars: Integers) -> Floats:
        """Give the mean likeness of each row to its nearest exemplars but itself, shape (rows,)."""
        alike = weighed(self._aspects, rows, exemplars).astype(np.float64)
        return self._mean_of_nearest(alike, rows, exemplars)

    def _mean_of_nearest(self, alike: Floats, rows: Integers, exemplars: Integers) -> Floats:
        itself = rows[:, None] == exemplars[None, :]
        ranked = -np.sort(-np.where(itself, -np.inf, alike), axis=1)[:, : self.nearest]
        there = np.isfinite(ranked)
        return np.asarray(np.where(there, ranked, 0).sum(axis=1) / there.sum(axis=1))

    def _scores(self, rows: Integers) -> Floats:
        """Give the likeness of rows to each kind, shape (rows, kinds)."""
        everybody = np.concatenate(self._exemplars)
        ends = np.cumsum([0, *map(len, self._exemplars)])
        out = np.empty((len(rows), len(self._exemplars)))
        for first in range(0, len(rows), BLOCK):
            some = rows[first : first + BLOCK]
            alike = weighed(self._aspects, some, everybody).astype(np.float64)
            for kind, exemplars in enumerate(self._exemplars):
                mine = alike[:, ends[kind] : ends[kind + 1]]
                out[first : first + BLOCK, kind] = self._mean_of_nearest(mine, some, exemplars)
        return out

    def _ranked(self, scores: Floats) -> _Nearest:
        ranking = np.argsort(-scores, axis=1, kind="stable")
        best = ranking[:, 0]
        second = ranking[:, min(1, ranking.shape[1] - 1)]
        each = np.arange(len(scores))
        reached = scores[each, best]
        if scores.shape[1] == 1:
            margin = np.full(len(scores), FARTHEST)
        else:
            margin = np.minimum((reached - scores[each, second]) / self._spread, FARTHEST)
        return _Nearest(best, second, (reached - self._usual[best]) / self._spread, margin)

    def _learn(self, known: Integers) -> None:
        """Ask cases whose answer is known, each without itself; then again without its kind."""
        from sklearn.linear_model import LogisticRegression

        rows = _some(
            np.union1d(np.concatenate(self._exemplars), np.flatnonzero(known == NONE)), ASKED
        )
        scores = self._scores(rows)
        found = self._ranked(scores)
        right = self.kinds_[found.best] == known[rows]
        evidence = found.evidence
        members = np.flatnonzero(known[rows] >= 0)
        if len(self.kinds_) > 1:
            homes = np.searchsorted(self.kinds_, known[rows[members]])
            homeless = scores[members]
            homeless[np.arange(len(members)), homes] = -np.inf
            evidence = np.vstack([evidence, self._ranked(homeless).evidence])
            right = np.concatenate([right, np.zeros(len(members), dtype=bool)])
        evidence = np.clip(evidence, -1e3, FARTHEST)
        self._share_right = float(right.mean())
        self._chance = LogisticRegression().fit(evidence, right) if 0 < right.mean() < 1 else None

    def _strengths(self, found: _Nearest) -> Floats:
        """Give how likely each nearest kind is right.

        Where nothing is known of wrong answers: the share of the kind's own cases that are less
        typical of it.
        """
        if self._chance is not None:
            evidence = np.clip(found.evidence, -1e3, FARTHEST)
            return np.asarray(self._chance.predict_proba(evidence)[:, 1])
        reached = found.typical * self._spread + self._usual[found.best]
        below = [
            np.searchsorted(self._own[kind], value) / len(self._own[kind])
            for kind, value in zip(found.best, reached, strict=True)
        ]
        return self._share_right * np.array(below, dtype=np.float64)


def _looked_at(kinds: Integers) -> Integers:
    """Choose the rows to learn from, evenly of each kind, and all that are to be assigned."""
    numbers = np.unique(kinds[kinds >= 0])
    fair = ALL_EXEMPLARS // max(len(numbers), 1)
    each = min(max(fair, LEAST_EXEMPLARS), EXEMPLARS)
    chosen = [_some(np.flatnonzero(kinds == number), each) for number in numbers]
    outside = _some(np.flatnonzero(kinds == NONE), OUTSIDE)
    return np.sort(np.concatenate([*chosen, outside, np.flatnonzero(kinds == UNKNOWN)]))


def _some(rows: Integers, most: int) -> Integers:
    return rows[evenly(len(rows), most)]


def numbered(kinds: Sequence[str | None]) -> tuple[list[str], Integers]:
    """Number kinds by name: the names, and each case's number, `NONE` where it has no kind."""
    names = sorted({kind for kind in kinds if kind is not None})
    number = {name: i for i, name in enumerate(names)}
    return names, np.array([NONE if k is None else number[k] for k in kinds], dtype=np.intp)
