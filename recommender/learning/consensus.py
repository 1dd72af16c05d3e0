"""Which cases stay together when the same question is asked in many slightly different ways.

One tree and one cut are fragile: a case more or less, and two kinds are one. So the cases are
grouped many times, each time without some of them, with the aspects weighed a little differently
and with another cut. What counts is how often two cases came out together.

A cut is measured in *close pairs*: 1 is the mean likeness of a case to its fifth nearest. That unit
is nearly the same thing in every casebase, where distances as such are not.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from recommender.learning.constraints import Constraints
from recommender.learning.linkage import linkage_by_islands, renumber

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.intp]

NEAR = 5
LEAST_TOGETHER = 3
"""Smaller groups of one round do not count: two strays meet too easily."""
STRIP = 64
"""Rows of all likenesses that are weighed at once."""


@dataclass(frozen=True, kw_only=True)
class Rounds:
    """How the repeated groupings differ.

    Attributes
    ----------
    count : int
    share : float, the share of the cases in each round
    jitter : float, standard deviation of the logarithms of the weights' factors
    seed : int
    """

    count: int
    share: float = 0.85
    jitter: float = 0.3
    seed: int = 0

    def strictness(self, number: int) -> float:
        """Give how strictly one round groups, between 0 and 1; the rounds go through it evenly."""
        return (number + 0.5) / self.count


class Grouping(Protocol):
    """One way to group cases, more or less strictly, that keeps what people put apart apart."""

    def __call__(self, alike: Floats, strictness: float, constraints: Constraints) -> Integers:
        """Give group numbers from likenesses of shape (n, n); -1 is unsorted."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Grouping by average linkage with one cut.

    Attributes
    ----------
    loosest, tightest : float, the range of cuts in close pairs
    """

    loosest: float
    tightest: float

    def __call__(self, alike: Floats, strictness: float, constraints: Constraints) -> Integers:
        """Join groups while their mean likeness reaches the cut."""
        top = float(alike.max())
        ratio = self.loosest + strictness * (self.tightest - self.loosest)
        cut = top - ratio * close_pair(alike)
        distance = np.maximum(top - alike, 0)
        np.fill_diagonal(distance, 0)
        constraints.contract(distance)
        constraints.part(distance, 2 * max(cut, 1e-6))
        return linkage_by_islands(distance, cut)


def together(
    parts: Sequence[Floats],
    weights: Sequence[float],
    ids: Sequence[str],
    constraints: Callable[[Integers], Constraints],
    rounds: Rounds,
    grouping: Grouping,
) -> Floats:
    """Group again and again; count how often two cases were grouped together.

    Parameters
    ----------
    parts : float arrays of shape (n, n), standardised likenesses
    weights : one for each part
    ids : n lasting strings; a case takes part in a round or not whatever other cases there are
    constraints : gives the constraints among some rows
    rounds : Rounds
    grouping : Grouping, applied in each round

    Returns
    -------
    float array of shape (n, n)
        Of the rounds that two cases both took part in, the share in which they were in one group;
        1 on the diagonal.
    """
    n = len(ids)
    grouped, alike = np.zeros((n, n), np.float32), np.empty((n, n), np.float32)
    part_of = taking_part(ids, rounds)
    for number in range(rounds.count):
        rows = np.flatnonzero(part_of[number])
        if len(rows) < LEAST_TOGETHER:
            continue
        noise = np.random.default_rng([rounds.seed, number]).standard_normal(len(weights))
        factors = np.asarray(weights) * np.exp(rounds.jitter * noise)
        _add_up(parts, factors.tolist(), alike)
        among, strictness = alike[np.ix_(rows, rows)], rounds.strictness(number)
        labels = renumber(grouping(among, strictness, constraints(rows)), LEAST_TOGETHER)
        for group in np.unique(labels[labels >= 0]):
            members = rows[labels == group]
            grouped[np.ix_(members, members)] += 1
    present = part_of[part_of.sum(axis=1) >= LEAST_TOGETHER].astype(np.float32)
    met = present.T @ present
    share: Floats = np.divide(grouped, met, out=np.zeros_like(grouped), where=met > 0)
    np.fill_diagonal(share, 1)
    return share


def _add_up(parts: Sequence[Floats], factors: Sequence[float], out: Floats) -> None:
    """Write the weighed sum of the parts, some rows at a time: they stay in the processor."""
    weighed = np.empty((STRIP, out.shape[1]), np.float32)
    for first in range(0, len(out), STRIP):
        strip = out[first : first + STRIP]
        strip[:] = 0
        for factor, part in zip(factors, parts, strict=True):
            rows = part[first : first + STRIP]
            strip += np.multiply(rows, np.float32(factor), out=weighed[: len(rows)])


def taking_part(ids: Sequence[str], rounds: Rounds) -> npt.NDArray[np.bool_]:
    """Say which cases take part in which rounds, shape (rounds, n), by a hash of their ids."""
    hashed = np.array(
        [
            int.from_bytes(hashlib.blake2b(one.encode(), digest_size=8).digest(), "big")
            for one in ids
        ],
        dtype=np.uint64,
    )
    out = np.empty((rounds.count, len(ids)), dtype=bool)
    for number in range(rounds.count):
        salt = np.array([(rounds.seed * 1_000_003 + number) % 2**64], dtype=np.uint64)
        mixed = _mixed(hashed ^ _mixed(salt))
        out[number] = mixed / 2.0**64 < rounds.share
    return out


def close_pair(alike: Floats) -> float:
    """Give the unit of all cuts: the mean likeness of a row to its fifth nearest, not below 0."""
    own = alike.copy()
    np.fill_diagonal(own, -np.inf)
    return nearness(own)


def nearness(alike: Floats) -> float:
    """Give the mean of each row's fifth highest, not below 0; that of itself must be -inf."""
    nearest = min(NEAR, alike.shape[1] - 1)
    if not nearest:
        return 0.0
    unit = float(np.partition(alike, -nearest, axis=1)[:, -nearest].mean())
    return max(unit, 0.0)


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Scramble 64-bit numbers (the finaliser of SplitMix64), so that near ones lie far apart."""
    out = values.copy()
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        out ^= out >> np.uint64(shift)
        out *= np.uint64(factor)
    return out ^ (out >> np.uint64(31))
