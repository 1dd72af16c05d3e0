"""Grouping again and again, and what stays together."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.learning.casetable import Pair
from recommender.learning.consensus import Cut, Rounds, close_pair, taking_part, together
from recommender.learning.constraints import Constraints
from tests.unit.casebases import scattered, table

Floats = npt.NDArray[np.float32]
IDS = [f"c{i:03}" for i in range(400)]
CUT = Cut(loosest=0.5, tightest=1.0)


def rounds(count: int = 12, seed: int = 0, share: float = 0.85) -> Rounds:
    return Rounds(count=count, share=share, seed=seed)


def alike(sizes: Sequence[int], *, seed: int = 0) -> Floats:
    """Likenesses near 2 within a kind and near 0 between kinds."""
    kind = np.repeat(np.arange(len(sizes)), sizes)
    noise = 0.2 * np.random.default_rng(seed).standard_normal((len(kind), len(kind)))
    within = 2.0 * (kind[:, None] == kind[None, :])
    return np.asarray(within + noise + noise.T, dtype=np.float32)


def share_of(
    parts: Sequence[Floats],
    weights: Sequence[float] = (1.0,),
    *,
    asked: Rounds | None = None,
    must_link: Sequence[Pair] = (),
    cannot_link: Sequence[Pair] = (),
) -> Floats:
    n = len(parts[0])
    cases = table(scattered([n]), must_link=must_link, cannot_link=cannot_link)
    constraints = Constraints.of(cases)
    return together(parts, weights, cases.ids, constraints.among, asked or rounds(), CUT)


def test_what_belongs_together_stays_together() -> None:
    share = share_of([alike([8, 7])])
    assert np.array_equal(share, share.T)
    assert (np.diag(share) == 1).all()
    assert share[:8, :8].min() > 0.9
    assert share[8:, 8:].min() > 0.9
    assert share[:8, 8:].max() == 0


def test_what_is_near_by_accident_is_sometimes_apart() -> None:
    rng = np.random.default_rng(1)
    noise = rng.standard_normal((40, 40)).astype(np.float32)
    share = share_of([noise + noise.T])
    between = share[np.triu_indices(40, 1)]
    assert 0 < between.mean() < 0.3
    assert ((between > 0) & (between < 1)).any()


def test_rounds_of_fewer_than_three_cases_tell_nothing() -> None:
    assert np.array_equal(share_of([np.ones((2, 2), np.float32)]), np.eye(2))
    assert np.array_equal(
        share_of([np.ones((9, 9), np.float32)], asked=rounds(share=0.0)), np.eye(9)
    )


def test_parts_count_by_their_weights() -> None:
    first, second = alike([8, 8]), alike([4] * 4)[:, np.random.default_rng(3).permutation(16)]
    second = second + second.T
    assert np.array_equal(share_of([first, second], [1, 0]), share_of([first], [1]))
    assert not np.array_equal(share_of([first, second], [1, 5]), share_of([first], [1]))


def test_what_people_say_counts_in_every_round() -> None:
    links = list(pairwise(IDS[8:16]))
    parted = [(one, other) for one in IDS[:4] for other in IDS[4:8]]
    likeness = alike([8, 4, 4])
    plain = share_of([likeness])
    told = share_of([likeness], must_link=links, cannot_link=parted)
    assert plain[8:12, 12:].max() == 0
    assert told[8:, 8:].min() == 1
    assert plain[:4, 4:8].min() > 0.9
    assert told[:4, 4:8].max() == 0


def test_rounds_go_from_lenient_to_strict_evenly() -> None:
    asked = rounds(count=5)
    assert [asked.strictness(number) for number in range(5)] == pytest.approx(
        [0.1, 0.3, 0.5, 0.7, 0.9]
    )


def test_the_unit_is_the_mean_likeness_to_the_fifth_nearest() -> None:
    likeness = np.tile(np.arange(8, dtype=np.float32), (8, 1))
    np.fill_diagonal(likeness, 99)
    own = [sorted(set(range(8)) - {row})[-5] for row in range(8)]
    assert close_pair(likeness) == pytest.approx(np.mean(own))
    assert likeness[0, 0] == 99


def test_the_unit_of_few_cases_is_their_farthest_and_never_below_nothing() -> None:
    assert close_pair(np.array([[9, 3, 1], [3, 9, 2], [1, 2, 9]], np.float32)) == pytest.approx(
        4 / 3
    )
    assert close_pair(-np.ones((6, 6), np.float32)) == 0
    assert close_pair(np.ones((1, 1), np.float32)) == 0


@given(st.lists(st.text(), min_size=1, max_size=20, unique=True), st.integers(0, 2**70))
def test_a_case_takes_part_whatever_other_cases_there_are(ids: list[str], seed: int) -> None:
    asked = rounds(seed=seed)
    among = taking_part(ids, asked)
    assert among.shape == (12, len(ids))
    for column, one in enumerate(ids):
        assert np.array_equal(taking_part([one], asked)[:, 0], among[:, column])


@pytest.mark.parametrize("share", [0.5, 0.85])
def test_so_many_take_part_as_should_and_other_ones_each_round(share: float) -> None:
    part = taking_part(IDS, rounds(count=40, share=share))
    expected = pytest.approx(share, abs=5 * np.sqrt(share * (1 - share) / 400))
    assert all(row.mean() == expected for row in part)
    agreement = np.corrcoef(part.astype(float))[np.triu_indices(40, 1)]
    assert abs(agreement.mean()) < 0.01
    assert abs(agreement).max() < 0.25


def test_seeds_and_names_choose_other_cases() -> None:
    part = taking_part(IDS, rounds())
    assert (part != taking_part(IDS, rounds(seed=1))).any()
    assert (part != taking_part([f"x{one}" for one in IDS], rounds())).any()
    assert np.array_equal(part, taking_part(IDS, rounds()))
