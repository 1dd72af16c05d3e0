"""Which cases discovery calls one kind, on small made-up casebases."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.casetable import BadCaseTable, CaseTable, View
from recommender.learning.discovery import KindFinder
from recommender.learning.searchsettings import BadSetting
from tests.unit.casebases import (
    WORDS,
    Labels,
    find,
    groups_of,
    kindless,
    scattered,
    table,
    whole,
)


@pytest.mark.parametrize(
    "columns", [{}, {"clauses": ["A"] * 12 + ["B"] * 9 + ["C", None] * 10 + ["D"]}]
)
def test_kinds_are_found_and_one_offs_stay_unsorted(columns: dict[str, Any]) -> None:
    finder = find(table(scattered([12, 9, 6], one_offs=15, seed=3), **columns))
    assert finder.labels_.tolist() == [0] * 12 + [1] * 9 + [2] * 6 + [-1] * 15
    assert all(not group.shortfalls() for group in finder.groups_)
    assert (finder.strength_[:27] > 0.58).all()
    assert (finder.strength_[27:] == 0).all()
    assert finder.weights_["situation"] == pytest.approx(1)


@pytest.mark.parametrize("sizes", [[12, 12], [6, 6], [30, 7]])
def test_two_kinds_are_told_apart(sizes: list[int]) -> None:
    finder = find(table(scattered(sizes)))
    assert finder.labels_.tolist() == [0] * sizes[0] + [1] * sizes[1]
    assert [group.rival for group in finder.groups_] == [1, 0]


def test_cases_that_tell_one_thing_in_one_way_are_one_kind() -> None:
    vectors = unit_vectors(np.tile(scattered([1]), (24, 1)))
    finder = find(table(vectors, words=["The zip broke."] * 24, clauses=["A", "B"] * 12))
    assert finder.labels_.tolist() == [0] * 24
    assert finder.groups_[0].rival is None
    assert finder.groups_[0].margin is None
    assert set(finder.weights_.values()) == {0.0}


def test_groups_below_the_least_size_stay_unsorted() -> None:
    vectors = scattered([4, 8])
    assert find(table(vectors)).labels_.tolist() == [-1] * 4 + [0] * 8
    assert find(table(vectors), min_size=3).labels_.tolist() == [1] * 4 + [0] * 8


@pytest.mark.parametrize("n", [0, 1, 4])
def test_too_few_cases_are_all_unsorted(n: int) -> None:
    finder = find(table(UnitVectors(scattered([5])[:n])))
    assert finder.labels_.tolist() == [-1] * n
    assert finder.strength_.tolist() == [0] * n
    assert finder.groups_ == ()
    assert finder.weights_ == {}


@pytest.mark.parametrize("n", range(5, 13))
def test_a_handful_of_cases_is_no_trouble(n: int) -> None:
    clauses = ["A" if i % 2 else "B" for i in range(n)]
    finder = find(table(scattered([n - n // 2, n // 2]), clauses=clauses, words=["one word"] * n))
    for group in finder.groups_:
        assert len(group.rows) >= 5
        assert len({row < n - n // 2 for row in group.rows}) == 1


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(33)))
def test_row_order_never_matters(order: list[int]) -> None:
    clauses = [None if i % 4 == 0 else "A" if i < 10 else "B" for i in range(33)]
    words = [f"A broken {('zip', 'lamp')[i % 2]} number {i}" for i in range(33)]
    plain = table(scattered([10, 8], one_offs=15, seed=3), clauses=clauses, words=words)
    mixed = plain.take(np.array(order))
    first, second = find(plain), find(mixed)
    assert np.array_equal(second.labels_, first.labels_[order])
    assert np.array_equal(second.strength_, first.strength_[order])
    assert groups_of(first, plain) == groups_of(second, mixed)
    assert [described(group) for group in first.groups_] == [
        described(group) for group in second.groups_
    ]
    rows = np.arange(33)
    alike = first.likeness(rows, rows)[order][:, order]
    assert second.likeness(rows, rows) == pytest.approx(alike, abs=1e-4)


def described(group: Any) -> Any:  # noqa: ANN401
    return replace(group, rows=())


def test_the_same_cases_and_seed_give_the_same_kinds() -> None:
    cases = blurred()
    first, again = find(cases, seed=3), find(cases, seed=3)
    assert first.groups_ == again.groups_
    assert np.array_equal(first.strength_, again.strength_)


def test_another_seed_asks_differently_and_finds_the_same_plain_kinds() -> None:
    cases = blurred()
    first, other = find(cases, seed=1), find(cases, seed=2)
    assert not np.array_equal(first.strength_, other.strength_)
    assert adjusted_rand_score(first.labels_, other.labels_) > 0.8


def test_other_ids_change_who_takes_part_and_hardly_what_is_found() -> None:
    cases = blurred()
    renamed = replace(cases, ids=[f"other {i:03}" for i in range(len(cases))])
    first, other = find(cases), find(renamed)
    assert not np.array_equal(first.strength_, other.strength_)
    assert adjusted_rand_score(first.labels_, other.labels_) > 0.8


def blurred() -> CaseTable:
    """Three kinds without a sharp edge, and one-offs."""
    rng = np.random.default_rng(2)
    centres = np.repeat(rng.normal(size=(3, 48)), [14, 12, 10], axis=0)
    near = centres + 1.2 * rng.normal(size=centres.shape)
    return table(unit_vectors(np.vstack([near, rng.normal(size=(15, 48))])))


def test_progress_is_told_after_each_pass() -> None:
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    clauses = ["A"] * 8 + ["B"] * 8
    KindFinder(lessons=2).fit(table(scattered([8, 8]), clauses=clauses), progress=tell)
    assert told == [(1, 3), (2, 3), (3, 3)]
    told.clear()
    KindFinder(lessons=2).fit(table(scattered([8, 8])), progress=tell)
    assert told == [(1, 1)]


def test_lessons_teach_only_where_there_is_something_to_learn() -> None:
    cases = table(scattered([12, 12]), clauses=["A"] * 12 + ["B"] * 12)
    assert "lesson" in find(cases).weights_
    assert "lesson" not in find(cases, lessons=0).weights_
    assert "lesson" not in find(cases, company_needed=99).weights_
    assert "lesson" not in find(kindless(60, seed=0), company_needed=0).weights_


def test_likeness_weighs_every_aspect_and_the_groups_are_described_by_it() -> None:
    clauses = ["A"] * 12 + ["B"] * 9
    words = ["The zip broke again."] * 12 + ["A late parcel was lost."] * 9
    finder = find(table(scattered([12, 9]), clauses=clauses, words=words))
    assert set(finder.weights_) == {"situation", "words", "clause", "lesson"}
    rows = np.arange(21)
    likeness = finder.likeness(rows, rows)
    assert finder.likeness(rows[3:5], rows[7:]) == pytest.approx(likeness[3:5, 7:], abs=1e-4)
    first = likeness[:12, :12]
    group = finder.groups_[0]
    assert group.cohesion == pytest.approx(first[np.triu_indices(12, 1)].mean(), rel=1e-4)
    assert group.rival_similarity == pytest.approx(likeness[:12, 12:].mean(), rel=1e-4)
    assert group.margin == pytest.approx(group.cohesion - likeness[:12, 12:].mean(), rel=1e-4)
    assert group.stability == pytest.approx(finder.strength_[:12].mean())


def test_fields_part_what_texts_leave_together() -> None:
    actions = ["refund"] * 12 + ["repair"] * 12 + [None] * 20
    facts: list[Any] = [{"days": 3, "fee": 1.0}] * 12
    facts += [{"months": 2, "parts": 1}] * 12 + [{}] * 20
    rng = np.random.default_rng(0)
    rows = np.vstack(
        [rng.normal(size=(1, 48)) + 0.75 * rng.normal(size=(24, 48)), 3 * rng.normal(size=(20, 48))]
    )
    rows[:12, 0] += 3.5
    vectors = unit_vectors(rows)
    fused = find(table(vectors, actions=actions, facts=facts))
    assert {"action", "facts"} <= set(fused.weights_)
    assert not shared(fused.labels_, range(12), range(12, 24))
    assert (fused.labels_[:24] >= 0).sum() > 20
    assert shared(find(table(vectors)).labels_, range(12), range(12, 24))


def test_what_only_fields_hold_together_is_dissolved() -> None:
    rows = np.random.default_rng(0).normal(size=(60, 48))
    rows[:30, 0] += 2.5
    rows[30:, 0] -= 2.5
    fields: Any = {"clauses": ["A"] * 30 + ["B"] * 30, "actions": ["x"] * 30 + ["y"] * 30}
    loose = table(unit_vectors(rows), **fields)
    kept, dissolved = find(loose, text_floor=0), find(loose, text_floor=1)
    assert kept.groups_
    assert dissolved.groups_ == ()
    told = scattered([12, 12], one_offs=12)
    assert len(find(table(told), text_floor=0.6).groups_) == 2


def shared(labels: Labels, some: range, others: range) -> set[int]:
    """The groups that have cases among both."""
    return (set(labels[some].tolist()) & set(labels[others].tolist())) - {-1}


def test_a_section_and_its_clauses_are_one_place() -> None:
    clauses = ["RET-2", "RET-2.1"] * 6 + ["RET-20"] * 12
    first = find(table(scattered([12, 12]), clauses=clauses)).groups_[0]
    assert (first.clause, first.clause_share) in {("RET-2", 1.0), ("RET-20", 1.0)}


def test_a_reference_that_the_text_overrules_is_doubted_and_counted() -> None:
    clauses = ["B", "B", *["A"] * 18, "A", "A", *["B"] * 18, *[None] * 20]
    finder = find(table(scattered([20, 20], one_offs=20), clauses=clauses))
    assert finder.labels_.tolist() == [0] * 20 + [1] * 20 + [-1] * 20
    assert all(1 <= group.doubted <= 2 for group in finder.groups_)
    assert [group.clause for group in finder.groups_] == ["A", "B"]
    assert finder.groups_[0].clause_share == pytest.approx(0.9)


def test_a_group_whose_cases_name_no_clause_is_a_possible_gap() -> None:
    clauses = [None] * 12 + ["A"] * 12
    gap = find(table(scattered([12, 12]), clauses=clauses)).groups_[0]
    assert (gap.clause, gap.clause_share) == (None, None)
    assert gap.shortfalls() == ()


@pytest.mark.parametrize(
    "columns",
    [
        {"clauses": [None] * 24, "actions": [None] * 24, "facts": [{}] * 24, "words": [""] * 24},
        {"clauses": ["A"] * 24, "actions": ["refund"] * 24, "facts": [{"days": 1}] * 24},
        {"facts": [{"days": 1, "fee": 2}] * 24, "words": WORDS[:24]},
    ],
)
def test_a_field_that_tells_nothing_changes_nothing(columns: dict[str, Any]) -> None:
    vectors = scattered([12, 12])
    plain, told = find(table(vectors)), find(table(vectors, **columns))
    assert plain.weights_ == told.weights_
    assert np.array_equal(plain.strength_, told.strength_)


def test_missing_fields_are_neutral() -> None:
    clauses = ["A", None, None] * 4 + ["B", None, None] * 4
    facts: list[Any] = [{}, {"days": 1, "fee": 2}] * 6 + [{}, {"months": 1}] * 6
    words = ["", "The zip broke."] * 6 + ["", "The parcel was late."] * 6
    finder = find(table(scattered([12, 12]), clauses=clauses, facts=facts, words=words))
    assert finder.labels_.tolist() == [0] * 12 + [1] * 12


def test_missing_texts_are_neutral() -> None:
    vectors, lost = scattered([12, 12]), np.full((24, 48), np.nan, np.float32)
    nobody = View(vectors=UnitVectors(lost), present=np.zeros(24, dtype=bool))
    views = {"situation": whole(vectors), "reason": nobody}
    plain = find(table(vectors))
    told = find(table(vectors, views=views))
    assert np.array_equal(told.labels_, plain.labels_)
    every = np.arange(24)
    assert told.likeness(every, every) == pytest.approx(plain.likeness(every, every), abs=0.1)
    vectors = scattered([12, 12], one_offs=16)
    half = View(vectors=scattered([12, 12], 16, seed=9), present=np.arange(40) % 2 == 0)
    views = {"situation": whole(vectors), "reason": half}
    labels = find(table(vectors, views=views)).labels_
    assert labels.tolist() == [0] * 12 + [1] * 12 + [-1] * 16


def test_a_field_that_texts_do_not_predict_weighs_nothing() -> None:
    rng = np.random.default_rng(3)
    clauses = [("A", "B", "C")[i] for i in rng.integers(0, 3, 40)]
    actions = ["refund"] * 20 + ["repair"] * 20
    finder = find(table(scattered([20, 20]), clauses=clauses, actions=actions))
    assert "clause" not in finder.weights_
    assert finder.weights_["action"] > 1


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("n", [60, 150, 400])
def test_nothing_is_found_where_there_is_nothing(n: int, seed: int) -> None:
    assert find(kindless(n, seed)).groups_ == ()


def test_copies_of_one_text_are_never_parted() -> None:
    vectors = scattered([10, 9], one_offs=12)
    rows = np.concatenate([np.arange(31), np.full(4, 3), np.full(4, 25)])
    words = [f"Text number {row} of its own" for row in rows]
    labels = find(table(UnitVectors(vectors[rows]), words=words)).labels_
    assert len({*labels[31:35], labels[3]}) == 1
    assert labels[3] == labels[0] >= 0
    assert len({*labels[35:], labels[25]}) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("min_size", 1),
        ("word_weight", -0.1),
        ("field_weight", float("nan")),
        ("lesson_weight", -1),
        ("lessons", -1),
        ("loosest", -0.1),
        ("tightest", 0.1),
        ("rounds", 0),
        ("text_floor", -0.1),
        ("agreement", 1.1),
        ("agreement", -0.1),
        ("most_at_once", 9),
        ("seed", -1),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(BadSetting) as refusal:
        find(table(scattered([6])), **{name: value})
    assert refusal.value.field == name


def test_parameters_at_their_ends_are_taken() -> None:
    cases = table(scattered([8, 8]), clauses=["A"] * 8 + ["B"] * 8)
    for ends in (
        {"word_weight": 0, "field_weight": 0, "lesson_weight": 0},
        {"rounds": 1, "loosest": 0, "tightest": 0, "agreement": 0, "seed": 2**63},
        {"agreement": 1},
    ):
        assert len(find(cases, **ends).labels_) == 16


def test_parameters_are_recorded_and_only_stored() -> None:
    finder = KindFinder(agreement=0.5, seed=7)
    assert finder.get_params()["agreement"] == 0.5
    assert not hasattr(finder, "labels_")


def broken_tables() -> list[Any]:
    vectors = scattered([3])
    present = np.ones(3, dtype=bool)
    gaps = View(vectors=vectors, present=np.array([True, True, False]))
    lost = View(vectors=UnitVectors(vectors * np.float32("nan")), present=present)
    short = View(vectors=UnitVectors(vectors[:2]), present=present)
    return [
        ({"ids": ["a", "a", "b"]}, "ids"),
        ({"words": ["A"]}, "words"),
        ({"clauses": ["A"]}, "clauses"),
        ({"actions": ["x"] * 4}, "actions"),
        ({"facts": [{}]}, "facts"),
        ({"views": {}}, "views"),
        ({"views": {"situation": gaps}}, "views"),
        ({"views": {"situation": lost}}, "views"),
        ({"views": {"situation": short}}, "views"),
    ]


@pytest.mark.parametrize(("columns", "field"), broken_tables())
def test_a_table_that_does_not_fit_together_is_refused(columns: Any, field: str) -> None:  # noqa: ANN401
    with pytest.raises(BadCaseTable) as refusal:
        table(scattered([3]), **columns)
    assert refusal.value.field == field
