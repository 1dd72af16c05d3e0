from typing import Any

import pytest

from recommender.learning.redaction import Redactor, Span
from tests.bench import bench_redaction as bench


@pytest.mark.skipif(not bench.texts_available(), reason="the labelled texts are not here")
@pytest.mark.parametrize("name", list(bench.SETS))
def test_labelled_texts_lose_their_personal_data_and_little_else(name: str) -> None:
    rows = bench.labelled(bench.SETS[name], "dev")
    figures: dict[str, Any] = bench.measure(rows, Redactor())
    assert figures["labelled"] >= 10
    assert figures["recall"]["rate"] >= 0.8
    assert figures["precision"]["rate"] >= 0.8


def test_a_label_counts_as_hidden_only_when_most_of_it_is_replaced() -> None:
    text = "Mrs Abara, 07700 900461"
    rows = [(text, [Span(4, 9, "name"), Span(0, 23, "phone"), Span(11, 23, "reference")])]
    figures: dict[str, Any] = bench.measure(rows, Redactor())
    by_sort = figures["by_sort"]
    assert figures["labelled"] == 3
    assert by_sort["name"]["recall"]["good"] == 1
    assert by_sort["phone"]["recall"]["good"] == 1
    assert by_sort["reference"]["recall"] == {
        "of": 1,
        "good": 1,
        "rate": 1.0,
        "low": pytest.approx(0.207, abs=1e-3),
        "high": 1.0,
    }
    assert figures["recall_right_sort"]["good"] == 2
    assert by_sort["card"]["precision"]["rate"] is None


def test_a_replaced_span_without_a_label_is_wrong() -> None:
    figures: dict[str, Any] = bench.measure([("Mrs Abara", [])], Redactor())
    assert figures["precision"] == {"of": 1, "good": 0, "rate": 0.0, "low": 0.0, "high": 0.793}
