"""Small made-up casebases for the tests of discovery."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.casetable import CaseTable, View
from recommender.learning.discovery import KindFinder

Labels = npt.NDArray[np.intp]

WORDS = [a + b + c for a in "bdfgklmnpt" for b in "aeiou" for c in ("lk", "nt", "rp", "st", "ck")]


def scattered(sizes: Sequence[int], one_offs: int = 0, *, seed: int = 1) -> UnitVectors:
    """Texts around a far-apart centre a kind, and one-offs anywhere."""
    rng = np.random.default_rng(seed)
    centres = np.repeat(rng.normal(size=(len(sizes), 48)), sizes, axis=0)
    near = centres + 0.4 * rng.normal(size=centres.shape)
    return unit_vectors(np.vstack([near, rng.normal(size=(one_offs, 48))]))


def whole(vectors: UnitVectors) -> View:
    """A view that every case has."""
    return View(vectors=vectors, present=np.ones(len(vectors), dtype=bool))


def table(vectors: UnitVectors, **columns: Any) -> CaseTable:  # noqa: ANN401
    """A casebase with one text view, unless `views` says otherwise."""
    ids = columns.pop("ids", [f"c{i:03}" for i in range(len(vectors))])
    views = columns.pop("views", {"situation": whole(vectors)})
    return CaseTable(ids=ids, views=views, **columns)


def find(cases: CaseTable, **parameters: Any) -> KindFinder:  # noqa: ANN401
    """A finder that has seen the cases."""
    return KindFinder(**parameters).fit(cases)


def groups_of(finder: KindFinder, cases: CaseTable) -> set[frozenset[str]]:
    """The found groups by the ids of their cases."""
    return {frozenset(cases.ids[row] for row in group.rows) for group in finder.groups_}


def kindless(n: int, seed: int, *, dimensions: int = 384) -> CaseTable:
    """Cases with everything that a case can have and nothing in common but chance."""
    rng = np.random.default_rng(seed)
    views = {
        name: whole(unit_vectors(rng.normal(size=(n, dimensions))))
        for name in ("reason", "resolution", "situation")
    }
    return CaseTable(
        ids=[f"c{i:03}" for i in range(n)],
        views=views,
        words=[" ".join(rng.choice(WORDS, 20)) for _ in range(n)],
        clauses=[(None, "A", "B", "C")[i] for i in rng.integers(0, 4, n)],
        actions=[("refund", "repair")[i] for i in rng.integers(0, 2, n)],
        facts=[dict.fromkeys(rng.choice(list("abcde"), i), 1) for i in rng.integers(0, 4, n)],
    )
