"""The arithmetic and the words of precedents."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.cases.likeness import (
    closeness,
    common_words,
    fact_differences,
    fact_reasons,
    own_words,
    same_word,
    shared_closeness,
    shared_names,
    why,
)
from recommender.learning.lexical import Lexicon
from recommender.vocabulary import Facts, FactValue

NUMBERS = st.floats(-1e6, 1e6) | st.integers(-(10**6), 10**6)
VALUES = NUMBERS | st.booleans() | st.text(max_size=5)
NAN = float("nan")


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


def test_names_of_facts_are_compared_apart_from_their_values() -> None:
    assert np.isnan(shared_names({}, {"days": 4}))
    assert shared_names({"days": 4, "x": 1}, {"days": 400, "y": 1}) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [("Refund", "refund", 1), ("refund", "repair", 0), (None, "x", NAN), ("", "x", NAN)],
)
def test_words_of_fields_are_the_same_or_other_or_unknown(
    ours: str | None, theirs: str | None, same: float
) -> None:
    assert same_word(ours, theirs) == pytest.approx(same, nan_ok=True)


def test_far_facts_are_said_the_farthest_first_and_then_what_the_draft_leaves_open() -> None:
    ours: Facts = {"days_late": 4, "dented": True, "age": 9.5}
    theirs: Facts = {"days_late": 40, "dented": False, "age": 10.0, "proof": "letter"}
    assert fact_differences(ours, theirs) == [
        "dented: no, yours yes",
        "days late: 40, yours 4",
        "proof: letter, yours not given",
    ]
    assert fact_differences(theirs, theirs) == []


def test_shared_words_are_told_the_rarest_first_without_filler_and_placeholders() -> None:
    draft = "The parcel was delivered to a neighbour, says [name], and the customer was away."
    texts = [
        "Parcels left with the neighbours, [name] told me.",
        "A parcel was lost.",
        "The customer was away.",
        "Nothing alike here.",
    ]
    rarity = Lexicon().fit(texts).rarity_
    found = [common_words(draft, text, rarity) for text in texts]
    assert found[0] == ["neighbours", "parcels"]
    assert found[1] == ["parcel"]
    assert found[2:] == [["away"], []]


def test_words_that_only_the_earlier_case_says_leave_out_one_story_s_own() -> None:
    texts = ["A storm took the parcel to Zanzibar.", "Storm again.", "The parcel leaked."]
    words = Lexicon().fit(texts)
    assert own_words("The parcel leaked.", texts[0], words.rarity_, words.once_) == ["storm"]
    alone = own_words("A storm.", texts[2], words.rarity_, words.once_)
    assert alone == ["parcel"]
    assert own_words("A storm and a parcel.", texts[2], words.rarity_, words.once_) == ["leaked"]


def test_there_is_always_a_reason() -> None:
    assert why("RET-1", ["days late: 4, the same"], list("abcdef")) == [
        "same clause: RET-1",
        "days late: 4, the same",
        "words in common: a, b, c, d",
    ]
    assert why(None, [], []) == ["told in a similar way"]
