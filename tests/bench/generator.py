"""Casebases of any size, made from a real one, for measuring time and memory.

Seven tenths of the cases belong to kinds of Zipf sizes (mean 40), the others are one-offs. A kind
has a centre, the mean of two real cases; a member mixes it with a random real case at 1 to 0.7, a
one-off mixes three random cases. Texts take their words from the same cases. A clause is shared by
about three kinds, named by three quarters of the cases, by a tenth wrongly; actions and facts
follow alike. Its kinds are easier than real ones: read time and memory, not quality.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from recommender.learning.arrays import UnitVectors
from recommender.learning.casetable import View
from tests.bench.sets import BenchSet

KIND_SIZE: Final = 40
SHARE_IN_KINDS: Final = 0.7
MIX: Final = 0.7
NAMED, WRONG = 0.75, 0.1
KINDS_A_CLAUSE: Final = 3
ACTIONS: Final = 8
FACTS: Final = 30

Integers = npt.NDArray[np.intp]


def generated(
    base: BenchSet, views: Mapping[str, View], size: int, seed: int
) -> tuple[BenchSet, dict[str, View]]:
    """Make a set of `size` cases and its views."""
    rng = np.random.default_rng(seed)
    kinds = max(2, round(SHARE_IN_KINDS * size / KIND_SIZE))
    kind = _kinds(rng, size, kinds)
    centres = rng.integers(len(base), size=(kinds, 2))
    own = rng.integers(len(base), size=(size, 3))
    parents = np.where(
        (kind >= 0)[:, None], np.column_stack([centres[kind], own[:, 0]]), own
    ).astype(np.intp)
    ids = [f"G{row:06}" for row in range(size)]
    return BenchSet(
        name=f"generated-{size}",
        ids=ids,
        texts={view: _texts(column, parents, rng) for view, column in base.texts.items()},
        clauses=_named(rng, kind, max(2, kinds // KINDS_A_CLAUSE), "C"),
        actions=_named(rng, kind, ACTIONS, "act"),
        facts=[_facts(rng, number) for number in kind.tolist()],
        truth={
            case: None if number < 0 else str(number)
            for case, number in zip(ids, kind.tolist(), strict=True)
        },
    ), {name: _view(view, parents, rng) for name, view in views.items()}


def _kinds(rng: np.random.Generator, size: int, kinds: int) -> Integers:
    """Deal the cases to kinds of Zipf sizes; -1 is a one-off."""
    shares = 1 / np.arange(1, kinds + 1) ** 0.8
    kind = rng.choice(kinds, size=size, p=shares / shares.sum())
    return np.where(rng.random(size) < SHARE_IN_KINDS, kind, -1).astype(np.intp)


def _view(view: View, parents: Integers, rng: np.random.Generator) -> View:
    """Mix the parents' vectors; a case has the view as often as the real ones."""
    real = view.vectors[np.flatnonzero(view.present)]
    rows = real[parents % len(real)]
    mixed = (rows[:, 0] + rows[:, 1]) / 2 + MIX * rows[:, 2]
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    present = rng.random(len(parents)) < view.present.mean()
    whole = view.present.all()
    return View(vectors=UnitVectors(mixed.astype(np.float32)), present=present | whole)


def _texts(
    column: Sequence[str | None], parents: Integers, rng: np.random.Generator
) -> list[str | None]:
    words = [(text or "nothing told").split() for text in column]
    return [
        " ".join(word for parent in row for word in rng.choice(words[parent], size=6))
        for row in parents.tolist()
    ]


def _named(rng: np.random.Generator, kind: Integers, values: int, prefix: str) -> list[str | None]:
    """Name a value for most cases, that of its kind but for a tenth; one-offs name any."""
    random = rng.integers(values, size=len(kind))
    stray = (kind < 0) | (rng.random(len(kind)) < WRONG)
    value = np.where(stray, random, kind % values)
    named = rng.random(len(kind)) < NAMED
    return [
        f"{prefix}-{number}" if there else None
        for number, there in zip(value.tolist(), named.tolist(), strict=True)
    ]


def _facts(rng: np.random.Generator, kind: int) -> dict[str, object]:
    """Give two facts with a number each to most cases, named by the kind."""
    if rng.random() >= NAMED:
        return {}
    first = int(rng.integers(FACTS)) if kind < 0 else kind % FACTS
    return {f"fact_{n % FACTS}": float(rng.integers(1, 100)) for n in (first, first + 1)}
