"""New cases beside living kinds: which kind a case is of, and how likely, without a run.

A case is compared with the nearest cases of every kind, by the same aspects as in discovery. How
likely it is one of the nearest kind's is learnt from the kinds' own cases: each is taken out and
put to the question, once as it is and once as if its kind were not known yet. That says nothing of
kinds that are no good, mixtures above all; so it counts for less where the cases that it is likest
are not firmly in the kind themselves.
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
TIGHT: Final = 0.75
"""Strength from which a case joins its kind unasked."""
LOOSE: Final = 0.4
"""Strength from which a kind is suggested: half of the suggestions are right."""
AHEAD: Final = 1.0
"""Margin from which a case is clearly nearer to its kind than to the next."""
FARTHEST: Final = 3.0
"""Margins do not count beyond it; that of a case beside the only kind."""
EXEMPLARS: Final = 50
LEAST_EXEMPLARS: Final = 6
ALL_EXEMPLARS: Final = 1000
"""Cases of all kinds together that are looked at, unless `LEAST_EXEMPLARS` a kind are more."""
OUTSIDE: Final = 375
"""Cases in no kind that are looked at."""
FIRMLY: Final = 2
"""Power of the firmness: a kind is sound less often than its cases are together."""
BLOCK: Final = 256
_DISCOVERY: Final = KindFinder()


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """The kind that a case is nearest to.

    Attributes
    ----------
    kind : int
    strength : float in 0..1
        How likely the case is of that kind, and the kind what most of its cases are.
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

    def fit(self, cases: CaseTable, kinds: Integers, firmness: Floats) -> Self:
        """Learn what the cases of each kind are like.

        Parameters
        ----------
        cases : CaseTable
            Those to be assigned too; the texts and fields of all say what is usual. Time grows
            with the square: give no more than `looked_at` chooses.
        kinds : int array of shape (n,)
            Each case's kind, a number from 0, or `NONE` or `UNKNOWN`. Kinds of one case are left
            out.
        firmness : float array of shape (n,), 0..1
            How firmly each case is in its kind: `KindFinder.strength_`, 1 where people put it.
        """
        order = _by_id(cases.ids)
        self._place = np.argsort(order)
        self._firmness = firmness[order]
        known = kinds[order]
        numbers, sizes = np.unique(known[known >= 0], return_counts=True)
        self.kinds_: Integers = numbers[sizes > 1].astype(np.intp)
        if not len(self.kinds_):
            return self
        self._aspects: tuple[Aspect, ...] = aspects_of(
            cases.take(order), word_weight=self.word_weight, field_weight=self.field_weight
        )[0]
        self._exemplars = [np.flatnonzero(known == kind) for kind in self.kinds_]
        self._everybody, self._seats = _seated(self._exemplars)
        asked = np.union1d(self._everybody, np.flatnonzero(known == NONE))
        scores, home = self._scores(asked), _homes(self.kinds_, known[asked])
        reached = [scores[home == kind, kind] for kind in range(len(self.kinds_))]
        self._own = [np.sort(own) for own in reached]
        self._usual = np.array([own.mean() for own in reached])
        off = np.concatenate([own - own.mean() for own in reached])
        self._spread = max(float(np.sqrt(np.mean(off**2))), 1e-6)
        self._learn(scores, home)
        return self

    def assign(self, rows: Integers) -> list[Assignment | None]:
        """Say of `UNKNOWN` cases which kind each is nearest to; None where there is no kind."""
        if not len(self.kinds_):
            return [None] * len(rows)
        places = self._place[rows]
        found = self._ranked(self._scores(places))
        strengths = self._chances(found) * self._held(places, found.best) ** FIRMLY
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

    def _held(self, rows: Integers, best: Integers) -> Floats:
        """Give how firmly the cases that each row is likest are in its best kind."""
        out = np.empty(len(rows))
        for kind in np.unique(best):
            mine, exemplars = np.flatnonzero(best == kind), self._exemplars[kind]
            alike = weighed(self._aspects, rows[mine], exemplars)
            nearest = np.argsort(-alike, axis=1, kind="stable")[:, : self.nearest]
            out[mine] = self._firmness[exemplars][nearest].mean(axis=1)
        return out

    def _scores(self, rows: Integers) -> Floats:
        """Give the mean likeness of rows to each kind's nearest but themselves, (rows, kinds)."""
        out = np.empty((len(rows), len(self._exemplars)))
        for first in range(0, len(rows), BLOCK):
            some = rows[first : first + BLOCK]
            alike = np.full((len(some), len(self._everybody) + 1), -np.inf)
            alike[:, :-1] = weighed(self._aspects, some, self._everybody)
            alike[:, :-1][some[:, None] == self._everybody] = -np.inf
            ranked = -np.sort(-alike[:, self._seats], axis=2)[:, :, : self.nearest]
            there = np.isfinite(ranked)
            out[first : first + BLOCK] = np.where(there, ranked, 0).sum(axis=2) / there.sum(axis=2)
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

    def _learn(self, scores: Floats, home: Integers) -> None:
        """Ask cases whose answer is known, each without itself; then again without its kind."""
        from sklearn.linear_model import LogisticRegression

        found = self._ranked(scores)
        right, evidence = found.best == home, found.evidence
        members = np.flatnonzero(home >= 0)
        if len(self.kinds_) > 1:
            homeless = scores[members]
            homeless[np.arange(len(members)), home[members]] = -np.inf
            evidence = np.vstack([evidence, self._ranked(homeless).evidence])
            right = np.concatenate([right, np.zeros(len(members), dtype=bool)])
        evidence = np.clip(evidence, -1e3, FARTHEST)
        self._share_right = float(right.mean())
        self._chance = LogisticRegression().fit(evidence, right) if 0 < right.mean() < 1 else None

    def _chances(self, found: _Nearest) -> Floats:
        """Give how likely each row is one of its nearest kind's.

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


def _seated(groups: Sequence[Integers]) -> tuple[Integers, Integers]:
    """Lay rows out group by group: the rows, and each group's places among them.

    The places are filled up to the same number with that after the last, shape (groups, width).
    """
    sizes = [len(rows) for rows in groups]
    seats = np.full((len(groups), max(sizes)), sum(sizes), dtype=np.intp)
    for group, (first, size) in enumerate(zip(np.cumsum([0, *sizes]), sizes, strict=False)):
        seats[group, :size] = np.arange(first, first + size)
    return np.concatenate(groups), seats


def _homes(kinds: Integers, known: Integers) -> Integers:
    """Give the place of each case's kind among the kinds; `NONE` where it is in none of them."""
    return np.where(np.isin(known, kinds), np.searchsorted(kinds, known), NONE)


