"""Which pairs of filer and signer chose each other more often than who was there explains.

Each approval had a recorded set of eligible peers; a signer chosen at random among them makes the
number of signatures of a pair a sum of unequal coins (Poisson-binomial). Its upper tail is tested
for every pair that could have met, and Benjamini and Hochberg's rule corrects for their number.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LEAST_SIGNED: Final = 5
"""Signatures of a pair from which it can be striking."""
FALSE_SHARE: Final = 0.05
"""Accepted share of wrongly noticed pairs among those noticed."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Signing:
    """An approval: who filed it, who signed it, and who could have."""

    case_id: str
    filer: str
    signer: str
    eligible: frozenset[str]
    """The signer among them; the same object where the same could sign several."""


def striking(signed: Sequence[Signing]) -> list[Pair]:
    """Give the pairs of filer and signer that chance does not explain, in a stable order."""
    from scipy.stats import false_discovery_control, poisson_binom

    present: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
    for one in signed:
        present[one.filer].append(one.eligible)
    times = Counter((one.filer, one.signer) for one in signed)
    often = sorted(pair for pair, number in times.items() if number >= LEAST_SIGNED)
    if not often:
        return []
    tails = [
        float(poisson_binom.sf(times[filer, signer] - 1, _chances(present[filer], signer)))
        for filer, signer in often
    ]
    could_meet = sum(len(frozenset[str]().union(*set(each))) for each in present.values())
    seldom = [1.0] * (could_meet - len(often))
    corrected = false_discovery_control(tails + seldom, method="bh")
    return [pair for pair, each in zip(often, corrected, strict=False) if each <= FALSE_SHARE]


def _chances(present: Sequence[frozenset[str]], signer: str) -> list[float]:
    return [1 / len(peers) for peers in present if signer in peers]
