"""Average linkage, cut at a distance."""

from typing import Any

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from recommender.learning.linkage import (
    AverageLinkageCut,
    average_linkage,
    linkage_by_islands,
    renumber,
)


@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [AverageLinkageCut(), AverageLinkageCut(metric="euclidean", cut=2.0, min_size=1)]
)
def test_average_linkage_keeps_the_estimator_contract(estimator: Any, check: Any) -> None:  # noqa: ANN401
    check(estimator)


def test_average_linkage_takes_distances() -> None:
    distance = np.ones((11, 11)) - np.eye(11)
    distance[:6, :6] = distance[6:, 6:] = 0
    tree = AverageLinkageCut(metric="precomputed", min_size=5).fit(distance)
    assert tree.labels_.tolist() == [0] * 6 + [1] * 5


@pytest.mark.parametrize("parameters", [{"cut": -1}, {"min_size": 0}])
def test_values_out_of_range_are_refused(parameters: Any) -> None:  # noqa: ANN401
    with pytest.raises(ValueError, match="negative"):
        AverageLinkageCut(**parameters).fit([[1.0, 0.0]])


def test_groups_join_by_their_mean_distance() -> None:
    distance = np.array([[0, 1, 4], [1, 0, 2], [4, 2, 0]], dtype=np.float32)
    assert len(set(average_linkage(distance, 2.9).tolist())) == 2
    assert len(set(average_linkage(distance, 3.0).tolist())) == 1
    assert average_linkage(np.zeros((1, 1), np.float32), 1.0).tolist() == [1]


def test_the_largest_group_comes_first_and_the_earlier_one_of_equals() -> None:
    labels = renumber([7, 3, 3, 9, 9, -1, 5, 5, 5, 7], 2)
    assert labels.tolist() == [1, 2, 2, 3, 3, -1, 0, 0, 0, 1]
    assert renumber([1, 1, 2], 2).tolist() == [0, 0, -1]
    assert renumber([], 2).tolist() == []


@pytest.mark.parametrize("cut", [0.0, 0.5, 1.0, 1.5, 9.0])
def test_islands_are_grouped_like_the_whole(cut: float) -> None:
    rng = np.random.default_rng(4)
    places = rng.normal(size=(60, 2)) * 3
    distance = np.linalg.norm(places[:, None] - places[None, :], axis=2)
    whole = renumber(average_linkage(distance, cut), 1)
    assert np.array_equal(renumber(linkage_by_islands(distance, cut), 1), whole)
