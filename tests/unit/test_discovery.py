"""Discovery v1 on small made-up casebases."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from sklearn.utils.estimator_checks import parametrize_with_checks

from recommender.learning import discovery
from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.casetable import (
    BadCaseTable,
    CaseTable,
    ContradictoryConstraints,
    View,
)
from recommender.learning.discovery import KindFinder, TooManyCases
from recommender.learning.fields import RIDGE, read_choice, read_names
from recommender.learning.likeness import text_similarity
from recommender.learning.linkage import AverageLinkageCut
from recommender.learning.quality import FoundGroup
from recommender.learning.search import BadSetting

Labels = npt.NDArray[np.intp]


def scattered(sizes: Sequence[int], one_offs: int = 0, *, seed: int = 1) -> UnitVectors:
    """Texts around a far-apart centre a kind, and one-offs anywhere."""
    rng = np.random.default_rng(seed)
    centres = np.repeat(rng.normal(size=(len(sizes), 48)), sizes, axis=0)
    near = centres + 0.4 * rng.normal(size=centres.shape)
    return unit_vectors(np.vstack([near, rng.normal(size=(one_offs, 48))]))


def table(vectors: UnitVectors, **columns: Any) -> CaseTable:  # noqa: ANN401
    n = len(vectors)
    ids = columns.pop("ids", [f"c{i:03}" for i in range(n)])
    views = {"situation": View(vectors=vectors, present=np.ones(n, dtype=bool))}
    return CaseTable(ids=ids, views=columns.pop("views", views), **columns)


def find(cases: CaseTable, **parameters: Any) -> KindFinder:  # noqa: ANN401
    return KindFinder(**parameters).fit(cases)


def groups_of(finder: KindFinder, cases: CaseTable) -> set[frozenset[str]]:
    return {frozenset(cases.ids[row] for row in group.rows) for group in finder.groups_}


@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [AverageLinkageCut(), AverageLinkageCut(metric="euclidean", cut=2.0, min_size=1)]
)
def test_average_linkage_keeps_the_estimator_contract(estimator: Any, check: Any) -> None:  # noqa: ANN401
    check(estimator)


def test_average_linkage_takes_distances() -> None:
    distance = np.ones((11, 11)) - np.eye(11)
    distance[:6, :6] = distance[6:, 6:] = 0
    tree = AverageLinkageCut(metric="precomputed", min_size=5).fit(distance)
    assert tree.labels_.tolist() == [0] * 6 + [1] * 5


def test_average_linkage_refuses_values_out_of_range() -> None:
    with pytest.raises(ValueError, match="negative"):
        AverageLinkageCut(cut=-1).fit([[1.0, 0.0]])


def test_kinds_are_found_and_one_offs_stay_unsorted() -> None:
    cases = table(scattered([12, 9, 6], one_offs=15))
    finder = find(cases)
    assert finder.labels_.tolist() == [0] * 12 + [1] * 9 + [2] * 6 + [-1] * 15
    assert all(not group.shortfalls() for group in finder.groups_)
    assert (finder.strength_[:27] > 0).all()
    assert (finder.strength_[27:] == 0).all()
    assert finder.similarity_.shape == (42, 42)
    assert finder.weights_ == {"text": 1.0}


def test_groups_below_the_least_size_stay_unsorted() -> None:
    assert find(table(scattered([4, 8]))).labels_.tolist() == [-1] * 4 + [0] * 8


@pytest.mark.parametrize("n", [0, 1, 4])
def test_too_few_cases_are_all_unsorted(n: int) -> None:
    vectors = UnitVectors(scattered([5])[:n])
    finder = find(table(vectors))
    assert finder.labels_.tolist() == [-1] * n
    assert finder.groups_ == ()


def test_a_casebase_of_one_kind_is_found() -> None:
    finder = find(table(scattered([9])))
    assert finder.labels_.tolist() == [0] * 9
    assert finder.groups_[0].rival is None
    assert finder.groups_[0].margin is None


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(33)))
def test_row_order_never_matters(order: list[int]) -> None:
    vectors = scattered([10, 8], one_offs=15, seed=3)
    clauses = [None if i % 4 == 0 else "A" if i < 10 else "B" for i in range(33)]
    plain = table(vectors, clauses=clauses)
    mixed = plain.take(np.array(order))
    first, second = find(plain), find(mixed)
    assert np.array_equal(second.labels_, first.labels_[order])
    assert np.array_equal(second.strength_, first.strength_[order])
    assert groups_of(first, plain) == groups_of(second, mixed)
    assert [g.stability for g in first.groups_] == [g.stability for g in second.groups_]


def test_the_same_cases_and_seed_give_the_same_kinds() -> None:
    cases = table(scattered([10, 8, 6], one_offs=20))
    assert find(cases).groups_ == find(cases).groups_
    assert np.array_equal(find(cases, seed=1).labels_, find(cases, seed=2).labels_)


def test_alike_texts_under_different_clauses_do_not_join() -> None:
    vectors = scattered([20, 10], seed=2)
    clauses = ["RET-1"] * 10 + ["RET-2"] * 10 + ["RET-3"] * 10
    finder = find(table(vectors, clauses=clauses))
    for group in finder.groups_:
        assert len({clauses[row] for row in group.rows}) == 1
    assert {group.clause for group in finder.groups_} == {"RET-1", "RET-2", "RET-3"}
    assert find(table(vectors)).labels_.tolist() == [0] * 20 + [1] * 10


def test_a_section_and_its_clauses_do_not_conflict() -> None:
    clauses = ["RET-2", "RET-2.1"] * 5
    group = find(table(scattered([10]), clauses=clauses)).groups_[0]
    assert len(group.rows) == 10
    assert (group.clause, group.clause_share) == ("RET-2", 1.0)


def test_a_missing_clause_is_neutral() -> None:
    clauses = ["A", None] * 6 + ["B", None] * 6
    assert find(table(scattered([12, 12]), clauses=clauses)).labels_.tolist() == [0] * 12 + [1] * 12


def test_a_reference_the_text_speaks_against_is_doubted_and_counted() -> None:
    clauses = ["A"] * 14 + ["B"] + ["B"] * 15
    finder = find(table(scattered([15, 15]), clauses=clauses))
    assert finder.labels_.tolist() == [0] * 15 + [1] * 15
    assert [group.doubted for group in finder.groups_] == [1, 0]
    assert finder.groups_[0].clause_share == pytest.approx(14 / 15)


def test_fields_part_what_texts_leave_together() -> None:
    actions = ["refund"] * 12 + ["repair"] * 12
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(1, 48)) + 0.75 * rng.normal(size=(24, 48))
    rows[:12, 0] += 3.5
    vectors = unit_vectors(rows)
    facts = [{"days": 3, "fee": 1.0}] * 12 + [{"months": 2}] * 12
    fused = find(table(vectors, actions=actions, facts=facts), cut=0.45)
    assert fused.labels_.tolist() == [0] * 12 + [1] * 12
    assert set(fused.weights_) == {"text", "action", "facts"}
    assert find(table(vectors), cut=0.45).labels_.tolist() != fused.labels_.tolist()


def test_must_links_hold_exactly() -> None:
    cases = table(scattered([8, 8], one_offs=6))
    linked = table(
        cases.views["situation"].vectors,
        must_link=[("c000", "c009"), ("c000", "c020"), ("c001", "gone")],
    )
    labels = find(linked).labels_
    assert labels[0] == labels[9] == labels[20]


def test_must_links_reconcile_clauses() -> None:
    clauses = ["A"] * 8 + ["B"] * 8
    pairs = [(f"c{i:03}", "c008") for i in range(16) if i != 8]
    finder = find(table(scattered([16]), clauses=clauses, must_link=pairs))
    assert finder.labels_.tolist() == [0] * 16
    assert finder.groups_[0].shortfalls() == ()


@settings(max_examples=20, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 11), st.integers(12, 23)), min_size=1, max_size=8))
def test_cannot_links_hold_exactly_even_among_twins(pairs: set[tuple[int, int]]) -> None:
    vectors = unit_vectors(np.tile(scattered([1]), (24, 1)))
    chosen = [(f"c{a:03}", f"c{b:03}") for a, b in sorted(pairs)]
    labels = find(table(vectors, cannot_link=chosen), min_size=2, resamples=1).labels_
    for a, b in pairs:
        assert labels[a] != labels[b] or labels[a] == -1


def test_a_split_parts_whole_components() -> None:
    names = [f"c{i:03}" for i in range(12)]
    left, right = names[:6], names[6:]
    pairs = [(a, b) for part in (left, right) for a, b in pairwise(part)]
    cases = table(scattered([12]), must_link=pairs, cannot_link=[(left[0], right[-1])])
    assert groups_of(find(cases), cases) == {frozenset(left), frozenset(right)}


def test_contradicting_constraints_are_refused_by_name() -> None:
    vectors = scattered([6])
    links = [("c000", "c001"), ("c001", "c002")]
    with pytest.raises(ContradictoryConstraints) as refusal:
        find(table(vectors, must_link=links, cannot_link=[("c000", "c002")]))
    assert refusal.value.facts["pair"] == ("c000", "c002")


def test_views_are_compared_apart_and_only_where_both_have_them() -> None:
    first, second = unit_vectors(np.eye(3)), unit_vectors(np.ones((3, 3)))
    views = {
        "situation": View(vectors=first, present=np.array([True, True, False])),
        "reason": View(vectors=second, present=np.array([True, False, True])),
    }
    similarity = text_similarity(views)
    assert similarity[0, 0] == pytest.approx(1)
    assert similarity[0, 1] == pytest.approx(0)
    assert similarity[0, 2] == pytest.approx(1)
    usual = (1 + 1 + 1 + 1 + 1 + 1) / 8
    assert similarity[1, 2] == pytest.approx(usual)


def test_refinement_finds_a_home_for_the_near_and_lets_the_far_go() -> None:
    cases = table(scattered([12, 9], one_offs=10, seed=4))
    loose = find(cases, cut=0.3, join=1.9, leave=2.0)
    assert (loose.labels_ >= 0).sum() >= (find(cases, cut=0.3, rounds=0).labels_ >= 0).sum()
    strict = find(cases, join=0.01, leave=0.01)
    assert (strict.labels_ == -1).all()


def test_what_the_gate_misses_is_said_with_numbers() -> None:
    group = FoundGroup(
        rows=(0, 1, 2, 3, 4),
        cohesion=0.5,
        rival=1,
        rival_similarity=0.495,
        stability=0.25,
        clause="A",
        clause_share=0.4,
        doubted=0,
    )
    missed = group.shortfalls()
    assert [shortfall.name for shortfall in missed] == ["stability", "margin", "clause_share"]
    assert missed[0].sentence.startswith("Its cases stayed together in 25%")


def test_stability_tells_the_firm_from_the_accidental() -> None:
    firm = find(table(scattered([12, 12], one_offs=10)))
    assert min(group.stability for group in firm.groups_) > 0.95
    assert find(table(scattered([12])), resamples=0).groups_[0].stability == 1.0
    rng = np.random.default_rng(8)
    blur = unit_vectors(rng.normal(size=(1, 48)) + rng.normal(size=(60, 48)))
    accidental = find(table(blur), cut=0.42, join=0.5)
    assert accidental.groups_
    assert min(group.stability for group in accidental.groups_) < 0.6


def test_more_cases_than_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "MOST_CASES", 5)
    with pytest.raises(TooManyCases, match="at most 5; there are 6") as refusal:
        find(table(scattered([6])))
    assert refusal.value.facts == {"cases": 6, "most": 5}


@pytest.mark.parametrize(
    ("name", "value"), [("cut", -0.1), ("min_size", 1), ("leave", 0.5), ("doubt", float("nan"))]
)
def test_parameters_out_of_range_are_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(BadSetting) as refusal:
        find(table(scattered([6])), **{name: value})
    assert refusal.value.field == name


def test_parameters_are_recorded_and_only_stored() -> None:
    finder = KindFinder(cut=0.5, seed=7)
    assert finder.get_params()["cut"] == 0.5
    assert not hasattr(finder, "labels_")


def broken_tables() -> list[Any]:
    vectors = scattered([3])
    present = np.ones(3, dtype=bool)
    gaps = View(vectors=vectors, present=np.array([True, True, False]))
    lost = View(vectors=UnitVectors(vectors * np.float32("nan")), present=present)
    short = View(vectors=UnitVectors(vectors[:2]), present=present)
    return [
        ({"ids": ["a", "a", "b"]}, "ids"),
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


def test_a_field_that_texts_do_not_predict_weighs_nothing() -> None:
    vectors = scattered([20, 20])
    features = np.asarray(vectors)
    rng = np.random.default_rng(3)
    assert read_choice(features, [str(v) for v in rng.integers(0, 5, 40)], doubt=0.2) is None
    assert read_choice(features, ["only"] * 40, doubt=0.2) is None
    assert read_names(features, [{"one": 1}] * 40) is None


def test_a_rare_value_is_doubted_only_where_the_text_is_sure_of_another() -> None:
    vectors = scattered([15, 15], one_offs=2)
    given: list[str | None] = [*["A"] * 14, "rare", *["B"] * 15, "own", None]
    reading = read_choice(np.asarray(vectors), given, doubt=0.2)
    assert reading is not None
    assert reading.doubted[14]
    assert not reading.doubted[:14].any()
    assert not reading.doubted[31]


def test_a_guess_is_that_of_a_fit_on_all_other_cases() -> None:
    rng = np.random.default_rng(5)
    features = rng.normal(size=(30, 8)).astype(np.float32)
    names = [("a", "b", "c")[i % 3] if i % 5 else None for i in range(30)]
    features[:, 0] += [2 * (name == "a") for name in names]
    features[:, 1] += [2 * (name == "b") for name in names]
    reading = read_choice(features, names, doubt=0.2)
    assert reading is not None
    truth = np.array([[name == value for value in "abc"] for name in names], dtype=float)
    known = np.array([name is not None for name in names])
    for row in range(30):
        others = known & (np.arange(30) != row)
        model = Ridge(alpha=RIDGE).fit(features[others], truth[others])
        guess = np.clip(model.predict(features[[row]])[0], 0, 1)
        guess /= guess.sum()
        expected = (guess + truth[row]) / 2 if known[row] else guess
        assert reading.posterior[row] == pytest.approx(expected, abs=1e-4)


def test_names_of_cases_never_matter() -> None:
    vectors = scattered([10, 8], one_offs=15, seed=3)
    clauses = [None if i % 4 == 0 else "A" if i < 10 else "B" for i in range(33)]
    first = find(table(vectors, clauses=clauses))
    other = find(table(vectors, clauses=clauses, ids=[f"other {i:03}" for i in range(33)]))
    assert np.array_equal(first.similarity_, other.similarity_)
    assert first.groups_ == other.groups_
