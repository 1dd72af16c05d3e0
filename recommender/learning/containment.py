"""Groups of cases that keep to themselves: how cases are grouped that one text alone tells.

No distance says by itself that two texts mean one thing: how far apart the cases of one kind lie
differs from casebase to casebase and, within one, from kind to kind. What can be compared is ranks.
A group keeps to itself when the nearest neighbours of its cases are its own cases. Half a kind does
not pass, since its neighbours are in the other half, nor do two kinds at once, since theirs are
somewhere else. (Houle, "The relevant-set correlation model for data clustering", SDM 2008, judges
sets of neighbours so; here it is the branches of an average-linkage tree.)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.learning.aspects import evenly
from recommender.learning.consensus import LEAST_TOGETHER, close_pair
from recommender.learning.constraints import Bools, Constraints, Floats, Integers
from recommender.learning.linkage import linkage_tree

LOCAL = 10
"""Nearest cases whose mean likeness tells how dense a case's surroundings are."""
EVENED = 0.5
"""Share of the differences in density that is taken out."""
ALL_ALIKE = 1.0
"""What all cases need to be alike to be one group if no part of them is: as a cell of one kind."""
LEAST_ALIKE = 0.3
"""What a group's last two parts need to be alike, in close pairs: ranks know no far away."""
COPIES = 1e-4
"""Distance at which cases are copies of each other."""
MOST_NEIGHBOURS = 100
"""Neighbours that every case is asked for."""
SAMPLE = 300
"""Cases that are asked for all their neighbours, where a branch has more than MOST_NEIGHBOURS."""
LARGEST_SIZE = 80
"""Kind sizes that are looked for in how neighbours choose each other."""
NO_PEAK, FULL_PEAK = 0.03, 0.08
"""From where the peak of mutual choices counts, and where it counts fully."""
SHARED_NEAR = 0.7
"""How many neighbours are looked at for what two cases share, against the usual size of a kind."""
SHARED_WEIGHT = 0.5
"""Spread of the shared neighbours against that of the likeness, where the usual size is marked."""


@dataclass(frozen=True, kw_only=True)
class SelfContained:
    """Grouping by self-containment, stricter with small groups as `strictness` goes to 1.

    Attributes
    ----------
    least : float in 0..1
        Self-containment that even the largest group needs; 0 is chance, 1 an island.
    lenient, strict : float
        What a group needs besides, divided by the root of its size: small ones arise by chance.
    """

    least: float
    lenient: float = 0.5
    strict: float = 0.8

    def __call__(self, alike: Floats, strictness: float, constraints: Constraints) -> Integers:
        """Choose the branches whose cases keep to themselves best; split what may not be together.

        Parameters
        ----------
        alike : float array of shape (n, n), higher is more alike

        Returns
        -------
        int array of shape (n,), group numbers from 0; -1 in no chosen branch
        """
        local = evened(alike)
        likeness = by_shared_neighbours(local)
        judges = [likeness] if likeness is local else [likeness, local]
        plain, *distances = [_distance(one) for one in (alike, *judges)]
        for distance in (plain, *distances):
            constraints.contract(distance)
        branches = _Branches(distances)
        unit = close_pair(alike)
        barred = branches.across(plain) > alike.max() - LEAST_ALIKE * unit
        need = self.lenient + strictness * (self.strict - self.lenient)
        chosen = branches.chosen(self.least, need, barred)
        if (
            len(alike) >= LEAST_TOGETHER
            and not chosen.any()
            and not barred[-1]
            and alike.mean() >= ALL_ALIKE
        ):
            chosen[-1] = True
        return constraints.kept(branches.labels(chosen), plain)


def evened(alike: Floats) -> Floats:
    """Take half of the differences in density out: dense and sparse surroundings count alike.

    Each case's mean likeness to its ten nearest is taken from its likenesses, by half.
    """
    n = len(alike)
    own = alike.copy()
    np.fill_diagonal(own, -np.inf)
    near = min(LOCAL, n - 1)
    around = np.partition(own, -near, axis=1)[:, -near:].mean(axis=1)
    return np.asarray(alike - EVENED / 2 * (around[:, None] + around[None, :]), dtype=np.float32)


def by_shared_neighbours(alike: Floats) -> Floats:
    """Add what neighbours two cases share, as far as the cases show a usual size of kinds.

    Where kinds are of about one size, cases choose each other as neighbours most consistently at
    just that number of neighbours. Where sizes are skewed there is no such peak, and nothing is
    added: small kinds would drown.
    """
    size, peak = usual_size(alike)
    marked = np.clip((peak - NO_PEAK) / (FULL_PEAK - NO_PEAK), 0, 1)
    spread = alike.std()
    if marked == 0 or spread == 0:
        return alike
    shared = _shared(alike, max(LEAST_TOGETHER, round(SHARED_NEAR * size)))
    added = SHARED_WEIGHT * marked * spread / max(float(shared.std()), 1e-6)
    return np.asarray(alike + added * shared, dtype=np.float32)


