"""What the casebase's own fields teach about its texts."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from recommender.learning import fields
from recommender.learning.fields import (
    RIDGE,
    FieldReading,
    LeaveOneOut,
    read_choice,
    read_groups,
    read_names,
)
from tests.unit.casebases import scattered

Floats = npt.NDArray[np.float32]


def features(sizes: list[int], one_offs: int = 0) -> Floats:
    return np.asarray(scattered(sizes, one_offs))


def read(rows: Floats, given_values: Sequence[str | None]) -> FieldReading:
    reading = read_choice(rows, given_values)
    assert reading is not None
    return reading


@pytest.mark.parametrize("known_share", [1.0, 0.7])
@pytest.mark.parametrize("width", [8, 60])
def test_a_guess_is_that_of_a_fit_on_all_other_known_cases(known_share: float, width: int) -> None:
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(30, width)).astype(np.float32)
    truth = rng.integers(0, 2, (30, 3)).astype(np.float32)
    known = rng.random(30) < known_share
    guess = LeaveOneOut(rows, known).guess(truth)
    for row in range(30):
        others = known & (np.arange(30) != row)
        model = Ridge(alpha=RIDGE).fit(rows[others], truth[others])
        expected = np.clip(model.predict(rows[[row]])[0], 0, 1)
        # The intercept of the closed form is that of all known cases; alone, a case moves it
        # by its share of them.
        assert guess[row] == pytest.approx(expected, abs=2e-2)


def test_a_case_does_not_teach_its_own_guess() -> None:
    rows = features([15, 15])
    values = ["A"] * 15 + ["B"] * 15
    plain = read(rows, values)
    lied = read(rows, ["B", *values[1:]])
    assert lied.posterior[0, 0] < plain.posterior[0, 0]
    truth = np.eye(2, dtype=np.float32)[[0] * 15 + [1] * 15]
    turned = truth.copy()
    turned[0] = truth[-1]
    others = LeaveOneOut(rows)
    first = others.guess(truth)[0]
    assert others.guess(turned)[0] == pytest.approx(first, abs=1e-3)


def test_gaps_are_filled_with_what_others_name() -> None:
    reading = read(features([15, 15]), [*["A"] * 10, *[None] * 5, *["B"] * 10, *[None] * 5])
    assert (reading.posterior[10:15].argmax(axis=1) == 0).all()
    assert (reading.posterior[25:].argmax(axis=1) == 1).all()
    assert reading.skill > 0.8
    assert not reading.doubted.any()


def test_a_value_that_was_taken_speaks_for_its_case_and_teaches_nothing() -> None:
    rows, values = features([15, 15]), ["A"] * 15 + ["B"] * 15
    own = np.array([row % 15 < 10 for row in range(30)])
    lied = ["B" if row in {12, 13, 14} else value for row, value in enumerate(values)]
    taken = read_choice(rows, lied, own)
    silent = [value if mine else None for value, mine in zip(values, own, strict=True)]
    told = read(rows, silent)
    assert taken is not None
    assert taken.skill == pytest.approx(told.skill, abs=1e-6)
    assert taken.posterior[own] == pytest.approx(told.posterior[own], abs=1e-6)
    assert (taken.posterior[12:15, 1] > told.posterior[12:15, 1]).all()
    assert read_choice(rows, values, np.zeros(30, dtype=bool)) is None


def test_facts_that_were_taken_speak_for_their_case_and_teach_nothing() -> None:
    rows = features([15, 15])
    facts: list[Mapping[str, object]] = [{"days": 1}] * 15
    facts += [{"items": 1}] * 15
    own = np.array([row % 15 < 10 for row in range(30)])
    taken = read_names(rows, facts, own)
    told = read_names(rows, [one if mine else {} for one, mine in zip(facts, own, strict=True)])
    assert taken is not None
    assert told is not None
    assert taken.skill == pytest.approx(told.skill, abs=1e-6)
    assert (taken.posterior[10:15, 0] > told.posterior[10:15, 0]).all()
    assert read_names(rows, facts, np.zeros(30, dtype=bool)) is None


def test_posteriors_are_shares() -> None:
    posterior = read(features([15, 15]), ["A"] * 12 + [None] * 3 + ["B"] * 15).posterior
    assert posterior.sum(axis=1) == pytest.approx(np.ones(30), abs=1e-5)
    assert (posterior > 0).all()


def test_a_value_that_texts_overrule_is_doubted_where_values_are_often_wrong() -> None:
    values = ["A"] * 20 + ["B"] * 20
    rows = features([20, 20])
    wrong = [0, 1, 2, 20, 21, 22]
    mistaken = [("B" if v == "A" else "A") if i in wrong else v for i, v in enumerate(values)]
    reading = read(rows, mistaken)
    assert set(np.flatnonzero(reading.doubted)) <= set(wrong)
    assert reading.doubted.sum() >= 4
    assert not read(rows, values).doubted.any()


def test_a_value_named_too_rarely_counts_as_not_given() -> None:
    values: list[str | None] = [*["A"] * 13, "rare", "rare", *["B"] * 15]
    reading = read(features([15, 15]), values)
    gaps = read(features([15, 15]), [None if value == "rare" else value for value in values])
    assert reading.posterior.shape == (30, 2)
    assert np.array_equal(reading.posterior, gaps.posterior)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [None] * 40,
        ["only"] * 40,
        ["A"] * 38 + ["B"] * 2,
        [("A", "B", "C", "D", "E")[i] for i in np.random.default_rng(3).integers(0, 5, 40)],
    ],
)
def test_a_field_that_texts_do_not_teach_is_not_read(values: Sequence[str | None]) -> None:
    assert read_choice(features([20, 20]), values) is None


def test_skill_grows_with_what_texts_tell() -> None:
    rows = features([20, 20])
    values = ["A"] * 20 + ["B"] * 20
    mixed = [("B" if v == "A" else "A") if i % 4 == 0 else v for i, v in enumerate(values)]
    assert 0.2 < read(rows, mixed).skill < read(rows, values).skill <= 1


def test_fact_names_are_filled_in_and_what_was_typed_weighs_more() -> None:
    facts: list[Mapping[str, object]] = [{"days": 3}] * 11
    facts += [{"months": 1}, {}, {}, {}, *[{"months": 2, "parts": 1}] * 15]
    reading = read_names(features([15, 15]), facts)
    assert reading is not None
    assert reading.posterior.shape == (30, 3)
    days, months, parts = 0, 1, 2
    assert reading.posterior[11, months] > 0.75 > reading.posterior[11, days]
    assert reading.posterior[12, days] > 0.5 > reading.posterior[12, parts]
    assert not reading.doubted.any()


@pytest.mark.parametrize(
    "facts",
    [[], [{}] * 40, [{"one": 1}] * 40, [{"one": 1, "two": 2}] * 40, [{"one": 1}, {"two": 1}] * 20],
)
def test_facts_that_texts_do_not_teach_are_not_read(facts: Sequence[Mapping[str, object]]) -> None:
    assert read_names(features([20, 20]), facts) is None


def test_groups_are_read_like_a_field() -> None:
    labels = np.array([0] * 14 + [-1] + [1] * 15, dtype=np.intp)
    reading = read_groups(LeaveOneOut(features([15, 15])), labels)
    assert reading is not None
    assert reading.posterior[14, 0] > 0.5 > reading.posterior[14, 1]
    assert reading.skill > 0.8


def test_groups_teach_nothing_where_there_is_one_or_texts_do_not_tell_them() -> None:
    rows = features([15, 15])
    assert read_groups(LeaveOneOut(rows), np.zeros(30, dtype=np.intp)) is None
    assert read_groups(LeaveOneOut(rows), np.full(30, -1, dtype=np.intp)) is None
    assert read_groups(LeaveOneOut(np.ones_like(rows)), np.arange(30) % 2) is None


@pytest.mark.parametrize("width", [8, 60])
def test_rows_are_guessed_alike_however_many_are_laid_out_at_once(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(7)
    rows = rng.normal(size=(40, width)).astype(np.float32)
    values = [("A" if a > 0 else "B") if b < 1 else None for a, b in rows[:, :2]]
    whole = read(rows, values)
    monkeypatch.setattr(fields, "BLOCK", 7)
    parts = read(rows, values)
    assert parts.posterior == pytest.approx(whole.posterior, abs=1e-5)
    assert parts.skill == pytest.approx(whole.skill)
    assert np.array_equal(parts.doubted, whole.doubted)


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["A", "B", "C", None]), min_size=30, max_size=30))
def test_whatever_is_typed_a_reading_is_sound(values: Sequence[str | None]) -> None:
    reading = read_choice(features([15, 15]), values)
    if reading is not None:
        assert np.isfinite(reading.posterior).all()
        assert 0 < reading.skill <= 1
        given_rows = np.array([value is not None for value in values])
        assert not reading.doubted[~given_rows].any()


def test_copies_and_single_features_do_not_break_a_fit() -> None:
    rows = np.repeat(np.eye(2, 6, dtype=np.float32), 3, axis=0)
    reading = read(rows, ["A", "A", "A", "B", "B", "B"])
    assert np.isfinite(reading.posterior).all()
    assert reading.posterior.argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 1]
