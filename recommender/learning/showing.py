"""Which cases show a group best, which stand at its border, and which groups lie beside it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]
Likeness = Callable[[Rows, Rows], Floats]
"""Rows a and rows b -> similarities of shape (len(a), len(b)); never asked for all pairs at once
where there are many cases."""

SHOWN: Final = 3
CORE: Final = 8
"""Most typical members that stand for a group where it is compared with others."""
WITNESSES: Final = 200
"""Members that every member of a larger group is compared with."""
BLOCK: Final = 4096
_DECIMALS: Final = 5
"""Similarities that differ less are equal, whatever order they were summed in."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the cases stand to one group, by row, the nearest first; ties by row.

    Attributes
    ----------
    inside : all members
    outside : the nearest cases outside
    """

    inside: tuple[int, ...]
    outside: tuple[int, ...]

    @property
    def core(self) -> tuple[int, ...]:
        """The members that stand for the group."""
        return self.inside[:CORE]

    @property
    def representatives(self) -> tuple[int, ...]:
        """The members most like the others."""
        return self.inside[:SHOWN]

    @property
    def borderline(self) -> tuple[int, ...]:
        """The members least like the others, the least like first; never representatives."""
        return self.inside[::-1][: min(SHOWN, max(len(self.inside) - SHOWN, 0))]


def standings(
    groups: Sequence[Sequence[int]], cases: int, likeness: Likeness
) -> tuple[Standing, ...]:
    """Place members and outsiders of every group.

    Members are compared with all members (with `WITNESSES` of them in larger groups), outsiders
    with the members most like the others.
    """
    return tuple(_standing(rows, cases, likeness) for rows in groups)


def beside(standings: Sequence[Standing], likeness: Likeness) -> list[list[int]]:
    """Give for every group the numbers of the others, the nearest first."""
    if not standings:
        return []
    cores = [np.array(one.core, dtype=np.intp) for one in standings]
    everybody = np.concatenate(cores)
    starts = np.cumsum([0, *(len(core) for core in cores[:-1])])
    sizes = np.array([len(core) for core in cores])
    order = []
    for number, core in enumerate(cores):
        toward = np.add.reduceat(likeness(core, everybody).mean(axis=0), starts) / sizes
        near = np.argsort(-np.round(toward, _DECIMALS), kind="stable").tolist()
        order.append([other for other in near if other != number])
    return order


def _standing(rows: Sequence[int], cases: int, likeness: Likeness) -> Standing:
    members = np.array(sorted(rows), dtype=np.intp)
    every = max(1, -(-len(members) // WITNESSES))
    inside = members[_nearest_first(members, members[::every], likeness)]
    outsiders = np.setdiff1d(np.arange(cases, dtype=np.intp), members)
    outside = outsiders[_nearest_first(outsiders, inside[:CORE], likeness)[:SHOWN]]
    return Standing(inside=tuple(inside.tolist()), outside=tuple(outside.tolist()))


def _nearest_first(rows: Rows, to: Rows, likeness: Likeness) -> Rows:
    """Give the places of rows by their mean likeness to others."""
    means = [likeness(block, to).mean(axis=1) for block in _blocks(rows)]
    whole = np.concatenate(means) if means else np.zeros(0)
    return np.argsort(-np.round(whole, _DECIMALS), kind="stable")


def _blocks(rows: Rows) -> Iterator[Rows]:
    for start in range(0, len(rows), BLOCK):
        yield rows[start : start + BLOCK]
