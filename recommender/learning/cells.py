"""Casebases too large to compare all pairs: cells of near cases, and what their borders parted.

Time and memory of grouping grow with the square of the cases. A large casebase is therefore cut
into cells by k-means, each cell is grouped by itself, and groups of different cells that are one
are joined. These are provisional: new cells are cut along them, where the last word is said.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from recommender.learning.aspects import Aspect, evenly, mean_likeness, weighed
from recommender.learning.consensus import nearness
from recommender.learning.constraints import Constraints
from recommender.learning.linkage import average_linkage

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.intp]

FILLING = 0.6
"""Mean size of a cell against the most that it may hold: k-means makes uneven ones."""
BLOCK = 4096
ASKED = 300
"""Cases of a cell that are asked for their nearest in it."""


def cells_of(aspects: Sequence[Aspect], component: Integers, most: int) -> list[Integers]:
    """Cut the casebase into cells of near cases.

    Parameters
    ----------
    aspects : the dense ones among them place the cases
    component : int array of shape (n,)
        Cases that people put together stay in one cell, and may overfill it.
    most : int, cases in a cell

    Returns
    -------
    list of ascending row arrays that together hold every row once
    """
    everybody = np.arange(len(component))
    if len(component) <= most:
        return [everybody]
    places = _places(aspects)
    return _with_their_own(_numbered(places, [everybody], most), component)


def recut(
    labels: Integers, aspects: Sequence[Aspect], component: Integers, most: int
) -> list[Integers]:
    """Cut the casebase into cells anew, along provisional groups instead of through them.

    Groups that lie near each other share a cell: their means say so better than single cases do.
    A case in no group goes where the group is that it is likest to.

    Parameters
    ----------
    labels : int array of shape (n,), the provisional groups from 0, -1 for unsorted
    aspects, component, most : as in `cells_of`
    """
    count = int(labels.max(initial=-1)) + 1
    if not count:
        return cells_of(aspects, component, most)
    places = _places(aspects)
    means = _means(places, labels, count)
    home = _likest(places, labels, means)
    cell = _cells_of_groups(means, np.bincount(home, minlength=count), most)[home]
    waiting = [np.flatnonzero(cell == one) for one in np.unique(cell)]
    return _with_their_own(_numbered(places, waiting, most), component)


def _means(places: Floats, labels: Integers, count: int) -> Floats:
    """Give the mean place of each group, shape (count, d)."""
    inside = np.flatnonzero(labels >= 0)
    sizes = np.bincount(labels[inside], minlength=count)
    share = (1 / sizes[labels[inside]]).astype(np.float32)
    mean_of = csr_array((share, (labels[inside], inside)), shape=(count, len(labels)))
    return np.asarray(mean_of @ places)


def _likest(places: Floats, labels: Integers, means: Floats) -> Integers:
    """Give each case its group, or the group that it is likest to."""
    out = labels.copy()
    loose = np.flatnonzero(labels < 0)
    for first in range(0, len(loose), BLOCK):
        rows = loose[first : first + BLOCK]
        out[rows] = (places[rows] @ means.T).argmax(axis=1)
    return out


def _cells_of_groups(means: Floats, weight: Integers, most: int) -> Integers:
    """Cut groups into cells of at most `most` cases; a larger group is a cell of its own."""
    from sklearn.cluster import KMeans

    cell = np.zeros(len(means), dtype=np.intp)
    waiting, made = [np.arange(len(means))], 0
    while waiting:
        groups = waiting.pop()
        total = int(weight[groups].sum())
        if total <= most or len(groups) == 1:
            cell[groups] = made
            made += 1
            continue
        distinct = len(np.unique(means[groups].round(4), axis=0))
        wanted = min(_wanted(total, most), distinct)
        parted = KMeans(wanted, random_state=0, n_init=1)
        part = parted.fit_predict(means[groups], sample_weight=weight[groups])
        waiting.extend(_parts(groups, part))
    return cell


def _with_their_own(cell: Integers, component: Integers) -> list[Integers]:
    """Bring cases that people put together into the cell of the first of them."""
    _, first, number = np.unique(component, return_index=True, return_inverse=True)
    cell = cell[first][number]
    return [np.flatnonzero(cell == one) for one in np.unique(cell)]


def rejoined(
    labels: Integers,
    aspects: Sequence[Aspect],
    cells: Sequence[Integers],
    constraints: Constraints,
    ratio: float,
) -> Integers:
    """Join groups of different cells that are as alike as one group's cases are.

    Parameters
    ----------
    labels : int array of shape (n,), numbers unique over the cells, -1 for unsorted
    ratio : float, the cut in close pairs
    """
    count = int(labels.max(initial=-1)) + 1
    if count < 2:  # noqa: PLR2004
        return labels
    cell_of = np.empty(len(labels), dtype=np.intp)
    for number, rows in enumerate(cells):
        cell_of[rows] = number
    members = [np.flatnonzero(labels == number) for number in range(count)]
    alike = mean_likeness(aspects, members)
    home = np.array([cell_of[rows[0]] for rows in members])
    distance = alike.max() - alike
    cut = float(alike.max()) - ratio * _unit(aspects, cells)
    far = home[:, None] == home[None, :]
    far |= _forbidden(members, constraints)
    distance[far] = np.maximum(distance[far], 1e6)
    np.fill_diagonal(distance, 0)
    merged = average_linkage(distance, cut)
    return np.where(labels >= 0, merged[np.maximum(labels, 0)], -1)


def _places(aspects: Sequence[Aspect]) -> Floats:
    dense = [one for one in aspects if isinstance(one.rows, np.ndarray)]
    return np.hstack([np.sqrt(one.weight / one.spread) * one.rows for one in dense])


def _numbered(places: Floats, waiting: list[Integers], most: int) -> Integers:
    """Split the sets of rows that are too large; give the number of each row's set."""
    cell, made = np.zeros(len(places), dtype=np.intp), 0
    while waiting:
        rows = waiting.pop()
        if len(rows) <= most:
            cell[rows] = made
            made += 1
        else:
            waiting.extend(_split(places, rows, most))
    return cell


