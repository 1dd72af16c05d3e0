"""How the groups of a run differ from the kinds that people see: splits, moves, merges, losses.

Pure bookkeeping over ids, without any memory of earlier runs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from recommender.vocabulary import WaitingChange

LEAST_CASES = 5
"""As many cases are a group; fewer that leave a kind are single cases that move."""


@dataclass(kw_only=True)
class Difference:
    """Cases of a kind that a run found in another group; without `number` in none."""

    what: WaitingChange
    kind: str
    other: str | None
    """The kind that the group is; None: no living one."""
    number: int | None
    cases: set[str]


class Comparison:
    """The kinds beside the groups of a run.

    `groups` are cases, each group with the kind that it was recognised as; one that lives no more
    counts as none.
    """

    def __init__(
        self,
        kind_of: Mapping[str, str],
        living: AbstractSet[str],
        groups: Sequence[tuple[AbstractSet[str], str | None]],
    ) -> None:
        self.kind_of = kind_of
        self.groups = [cases for cases, _ in groups]
        self.kinds = [kind if kind in living else None for _, kind in groups]
        self.members: dict[str, set[str]] = {kind: set() for kind in living}
        for case, kind in kind_of.items():
            self.members[kind].add(case)
        self._number = {case: n for n, cases in enumerate(self.groups) for case in cases}

    @property
    def loose(self) -> list[int]:
        """The groups that are no living kind."""
        return [number for number, kind in enumerate(self.kinds) if kind is None]

    @property
    def empty(self) -> list[str]:
        """The living kinds without a group and without a case."""
        found = set(self.kinds)
        return [kind for kind, cases in self.members.items() if not cases and kind not in found]

    def sizes(self, cases: AbstractSet[str]) -> Counter[str]:
        """Count cases by the kind that they are in."""
        return Counter(self.kind_of[case] for case in cases if case in self.kind_of)

    def majority(self, cases: AbstractSet[str]) -> str | None:
        """Give the kind that more than half of some cases are in, if there is one."""
        sizes = self.sizes(cases)
        return next((kind for kind, size in sizes.items() if 2 * size > len(cases)), None)

    def differences(self) -> Iterator[Difference]:
        """List every way in which the groups differ from the kinds, kind by kind."""
        found = set(self.kinds)
        for kind, cases in sorted(self.members.items()):
            if kind in found:
                yield from self._left(kind, cases)
            elif cases:
                yield self._lost(kind, cases)

    def _left(self, kind: str, cases: AbstractSet[str]) -> Iterator[Difference]:
        """Give the parts of a kind that were found outside of its group."""
        parts: dict[int, set[str]] = defaultdict(set)
        for case in cases:
            parts[self._number.get(case, -1)].add(case)
        for number, part in sorted(parts.items()):
            if number < 0:
                yield _difference(WaitingChange.MOVE, kind, part)
            elif self.kinds[number] != kind:
                large = len(part) >= LEAST_CASES
                what = WaitingChange.SPLIT if large else WaitingChange.MOVE
                yield _difference(what, kind, part, self.kinds[number], number)

    def _lost(self, kind: str, cases: AbstractSet[str]) -> Difference:
        """Say where a kind without a group went: to the kind of most of its cases, or away."""
        counts = Counter(self._number.get(case) for case in cases)
        ((number, size),) = counts.most_common(1)
        other = None if number is None else self.kinds[number]
        if other is None or 2 * size <= len(cases):
            return _difference(WaitingChange.VANISH, kind, cases)
        return _difference(WaitingChange.MERGE, kind, cases, other, number)


def _difference(
    what: WaitingChange,
    kind: str,
    cases: AbstractSet[str],
    other: str | None = None,
    number: int | None = None,
) -> Difference:
    return Difference(what=what, kind=kind, other=other, number=number, cases=set(cases))
