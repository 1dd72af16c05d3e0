"""Human constraints on a grouping: cases put together, cases put apart, clauses in conflict."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from recommender.learning.casetable import CaseTable, ContradictoryConstraints, Pair

Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float32]


class Constraints:
    """Which rows belong together, and which may never share a group.

    Attributes
    ----------
    component : int array of shape (n,)
        Rows with one number were put together by must-links, directly or through others.
    """

    def __init__(self, cases: CaseTable) -> None:
        row_of = {case: row for row, case in enumerate(cases.ids)}
        self.component = _components(len(cases), list(_rows(cases.must_link, row_of)))
        self._apart = set[tuple[int, int]]()
        for a, b in _rows(cases.cannot_link, row_of):
            first, second = int(self.component[a]), int(self.component[b])
            if first == second:
                raise ContradictoryConstraints(
                    f"{cases.ids[a]} and {cases.ids[b]} must be together and apart at once.",
                    remedy="Undo one of the corrections.",
                    pair=(cases.ids[a], cases.ids[b]),
                )
            self._apart |= {(first, second), (second, first)}

    def contract(self, distance: Floats) -> None:
        """Give the rows of a component one common place: their mean distances, 0 in between."""
        sizes = np.bincount(self.component)
        for number in np.flatnonzero(sizes > 1):
            rows = np.flatnonzero(self.component == number)
            place = distance[rows].mean(axis=0)
            distance[rows] = place
            distance[:, rows] = place[:, None]
            distance[np.ix_(rows, rows)] = 0

    def part(self, distance: Floats, far: float) -> None:
        """Move rows that may never share a group at least `far` apart."""
        for first, second in self._apart:
            block = np.ix_(self.component == first, self.component == second)
            distance[block] = np.maximum(distance[block], far)

    def broken(self, rows: Integers) -> Bools:
        """Say for every pair of `rows` whether a cannot-link keeps it apart."""
        among = self.component[rows]
        out = np.zeros((len(rows), len(rows)), dtype=bool)
        present = set(among.tolist())
        for first, second in self._apart:
            if first in present and second in present:
                out |= (among == first)[:, None] & (among == second)[None, :]
        return out


class ClauseConflicts:
    """Pairs of cases that name different clauses, both in earnest.

    A clause and the section it stands in do not conflict; a reference that the text speaks
    clearly against (`doubted`) conflicts with nothing.
    """

    def __init__(self, clauses: Sequence[str | None], doubted: Bools) -> None:
        keys = sorted({clause for clause in clauses if clause is not None})
        number = {key: i for i, key in enumerate(keys)}
        trusted = [None if doubt else c for c, doubt in zip(clauses, doubted, strict=True)]
        self._code = np.array([-1 if c is None else number[c] for c in trusted], dtype=np.intp)
        self._table = np.ones((len(keys) + 1, len(keys) + 1), dtype=bool)
        self._table[-1] = self._table[:, -1] = False
        for a in keys:
            for b in keys:
                self._table[number[a], number[b]] = not same_place(a, b)

    def between(self, rows: Integers, others: Integers) -> Bools:
        """Say for `rows` x `others` which pairs conflict."""
        return np.asarray(self._table[np.ix_(self._code[rows], self._code[others])])

    def part(self, distance: Floats, far: float) -> None:
        """Move conflicting rows at least `far` apart."""
        everyone = np.arange(len(self._code))
        for row in np.flatnonzero(self._code >= 0):
            others = self.between(np.array([row]), everyone)[0]
            distance[row, others] = np.maximum(distance[row, others], far)


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


def same_place(a: str, b: str) -> bool:
    """Whether two keys are one clause, or a clause and its section: RET-2 and RET-2.1."""
    short, long = sorted((a, b), key=len)
    return long == short or (long.startswith(short) and long[len(short)] in ".-/")


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