def usual_size(alike: Floats) -> tuple[int, float]:
    """Give the number of neighbours at which cases choose each other most, and how marked it is.

    Returns
    -------
    size : int
    peak : float
        Share of mutual choices there, less that at the ends of the range; at most 0 without a peak.
    """
    n = len(alike)
    most = min(LARGEST_SIZE, n // 3)
    if most <= LEAST_TOGETHER:
        return most, 0.0
    near = _nearest(alike, np.arange(n), most)
    rank = np.full((n, n), most, dtype=np.int16)
    np.put_along_axis(rank, near, np.arange(most, dtype=np.int16)[None, :], axis=1)
    back = np.take_along_axis(rank.T, near, axis=1)
    later = np.maximum(back, np.arange(most, dtype=np.int16)[None, :])
    counts = np.arange(1, most + 1)
    mutual = np.bincount(later.ravel(), minlength=most + 1)[:most].cumsum() / (n * counts)
    chance = counts / n
    mutual = ((mutual - chance) / (1 - chance))[LEAST_TOGETHER - 1 :]
    best = int(mutual.argmax())
    return best + LEAST_TOGETHER, float(mutual[best] - max(mutual[0], mutual[-1]))


class _Branches:
    """An average-linkage tree with its leaves in a row, so that every branch is a span of them.

    The tree is of the first of the `judges`, distances of shape (n, n); self-containment is the
    mean over all of them.
    """

    def __init__(self, judges: Sequence[Floats]) -> None:
        merges = linkage_tree(judges[0])
        n = self._count = len(judges[0])
        self._children = merges[:, :2].astype(np.intp)
        self._size = np.concatenate([np.ones(n, np.intp), merges[:, 3].astype(np.intp)])
        self._start = np.zeros(2 * n - 1, dtype=np.intp)
        for branch in range(2 * n - 2, n - 1, -1):
            left, right = self._children[branch - n]
            self._start[left] = self._start[branch]
            self._start[right] = self._start[branch] + self._size[left]
        self._leaf = np.argsort(self._start[:n])
        self._height = np.concatenate([np.zeros(n), merges[:, 2]])
        row = [-judge[np.ix_(self._leaf, self._leaf)] for judge in judges]
        self._near = [_nearest(alike, np.arange(n), MOST_NEIGHBOURS) for alike in row]
        self._asked = evenly(n, max(SAMPLE, 2 * n // MOST_NEIGHBOURS))
        self._order = [_nearest(alike, self._asked, n) for alike in row]

    def across(self, pairs: Floats) -> Floats:
        """Give each branch's mean of `pairs`, shape (n, n), between its two halves; 0 of leaves."""
        n = self._count
        mean = np.zeros(2 * n - 1, dtype=np.float32)
        row = pairs[np.ix_(self._leaf, self._leaf)]
        for branch in range(n, 2 * n - 1):
            left, right = self._children[branch - n]
            first, middle = self._start[left], self._start[right]
            block = row[first:middle, middle : middle + self._size[right]]
            mean[branch] = block.sum(dtype=np.float64) / block.size
        return mean

    def chosen(self, least: float, need: float, barred: Bools) -> Bools:
        """Choose branches so that the sum of size times self-containment above need is largest."""
        n = self._count
        gain = np.zeros(2 * n - 1)
        chosen = np.zeros(2 * n - 1, dtype=bool)
        for branch in range(n, 2 * n - 1):
            size = int(self._size[branch])
            gain[branch] = gain[self._children[branch - n]].sum()
            if size >= LEAST_TOGETHER and not barred[branch]:
                worth = size * (self._containment(branch) - least - need / np.sqrt(size))
                if worth > max(gain[branch], 0):
                    gain[branch], chosen[branch] = worth, True
        return chosen

    def labels(self, chosen: Bools) -> Integers:
        """Number the outermost of the chosen branches."""
        out = np.full(self._count, -1, dtype=np.intp)
        waiting, made = [2 * self._count - 2], 0
        while waiting:
            branch = waiting.pop()
            if chosen[branch]:
                first = self._start[branch]
                out[self._leaf[first : first + self._size[branch]]] = made
                made += 1
            elif branch >= self._count:
                waiting.extend(self._children[branch - self._count].tolist())
        return out

    def _containment(self, branch: int) -> float:
        """Give the share of the members' nearest neighbours that are members, less chance.

        Copies of one case are an island, even if there is nothing else.
        """
        if self._height[branch] <= COPIES:
            return 1.0
        size, first = int(self._size[branch]), int(self._start[branch])
        if size == self._count:
            return 0.0
        end = first + size
        if size <= MOST_NEIGHBOURS:
            members, orders = slice(first, end), self._near
        else:
            members = slice(*np.searchsorted(self._asked, (first, end)).tolist())
            orders = self._order
        near = [order[members, : size - 1] for order in orders]
        inside = sum(int(np.count_nonzero((one >= first) & (one < end))) for one in near)
        share = inside / sum(one.size for one in near)
        chance = (size - 1) / (self._count - 1)
        return (share - chance) / (1 - chance)


def _distance(alike: Floats) -> Floats:
    distance = np.asarray(np.maximum(alike.max() - alike, 0), dtype=np.float32)
    np.fill_diagonal(distance, 0)
    return distance


def _shared(alike: Floats, near: int) -> Floats:
    """Give the share of their nearest cases that two cases have in common, shape (n, n)."""
    from scipy.sparse import csr_array, eye_array

    n = len(alike)
    rows = np.repeat(np.arange(n), near)
    chosen = _nearest(alike, np.arange(n), near).ravel()
    choice = csr_array((np.ones(n * near, np.float32), (rows, chosen)), shape=(n, n))
    choice = csr_array(choice + eye_array(n, dtype=np.float32))
    return np.asarray((choice @ choice.T).toarray() / (near + 1), dtype=np.float32)


def _nearest(alike: Floats, rows: Integers, most: int) -> Integers:
    """Give the likest others of `rows`, the likest first, shape (len(rows), most or n - 1)."""
    own = alike[rows]
    own[np.arange(len(rows)), rows] = -np.inf
    most = min(most, len(alike) - 1)
    near = np.argpartition(own, -most, axis=1)[:, -most:]
    order = np.argsort(-np.take_along_axis(own, near, axis=1), axis=1, kind="stable")
    return np.asarray(np.take_along_axis(near, order, axis=1))
