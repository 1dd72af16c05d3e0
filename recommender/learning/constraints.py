"""Human constraints on a grouping: cases put together, cases put apart."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from recommender.learning.casetable import CaseTable, ContradictoryConstraints, Pair

Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Constraints:
    """Which rows belong together, and which may never share a group.

    Attributes
    ----------
    component : int array of shape (n,)
        Rows with one number were put together by must-links, directly or through others.
    apart : component -> the components that it may not share a group with, both ways
    """

    component: Integers
    apart: Mapping[int, AbstractSet[int]]

    @classmethod
    def of(cls, cases: CaseTable) -> Self:
        """Read the constraints of a table, or raise ContradictoryConstraints."""
        row_of = {case: row for row, case in enumerate(cases.ids)}
        component = _components(len(cases), list(_rows(cases.must_link, row_of)))
        apart = defaultdict[int, set[int]](set)
        for a, b in _rows(cases.cannot_link, row_of):
            first, second = int(component[a]), int(component[b])
            if first == second:
                raise ContradictoryConstraints(
                    f"{cases.ids[a]} and {cases.ids[b]} must be together and apart at once.",
                    remedy="Undo one of the corrections.",
                    pair=(cases.ids[a], cases.ids[b]),
                )
            apart[first].add(second)
            apart[second].add(first)
        return cls(component=component, apart=apart)

    def among(self, rows: Integers) -> Self:
        """Give the constraints among some rows; what was put together through others stays so."""
        return type(self)(component=self.component[rows], apart=self.apart)

    def contract(self, distance: Floats) -> None:
        """Give the rows of a component one common place, where most of them are; 0 in between.

        Rows that lie nearer than its others to what people keep it apart from do not count: they
        were put there from where they seem to be.
        """
        sizes = np.bincount(self.component)
        for number in np.flatnonzero(sizes > 1):
            rows = np.flatnonzero(self.component == number)
            place = np.median(distance[self._away(rows, distance)], axis=0)
            distance[rows] = place
            distance[:, rows] = place[:, None]
            distance[np.ix_(rows, rows)] = 0

    def _away(self, rows: Integers, distance: Floats) -> Integers:
        barred = list(self.apart.get(int(self.component[rows[0]]), ()))
        others = np.flatnonzero(np.isin(self.component, barred))
        if not len(others):
            return rows
        far = distance[np.ix_(rows, others)].mean(axis=1)
        away: Bools = far >= min(far.mean(), far.max())  # a mean may round to above them all
        return rows[away]

    def part(self, distance: Floats, far: float) -> None:
        """Move rows that may never share a group at least `far` apart."""
        for first, others in self.apart.items():
            block = np.ix_(self.component == first, np.isin(self.component, list(others)))
            distance[block] = np.maximum(distance[block], far)

    def kept(self, labels: Integers, distance: Floats) -> Integers:
        """Split every group in which two cases may not be together; give the new numbers.

        `labels` is -1 for unsorted, `distance` of shape (n, n).
        """
        out = labels.copy()
        if not self.apart:
            return out
        made = int(labels.max(initial=-1)) + 1
        for number in range(made):
            inside = np.flatnonzero(labels == number)
            among = distance[np.ix_(inside, inside)]
            part = split_apart(among, self.component[inside], self.broken(inside))
            out[inside[part > 0]] = made + part[part > 0]
            made += int(part.max(initial=0)) + 1
        return out

    def strays(self, labels: Integers) -> list[Integers]:
        """Give the rows of every component of several rows that is in no group."""
        sizes = np.bincount(self.component)
        found = [np.flatnonzero(self.component == number) for number in np.flatnonzero(sizes > 1)]
        return [rows for rows in found if (labels[rows] < 0).all()]

    def kept_apart(self, rows: Integers, others: Integers) -> bool:
        """Say whether a cannot-link keeps a component, given by its rows, from other rows."""
        barred = self.apart.get(int(self.component[rows[0]]), frozenset())
        return not barred.isdisjoint(self.component[others].tolist())

    def broken(self, rows: Integers) -> Bools:
        """Say for every pair of `rows` whether a cannot-link keeps it apart."""
        present, knot = np.unique(self.component[rows], return_inverse=True)
        between = np.zeros((len(present), len(present)), dtype=bool)
        for number, first in enumerate(present.tolist()):
            if first in self.apart:
                between[number] = np.isin(present, list(self.apart[first]))
        return np.asarray(between[np.ix_(knot, knot)])


def split_apart(distance: Floats, component: Integers, broken: Bools) -> Integers:
    """Cut one group into parts so that no broken pair shares a part.

    Components are placed whole, the most central first, each into the nearest part that accepts
    it, else into a new one.

    Parameters
    ----------
    distance, broken : arrays of shape (m, m) over the group's m rows
    component : int array of shape (m,)

    Returns
    -------
    int array of shape (m,)
        Part numbers from 0; all zeros when nothing is broken.
    """
    part = np.zeros(len(component), dtype=np.intp)
    if not broken.any():
        return part
    part[:] = -1
    central = distance.mean(axis=1)
    numbers, first = np.unique(component, return_index=True)
    made = 0
    for index in np.lexsort((first, central[first])):
        rows = np.flatnonzero(component == numbers[index])
        allowed = [p for p in range(made) if not broken[np.ix_(rows, part == p)].any()]
        if allowed:
            part[rows] = min(
                allowed, key=lambda p: (float(distance[np.ix_(rows, part == p)].mean()), p)
            )
        else:
            part[rows] = made
            made += 1
    return part


def taken_in(labels: Integers, alike: Floats, least: float, constraints: Constraints) -> Integers:
    """Put components that ended in no group where most of their rows would be by themselves.

    A row would be in the group that it is likest to, if it is like enough; a component without
    such a row stays unsorted. Groups of which a component is kept apart do not count.

    Parameters
    ----------
    labels : int array of shape (n,), -1 for unsorted
    alike : float array of shape (n, n)
    least : float, the mean likeness to a group that is enough
    """
    out = labels.copy()
    for rows in constraints.strays(labels):
        groups = [
            number
            for number in range(int(labels.max(initial=-1)) + 1)
            if not constraints.kept_apart(rows, np.flatnonzero(out == number))
        ]
        if not groups:
            continue
        likeness = np.array([alike[np.ix_(rows, labels == one)].mean(axis=1) for one in groups])
        likest = likeness.argmax(axis=0)[likeness.max(axis=0) >= least]
        if len(likest):
            votes = np.bincount(likest, minlength=len(groups))
            out[rows] = groups[np.lexsort((likeness.mean(axis=1), votes))[-1]]
    return out


def _rows(pairs: Sequence[Pair], row_of: dict[str, int]) -> Iterator[tuple[int, int]]:
    for a, b in pairs:
        if a in row_of and b in row_of:
            yield row_of[a], row_of[b]


def _components(n: int, links: list[tuple[int, int]]) -> Integers:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = np.array(links, dtype=np.intp).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
    _, component = connected_components(graph, directed=False)
    return np.asarray(component, dtype=np.intp)
