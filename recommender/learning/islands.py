"""A map of cases: every kind an island, placed by likeness; unsorted cases in the water between.

Between islands only nearness is claimed. Inside one, what would split lies apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.learning.arrays import UnitVectors

Points = NDArray[np.float32]
_Places = NDArray[np.float64]
_Rows = NDArray[np.int64]

UNSORTED: Final = -1
_LEAST_RADIUS: Final = 2.0
_GAP: Final = 1.25
"""How far apart new islands are put, as a multiple of what would touch."""
_PULLS: Final = 120
_PUSHES: Final = 200
_NEAREST: Final = 3
_BATCH: Final = 4096
_AT_ONCE: Final = 1 << 19
"""Distances that are held in memory at once."""
_SHORES: Final = 4
"""So often a point is put ashore before it goes around all islands."""
_TINY: Final = 1e-9
_TURN: Final = 2.399963
"""The golden angle: points turned by it again and again never come to lie in rows."""


@dataclass(frozen=True)
class Island:
    """Where a kind lies: the middle of its disc and the radius that no member leaves."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Layout:
    """Points in the order of the cases, and the islands in the order of the kinds."""

    points: Points
    islands: Sequence[Island]


def lay_out(
    vectors: UnitVectors, kinds: NDArray[np.int64], before: Mapping[int, Island] | None = None
) -> Layout:
    """Lay cases out on a plane; the same input gives the same bytes.

    Parameters
    ----------
    vectors
        One unit row a case, shape (cases, d).
    kinds
        The number of each case's kind, from 0 without gaps, or UNSORTED; shape (cases,).
    before
        Islands of an earlier map by the kind's number now: these kinds stay there.

    Returns
    -------
    Layout
        A disc as large as its kind has cases each (area pi a case), none overlapping another.
    """
    count = int(kinds.max(initial=UNSORTED)) + 1
    members = [np.flatnonzero(kinds == number) for number in range(count)]
    means = _means(vectors, members)
    radii = np.array([max(_LEAST_RADIUS, float(np.sqrt(len(one)))) for one in members])
    centres = _centres(means, radii, before or {}) if members else np.zeros((0, 2))
    points = np.zeros((len(kinds), 2), dtype=np.float32)
    for number, rows in enumerate(members):
        points[rows] = centres[number] + radii[number] * _within(vectors[rows] - means[number])
    loose = np.flatnonzero(kinds == UNSORTED)
    points[loose] = _between(UnitVectors(vectors[loose]), means, centres, radii)
    islands = [
        Island(float(x), float(y), float(radius))
        for (x, y), radius in zip(centres, radii, strict=True)
    ]
    return Layout(points, islands)


def inside(points: Points, polygon: Sequence[tuple[float, float]]) -> NDArray[np.bool_]:
    """Tell which points a polygon holds, by the even-odd rule; shape (points,)."""
    found = np.zeros(len(points), dtype=np.bool_)
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    ends = [*polygon[1:], polygon[0]]
    for (x1, y1), (x2, y2) in zip(polygon, ends, strict=True):
        if y1 != y2:
            crosses = (y1 > y) != (y2 > y)
            found ^= crosses & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return found


def _means(vectors: UnitVectors, members: Sequence[NDArray[np.int64]]) -> NDArray[np.float32]:
    means = np.zeros((len(members), vectors.shape[1]), dtype=np.float32)
    for number, rows in enumerate(members):
        mean = vectors[rows].mean(axis=0)
        means[number] = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return means


def _centres(means: NDArray[np.float32], radii: _Places, before: Mapping[int, Island]) -> _Places:
    """Place the kinds by their likeness; those that have a place keep it."""
    apart = np.clip(1 - (means @ means.T).astype(np.float64), 0, 2)
    if not before:
        return _scaled(_pulled(apart), radii)
    known = np.array(sorted(before))
    places = np.zeros((len(means), 2))
    places[known] = _apart(np.array([(before[n].x, before[n].y) for n in known]), radii[known])
    for number in sorted(set(range(len(means))) - set(before)):
        near = known[np.argsort(apart[number, known], kind="stable")[:_NEAREST]]
        weights = 1 / (apart[number, near] + 1e-3)
        wanted = weights @ places[near] / weights.sum()
        places[number] = _free(wanted, float(radii[number]), places[known], radii[known])
        known = np.append(known, number)
    return places


