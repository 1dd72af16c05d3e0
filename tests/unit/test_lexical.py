"""Word scores: shares of what a text says, the same inside the index and outside."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.learning.lexical import Lexicon, stems

TEXTS = [
    "The kettle leaks at the spout.",
    "Kettles leaking at their lids, and a parcel lost.",
    "The parcel was lost by [name].",
    "A sofa came in the wrong colour.",
]
WORDS = st.lists(
    st.sampled_from(["kettle", "leak", "spout", "parcel", "lost", "sofa", "colour", "zip"])
)


def test_words_are_brought_together_and_grammar_and_placeholders_left_out() -> None:
    assert stems("The parcels returned by [name], at 14 days") == stems("parcel return 14 day")
    assert stems("the of [customer]") == []


def test_what_says_the_same_scores_highest_and_what_shares_nothing_nothing() -> None:
    scores = Lexicon().fit(TEXTS).scores("A kettle leaks.")
    assert scores.argmax() == 0
    assert scores[1] > 0
    assert scores[2:].tolist() == [0, 0]
    assert Lexicon().fit(TEXTS).scores(TEXTS[3])[3] == pytest.approx(1)


def test_a_rare_word_tells_more_than_a_frequent_one() -> None:
    lexicon = Lexicon().fit(TEXTS)
    assert lexicon.rarity_["sofa"] == lexicon.once_ > lexicon.rarity_["parcel"]


def test_nothing_known_scores_nothing() -> None:
    assert Lexicon().fit(TEXTS).scores("giraffe").tolist() == [0, 0, 0, 0]
    assert Lexicon().fit(TEXTS).scores_of("giraffe", [Counter(["giraff"])]).tolist() == [0]
    assert Lexicon().fit([]).scores("kettle").tolist() == []
    assert Lexicon().fit(["", "of the"]).scores("kettle").tolist() == [0, 0]
    assert Lexicon().fit(TEXTS).scores_of("kettle", []).tolist() == []


@given(WORDS)
def test_outside_the_index_the_score_is_the_same_as_inside(words: list[str]) -> None:
    lexicon = Lexicon().fit(TEXTS)
    inside = lexicon.scores(" ".join(words))
    outside = lexicon.scores_of(" ".join(words), [Counter(stems(text)) for text in TEXTS])
    assert inside == pytest.approx(outside, abs=1e-5)
    assert np.all((inside >= 0) & (inside <= 1))
