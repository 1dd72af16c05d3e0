"""What people put together or apart holds in everything that discovery finds."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.casetable import ContradictoryConstraints
from recommender.learning.constraints import Constraints, split_apart
from tests.unit.casebases import Labels, find, groups_of, scattered, table

NAMES = [f"c{i:03}" for i in range(40)]
pairs = st.tuples(st.sampled_from(NAMES[:30]), st.sampled_from(NAMES[:30])).filter(
    lambda pair: pair[0] != pair[1]
)


def apart(labels: Labels, a: int, b: int) -> bool:
    return bool(labels[a] != labels[b] or labels[a] == -1)


def test_must_links_hold_exactly() -> None:
    links = [("c000", "c009"), ("c000", "c020"), ("c001", "gone")]
    labels = find(table(scattered([8, 8], one_offs=6), must_link=links)).labels_
    assert labels[0] == labels[9] == labels[20]


def test_strangers_that_people_put_together_are_a_kind() -> None:
    strangers = list(pairwise(NAMES[16:22]))
    labels = find(table(scattered([8, 8], one_offs=12), must_link=strangers)).labels_
    assert len(set(labels[16:22])) == 1
    assert labels[16] >= 0


@pytest.mark.parametrize(
    ("together", "kinds"),
    [
        ((0, 9), (0, 1)),
        ((0, 9, 20), (0, 1)),
        ((0, 20, 21), (0,)),
        ((20, 9), (1,)),
        ((0, 1, 9, 10), (0, 1)),
        ((0, 9, 10, 20), (1,)),
        ((20, 21), ()),
    ],
)
def test_a_few_put_together_across_kinds_go_where_most_of_them_would_be(
    together: Sequence[int], kinds: Sequence[int]
) -> None:
    rows = list(together)
    links = list(pairwise(NAMES[row] for row in rows))
    for seed in range(1, 4):
        labels = find(table(scattered([8, 8], one_offs=6, seed=seed), must_link=links)).labels_
        assert len({*labels[rows]}) == 1
        assert labels[rows[0]] in ({labels[2 + 8 * kind] for kind in kinds} or {-1})
        assert len({*labels[2:8]}) == len({*labels[11:16]}) == 1
        assert set(labels[[2, 11]]) == {0, 1}


@pytest.mark.parametrize("moved", [1, 3, 5, 8])
def test_cases_moved_to_a_kind_follow_it_however_many_they_are(moved: int) -> None:
    left, taking = NAMES[moved : moved + 3], NAMES[20:23]
    links = [*((case, taking[0]) for case in NAMES[:moved]), *pairwise(taking)]
    parted = [(NAMES[0], other) for other in left]
    for seed in range(1, 4):
        vectors = scattered([20, 12], one_offs=6, seed=seed)
        cases = table(vectors, must_link=links, cannot_link=parted)
        expected = {frozenset(NAMES[moved:20]), frozenset(NAMES[:moved] + NAMES[20:32])}
        assert groups_of(find(cases), cases) == expected


def test_a_few_put_together_go_only_where_they_may() -> None:
    links = [(NAMES[0], NAMES[9]), (NAMES[9], NAMES[20])]
    for kept, went in ((2, 11), (11, 2)):
        for count in (1, 6):
            parted = [(NAMES[20], NAMES[kept + row // 2]) for row in range(count)]
            cases = table(scattered([8, 8], one_offs=6), must_link=links, cannot_link=parted)
            labels = find(cases).labels_
            assert labels[0] == labels[9] == labels[20] == labels[went] >= 0
    everywhere = [(NAMES[20], NAMES[2]), (NAMES[20], NAMES[11])]
    cases = table(scattered([8, 8], one_offs=6), must_link=links, cannot_link=everywhere)
    assert find(cases).labels_[[0, 9, 20]].tolist() == [-1] * 3


def test_two_fews_kept_apart_do_not_meet_where_both_would_be() -> None:
    links = [(NAMES[0], NAMES[20]), (NAMES[1], NAMES[21])]
    cases = table(
        scattered([12, 8], one_offs=6), must_link=links, cannot_link=[(NAMES[20], NAMES[21])]
    )
    labels = find(cases).labels_
    assert labels[0] == labels[20] == labels[2] >= 0
    assert labels[1] == labels[21] == -1


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.lists(pairs, max_size=8), st.lists(pairs, max_size=8))
@pytest.mark.parametrize("most_at_once", [2500, 12])
def test_corrections_are_never_broken(
    most_at_once: int, together: list[tuple[str, str]], parted: list[tuple[str, str]]
) -> None:
    vectors = scattered([10, 8], one_offs=12)
    component = Constraints.of(table(vectors, must_link=together)).component
    kept = [(a, b) for a, b in parted if component[NAMES.index(a)] != component[NAMES.index(b)]]
    cases = table(vectors, must_link=together, cannot_link=kept)
    labels = find(cases, most_at_once=most_at_once, rounds=6).labels_
    for number in np.unique(component):
        assert len(set(labels[component == number])) == 1
    for first, second in kept:
        assert apart(labels, NAMES.index(first), NAMES.index(second))


@settings(max_examples=10, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 11), st.integers(12, 23)), min_size=1, max_size=8))
def test_cannot_links_hold_even_among_twins(chosen: set[tuple[int, int]]) -> None:
    twins = unit_vectors(np.tile(scattered([1]), (24, 1)))
    links = [(NAMES[a], NAMES[b]) for a, b in sorted(chosen)]
    labels = find(table(twins, cannot_link=links), min_size=2, rounds=4).labels_
    assert (labels >= 0).any()
    for a, b in chosen:
        assert apart(labels, a, b)


def test_a_split_parts_whole_components() -> None:
    left, right = NAMES[:6], NAMES[6:12]
    links = [pair for part in (left, right) for pair in pairwise(part)]
    cases = table(scattered([12], one_offs=12), must_link=links, cannot_link=[(left[0], right[-1])])
    assert groups_of(find(cases), cases) == {frozenset(left), frozenset(right)}


def test_a_kind_that_people_put_together_needs_no_texts_to_vouch_for_it() -> None:
    vectors = scattered([12, 9], one_offs=12)
    few, most = list(pairwise(NAMES[:6])), list(pairwise(NAMES[:8]))
    assert find(table(vectors, must_link=few), text_floor=99).groups_ == ()
    cases = table(vectors, must_link=most)
    assert groups_of(find(cases, text_floor=99), cases) == {frozenset(NAMES[:12])}


def test_a_case_kept_apart_from_its_own_kind_leaves_it() -> None:
    links = [(NAMES[0], other) for other in NAMES[1:10]]
    labels = find(table(scattered([10, 8], one_offs=12), cannot_link=links)).labels_
    assert len(set(labels[1:10])) == 1
    assert apart(labels, 0, 1)


@pytest.mark.parametrize("order", [1, -1])
def test_contradicting_corrections_are_refused_by_name(order: int) -> None:
    together: Any = [("c000", "c001"), ("c001", "c002")][::order]
    cases = table(UnitVectors(scattered([6])), must_link=together, cannot_link=[("c000", "c002")])
    with pytest.raises(ContradictoryConstraints) as refusal:
        find(cases)
    assert refusal.value.facts["pair"] == ("c000", "c002")


def test_rows_put_together_stand_in_one_place() -> None:
    cases = table(scattered([6]), must_link=[("c000", "c001")])
    distance = np.arange(36, dtype=np.float32).reshape(6, 6)
    distance += distance.T
    np.fill_diagonal(distance, 0)
    mean = (distance[0, 2:] + distance[1, 2:]) / 2
    Constraints.of(cases).contract(distance)
    assert np.array_equal(distance, distance.T)
    assert distance[0, 1] == 0
    assert distance[0, 2:].tolist() == distance[1, 2:].tolist() == mean.tolist()


def test_rows_kept_apart_lie_far() -> None:
    cases = table(scattered([6]), must_link=[("c000", "c001")], cannot_link=[("c001", "c004")])
    distance = np.zeros((6, 6), np.float32)
    constraints = Constraints.of(cases)
    constraints.part(distance, 3.0)
    assert sorted(zip(*np.nonzero(distance), strict=True)) == [(0, 4), (1, 4), (4, 0), (4, 1)]
    assert np.array_equal(constraints.broken(np.arange(6)), distance > 0)


def test_what_is_put_together_through_an_absent_case_stays_so() -> None:
    cases = table(scattered([6]), must_link=[("c000", "c001"), ("c001", "c002")])
    among = Constraints.of(cases).among(np.array([0, 2, 5]))
    assert among.component[0] == among.component[1] != among.component[2]


def test_a_group_without_broken_pairs_stays_whole() -> None:
    distance, nothing = np.ones((4, 4), np.float32), np.zeros((4, 4), dtype=bool)
    assert split_apart(distance, np.arange(4), nothing).tolist() == [0] * 4


def test_parts_take_in_what_is_nearest() -> None:
    distance = np.array([[0, 9, 1, 8], [9, 0, 8, 1], [1, 8, 0, 9], [8, 1, 9, 0]], dtype=np.float32)
    broken = np.zeros((4, 4), dtype=bool)
    broken[0, 1] = broken[1, 0] = True
    part = split_apart(distance, np.arange(4), broken)
    assert part[0] == part[2] != part[1]
    assert part[1] == part[3]