def _split(places: Floats, rows: Integers, most: int) -> list[Integers]:
    from sklearn.cluster import MiniBatchKMeans

    chosen = places if len(rows) == len(places) else places[rows]
    parted = MiniBatchKMeans(_wanted(len(rows), most), random_state=0, n_init=3, batch_size=BLOCK)
    return _parts(rows, parted.fit_predict(chosen))


def _wanted(cases: int, most: int) -> int:
    return max(2, round(cases / (FILLING * most)))


def _parts(rows: Integers, part: Integers) -> list[Integers]:
    """Give the rows of each part; halves where there is one part only."""
    parts = [rows[part == number] for number in np.unique(part)]
    return parts if len(parts) > 1 else [rows[: len(rows) // 2], rows[len(rows) // 2 :]]


def _unit(aspects: Sequence[Aspect], cells: Sequence[Integers]) -> float:
    """Give the close pair of the cells in the mean, from some cases of each."""
    found = []
    for rows in cells:
        asked = evenly(len(rows), ASKED)
        alike = weighed(aspects, rows[asked], rows)
        alike[np.arange(len(asked)), asked] = -np.inf
        found.append(nearness(alike))
    return float(np.average(found, weights=[len(rows) for rows in cells]))


def _forbidden(members: Sequence[Integers], constraints: Constraints) -> npt.NDArray[np.bool_]:
    """Say which groups hold cases that may not be together."""
    out = np.zeros((len(members), len(members)), dtype=bool)
    present = [set(constraints.component[rows].tolist()) for rows in members]
    for number, components in enumerate(present):
        barred = set[int]().union(*(constraints.apart.get(one, ()) for one in components))
        if barred:
            out[number] = [not barred.isdisjoint(others) for others in present]
    return out
