"""How alike two cases are, each way apart."""

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from recommender.learning.arrays import UnitVectors
from recommender.learning.aspects import (
    SAMPLE,
    Aspect,
    aspects_of,
    evenly,
    mean_likeness,
    text_features,
    weighed,
)
from recommender.learning.casetable import CaseTable, View
from tests.unit.casebases import WORDS, scattered, table, whole

ROWS = np.arange(24)


def of(cases: CaseTable, **weights: float) -> dict[str, Aspect]:
    found, _ = aspects_of(cases, **{"word_weight": 0.25, "field_weight": 1.75, **weights})
    return {one.name: one for one in found}


def two_views() -> CaseTable:
    """Two kinds of twelve, told in two texts of which every third case has one only."""
    second = scattered([12, 12], seed=5)
    lost = UnitVectors(np.where((ROWS % 3 > 0)[:, None], second, np.float32("nan")))
    views = {
        "situation": whole(scattered([12, 12])),
        "reason": View(vectors=lost, present=ROWS % 3 > 0),
    }
    words = ["The zip broke.", ""] * 6 + ["A parcel came late.", "Late parcels."] * 6
    return table(scattered([12, 12]), views=views, words=words, clauses=["A"] * 12 + ["B"] * 12)


def test_every_aspect_is_standardised_over_the_pairs_that_have_it() -> None:
    for one in of(two_views()).values():
        there = np.flatnonzero(one.present)
        pairs = one.likeness(there, there)[np.triu_indices(len(there), 1)]
        assert pairs.mean() == pytest.approx(0, abs=1e-4)
        assert pairs.std() == pytest.approx(1, abs=1e-4)


def test_a_pair_in_which_one_is_missing_is_as_usual() -> None:
    for one in of(two_views()).values():
        alike = one.likeness(ROWS, ROWS)
        assert np.isfinite(alike).all()
        assert (alike[~one.present] == 0).all()
        assert (alike[:, ~one.present] == 0).all()
        assert (alike[np.ix_(one.present, one.present)] != 0).any()


def test_the_texts_together_weigh_one() -> None:
    found = of(two_views())
    texts = [found[name] for name in ("situation", "reason", "words")]
    total = weighed(texts, ROWS, ROWS)
    assert total[np.triu_indices(24, 1)].std() == pytest.approx(1, abs=1e-4)
    assert found["situation"].weight == found["reason"].weight
    assert found["words"].weight == pytest.approx(found["reason"].weight / 2)
    assert 1 < found["clause"].weight < 1.75


def test_weighed_likeness_is_the_sum_of_all_aspects() -> None:
    found = of(two_views()).values()
    total = sum(one.weight * one.likeness(ROWS[:3], ROWS[5:]) for one in found)
    assert weighed(list(found), ROWS[:3], ROWS[5:]) == pytest.approx(np.asarray(total), abs=1e-4)


def test_mean_likeness_is_that_of_the_pairs() -> None:
    found = list(of(two_views()).values())
    members = [np.array([0, 1, 2, 5]), np.array([3, 4]), np.arange(12, 24)]
    between = mean_likeness(found, members)
    for a, first in enumerate(members):
        for b, second in enumerate(members):
            block = weighed(found, first, second)
            pairs = block[~np.eye(len(first), dtype=bool)] if a == b else block
            assert between[a, b] == pytest.approx(pairs.mean(), abs=1e-4)
    assert mean_likeness(found, []).shape == (0, 0)


def test_an_aspect_without_spread_tells_nothing() -> None:
    cases = table(UnitVectors(np.tile(scattered([1]), (24, 1))), words=["Same words."] * 24)
    found = of(cases)
    assert set(found) == {"situation", "words"}
    for one in found.values():
        assert (one.likeness(ROWS, ROWS) == 0).all()
    assert (mean_likeness(list(found.values()), [ROWS[:12], ROWS[12:]]) == 0).all()


@pytest.mark.parametrize("has", [0, 1])
def test_a_text_that_nobody_can_be_compared_by_tells_nothing(has: int) -> None:
    vectors = scattered([12, 12])
    views = {
        "situation": whole(vectors),
        "reason": View(vectors=vectors, present=np.arange(24) < has),
    }
    found = of(table(vectors, views=views))
    assert (found["reason"].likeness(ROWS, ROWS) == 0).all()
    assert found["situation"].weight == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("words", [(), [""] * 24, WORDS[:24], ["[NAME] [DATE] 12 !"] * 24])
def test_words_that_no_two_cases_share_are_no_aspect(words: Any) -> None:  # noqa: ANN401
    assert set(of(table(scattered([12, 12]), words=words))) == {"situation"}


def test_words_are_told_by_their_stems_and_pairs_without_placeholders() -> None:
    words = ["Zips broke [NAME]", "zip BREAKS", "zip breaks", *WORDS[:21]]
    rows = of(table(scattered([12, 12]), words=words))["words"].rows
    assert isinstance(rows, csr_array)
    assert rows.shape == (24, 3)
    assert np.diff(rows.indptr)[:4].tolist() == [1, 3, 3, 0]
    same = rows[[1]] @ rows[[2]].T
    assert same.toarray()[0, 0] == pytest.approx(1, abs=1e-6)


def test_text_features_stand_side_by_side_in_the_order_of_their_names() -> None:
    cases = two_views()
    rows = text_features(cases)
    assert rows.shape == (24, 96)
    assert (rows[::3, :48] == 0).all()
    assert np.array_equal(rows[:, 48:], cases.views["situation"].vectors)


def test_unread_references_are_not_doubted() -> None:
    _, doubted = aspects_of(table(scattered([12, 12])), word_weight=0.25, field_weight=1.75)
    assert doubted.tolist() == [False] * 24


def test_rows_are_sampled_at_even_distances() -> None:
    assert evenly(0).tolist() == []
    assert evenly(1).tolist() == [0]
    assert evenly(4, 10).tolist() == [0, 1, 2, 3]
    assert evenly(9, 3).tolist() == [0, 4, 8]
    assert len(evenly(3 * SAMPLE)) == SAMPLE
