"""The index of nearest rows, against comparing with every row."""

import numpy as np
import pytest

from recommender.learning.nearest import Floats, NearestRows


def unit_rows(n: int, seed: int = 0) -> Floats:
    rows = np.random.default_rng(seed).normal(size=(n, 24)).astype(np.float32)
    unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


@pytest.fixture(scope="module")
def table() -> Floats:
    return unit_rows(1500)


def found_of_exact(index: NearestRows, table: Floats) -> float:
    exact = [set(np.argsort(-(table @ one))[:10].tolist()) for one in unit_rows(40, seed=1)]
    near = [set(index.near(one, 10).tolist()) for one in unit_rows(40, seed=1)]
    return float(np.mean([len(a & b) / 10 for a, b in zip(exact, near, strict=True)]))


def test_it_finds_nearly_all_that_comparing_with_every_row_finds(table: Floats) -> None:
    assert found_of_exact(NearestRows(table), table) >= 0.95


def test_a_grown_index_knows_the_old_and_the_new_and_leaves_the_old_one_alone(
    table: Floats,
) -> None:
    before = NearestRows(table[:900])
    after = NearestRows(table, before)
    assert (before.covered, after.covered) == (900, 1500)
    assert after.near(table[1400], 1).tolist() == [1400]
    assert after.near(table[3], 1).tolist() == [3]
    assert before.near(table[1400], 1).tolist() != [1400]
    assert found_of_exact(after, table) >= 0.95


def test_rows_without_a_vector_are_never_near(table: Floats) -> None:
    holed = table.copy()
    holed[::2] = np.nan
    index = NearestRows(holed)
    assert index.covered == len(table)
    assert {row % 2 for row in index.near(table[0], 50).tolist()} == {1}


def test_of_nothing_nothing_is_near() -> None:
    index = NearestRows(np.full((3, 24), np.nan, dtype=np.float32))
    assert index.near(unit_rows(1)[0], 5).tolist() == []
