"""The arithmetic of the discovery benchmark: scores with intervals, totals, stability."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.learning.evaluation import (
    COVERAGE,
    FOUND,
    PURITY,
    RECURRING,
    Evaluation,
    evaluate,
)
from recommender.learning.matching import match_kinds

Floats = npt.NDArray[np.float64]
Grouping = Mapping[str, str | None]
Interval = tuple[float, float]

DRAWS: Final = 2000
SMALL_KINDS: Final = (8, 15)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A true kind with the found clusters that hold more of it than of other kinds.

    A cluster of which more than half are one-offs is a unit of its own, of size 0.
    """

    size: int
    matched: bool
    clusters: int


@dataclass(frozen=True, kw_only=True)
class Scored:
    """How one grouping did on one set."""

    evaluation: Evaluation
    units: Sequence[Unit]

    def as_row(self, seed: int = 0) -> dict[str, Any]:
        """Give the scores with the intervals of the RK figures."""
        return self.evaluation.as_dict() | {"intervals_95": rk_intervals(self.units, seed)}


def scored(truth: Grouping, predicted: Grouping) -> Scored:
    """Score a grouping, and take its RK figures apart."""
    return Scored(evaluation=evaluate(truth, predicted), units=units(truth, predicted))


def units(truth: Grouping, predicted: Grouping) -> list[Unit]:
    """Take the RK figures apart into what can be drawn anew: kinds, and clusters of one-offs."""
    cases = sorted(truth.keys() & predicted.keys())
    kinds = Counter(truth[case] for case in cases if truth[case] is not None)
    members: dict[str, Counter[str | None]] = {}
    for case in cases:
        cluster = predicted[case]
        if cluster is not None:
            members.setdefault(cluster, Counter())[truth[case]] += 1
    clusters: Counter[str] = Counter()
    matched: set[str] = set()
    strays = 0
    for held in (held for held in members.values() if held.total() >= FOUND):
        if held[None] > held.total() / 2:
            strays += 1
            continue
        kind = max((k for k in held if k is not None), key=lambda k: (held[k], k))
        clusters[kind] += 1
        pure = held[kind] >= PURITY * held.total()
        if pure and held[kind] >= COVERAGE * kinds[kind] and kinds[kind] >= FOUND:
            matched.add(kind)
    known = {kind: size for kind, size in kinds.items() if kind is not None}
    return [
        Unit(size=size, matched=kind in matched, clusters=clusters[kind])
        for kind, size in sorted(known.items())
        if size >= FOUND or clusters[kind]
    ] + [Unit(size=0, matched=False, clusters=1)] * strays


def rk_intervals(drawn: Sequence[Unit], seed: int = 0) -> dict[str, Interval]:
    """95 % bootstrap intervals of RK precision, recall and F1, over kinds drawn anew.

    One kind is a twentieth on a small set; the interval says what that means.
    """
    columns = np.array(
        [
            (u.size >= RECURRING, u.matched and u.size >= RECURRING, u.matched, u.clusters)
            for u in drawn
        ],
        dtype=float,
    ).reshape(-1, 4)
    return {
        name: bootstrap(columns, figure, seed)
        for name, figure in (("rk_precision", _precision), ("rk_recall", _recall), ("rk_f1", _f1))
    }


def bootstrap(columns: Floats, figure: Callable[[Floats], Floats], seed: int = 0) -> Interval:
    """Give the middle 95 % of a figure of column sums, over rows drawn with replacement.

    Parameters
    ----------
    columns : array of shape (n, k)
    figure : takes sums of shape (draws, k), gives a figure a draw
    """
    if not len(columns):
        return (0.0, 0.0)
    n = len(columns)
    times = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=DRAWS)
    low, high = np.quantile(figure(times @ columns), (0.025, 0.975))
    return (float(low), float(high))


def share_found(pooled: Iterable[Unit], sizes: tuple[int, int] = SMALL_KINDS) -> dict[str, Any]:
    """Of the kinds of these sizes, in several sets together, the share that was found."""
    kinds = [(u.matched, 1) for u in pooled if sizes[0] <= u.size <= sizes[1]]
    columns = np.array(kinds, dtype=float).reshape(-1, 2)
    found = int(columns[:, 0].sum())
    return {
        "kinds": len(kinds),
        "found": found,
        "share": found / len(kinds) if kinds else None,
        "interval_95": bootstrap(columns, lambda sums: _ratio(sums[:, 0], sums[:, 1])),
    }


def totals(evaluations: Iterable[Evaluation]) -> dict[str, Any]:
    """Count found clusters over several sets, and what was wrong with them per 100 found."""
    counted: Counter[str] = Counter()
    for one in evaluations:
        counted += Counter(
            found=one.kinds_found, false=one.false, fragment=one.fragment, mixed=one.mixed
        )
    found = counted["found"]
    wrong = {name: counted[name] for name in ("false", "fragment", "mixed")}
    return (
        {"found": found}
        | wrong
        | {
            f"{name}_per_100": 100 * count / found if found else None
            for name, count in wrong.items()
        }
    )


def agreement(first: Grouping, second: Grouping) -> float:
    """ARI of two groupings over the cases of both, each unsorted case as a group of its own."""
    from sklearn.metrics import adjusted_rand_score

    cases = sorted(first.keys() & second.keys())
    return float(adjusted_rand_score(_numbered(first, cases), _numbered(second, cases)))


def kinds_kept(before: Grouping, after: Grouping) -> tuple[int, int]:
    """Of the kinds before, how many keep their id afterwards: (kept, of)."""
    living = groups_of(before)
    kinds = match_kinds(living, list(groups_of(after).values()), cases=after.keys())
    return sum(kind is not None for kind in kinds), len(living)


def groups_of(grouping: Grouping) -> dict[str, set[str]]:
    """The cases of each group."""
    groups: dict[str, set[str]] = {}
    for case, group in grouping.items():
        if group is not None:
            groups.setdefault(group, set()).add(case)
    return groups


def grouping(ids: Sequence[str], labels: Iterable[int]) -> dict[str, str | None]:
    """Name the groups of an array of labels; -1 is unsorted."""
    return {
        case: None if label < 0 else str(label) for case, label in zip(ids, labels, strict=True)
    }


def _numbered(grouping: Grouping, cases: Sequence[str]) -> list[int]:
    number: dict[Hashable, int] = {}
    names = [(grouping[case] is None, grouping[case] or case) for case in cases]
    return [number.setdefault(name, len(number)) for name in names]


def _precision(sums: Floats) -> Floats:
    return _ratio(sums[:, 2], sums[:, 3])


def _recall(sums: Floats) -> Floats:
    return _ratio(sums[:, 1], sums[:, 0])


def _f1(sums: Floats) -> Floats:
    precision, recall = _precision(sums), _recall(sums)
    return _ratio(2 * precision * recall, precision + recall)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
