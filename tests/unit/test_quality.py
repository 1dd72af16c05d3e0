"""The gate between what is found and what people see."""

import numpy as np
import pytest

from recommender.learning.quality import FoundGroup, describe
from tests.unit.casebases import scattered, table


def group(**facts: float | str | None) -> FoundGroup:
    known: dict[str, object] = {
        "rows": (0, 1, 2, 3, 4),
        "cohesion": 0.5,
        "rival": 1,
        "rival_similarity": 0.1,
        "stability": 0.9,
        "clause": "A",
        "clause_share": 0.9,
        "doubted": 0,
    }
    return FoundGroup(**{**known, **facts})  # type: ignore[arg-type]


def test_what_the_gate_misses_is_said_with_numbers() -> None:
    missed = group(stability=0.25, rival_similarity=0.495, clause_share=0.4).shortfalls()
    assert [shortfall.name for shortfall in missed] == ["stability", "margin", "clause_share"]
    assert [round(shortfall.value, 3) for shortfall in missed] == [0.25, 0.005, 0.4]
    assert missed[0].sentence.startswith("Its cases stayed together in 25%")
    assert "0.01 more alike" in missed[1].sentence
    assert missed[2].sentence.startswith("40% of the references")


def test_what_is_unknown_passes() -> None:
    lonely = group(rival=None, rival_similarity=None, clause=None, clause_share=None)
    assert lonely.margin is None
    assert lonely.shortfalls() == ()


def test_groups_are_described_by_their_nearest_rival_and_commonest_clause() -> None:
    cases = table(scattered([12]), clauses=["R-2", "R-2.1", "R-2-b", "R-20", *"AAAA", *[None] * 4])
    labels = np.repeat([0, 1, 2], 4)
    strength = np.repeat([0.5, 0.75, 1], 4).astype(np.float32)
    likeness = np.array([[3, 1, 2], [1, 3, 0], [2, 0, 3]], dtype=np.float32)
    doubted = np.arange(12) == 5
    found = describe(labels, strength, cases, doubted, likeness)
    assert [one.rows for one in found] == [(0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11)]
    assert [(one.rival, one.rival_similarity) for one in found] == [(2, 2), (0, 1), (0, 2)]
    assert [one.margin for one in found] == [1, 2, 1]
    assert [(one.clause, one.clause_share) for one in found] == [
        ("R-2", 0.75),
        ("A", 1),
        (None, None),
    ]
    assert [one.doubted for one in found] == [0, 1, 0]
    assert [one.stability for one in found] == pytest.approx([0.5, 0.75, 1])
