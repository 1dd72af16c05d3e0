"""Average linkage, cut at a distance: the tree under every grouping."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.metrics import pairwise_distances
from sklearn.utils.validation import validate_data

from recommender.learning.constraints import Floats, Integers


class AverageLinkageCut(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Groups whose mean distance stays below a cut; small ones stay unsorted.

    Parameters
    ----------
    cut : float
        Two groups join while the mean distance between their rows is at most this.
    min_size : int
        Smaller groups are left unsorted (-1).
    metric : str
        A metric of `sklearn.metrics.pairwise_distances`, or "precomputed" for an (n, n) array.

    Attributes
    ----------
    labels_ : int array of shape (n,)
        Group numbers, the largest group first, equal ones by their first row; -1 is unsorted.
    """

    def __init__(self, *, cut: float = 0.5, min_size: int = 5, metric: str = "cosine") -> None:
        self.cut = cut
        self.min_size = min_size
        self.metric = metric

    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:  # noqa: ARG002
        """Group the rows of X, features or (metric "precomputed") distances."""
        rows = validate_data(self, X)
        if self.cut < 0 or self.min_size < 1:
            raise ValueError("cut must not be negative, min_size at least 1")
        distance = (
            rows if self.metric == "precomputed" else pairwise_distances(rows, metric=self.metric)
        )
        self.labels_ = renumber(
            average_linkage((distance + distance.T) / 2, self.cut), self.min_size
        )
        return self

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = self.metric == "precomputed"
        return tags


def renumber(labels: npt.ArrayLike, min_size: int) -> Integers:
    """Number groups from 0, the largest first, ties by first row; small ones and -1 become -1."""
    given = np.asarray(labels, dtype=np.intp)
    groups, first, inverse, counts = np.unique(
        given, return_index=True, return_inverse=True, return_counts=True
    )
    kept = (groups >= 0) & (counts >= min_size)
    order = np.lexsort((first[kept], -counts[kept]))
    number = np.full(len(groups), -1, dtype=np.intp)
    number[np.flatnonzero(kept)[order]] = np.arange(len(order))
    return number[inverse]


def average_linkage(distance: Floats, cut: float) -> Integers:
    """Join groups while the mean distance between their rows is at most `cut`.

    Parameters
    ----------
    distance : float array of shape (n, n), symmetric, zeros on the diagonal

    Returns
    -------
    int array of shape (n,), group numbers from 1
    """
    from scipy.cluster.hierarchy import fcluster

    if len(distance) == 1:
        return np.ones(1, dtype=np.intp)
    return np.asarray(fcluster(linkage_tree(distance), cut, "distance"), dtype=np.intp)


def linkage_by_islands(distance: Floats, cut: float) -> Integers:
    """Give the groups of `average_linkage`, sooner where many rows are far from all others.

    Groups join only if some pair of theirs is within the cut, so that sets of rows without such a
    pair between them are grouped one by one. Only between equal distances, where the order of the
    rows decides, groups may differ.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(distance)
    near = np.nonzero(distance <= cut)
    graph = coo_array((np.ones(len(near[0])), near), shape=(n, n))
    _, island = connected_components(graph, directed=False)
    order, ends = np.argsort(island, kind="stable"), np.bincount(island).cumsum()
    labels = np.empty(n, dtype=np.intp)
    made = 0
    for rows in np.split(order, ends[:-1]):
        labels[rows] = made + average_linkage(distance[np.ix_(rows, rows)], cut)
        made = int(labels[rows].max())
    return labels


def linkage_tree(distance: Floats) -> npt.NDArray[np.float64]:
    """Give the average-linkage tree of at least two rows, as `scipy.cluster.hierarchy.linkage`."""
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    return np.asarray(linkage(squareform(distance, checks=False), "average"))
