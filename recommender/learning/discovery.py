"""Discovery: which cases are of one kind, found without knowing how many kinds there are.

Texts, words and fields are compared apart and weighed by what they are worth in this casebase;
then the cases are grouped again and again in slightly different ways, and what stays together is a
kind. docs/discovery.md explains it; `KindFinder` is the slot that all of it stands behind.
"""

from dataclasses import replace
from typing import Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClusterMixin

from recommender.learning.aspects import Aspect, weighed
from recommender.learning.casetable import CaseTable
from recommender.learning.progress import Progress, unseen
from recommender.learning.search import Search
from recommender.learning.searchsettings import SearchSettings

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.intp]


class KindFinder(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Finds recurring kinds among cases.

    Results depend on the cases, the parameters and the seed, never on the row order.

    Parameters
    ----------
    min_size : int
        Cases a group needs; smaller ones are left unsorted.
    word_weight : float
        Weight of the wording (stems) against the mean of the text views.
    field_weight : float
        Weight of a field that the texts predict perfectly, the texts together weighing 1.
    lesson_weight : float
        The same for the provisional groups, which are read like a field.
    lessons : int
        How often the provisional groups teach before the last word; 0 for never.
    loosest, tightest : float
        Range of the cuts; 1 is the mean likeness of a case to its fifth nearest.
    company_needed : float
        What there must be beside one text for groups to be cut at a distance: the weights of the
        fields, and 1 for a further text that all cases have. With less, groups are the cases that
        keep to themselves, and no lessons are given.
    self_containment : float in 0..1
        Least share of its cases' nearest neighbours, chance taken off, that a large group holds.
    rounds : int
        Groupings behind the last word.
    agreement : float in 0..1
        Share of the rounds that the cases of a group are together in, in the mean.
    text_floor : float
        Least mean likeness of a group's texts, in close pairs of the texts: what only fields hold
        together is no kind.
    most_at_once : int
        Cases compared with each other at once; a larger casebase is cut into cells.
    seed : int
        Chooses the cases and weights of the rounds.

    Attributes
    ----------
    labels_ : int array of shape (n,)
        Group number of each case, the largest group first; -1 is unsorted.
    strength_ : float array of shape (n,)
        Share of the rounds in which the case was with the others of its group; 0 when unsorted.
    groups_ : tuple of FoundGroup, by number
    weights_ : mapping
        What each text, the words and each field weighed.
    """

    def __init__(  # noqa: PLR0913 - a scikit-learn estimator names each parameter
        self,
        *,
        min_size: int = 5,
        word_weight: float = 0.25,
        field_weight: float = 1.75,
        lesson_weight: float = 0.5,
        lessons: int = 2,
        loosest: float = 0.65,
        tightest: float = 0.95,
        company_needed: float = 1.0,
        self_containment: float = 0.4,
        rounds: int = 32,
        agreement: float = 0.58,
        text_floor: float = 0.15,
        most_at_once: int = 2500,
        seed: int = 0,
    ) -> None:
        self.min_size = min_size
        self.word_weight = word_weight
        self.field_weight = field_weight
        self.lesson_weight = lesson_weight
        self.lessons = lessons
        self.loosest = loosest
        self.tightest = tightest
        self.company_needed = company_needed
        self.self_containment = self_containment
        self.rounds = rounds
        self.agreement = agreement
        self.text_floor = text_floor
        self.most_at_once = most_at_once
        self.seed = seed

    def fit(self, cases: CaseTable, y: object = None, *, progress: Progress = unseen) -> Self:  # noqa: ARG002
        """Find the groups.

        Raises
        ------
        searchsettings.BadSetting, casetable.ContradictoryConstraints
        """
        order = np.array(sorted(range(len(cases)), key=lambda row: cases.ids[row]), dtype=np.intp)
        back = np.argsort(order)
        by_id = cases.take(order)
        found = Search(SearchSettings(**self.get_params()), by_id, progress).found()
        self.labels_ = found.labels[back]
        self.strength_ = found.strength[back]
        self.weights_ = {one.name: one.weight for one in found.aspects}
        self._aspects: tuple[Aspect, ...] = found.aspects
        self._place = back
        self.groups_ = tuple(
            replace(group, rows=tuple(sorted(order[list(group.rows)].tolist())))
            for group in found.groups(by_id)
        )
        return self

    def likeness(self, rows: Integers, others: Integers) -> Floats:
        """Give the weighed likeness of `rows` to `others`, shape (len(rows), len(others))."""
        return weighed(self._aspects, self._place[rows], self._place[others])
