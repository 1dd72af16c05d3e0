"""The groups among cases that are all compared with each other: a cell, or all there are."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from recommender.learning.aspects import Aspect, field_aspect
from recommender.learning.consensus import Cut, Grouping, Rounds, close_pair, together
from recommender.learning.constraints import Constraints, taken_in
from recommender.learning.fields import LeaveOneOut, read_groups
from recommender.learning.linkage import AverageLinkageCut, renumber
from recommender.learning.progress import Progress, unseen
from recommender.learning.searchsettings import SearchSettings

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.intp]

LESSON_ROUNDS = 8
LESSON = "lesson"


class CellSearch:
    """Groups some cases of the casebase; what they teach stays among them.

    Parameters
    ----------
    settings : SearchSettings
    aspects : of all cases of the casebase
    rows : int array of shape (m,), the rows of the cell's cases; they are ascending
    ids : the m cases' ids
    constraints : Constraints, among the cell's cases
    grouping : Grouping

    Attributes
    ----------
    lesson : tuple of at most one Aspect of the m cases
        What the provisional groups taught, one dimension for each group of the cell.
    """

    def __init__(
        self,
        settings: SearchSettings,
        aspects: Sequence[Aspect],
        rows: Integers,
        ids: Sequence[str],
        constraints: Constraints,
        grouping: Grouping,
    ) -> None:
        self._settings = settings
        self._aspects = aspects
        self._rows = rows
        self._ids = ids
        self._constraints = constraints
        self._grouping = grouping
        self._plain = [one.likeness(rows, rows) for one in aspects]
        self.lesson: tuple[Aspect, ...] = ()

    def found(
        self, progress: Progress = unseen, *, given: Integers | None = None
    ) -> tuple[Integers, Floats]:
        """Group the cases, let the groups teach, group them again.

        Parameters
        ----------
        given : int array of shape (m,), provisional groups for the first lesson, if there are any

        Returns
        -------
        labels, strength : arrays of shape (m,)
        """
        lessons = self._settings.lessons if isinstance(self._grouping, Cut) else 0
        if lessons:
            self._learn_from(given, lessons, progress)
        result = self.grouped(self._settings.rounds)
        progress(lessons + 1, lessons + 1)
        return result

    def grouped(self, rounds: int) -> tuple[Integers, Floats]:
        """Group the cases with what is known so far; give labels and strength."""
        constraints, least = self._constraints, self._settings.min_size
        known, parts = [*self._aspects, *self.lesson], [*self._plain, *self._taught()]
        share = together(
            parts,
            [one.weight for one in known],
            self._ids,
            constraints.among,
            Rounds(count=rounds, seed=self._settings.seed),
            self._grouping,
        )
        distance = 1 - share
        constraints.contract(distance)
        constraints.part(distance, 2.0)
        cut = 1 - self._settings.agreement
        tree = AverageLinkageCut(cut=cut, min_size=least, metric="precomputed")
        labels = renumber(constraints.kept(tree.fit(distance).labels_, distance), least)
        texts = _sum([(a, part) for a, part in zip(known, parts, strict=True) if a.told])
        labels = renumber(_told_alike(labels, texts, constraints, self._settings.text_floor), least)
        if constraints.strays(labels):
            alike = _sum(list(zip(known, parts, strict=True)))
            floor = self._settings.middle * close_pair(alike)
            labels = renumber(taken_in(labels, alike, floor, constraints), least)
        return labels, _strength(share, labels)

    def _learn_from(self, given: Integers | None, lessons: int, progress: Progress) -> None:
        """Read provisional groups like a field that the texts and the other fields explain."""
        others, weight = LeaveOneOut(self._features()), self._settings.lesson_weight
        labels = self.grouped(LESSON_ROUNDS)[0] if given is None else given
        for number in range(lessons):
            if number:
                labels, _ = self.grouped(LESSON_ROUNDS)
            reading = read_groups(others, labels)
            self.lesson = () if reading is None else (field_aspect(LESSON, reading, weight=weight),)
            progress(number + 1, lessons + 1)

    def _taught(self) -> list[Floats]:
        everybody = np.arange(len(self._rows))
        return [one.likeness(everybody, everybody) for one in self.lesson]

    def _features(self) -> Floats:
        """Lay the texts and the fields side by side, each field by its weight."""
        texts = [
            one.rows[self._rows]
            for one in self._aspects
            if one.told and isinstance(one.rows, np.ndarray)
        ]
        fields = [
            np.sqrt(one.weight / self._settings.field_weight) * one.rows[self._rows]
            for one in self._aspects
            if one.weight > 0 and not one.told
        ]
        return np.hstack([*texts, *fields])


def _sum(parts: Sequence[tuple[Aspect, Floats]]) -> Floats:
    """Give the weighed sum of likenesses of one shape."""
    total = np.zeros_like(parts[0][1])
    for aspect, part in parts:
        total += np.float32(aspect.weight) * part
    return total


def _told_alike(
    labels: Integers, texts: Floats, constraints: Constraints, floor: float
) -> Integers:
    """Dissolve groups that only their fields hold together, unless people put most of one together.

    `texts` is the texts' likeness of all pairs; `floor` counts in its close pairs.
    """
    out = labels.copy()
    least = floor * close_pair(texts)
    for number in range(int(labels.max(initial=-1)) + 1):
        rows = np.flatnonzero(labels == number)
        inside = texts[np.ix_(rows, rows)]
        mean = (inside.sum() - np.trace(inside)) / (len(rows) * (len(rows) - 1))
        vouched = 2 * np.bincount(constraints.component[rows]).max() > len(rows)
        if mean < least and not vouched:
            out[rows] = -1
    return out


def _strength(share: Floats, labels: Integers) -> Floats:
    """Give the mean share of the rounds that each case spent with the others of its group."""
    out = np.zeros(len(labels), dtype=np.float32)
    for number in range(int(labels.max(initial=-1)) + 1):
        rows = np.flatnonzero(labels == number)
        out[rows] = (share[np.ix_(rows, rows)].sum(axis=1) - 1) / (len(rows) - 1)
    return out
