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
from recommender.learning.cells import cells_of, recut, rejoined
from recommender.learning.constraints import Constraints
from recommender.learning.discovery import KindFinder
from recommender.learning.fields import LeaveOneOut
from tests.unit.casebases import find, scattered, table

Floats = npt.NDArray[np.float32]
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


def test_new_cells_keep_groups_whole_and_loose_cases_with_the_group_they_are_likest_to() -> None:
    vectors = scattered([8] * 10)
    group = np.repeat(np.arange(10), 8)
    labels = np.where(np.arange(80) % 8 == 7, -1, group)
    cells = recut(labels, aspects(vectors), np.arange(80), 40)
    assert sorted(np.concatenate(cells).tolist()) == list(range(80))
    assert 2 <= len(cells) < 10
    assert max(len(rows) for rows in cells) <= 40
    assert sum(len(np.unique(group[rows])) for rows in cells) == 10


def test_a_group_larger_than_a_cell_is_cut() -> None:
    labels = np.zeros(60, dtype=np.intp)
    cells = recut(labels, aspects(scattered([60])), np.arange(60), 25)
    assert sorted(np.concatenate(cells).tolist()) == list(range(60))
    assert max(len(rows) for rows in cells) <= 25


def test_equal_groups_too_large_for_one_cell_are_halved() -> None:
    twins = unit_vectors(np.tile(scattered([1]), (40, 1)))
    cells = recut(np.repeat([0, 1, 2, 3], 10), aspects(twins), np.arange(40), 20)
    assert [len(rows) for rows in cells] == [20, 20]


def test_new_cells_without_any_group_are_those_of_near_cases() -> None:
    found = aspects(KINDS)
    nobody = np.full(42, -1, dtype=np.intp)
    again, first = recut(nobody, found, np.arange(42), 20), cells_of(found, np.arange(42), 20)
    assert [rows.tolist() for rows in again] == [rows.tolist() for rows in first]


def test_cases_put_together_stay_in_one_new_cell() -> None:
    component = np.arange(80)
    component[79] = 0
    labels = np.repeat(np.arange(10), 8)
    cells = recut(labels, aspects(scattered([8] * 10)), component, 20)
    (home,) = [rows.tolist() for rows in cells if 0 in rows]
    assert 79 in home


def test_what_groups_teach_stays_in_their_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, ...]] = []
    whole = LeaveOneOut.guess

    def seen(self: LeaveOneOut, truth: Floats) -> Floats:
        told.append(truth.shape)
        return whole(self, truth)

    sizes = [16] * 12
    clauses = [f"C-{kind // 2}" for kind in np.repeat(np.arange(12), 16)]
    cases = table(scattered(sizes, one_offs=48), clauses=[*clauses, *[None] * 48])
    monkeypatch.setattr(LeaveOneOut, "guess", seen)
    found = find(cases, most_at_once=80)
    fields_read, lessons = told[0], told[1:]
    assert len(found.groups_) == 12
    assert fields_read == (240, 6)
    assert len(lessons) >= 4
    assert all(cells <= 80 and groups <= 80 // 16 for cells, groups in lessons)


def test_progress_through_cells_rises_to_its_end() -> None:
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    cases = table(scattered([16] * 6, one_offs=24))
    KindFinder(most_at_once=50).fit(cases, progress=tell)
    done = [one for one, _ in told]
    assert len(done) >= 6
    assert done == list(range(1, len(done) + 1))
    assert told[-1] == (len(done), len(done))


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
