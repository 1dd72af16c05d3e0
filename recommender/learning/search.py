"""One pass of discovery v1: from the fused similarities to groups, and how good they are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.errors import Invalid
from recommender.learning.casetable import CaseTable
from recommender.learning.constraints import (
    Bools,
    ClauseConflicts,
    Constraints,
    Floats,
    Integers,
    same_place,
    split_apart,
)
from recommender.learning.likeness import Likeness, fuse, level_density
from recommender.learning.linkage import AverageLinkageCut, renumber
from recommender.learning.quality import FoundGroup

SAMPLE_SHARE = 0.8


class BadSetting(Invalid):
    """A discovery parameter is out of its range; `field` names it."""

    title = "Bad discovery setting"


@dataclass(frozen=True, kw_only=True)
class SearchSettings:
    """The checked parameters of one pass; `KindFinder` says what each means."""

    cut: float
    min_size: int
    field_weight: float
    doubt: float
    density: float
    join: float
    leave: float
    rounds: int
    resamples: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        least: dict[str, float] = dict.fromkeys(
            ("cut", "field_weight", "doubt", "density", "join", "rounds", "resamples", "seed"), 0
        )
        for name, floor in (least | {"min_size": 2, "leave": self.join}).items():
            if not getattr(self, name) >= floor:
                raise BadSetting(f"{getattr(self, name)} is below {floor}.", field=name)


class Search:
    """One fit: the cases sorted by id, their distances, and the steps from there to groups."""

    def __init__(self, settings: SearchSettings, cases: CaseTable) -> None:
        self.settings = settings
        self.cases = cases
        self.constraints = Constraints(cases)
        self.component = self.constraints.component
        self.likeness = self._likeness()
        clauses = cases.clauses or [None] * len(cases)
        ignored = self.likeness.doubted | self._reconciled(clauses)
        self.conflicts = ClauseConflicts(clauses, ignored)
        self.distance = self._distance()

    def labels(self, rows: Integers, min_size: int) -> Integers:
        """Group the given rows: cut, refine, split what may not be together."""
        if len(rows) < min_size:
            return np.full(len(rows), -1, dtype=np.intp)
        everyone = len(rows) == len(self.cases)
        distance = self.distance if everyone else self.distance[np.ix_(rows, rows)]
        tree = AverageLinkageCut(cut=self.settings.cut, min_size=min_size, metric="precomputed")
        labels = self._refined(distance, tree.fit(distance).labels_, min_size)
        return self._allowed(rows, distance, labels, min_size)

    def strengths(self, labels: Integers) -> Floats:
        """How much nearer each member is to its group than to the next, or to the border."""
        out = np.zeros(len(labels), dtype=np.float32)
        member = np.flatnonzero(labels >= 0)
        if len(member):
            means = _mean_distances(self.distance, labels)[member]
            own = means[np.arange(len(member)), labels[member]]
            means[np.arange(len(member)), labels[member]] = np.inf
            rival = np.minimum(means.min(axis=1), self.settings.leave * self.settings.cut)
            out[member] = np.clip(1 - own / np.maximum(rival, 1e-9), 0, 1)
        return out

    def groups(self, labels: Integers, order: Integers) -> tuple[FoundGroup, ...]:
        """Describe every group; `order` leads from sorted rows to the caller's."""
        count = int(labels.max(initial=-1)) + 1
        members = [np.flatnonzero(labels == number) for number in range(count)]
        stability = self._stability(members)
        return tuple(
            self._described(members, number, order, stability[number]) for number in range(count)
        )

    def _likeness(self) -> Likeness:
        if not len(self.cases):
            return Likeness(
                similarity=np.zeros((0, 0), np.float32), doubted=np.zeros(0, bool), weights={}
            )
        return fuse(self.cases, field_weight=self.settings.field_weight, doubt=self.settings.doubt)

    def _reconciled(self, clauses: Sequence[str | None]) -> Bools:
        """Cases that people put together in spite of their clauses: these conflict with nobody."""
        out = np.zeros(len(clauses), dtype=bool)
        conflicts = ClauseConflicts(clauses, out)
        for number in np.flatnonzero(np.bincount(self.component) > 1):
            rows = np.flatnonzero(self.component == number)
            out[rows] = conflicts.between(rows, rows).any()
        return out

    def _distance(self) -> Floats:
        distance = np.maximum(1 - self.likeness.similarity, 0).astype(np.float32)
        np.fill_diagonal(distance, 0)
        if len(distance):
            distance = level_density(
                distance, neighbours=self.settings.min_size - 1, strength=self.settings.density
            )
        far = 2 * self.settings.cut
        self.conflicts.part(distance, far)
        self.constraints.contract(distance)
        self.constraints.part(distance, far)
        return distance

    def _refined(self, distance: Floats, labels: Integers, min_size: int) -> Integers:
        """Let every case move to its nearest group, leave a far one, join a near one."""
        join, leave = (
            share * self.settings.cut for share in (self.settings.join, self.settings.leave)
        )
        for _ in range(self.settings.rounds):
            if labels.max(initial=-1) < 0:
                break
            means = _mean_distances(distance, labels)
            nearest = means.argmin(axis=1)
            gap = means[np.arange(len(labels)), nearest]
            moved = np.where(gap <= join, nearest, np.where(gap <= leave, labels, -1))
            moved = renumber(moved, min_size)
            if np.array_equal(moved, labels):
                break
            labels = moved
        return labels

    def _allowed(
        self, rows: Integers, distance: Floats, labels: Integers, min_size: int
    ) -> Integers:
        """Split every group in which two cases may not be together."""
        out = labels.copy()
        made = int(labels.max(initial=-1)) + 1
        for number in range(made):
            inside = np.flatnonzero(labels == number)
            chosen = rows[inside]
            component = self.component[chosen]
            broken = self.conflicts.between(chosen, chosen)
            broken &= component[:, None] != component[None, :]
            broken |= self.constraints.broken(chosen)
            part = split_apart(distance[np.ix_(inside, inside)], component, broken)
            out[inside[part > 0]] = made + part[part > 0]
            made += int(part.max(initial=0)) + 1
        return renumber(out, min_size)

    def _stability(self, members: list[Integers]) -> list[float]:
        """Share of each group's pairs that stay together in runs on samples of the cases.

        Pairs count in the samples, however few of the group they hold.
        """
        rng = np.random.default_rng(self.settings.seed)
        together = np.zeros(len(members))
        pairs = np.zeros(len(members))
        for _ in range(self.settings.resamples if members else 0):
            n = len(self.cases)
            sample = np.sort(rng.choice(n, size=round(SAMPLE_SHARE * n), replace=False))
            found = np.full(n, -2, dtype=np.intp)
            found[sample] = self.labels(sample, min_size=2)
            for number, rows in enumerate(members):
                seen = found[rows][found[rows] > -2]  # noqa: PLR2004
                sizes = np.unique(seen[seen >= 0], return_counts=True)[1]
                together[number] += float((sizes * (sizes - 1)).sum())
                pairs[number] += len(seen) * (len(seen) - 1)
        return [float(t / p) if p else 1.0 for t, p in zip(together, pairs, strict=True)]

    def _described(
        self, members: list[Integers], number: int, order: Integers, stability: float
    ) -> FoundGroup:
        rows = members[number]
        similarity = self.likeness.similarity[rows]
        size = len(rows)
        inside = similarity[:, rows]
        rivals = {
            other: float(similarity[:, others].mean())
            for other, others in enumerate(members)
            if other != number
        }
        rival = max(rivals, key=lambda other: (rivals[other], -other), default=None)
        clause, share = self._dominant_clause(rows)
        return FoundGroup(
            rows=tuple(sorted(order[rows].tolist())),
            cohesion=float((inside.sum() - np.trace(inside)) / (size * (size - 1))),
            rival=rival,
            rival_similarity=None if rival is None else rivals[rival],
            stability=stability,
            clause=clause,
            clause_share=share,
            doubted=int(self.likeness.doubted[rows].sum()),
        )

    def _dominant_clause(self, rows: Integers) -> tuple[str | None, float | None]:
        """Give the key named most, and the share of references that name it or its section."""
        named = (
            Counter(self.cases.clauses[row] for row in rows) if self.cases.clauses else Counter()
        )
        given = {key: count for key, count in named.items() if key is not None}
        if not given:
            return None, None
        clause = min(given, key=lambda key: (-given[key], key))
        support = sum(count for key, count in given.items() if same_place(clause, key))
        return clause, support / sum(given.values())


def _mean_distances(distance: Floats, labels: Integers) -> Floats:
    """Mean distance of every row to every group's other members, shape (n, groups)."""
    count = int(labels.max()) + 1
    member = (labels[:, None] == np.arange(count)[None, :]).astype(np.float32)
    others = np.maximum(member.sum(axis=0) - member, 1)
    return np.asarray(distance @ member / others, dtype=np.float32)
