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
    eligible: set[str]


def striking(signed: Sequence[Signing]) -> list[Pair]:
    """Give the pairs of filer and signer that chance does not explain, in a stable order."""
    from scipy.stats import false_discovery_control, poisson_binom

    chances: defaultdict[Pair, list[float]] = defaultdict(list)
    for one in signed:
        for peer in one.eligible:
            chances[one.filer, peer].append(1 / len(one.eligible))
    times = Counter((one.filer, one.signer) for one in signed)
    pairs = sorted(chances)
    tails = [
        float(poisson_binom.sf(times[pair] - 1, chances[pair]))
        if times[pair] >= LEAST_SIGNED
        else 1.0
        for pair in pairs
    ]
    if not pairs:
        return []
    corrected = false_discovery_control(tails, method="bh")
    return [pair for pair, each in zip(pairs, corrected, strict=True) if each <= FALSE_SHARE]