def looked_at(ids: Sequence[str], kinds: Integers) -> Integers:
    """Choose the rows to learn from, evenly of each kind by id, and all that are to be assigned.

    `kinds` is that of `Assigner.fit`; gives rows in the order of their ids.
    """
    order = _by_id(ids)
    known = kinds[order]
    numbers = np.unique(known[known >= 0])
    fair = ALL_EXEMPLARS // max(len(numbers), 1)
    each = min(max(fair, LEAST_EXEMPLARS), EXEMPLARS)
    chosen = [_some(np.flatnonzero(known == number), each) for number in numbers]
    outside = _some(np.flatnonzero(known == NONE), OUTSIDE)
    there = np.concatenate([*chosen, outside, np.flatnonzero(known == UNKNOWN)])
    return np.take(order, np.sort(there))


def _by_id(ids: Sequence[str]) -> Integers:
    return np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.intp)


def _some(rows: Integers, most: int) -> Integers:
    return rows[evenly(len(rows), most)]


def numbered(kinds: Sequence[str | None]) -> tuple[list[str], Integers]:
    """Number kinds by name: the names, and each case's number, `NONE` where it has no kind."""
    names = sorted({kind for kind in kinds if kind is not None})
    number = {name: i for i, name in enumerate(names)}
    return names, np.array([NONE if k is None else number[k] for k in kinds], dtype=np.intp)
