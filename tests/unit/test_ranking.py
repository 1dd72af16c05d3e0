"""Likenesses of parts, mixed into one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.learning.ranking import WEIGHTS, mix

NAN = float("nan")


def column(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, dtype=np.float32)


def test_the_weights_are_a_whole() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)


def test_what_one_side_does_not_carry_neither_raises_nor_lowers() -> None:
    mixed = mix({"situation": column(0.6, 0.6, 0.6), "clause": column(1, NAN, 0)})
    total = WEIGHTS["situation"] + WEIGHTS["clause"]
    expected = [
        (0.6 * WEIGHTS["situation"] + WEIGHTS["clause"]) / total,
        0.6,
        0.6 * WEIGHTS["situation"] / total,
    ]
    assert mixed == pytest.approx(expected)


def test_nothing_known_is_no_likeness() -> None:
    assert mix({"resolution": column(NAN, 0.5)}) == pytest.approx([0, 0.5])


@given(st.lists(st.floats(0, 1) | st.just(NAN), min_size=len(WEIGHTS), max_size=len(WEIGHTS)))
def test_a_mix_stays_between_its_parts(values: list[float]) -> None:
    parts = {name: column(value) for name, value in zip(WEIGHTS, values, strict=True)}
    known = [value for value in values if value == value]  # noqa: PLR0124 - leaves NaN out
    (mixed,) = mix(parts)
    if known:
        assert min(known) - 1e-5 <= mixed <= max(known) + 1e-5
    else:
        assert mixed == 0
