"""The recurring-kind scores, against examples counted by hand."""

import json

import pytest

from recommender.learning.evaluation import evaluate, truth_from_labels


def cases(**sizes: int) -> dict[str, str | None]:
    """Case ids k0, k1, ... of kind k; `none` holds the one-offs."""
    return {
        f"{kind}{i}": None if kind == "none" else kind
        for kind, size in sizes.items()
        for i in range(size)
    }


def test_a_perfect_prediction_scores_one_everywhere() -> None:
    truth = cases(a=8, b=10, none=4)
    result = evaluate(truth, truth)
    assert (result.rk_precision, result.rk_recall, result.rk_f1) == (1, 1, 1)
    assert [result.ari, result.nmi] == pytest.approx([1, 1])
    assert (result.true_cases_unsorted, result.one_offs_unsorted) == (0, 1)


def test_each_fault_is_named_and_counted() -> None:
    truth = cases(a=10, b=20, c=8, d=8, none=9)
    predicted: dict[str, str | None] = dict.fromkeys(truth)
    predicted |= {f"a{i}": "whole" for i in range(8)}  # 8 of 10: matches
    predicted |= {f"b{i}": "part" for i in range(9)}  # pure, 9 of 20: a fragment
    predicted |= {f"c{i}": "both" for i in range(8)} | {f"d{i}": "both" for i in range(8)}  # mixed
    predicted |= {f"none{i}": "nothing" for i in range(5)} | {"a8": "nothing"}  # 5 of 6: false
    predicted |= {f"b{i}": "tiny" for i in range(9, 13)}  # 4 cases: no cluster at all
    result = evaluate(truth, predicted)
    assert (result.kinds_true, result.kinds_found) == (4, 4)
    assert (result.false, result.fragment, result.mixed) == (1, 1, 1)
    assert (result.rk_precision, result.rk_recall, result.rk_f1) == (0.25, 0.25, 0.25)
    assert result.one_offs_unsorted == 4 / 9
    assert result.true_cases_unsorted == (1 + 7) / 46
    assert result.recall_by_size == {"5-7": None, "8-15": 1 / 3, "16-39": 0, "40+": None}


def test_purity_and_coverage_bind_exactly_at_their_limits() -> None:
    truth = cases(a=16, none=3)
    at_both = {f"a{i}": "x" for i in range(8)} | {f"none{i}": "x" for i in range(2)}
    assert evaluate(truth, dict.fromkeys(truth) | at_both).rk_f1 == 1
    below_purity = at_both | {"none2": "x"}
    assert evaluate(truth, dict.fromkeys(truth) | below_purity).mixed == 1
    below_half = {f"a{i}": "x" for i in range(7)}
    assert evaluate(truth, dict.fromkeys(truth) | below_half).fragment == 1


def test_a_kind_is_credited_once() -> None:
    truth = cases(a=10)
    halves = {f"a{i}": "first" if i < 5 else "second" for i in range(10)}
    result = evaluate(truth, halves)
    assert (result.rk_recall, result.rk_precision, result.fragment) == (1, 0.5, 1)


def test_small_kinds_count_for_precision_and_never_for_recall() -> None:
    truth = cases(small=5, four=4, none=1, big=8)
    predicted: dict[str, str | None] = dict.fromkeys(truth)
    predicted |= {f"small{i}": "s" for i in range(5)}
    predicted |= {f"four{i}": "f" for i in range(4)} | {"none0": "f"}
    result = evaluate(truth, predicted)
    assert (result.rk_precision, result.rk_recall) == (0.5, 0)
    assert result.mixed == 1
    assert result.recall_by_size["5-7"] == 1


def test_only_cases_known_to_both_sides_count() -> None:
    truth = cases(a=8) | {"declined": "a"}
    predicted = cases(a=8) | {"unlabelled": "a"}
    assert evaluate(truth, predicted).rk_f1 == 1


def test_unsorted_cases_are_singletons_for_the_agreement() -> None:
    truth = cases(a=8)
    nothing = evaluate(truth, dict.fromkeys(truth))
    assert nothing.ari == 0
    assert (nothing.rk_precision, nothing.rk_recall, nothing.rk_f1) == (0, 0, 0)


def test_without_any_kind_nothing_is_claimed() -> None:
    result = evaluate(cases(none=3), cases(none=3))
    assert (result.ari, result.nmi, result.true_cases_unsorted) == (0, 0, None)
    assert result.one_offs_unsorted == 1
    assert evaluate({}, {}).one_offs_unsorted is None


def test_one_offs_alone_make_false_clusters() -> None:
    truth = cases(none=6)
    assert evaluate(truth, dict.fromkeys(truth, "x")).false == 1


def test_names_of_kinds_and_clusters_never_matter() -> None:
    truth = cases(a=9, b=12, none=5)
    predicted = {case: None if case.endswith("3") else case[0] for case in truth}
    renamed = {case: None if name is None else hash(name) for case, name in predicted.items()}
    assert evaluate(truth, predicted) == evaluate(truth, renamed)


def test_the_shape_is_the_one_that_programs_read() -> None:
    shape = json.loads(json.dumps(evaluate(cases(a=8), cases(a=8)).as_dict()))
    assert list(shape) == [
        "rk_precision",
        "rk_recall",
        "rk_f1",
        "ari",
        "nmi",
        "kinds_true",
        "kinds_found",
        "false",
        "fragment",
        "mixed",
        "true_cases_unsorted",
        "one_offs_unsorted",
        "recall_by_size",
    ]


def test_label_rows_say_who_is_a_one_off() -> None:
    rows: list[dict[str, object]] = [
        {"id": "a", "kind": "late"},
        {"id": "b", "kind": "late", "recurring": True},
        {"id": "c", "kind": "late", "recurring": False},
        {"id": "d", "kind": None},
        {"id": "e", "kind": 0},
    ]
    assert truth_from_labels(rows) == {"a": "late", "b": "late", "c": None, "d": None, "e": "0"}
