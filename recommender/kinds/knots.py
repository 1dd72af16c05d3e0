"""What people taught, asked of places: who must be together, and who may not share a kind."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from recommender.learning.casetable import Pair


class Knots:
    """Cases that people tied together, and which knots they keep apart."""

    def __init__(self, together: Sequence[Pair], apart: Sequence[Pair]) -> None:
        self._parent: dict[str, str] = {}
        for a, b in together:
            self._parent[self._root(a)] = self._root(b)
        self._apart: dict[str, set[str]] = defaultdict(set)
        for a, b in apart:
            first, second = self._root(a), self._root(b)
            self._apart[first].add(second)
            self._apart[second].add(first)

    def broken(self, kind_of: Mapping[str, str]) -> set[str]:
        """Give the cases whose kinds go against what people taught."""
        kinds: dict[str, set[str]] = defaultdict(set)
        knots: dict[str, set[str]] = defaultdict(set)
        taught = [case for case in self._parent if case in kind_of]
        for case in taught:
            kinds[self._root(case)].add(kind_of[case])
            knots[kind_of[case]].add(self._root(case))
        return {
            case
            for case in taught
            if len(kinds[self._root(case)]) > 1
            or self._apart.get(self._root(case), set()) & knots[kind_of[case]]
        }

    def allows(self, case: str, others: Iterable[str]) -> bool:
        """Tell whether a case may share a kind with these."""
        apart: AbstractSet[str] = self._apart.get(self._root(case), set())
        return not apart or all(self._root(other) not in apart for other in others)

    def _root(self, case: str) -> str:
        while (above := self._parent.setdefault(case, case)) != case:
            case = above
        return case
