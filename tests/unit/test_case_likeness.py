"""The arithmetic and the words of precedents."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.cases.likeness import (
    WEIGHTS,
    blend,
    closeness,
    fact_reasons,
    shared_closeness,
    why,
    word_reasons,
)
from recommender.vocabulary import Facts, FactValue

NUMBERS = st.floats(-1e6, 1e6) | st.integers(-(10**6), 10**6)
VALUES = NUMBERS | st.booleans() | st.text(max_size=5)
NAN = float("nan")


def column(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, dtype=np.float32)


def test_the_weights_are_a_whole() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)


def test_what_one_side_does_not_carry_neither_raises_nor_lowers() -> None:
    blended = blend({"situation": column(0.6, 0.6, 0.6), "clause": column(1, NAN, 0)})
    assert blended == pytest.approx([0.44 / 0.6, 0.6, 0.24 / 0.6])


def test_nothing_known_is_no_likeness() -> None:
    assert blend({"resolution": column(NAN, 0.5)}) == pytest.approx([0, 0.5])


@given(st.lists(st.floats(0, 1) | st.just(NAN), min_size=4, max_size=4))
def test_a_blend_stays_between_its_parts(values: list[float]) -> None:
    parts = {name: column(value) for name, value in zip(WEIGHTS, values, strict=True)}
    known = [value for value in values if value == value]  # noqa: PLR0124 - leaves NaN out
    (blended,) = blend(parts)
    if known:
        assert min(known) - 1e-5 <= blended <= max(known) + 1e-5
    else:
        assert blended == 0


@pytest.mark.parametrize(
    ("ours", "theirs", "near"),
    [
        (4, 4, 1),
        (4, 5, 0.8),
        (0, 0, 1),
        (0, 5, 0),
        (-4, 4, 0),
        (True, True, 1),
        (True, False, 0),
        (True, 1, 0),
        (1, "1", 0),
        ("Red", "red", 1),
        ("red", "blue", 0),
    ],
)
def test_closeness_of_two_values(ours: FactValue, theirs: FactValue, near: float) -> None:
    assert closeness(ours, theirs) == pytest.approx(near)


@given(VALUES, VALUES)
def test_closeness_is_a_share_and_looks_both_ways(ours: FactValue, theirs: FactValue) -> None:
    assert 0 <= closeness(ours, theirs) <= 1
    assert closeness(ours, theirs) == closeness(theirs, ours)
    assert closeness(ours, ours) == 1


def test_only_shared_facts_count() -> None:
    assert np.isnan(shared_closeness({"days": 4}, {"hours": 4}))
    assert shared_closeness({"days": 4, "x": 1}, {"days": 5, "y": 1}) == pytest.approx(0.8)


def test_close_facts_are_said_in_words_the_closest_first() -> None:
    ours: Facts = {"days_late": 4, "dented": True, "weight": 1, "colour": "red", "age": 9.5}
    theirs: Facts = {"days_late": 5, "dented": True, "weight": 40, "colour": "blue", "age": 10.0}
    assert fact_reasons(ours, theirs) == [
        "dented: yes, the same",
        "age: 10, yours 9.5",
        "days late: 5, yours 4",
    ]


def test_shared_words_are_told_the_rarest_first_without_filler_and_placeholders() -> None:
    draft = "The parcel was delivered to a neighbour, says [name], and the customer was away."
    texts = [
        "Parcels left with the neighbours, [name] told me.",
        "A parcel was lost.",
        "The customer was away.",
        "Nothing alike here.",
    ]
    found = word_reasons(draft, texts)
    assert found[0] == ["neighbours", "parcels"]
    assert found[1] == ["parcel"]
    assert found[2:] == [["away"], []]


def test_there_is_always_a_reason() -> None:
    assert why("RET-1", ["days late: 4, the same"], list("abcdef")) == [
        "same clause: RET-1",
        "days late: 4, the same",
        "words in common: a, b, c, d",
    ]
    assert why(None, [], []) == ["told in a similar way"]
