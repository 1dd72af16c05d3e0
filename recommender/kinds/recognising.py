"""Which group of a run is which kind."""

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from recommender.kinds.gathering import Gathered
from recommender.learning.matching import match_kinds
from recommender.vocabulary import WaitingChange


def recognise(gathered: Gathered, found: Sequence[AbstractSet[str]]) -> list[str | None]:
    """Give each group its kind: a living one, else one that was retired, else None.

    A kind is known by the cases that the last run found in it, not by those that it only keeps
    until a second run agrees that they left.
    """
    cases = frozenset(case.id for case in gathered.approved.cases)
    kinds = list(
        match_kinds(
            _cores(gathered),
            found,
            cases=cases,
            pinned=gathered.pinned,
            yielding=_lost(gathered),
        )
    )
    unknown = [number for number, kind in enumerate(kinds) if kind is None]
    back = match_kinds(gathered.retired, [found[number] for number in unknown], cases=cases)
    for number, kind in zip(unknown, back, strict=True):
        kinds[number] = kind
    return kinds


def _cores(gathered: Gathered) -> dict[str, AbstractSet[str]]:
    leaving: dict[str, set[str]] = defaultdict(set)
    for change in gathered.waiting:
        if change.what in {WaitingChange.SPLIT, WaitingChange.MOVE}:
            leaving[change.kind] |= change.cases
    return {kind: cases - leaving[kind] for kind, cases in gathered.living.items()}


def _lost(gathered: Gathered) -> frozenset[str]:
    gone = {WaitingChange.MERGE, WaitingChange.VANISH}
    return frozenset(change.kind for change in gathered.waiting if change.what in gone)
