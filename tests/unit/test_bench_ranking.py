"""The arithmetic of the ranking benchmark, on numbers that can be checked by hand."""

import numpy as np
import pytest

from tests.bench.bench_ranking import gain_of


def test_gain_counts_a_kind_three_times_a_clause_and_early_places_more() -> None:
    gains = np.array([0.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    could = np.arange(7)
    best = 3 + 1 / np.log2(3)
    assert gain_of(gains, could, np.array([1, 2, 0, 3, 4])) == pytest.approx(1)
    assert gain_of(gains, could, np.array([2, 1, 0, 3, 4])) == pytest.approx(
        (1 + 3 / np.log2(3)) / best
    )
    assert gain_of(gains, could, np.array([0, 3, 4, 5, 6])) == 0


def test_what_could_not_be_shown_is_not_missed() -> None:
    gains = np.array([2.0, 2.0, 1.0])
    assert gain_of(gains, np.array([1, 2]), np.array([1, 2])) == pytest.approx(1)