def _free(wanted: _Places, radius: float, places: _Places, radii: _Places) -> _Places:
    """Find the free place for a new island that is nearest to the wanted one, on a spiral."""
    least = radii + radius * _GAP
    widest = float((np.sqrt(((places - wanted) ** 2).sum(axis=1)) + least).max())
    step = max(radius / 2, widest / 300)
    turns = np.arange(int((widest / step) ** 2 * np.pi) + 8)
    far = step * np.sqrt(turns / np.pi)
    spots = wanted + np.stack([far * np.cos(turns * _TURN), far * np.sin(turns * _TURN)], axis=1)
    free = np.ones(len(spots), dtype=np.bool_)
    for place, room in zip(places, least, strict=True):
        free &= ((spots - place) ** 2).sum(axis=1) > room**2
    found: _Places = spots[np.argmax(free)]
    return found


def _pulled(apart: _Places) -> _Places:
    """Find places whose distances come near to given ones (SMACOF, from the classical start)."""
    count = len(apart)
    centring = np.eye(count) - 1 / count
    values, axes = np.linalg.eigh(-centring @ apart**2 @ centring / 2)
    places = np.zeros((count, 2))
    for column, number in enumerate((-1, -2)[: min(2, count)]):
        axis = axes[:, number] * np.sign(axes[np.argmax(np.abs(axes[:, number])), number])
        places[:, column] = axis * np.sqrt(max(float(values[number]), 0))
    for _ in range(_PULLS):
        distances = _distances(places)
        ratios = np.divide(apart, distances, out=np.zeros_like(apart), where=distances > _TINY)
        guttman = np.diag(ratios.sum(axis=1)) - ratios
        places = guttman @ places / count
    return places


def _scaled(places: _Places, radii: _Places) -> _Places:
    """Give the sea about twice the room of the land, then keep new islands well apart."""
    spread = float(np.sqrt((places**2).sum(axis=1).mean()))
    if spread > 0:
        places = places * (float(np.sqrt(1.5 * (radii**2).sum())) / spread)
    return _apart(places, radii * _GAP)


def _apart(places: _Places, radii: _Places) -> _Places:
    """Push discs apart until none overlaps another; those that do not are left alone."""
    count = len(places)
    if count < 2:  # noqa: PLR2004 - nothing to be apart from
        return places
    least = radii[:, None] + radii[None, :]
    np.fill_diagonal(least, 0)
    turns = np.arange(count) * _TURN
    ways = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    for _ in range(_PUSHES):
        distances = _distances(places)
        lacks = least - distances
        if lacks.max() <= 0:
            return places
        one, other = np.nonzero(lacks > 0)
        steps = places[one] - places[other]
        same = distances[one, other] < _TINY
        steps[same] = (ways[one] - ways[other])[same]
        lengths = np.maximum(np.sqrt((steps**2).sum(axis=1)), _TINY)
        pushes = (lacks[one, other] + 1e-3 * least[one, other]) / lengths
        across, down = (steps * pushes[:, None] / 2).T
        places = places + np.stack(
            [np.bincount(one, across, count), np.bincount(one, down, count)], axis=1
        )
    distances = _distances(places) + np.eye(count)
    return places * max(1.0, float((least / np.maximum(distances, 1e-6)).max()) * (1 + 1e-9))


def _distances(places: _Places) -> _Places:
    across, down = (each[:, None] - each for each in places.T)
    found: _Places = np.sqrt(across**2 + down**2)
    return found


def _within(residuals: NDArray[np.float32]) -> _Places:
    """Place a kind's cases in the unit disc by the two ways in which they differ most."""
    flat = _two_ways(residuals)
    lengths = np.sqrt((flat**2).sum(axis=1))
    usual = float(np.median(lengths))
    if usual <= 0:
        turns = np.arange(len(flat)) * _TURN
        far = np.sqrt((np.arange(len(flat)) + 0.5) / max(len(flat), 1)) * 0.9
        return np.stack([far * np.cos(turns), far * np.sin(turns)], axis=1)
    found: _Places = flat / np.sqrt(usual**2 + lengths**2)[:, None] * 0.97
    return found


