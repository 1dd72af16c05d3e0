"""Discovery: which cases are of one kind, found without knowing how many kinds there are.

Version 1: the texts' similarities fused with what the fields say, average linkage, one cut, a
light refinement, human constraints obeyed exactly. `KindFinder` is the slot: what comes later
keeps its name, its input (`CaseTable`) and its results.
"""

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin

from recommender.errors import Invalid
from recommender.learning.casetable import CaseTable
from recommender.learning.search import Search, SearchSettings

MOST_CASES = 20_000


class TooManyCases(Invalid):
    """More cases than a full distance matrix should be asked for; `cases` and `most` say so."""

    title = "Too many cases"


class KindFinder(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Finds recurring kinds among cases.

    Memory grows with the square of the cases (2.2 GB at 10,000); more than 20,000 are
    refused. Results depend on the cases, the parameters and the seed, never on the row order.

    Parameters
    ----------
    cut : float
        Mean (density-levelled) distance at which groups stop joining.
    min_size : int
        Cases a group needs; smaller ones are left unsorted.
    field_weight : float
        Most that one field (clause, action, facts) can weigh against the texts together.
    doubt : float in 0..1
        A clause reference is doubted when the texts put it below this share of their favourite.
    density : float in 0..1
        How strongly dense and sparse regions are levelled.
    join, leave : float
        A case joins its nearest group within `join` times the cut; a member leaves beyond `leave`
        times the cut.
    rounds : int
        Most rounds of refinement.
    resamples : int
        Repeated runs on four fifths of the cases behind `stability`; 0 takes it as 1.
    seed : int
        Chooses the samples; the groups themselves are not random.

    Attributes
    ----------
    labels_ : int array of shape (n,)
        Group number of each case, the largest group first; -1 is unsorted.
    strength_ : float array of shape (n,)
        0 at the border to the rival or to the unsorted, 1 at the centre; 0 for unsorted cases.
    groups_ : tuple of FoundGroup, by number
    similarity_ : float array of shape (n, n)
        Fused similarities, in the given row order.
    weights_ : mapping
        What each text and field weighed.
    """

    def __init__(  # noqa: PLR0913
        self,
        *,
        cut: float = 0.6,
        min_size: int = 5,
        field_weight: float = 0.3,
        doubt: float = 0.2,
        density: float = 0.15,
        join: float = 1.0,
        leave: float = 1.15,
        rounds: int = 3,
        resamples: int = 5,
        seed: int = 0,
    ) -> None:
        self.cut = cut
        self.min_size = min_size
        self.field_weight = field_weight
        self.doubt = doubt
        self.density = density
        self.join = join
        self.leave = leave
        self.rounds = rounds
        self.resamples = resamples
        self.seed = seed

    def fit(self, cases: CaseTable, y: object = None) -> Self:  # noqa: ARG002
        """Find the groups.

        Raises
        ------
        TooManyCases, BadSetting, ContradictoryConstraints
        """
        settings = SearchSettings(**self.get_params())
        _refuse_too_many(cases)
        order = np.array(sorted(range(len(cases)), key=lambda row: cases.ids[row]), dtype=np.intp)
        search = Search(settings, cases.take(order))
        labels = search.labels(np.arange(len(cases)), self.min_size)
        back = np.argsort(order)
        self.labels_ = labels[back]
        self.strength_ = search.strengths(labels)[back]
        self.groups_ = search.groups(labels, order)
        self.similarity_ = search.likeness.similarity[np.ix_(back, back)]
        self.weights_ = dict(search.likeness.weights)
        return self


def _refuse_too_many(cases: CaseTable) -> None:
    if len(cases) > MOST_CASES:
        raise TooManyCases(
            f"Discovery compares every pair of cases and takes at most {MOST_CASES:,}; "
            f"there are {len(cases):,}.",
            remedy="Choose a shorter period.",
            cases=len(cases),
            most=MOST_CASES,
        )
