"""A map of cases: the same each time, islands apart, what splits seen, what stays in its place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.islands import UNSORTED, Layout, inside, lay_out

Distances = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def world(sizes: list[int], loose: int, seed: int, width: int = 24) -> tuple[UnitVectors, Numbers]:
    """Kinds of these sizes around directions of their own, and cases of none."""
    random = np.random.default_rng(seed)
    kinds = np.repeat([*range(len(sizes)), UNSORTED], [*sizes, loose])
    middles = np.vstack([random.normal(size=(len(sizes), width)), np.zeros((1, width))])
    return unit_vectors(middles[kinds] * 1.5 + random.normal(size=(len(kinds), width))), kinds


def far(layout: Layout, rows: Numbers, number: int) -> Distances:
    island = layout.islands[number]
    found: Distances = np.sqrt(((layout.points[rows] - [island.x, island.y]) ** 2).sum(axis=1))
    return found


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 60), max_size=14),
    loose=st.integers(0, 40),
    seed=st.integers(0, 99),
)
def test_islands_do_not_overlap_and_hold_their_own_cases_alone(
    sizes: list[int], loose: int, seed: int
) -> None:
    vectors, kinds = world(sizes, loose, seed)
    layout = lay_out(vectors, kinds)
    assert np.isfinite(layout.points).all()
    for number, island in enumerate(layout.islands):
        assert far(layout, np.flatnonzero(kinds == number), number).max() < island.radius
        others = np.flatnonzero(kinds != number)
        assert (far(layout, others, number) >= island.radius * 0.999).all()
    assert lay_out(vectors, kinds).points.tobytes() == layout.points.tobytes()


def test_kinds_of_one_direction_and_cases_of_one_text_have_places_too() -> None:
    vectors = unit_vectors(np.ones((30, 8)))
    layout = lay_out(vectors, np.repeat([0, 1, UNSORTED], 10))
    first, second = layout.islands
    assert np.hypot(first.x - second.x, first.y - second.y) >= first.radius + second.radius
    assert len({tuple(point) for point in layout.points[:10].tolist()}) == 10


def test_likely_kinds_are_neighbours() -> None:
    middles = np.eye(6, 12)
    middles[1] = middles[0] + 0.3 * middles[5]
    random = np.random.default_rng(1)
    kinds = np.repeat(np.arange(6), 30)
    layout = lay_out(unit_vectors(middles[kinds] + random.normal(size=(180, 12)) * 0.1), kinds)
    first, *others = [np.array([island.x, island.y]) for island in layout.islands]
    distances = [float(np.linalg.norm(first - other)) for other in others]
    assert min(distances) == distances[0]


def test_two_halves_of_a_kind_lie_on_two_sides_of_its_island() -> None:
    random = np.random.default_rng(2)
    halves = np.repeat([-1.0, 1.0], 40)
    rows = np.eye(1, 16) * 3 + np.eye(1, 16, 1) * halves[:, None]
    layout = lay_out(unit_vectors(rows + random.normal(size=(80, 16)) * 0.1), np.zeros(80, int))
    island = layout.islands[0]
    side = np.sign(layout.points[:, 0] - island.x)
    assert abs(float((side * halves).mean())) > 0.95


def test_what_stays_keeps_its_place_on_the_next_maps() -> None:
    """Over 20 runs that each lose some cases, win others and one kind."""
    vectors, kinds = world([40, 25, 60, 15, 30, 9, 50], 30, 3)
    first = lay_out(vectors, kinds)
    width = float(np.ptp(first.points, axis=0).max())
    for run in range(20):
        kept = np.random.default_rng(run).random(len(kinds)) > 0.05
        born = unit_vectors(np.random.default_rng(run).normal(size=(12, 24)) * 0.2 + np.eye(1, 24))
        more = UnitVectors(np.vstack([vectors[kept], born]))
        layout = lay_out(more, np.append(kinds[kept], [7] * 12), dict(enumerate(first.islands)))
        for was, now in zip(first.islands, layout.islands, strict=False):
            assert np.hypot(was.x - now.x, was.y - now.y) <= 0.02 * width


def test_nothing_is_laid_out_as_nothing() -> None:
    layout = lay_out(UnitVectors(np.zeros((0, 8), dtype=np.float32)), np.zeros(0, dtype=np.int64))
    assert (layout.points.shape, [*layout.islands]) == ((0, 2), [])


@pytest.mark.parametrize(
    ("polygon", "held"),
    [
        ([(0, 0), (4, 0), (4, 4), (0, 4)], [True, True, False, False]),
        ([(0, 0), (4, 4), (4, 0), (0, 4)], [True, False, False, False]),  # crosses itself
        ([(0, 0), (4, 0), (4, 0)], [False, False, False, False]),
    ],
)
def test_an_outline_holds_what_is_inside_by_even_and_odd(
    polygon: list[tuple[float, float]], held: list[bool]
) -> None:
    points = np.array([[0.5, 2], [2, 3.5], [5, 2], [-1, 2]], dtype=np.float32)
    assert inside(points, polygon).tolist() == held