def _two_ways(rows: NDArray[np.float32]) -> _Places:
    """Project centred rows on their first two principal directions, by subspace iteration."""
    count, width = rows.shape
    if count < 2:  # noqa: PLR2004 - one case differs from none
        return np.zeros((count, 2))
    rows = rows - rows.mean(axis=0)
    # Any fixed start that no direction is at right angles to will do.
    basis = np.cos(np.outer(np.arange(1, width + 1), np.arange(1, 5))).astype(np.float32)
    for _ in range(12):
        basis, _ = np.linalg.qr(rows.T @ (rows @ basis))
    flat = (rows @ basis).astype(np.float64)
    _, axes = np.linalg.eigh(flat.T @ flat)
    flat = flat @ axes[:, [-1, -2]]
    signs = np.sign(flat[np.argmax(np.abs(flat), axis=0), [0, 1]])
    found: _Places = flat * np.where(signs == 0, 1, signs)
    return found


def _between(
    loose: UnitVectors, means: NDArray[np.float32], centres: _Places, radii: _Places
) -> _Places:
    """Place unsorted cases among the three kinds that they are most like, outside every island."""
    if len(loose) == 0:
        return np.zeros((0, 2))
    spread = _within(loose - loose.mean(axis=0))
    if len(centres) == 0:
        return spread * float(np.sqrt(len(loose)))
    places = np.zeros((len(loose), 2))
    near = min(_NEAREST, len(centres))
    for start in range(0, len(loose), _BATCH):
        like = loose[start : start + _BATCH] @ means.T
        best = np.argpartition(-like, near - 1, axis=1)[:, :near]
        weights = np.exp(8 * np.take_along_axis(like, best, axis=1).astype(np.float64))
        weights /= weights.sum(axis=1, keepdims=True)
        places[start : start + _BATCH] = (weights[:, :, None] * centres[best]).sum(axis=1)
    places += spread * float(np.median(radii))
    return _out_of_islands(places, centres, radii)


def _out_of_islands(places: _Places, centres: _Places, radii: _Places) -> _Places:
    """Move points off the discs to their shores; what finds no shore goes around all of them."""
    shores = radii * 1.06
    moved = np.arange(len(places))
    for _ in range(_SHORES):
        moved = _ashore(places, moved, centres, shores)
    middle = centres.mean(axis=0)
    around = 1.02 * float((np.sqrt(((centres - middle) ** 2).sum(axis=1)) + shores).max())
    stuck = np.flatnonzero(_next_disc(places, None, centres, radii) < len(centres))
    steps, lengths = _away(places[stuck], middle)
    places[stuck] = middle + steps * (around / lengths)[:, None]
    return places


def _ashore(places: _Places, rows: _Rows, centres: _Places, shores: _Places) -> _Rows:
    """Let points call at the discs in their order, and put each ashore where one holds it.

    Gives the rows that moved: the others are in the open, and will be the next time.
    """
    moved = np.zeros(len(places), dtype=np.bool_)
    last = np.full(len(rows), -1)
    while len(rows):
        disc = _next_disc(places[rows], last, centres, shores)
        rows, last = rows[disc < len(centres)], disc[disc < len(centres)]
        steps, lengths = _away(places[rows], centres[last])
        places[rows] = centres[last] + steps * (shores[last] * 1.001 / lengths)[:, None]
        moved[rows] = True
    return np.flatnonzero(moved)


def _next_disc(places: _Places, last: _Rows | None, centres: _Places, radii: _Places) -> _Rows:
    """Give for each point the first disc that holds it, beyond its last one; their number if none.

    All distances are taken at once, some points at a time: a disc at a time costs ten times more.
    """
    found = np.full(len(places), len(centres))
    numbers = np.arange(len(centres))
    step = max(1, _AT_ONCE // max(1, len(centres)))
    for start in range(0, len(places), step):
        some = slice(start, start + step)
        across = places[some, 0, None] - centres[:, 0]
        down = places[some, 1, None] - centres[:, 1]
        holds = np.sqrt(across**2 + down**2) < radii
        if last is not None:
            holds &= numbers > last[some, None]
        held = holds.any(axis=1)
        found[some][held] = holds[held].argmax(axis=1)
    return found


def _away(places: _Places, centres: _Places) -> tuple[_Places, _Places]:
    """Give the ways from centres to places and their lengths; none is nothing."""
    steps = places - centres
    steps[np.sqrt((steps**2).sum(axis=1)) < _TINY] = [1.0, 0.0]
    return steps, np.sqrt((steps**2).sum(axis=1))
