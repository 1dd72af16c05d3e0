"""Unit vectors are unit vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommender.learning.arrays import NoDirection, unit_vectors

sizes = st.floats(0.001, 1e6) | st.floats(-1e6, -0.001)


@given(arrays(np.float64, st.tuples(st.integers(0, 6), st.integers(1, 5)), elements=sizes))
def test_rows_keep_their_direction_and_get_length_one(rows: np.ndarray) -> None:
    given_rows = rows.copy()
    vectors = unit_vectors(rows)
    assert vectors.dtype == np.float32
    assert vectors.shape == rows.shape
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(
        vectors * np.linalg.norm(rows, axis=1, keepdims=True), rows, rtol=1e-5, atol=1e-9
    )
    np.testing.assert_array_equal(rows, given_rows)


@pytest.mark.parametrize("lost", [[0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_a_row_without_direction_is_named(lost: list[float]) -> None:
    with pytest.raises(NoDirection) as refusal:
        unit_vectors([[1.0, 2.0], lost])
    assert refusal.value.facts == {"row": 1}
