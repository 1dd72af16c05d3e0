"""Casebases in which there is nothing to find, and casebases that changed a little."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.casetable import CaseTable, View

Row = TypeVar("Row")
Integers = npt.NDArray[np.intp]


def torn(cases: CaseTable, seed: int) -> CaseTable:
    """Deal the rows of each view and each field anew, independently of each other.

    Each column is what it was, but a case's columns belong to different cases.
    """
    rng = np.random.default_rng(seed)
    return replace(
        cases,
        views={name: _dealt(view, rng) for name, view in cases.views.items()},
        words=_shuffled(cases.words, rng),
        clauses=_shuffled(cases.clauses, rng),
        actions=_shuffled(cases.actions, rng),
        facts=_shuffled(cases.facts, rng),
    )


def noise(cases: CaseTable, seed: int, *, like_the_real: bool) -> CaseTable:
    """Replace vectors by Gaussian ones, deal the fields and every single word anew.

    `like_the_real` gives them mean and covariance of the real ones: one cloud of the right shape
    without kinds. Otherwise all directions are equal.
    """
    rng = np.random.default_rng(seed)
    views = {}
    for name, view in cases.views.items():
        real = view.vectors[view.present].astype(np.float64)
        drawn = rng.standard_normal((len(cases), len(real) if like_the_real else real.shape[1]))
        if like_the_real:
            centred = real - real.mean(axis=0)
            drawn = real.mean(axis=0) + drawn @ centred / np.sqrt(len(real))
        views[name] = View(vectors=unit_vectors(drawn), present=view.present)
    return replace(torn(cases, seed), views=views, words=_jumbled(cases.words, rng))


def shuffled_rows(n: int, seed: int) -> Integers:
    """All rows in another order."""
    return np.random.default_rng(seed).permutation(n).astype(np.intp)


def nine_tenths(n: int, seed: int) -> Integers:
    """Nine tenths of the rows, in any order."""
    return shuffled_rows(n, seed)[: round(0.9 * n)]


def _dealt(view: View, rng: np.random.Generator) -> View:
    """Deal the texts among the cases that have one, so that no case loses its last text."""
    rows = view.vectors.copy()
    there = np.flatnonzero(view.present)
    rows[there] = view.vectors[rng.permutation(there)]
    return View(vectors=UnitVectors(rows), present=view.present)


def _shuffled(column: Sequence[Row], rng: np.random.Generator) -> Sequence[Row]:
    return [column[row] for row in rng.permutation(len(column))]


def _jumbled(texts: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Deal single words among all texts, each as long as before."""
    told = [text.split() for text in texts]
    dealt = iter(rng.permutation([word for words in told for word in words]).tolist())
    return [" ".join(next(dealt) for _ in words) for words in told]
