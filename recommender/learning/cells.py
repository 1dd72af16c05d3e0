"""Casebases too large to compare all pairs: cells of near cases, and what their borders parted.

Time and memory of grouping grow with the square of the cases. A large casebase is therefore cut
into cells by k-means, each cell is grouped by itself, and groups of different cells that are one
are joined afterwards.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from recommender.learning.aspects import Aspect, evenly, mean_likeness, weighed
from recommender.learning.consensus import close_pair
from recommender.learning.constraints import Constraints
from recommender.learning.linkage import average_linkage

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.intp]

FILLING = 0.6
"""Mean size of a cell against the most that it may hold: k-means makes uneven ones."""


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
    cell = np.zeros(len(component), dtype=np.intp)
    waiting, made = [everybody], 0
    while waiting:
        rows = waiting.pop()
        if len(rows) <= most:
            cell[rows] = made
            made += 1
        else:
            waiting.extend(_split(places, rows, most))
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


def _split(places: Floats, rows: Integers, most: int) -> list[Integers]:
    from sklearn.cluster import MiniBatchKMeans

    wanted = max(2, round(len(rows) / (FILLING * most)))
    chosen = places[rows]
    cell = MiniBatchKMeans(wanted, random_state=0, n_init=3, batch_size=4096).fit_predict(chosen)
    parts = [rows[cell == number] for number in np.unique(cell)]
    return parts if len(parts) > 1 else [rows[: len(rows) // 2], rows[len(rows) // 2 :]]


def _unit(aspects: Sequence[Aspect], cells: Sequence[Integers]) -> float:
    found = []
    for rows in cells:
        sample = rows[evenly(len(rows))]
        found.append(close_pair(weighed(aspects, sample, sample)))
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
