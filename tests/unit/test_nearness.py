"""Which of some kinds a case is nearest to."""

from types import SimpleNamespace
from typing import cast

import numpy as np

from recommender.kinds.gathering import RunCase, Texts
from recommender.kinds.nearness import Nearness
from recommender.learning.arrays import unit_vectors
from recommender.learning.casetable import View


def texts(**vectors: tuple[float, float]) -> Texts:
    """Cases that each tell one text; a zero vector is a text that is missing."""
    rows = np.array(list(vectors.values()), dtype=np.float32)
    present = np.asarray(rows.any(axis=1))
    rows[~present] = (1, 0)
    cases = [cast("RunCase", SimpleNamespace(id=name)) for name in vectors]
    return Texts(
        cases=cases, views={"situation": View(vectors=unit_vectors(rows), present=present)}
    )


CASES = texts(new=(1, 0.2), mute=(0, 0), k1=(1, 0), k2=(0.9, 0.1), l1=(0, 1), l2=(0.1, 1))
KIND_OF = {"k1": "K", "k2": "K", "l1": "L", "l2": "L", "elsewhere": "L"}


def test_a_case_is_nearest_to_the_kind_that_tells_the_same() -> None:
    assert Nearness(CASES, KIND_OF).nearest("new", ["K", "L"]) == "K"
    assert Nearness(CASES, KIND_OF).nearest("new", ["L"]) == "L"


def test_without_a_kind_there_is_none_and_without_a_text_the_order_settles_it() -> None:
    nearness = Nearness(CASES, KIND_OF)
    assert nearness.nearest("new", []) is None
    assert nearness.nearest("mute", ["L", "K"]) == "K"
    assert nearness.nearest("new", ["empty", "L"]) == "L"
