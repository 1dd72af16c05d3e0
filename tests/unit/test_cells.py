"""Casebases that are cut into cells, and kinds that a border cut."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.aspects import Aspect, aspects_of
from recommender.learning.cells import cells_of, rejoined
from recommender.learning.constraints import Constraints
from tests.unit.casebases import find, scattered, table

Integers = npt.NDArray[np.intp]
RATIO = 0.775


def aspects(vectors: UnitVectors) -> tuple[Aspect, ...]:
    found, _ = aspects_of(table(vectors), word_weight=0.25, field_weight=1.75)
    return found


def joined(
    vectors: UnitVectors,
    labels: Sequence[int],
    cells: Sequence[Sequence[int]],
    parted: Sequence[tuple[int, int]] = (),
) -> list[int]:
    links = [(f"c{a:03}", f"c{b:03}") for a, b in parted]
    constraints = Constraints.of(table(vectors, cannot_link=links))
    rows = [np.array(cell) for cell in cells]
    found = rejoined(np.array(labels), aspects(vectors), rows, constraints, RATIO)
    numbers = [-1, *dict.fromkeys(found[found >= 0].tolist())]
    return [numbers.index(number) - 1 for number in found.tolist()]


HALVES = [0] * 6 + [1] * 6 + [2] * 10 + [-1] * 20
KINDS = scattered([12, 10], one_offs=20)
EVEN, ODD = [*range(6), *range(22, 42)], [*range(6, 22)]


def test_a_kind_that_a_border_cut_is_one_again() -> None:
    assert joined(KINDS, HALVES, [EVEN, ODD]) == [0] * 12 + [1] * 10 + [-1] * 20


def test_groups_of_one_cell_stay_apart() -> None:
    assert joined(KINDS, HALVES, [[*range(42)]]) == HALVES


def test_groups_that_people_keep_apart_are_not_joined() -> None:
    assert joined(KINDS, HALVES, [EVEN, ODD], parted=[(0, 11)]) == HALVES


def test_a_lonely_case_in_a_cell_of_its_own_joins_nothing() -> None:
    labels = [0] * 12 + [1] * 10 + [-1] * 20
    cells = [[*range(12)], [*range(12, 41)], [41]]
    assert joined(KINDS, labels, cells) == labels


def test_one_group_needs_no_joining() -> None:
    assert joined(KINDS, [0] * 12 + [-1] * 30, [EVEN, ODD]) == [0] * 12 + [-1] * 30


@settings(max_examples=25)
@given(st.integers(10, 60), st.lists(st.tuples(st.integers(0, 89), st.integers(0, 89)), max_size=6))
def test_cells_hold_every_case_once_and_no_more_than_they_may(
    most: int, linked: list[tuple[int, int]]
) -> None:
    vectors = scattered([30, 20], one_offs=40)
    links = [(f"c{a:03}", f"c{b:03}") for a, b in linked]
    component = Constraints.of(table(vectors, must_link=links)).component
    cells = cells_of(aspects(vectors), component, most)
    assert sorted(np.concatenate(cells).tolist()) == list(range(90))
    extra = int((np.bincount(component)[np.bincount(component) > 1]).sum())
    assert max(len(rows) for rows in cells) <= most + extra
    home = {row: number for number, rows in enumerate(cells) for row in rows.tolist()}
    assert all(home[a] == home[b] for a, b in linked)
    assert all((np.diff(rows) > 0).all() for rows in cells)


def test_a_casebase_that_fits_is_one_cell() -> None:
    (rows,) = cells_of(aspects(KINDS), np.arange(42), 42)
    assert rows.tolist() == list(range(42))


def test_identical_cases_are_cut_all_the_same() -> None:
    twins = unit_vectors(np.tile(scattered([1]), (50, 1)))
    cells = cells_of(aspects(twins), np.arange(50), 10)
    assert max(len(rows) for rows in cells) <= 10
    assert sum(len(rows) for rows in cells) == 50


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cells_find_nearly_the_kinds_that_are_found_at_once(seed: int) -> None:
    sizes = [30, 25, 20, 18, 15, 12, 12, 10, 10, 8]
    cases = table(scattered(sizes, one_offs=60, seed=seed))
    whole, cut = find(cases), find(cases, most_at_once=70)
    assert len(whole.groups_) == len(sizes)
    assert adjusted_rand_score(whole.labels_, cut.labels_) > 0.9


def test_cells_do_not_depend_on_the_row_order() -> None:
    cases = table(scattered([20, 15, 12], one_offs=30))
    order = np.random.default_rng(0).permutation(len(cases))
    first, second = find(cases, most_at_once=30), find(cases.take(order), most_at_once=30)
    assert np.array_equal(second.labels_, first.labels_[order])
