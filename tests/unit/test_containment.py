"""Groups of cases that keep to themselves."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.learning import containment
from recommender.learning.casetable import Pair
from recommender.learning.constraints import Constraints
from recommender.learning.containment import (
    SelfContained,
    by_shared_neighbours,
    evened,
    usual_size,
)
from tests.unit.casebases import scattered, table

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.intp]
IDS = [f"c{i:03}" for i in range(400)]
GROUPING = SelfContained(least=0.4)


def likeness(sizes: Sequence[int], one_offs: int = 0, *, seed: int = 1) -> Floats:
    """Standardised cosines."""
    rows = scattered(sizes, one_offs, seed=seed)
    cosine = rows @ rows.T
    pairs = cosine[np.triu_indices(len(rows), 1)]
    return np.asarray((cosine - pairs.mean()) / pairs.std(), dtype=np.float32)


def grouped(
    alike: Floats,
    strictness: float = 0.5,
    *,
    must_link: Sequence[Pair] = (),
    cannot_link: Sequence[Pair] = (),
) -> Integers:
    cases = table(scattered([len(alike)]), must_link=must_link, cannot_link=cannot_link)
    return GROUPING(alike, strictness, Constraints.of(cases))


def sets_of(labels: Integers) -> list[list[int]]:
    found = [np.flatnonzero(labels == number).tolist() for number in np.unique(labels[labels >= 0])]
    return sorted(found)


@pytest.mark.parametrize("sizes", [[8, 8], [30, 6, 9], [60, 5], [12] * 8, [40, 20, 10, 8, 6, 5, 5]])
def test_kinds_of_any_size_keep_to_themselves(sizes: list[int]) -> None:
    ends = np.cumsum([0, *sizes]).tolist()
    expected = [list(range(a, b)) for a, b in pairwise(ends)]
    assert sets_of(grouped(likeness(sizes))) == expected


def test_one_offs_keep_to_nobody() -> None:
    labels = grouped(likeness([20, 15, 9], one_offs=40, seed=3))
    assert len({*labels[[0, 20, 35]].tolist()} - {-1}) == 3
    assert (labels[44:] < 0).mean() > 0.8


def test_small_groups_need_more_the_stricter_the_round() -> None:
    alike = likeness([30, 30, 5])
    constraints = Constraints.of(table(scattered([65])))
    by_size = SelfContained(least=0.4, lenient=0.0, strict=2.0)
    assert (by_size(alike, 0.0, constraints) >= 0).all()
    strictly = by_size(alike, 1.0, constraints)
    assert (strictly[:60] >= 0).all()
    assert (strictly[60:] < 0).all()


def test_half_of_the_differences_in_density_go() -> None:
    alike = likeness([12, 12])
    dense = alike.copy()
    dense[:12, :12] += 4
    before = dense[:12, :12].mean() - dense[12:, 12:].mean()
    after = evened(dense)
    assert after[:12, :12].mean() - after[12:, 12:].mean() == pytest.approx(before / 2, rel=0.1)


@pytest.mark.parametrize("size", [8, 12, 20])
def test_kinds_of_one_size_show_it(size: int) -> None:
    found, peak = usual_size(likeness([size] * 12))
    assert found == pytest.approx(size, abs=2)
    assert peak > 0.08


def test_skewed_sizes_show_no_usual_one_and_change_nothing() -> None:
    alike = np.random.default_rng(1).standard_normal((120, 120)).astype(np.float32)
    alike += alike.T
    assert usual_size(alike)[1] < 0.03
    assert by_shared_neighbours(alike) is alike
    assert usual_size(alike[:9, :9]) == (3, 0.0)


def test_sharing_neighbours_counts_where_kinds_are_of_one_size() -> None:
    alike = likeness([12] * 10)
    kind = np.repeat(np.arange(10), 12)
    same = kind[:, None] == kind[None, :]
    other = by_shared_neighbours(alike)
    assert (other - alike)[same].min() > (other - alike)[~same].max() - 1e-6


def test_what_people_put_together_is_in_one_branch() -> None:
    alike = likeness([10, 10, 10])
    links = [(IDS[0], IDS[11]), (IDS[11], IDS[12]), (IDS[12], IDS[13])]
    labels = grouped(alike, must_link=links)
    assert labels[0] == labels[11] == labels[12] == labels[13] == labels[19] >= 0


def test_what_people_put_apart_is_in_no_branch_together() -> None:
    alike = likeness([10, 10])
    parted = [(IDS[0], IDS[row]) for row in range(1, 10)]
    labels = grouped(alike, cannot_link=parted)
    assert (labels[1:10] != labels[0]).all()
    assert len(set(labels[10:].tolist())) == 1


def test_copies_are_one_group_even_when_there_is_nothing_else() -> None:
    assert sets_of(grouped(np.zeros((7, 7), np.float32))) == [list(range(7))]


def test_what_is_alike_throughout_is_one_group_if_no_part_is() -> None:
    rng = np.random.default_rng(0)
    noise = 0.3 * rng.standard_normal((30, 30)).astype(np.float32)
    alike = noise + noise.T
    assert sets_of(grouped(alike + 3, 1.0)) == [list(range(30))]
    assert list(range(30)) not in sets_of(grouped(alike, 1.0))


def test_ranks_do_not_join_what_is_far_away() -> None:
    far = np.full((12, 12), -4.0, np.float32)
    far[:6, :6] = far[6:, 6:] = 4
    assert sets_of(grouped(far)) == [list(range(6)), list(range(6, 12))]


def test_large_branches_are_judged_by_a_sample_of_their_cases(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alike = likeness([90, 60, 30, 10], one_offs=30)
    whole = grouped(alike)
    monkeypatch.setattr(containment, "MOST_NEIGHBOURS", 20)
    monkeypatch.setattr(containment, "SAMPLE", 60)
    assert np.array_equal(grouped(alike), whole)
    assert len(sets_of(whole)) >= 4


@given(st.integers(2, 14), st.integers(0, 2**16), st.floats(0, 1))
def test_every_case_is_in_one_group_of_three_or_in_none(
    n: int, seed: int, strictness: float
) -> None:
    noise = np.random.default_rng(seed).standard_normal((n, n)).astype(np.float32)
    labels = grouped(noise + noise.T, strictness)
    assert labels.shape == (n,)
    assert all(len(rows) >= 3 for rows in sets_of(labels))
