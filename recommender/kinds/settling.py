"""What a run may change at once, and what must be found a second time first.

Pure bookkeeping over ids. New kinds show at once and unsorted cases join at once. Whatever would
take a case out of its kind waits until a run on another casebase finds it again; a kind that
people touched never splits, merges or vanishes that way: it stays a question to them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime

from recommender.vocabulary import WaitingChange

LEAST_CASES = 5
"""A group needs as many cases that are free to join it to become a new kind."""

Nearest = Callable[[str, Sequence[str]], str | None]
"""Gives for a case the nearest of some kinds that may take it."""

_GONE = frozenset({WaitingChange.MERGE, WaitingChange.VANISH})


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """When something was found: by which run, on which casebase."""

    run: str
    casebase: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that runs find other than people see it, and since when they do.

    `other` is the kind that the cases would go to, or the number of a group just born; None: a
    kind of their own, or none.
    """

    what: WaitingChange
    kind: str
    other: str | int | None
    cases: frozenset[str]
    first: Sighting


@dataclass(frozen=True, kw_only=True)
class Present:
    """What people see: in which living kinds runs put this run's cases, and what waits."""

    kind_of: Mapping[str, str]
    living: AbstractSet[str]
    pinned: AbstractSet[str]
    waiting: Sequence[Change] = ()


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """A group of a run: the cases it may place, and the living kind that it is."""

    cases: frozenset[str]
    kind: str | None


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What people will see.

    place : case -> its kind, or the number of its newborn group; unsorted cases are missing
    born : number of a newborn group -> the kind that it was split from, if any
    gone : kind that ends -> the kind that it merges into, if any
    waiting : what must be found again, or decided by a person
    """

    place: Mapping[str, str | int]
    born: Mapping[int, str | None]
    gone: Mapping[str, str | None]
    waiting: tuple[Change, ...]


def settle(
    present: Present,
    groups: Sequence[Grouping],
    sighting: Sighting,
    nearest: Nearest,
    *,
    at_once: bool = False,
) -> Settled:
    """Weigh what a run found against what people see.

    `at_once` lets everything happen without waiting, but for what is asked of people.
    """
    settling = _Settling(present, groups, sighting)
    settling.find()
    settling.release(at_once=at_once)
    settling.bear()
    settling.place(nearest)
    return settling.result()


@dataclass
class _Finding:
    """A change as this run finds it; `number` is the group that the cases are in."""

    what: WaitingChange
    kind: str
    other: str | None
    number: int | None
    cases: set[str]
    first: Sighting
    released: set[str] = field(default_factory=set)

    @property
    def held(self) -> set[str]:
        return self.cases - self.released


class _Settling:
    def __init__(self, present: Present, groups: Sequence[Grouping], sighting: Sighting) -> None:
        self._present = present
        self._groups = groups
        self._sighting = sighting
        self._home = [g.kind if g.kind in present.living else None for g in groups]
        self._number = {case: n for n, group in enumerate(groups) for case in group.cases}
        self._members: dict[str, set[str]] = {kind: set() for kind in present.living}
        for case, kind in present.kind_of.items():
            self._members[kind].add(case)
        self._findings: list[_Finding] = []
        self._gone: dict[str, str | None] = {}
        self._born: dict[int, str | None] = {}
        self._place: dict[str, str | int] = {}

    def find(self) -> None:
        """List every way in which the groups differ from the kinds."""
        found = {kind for kind in self._home if kind is not None}
        for kind, cases in sorted(self._members.items()):
            if kind in found:
                self._findings += self._parted(kind, cases)
            elif cases:
                self._findings.append(self._lost(kind, cases))
            elif kind not in self._present.pinned:
                self._gone[kind] = None

    def _parted(self, kind: str, cases: set[str]) -> Iterator[_Finding]:
        """Give the parts of a kind that were found outside of its group."""
        parts: dict[int | None, set[str]] = defaultdict(set)
        for case in cases:
            number = self._number.get(case)
            if number is None or self._home[number] != kind:
                parts[number].add(case)
        for number, part in sorted(parts.items(), key=lambda p: -1 if p[0] is None else p[0]):
            other = None if number is None else self._home[number]
            first = self._first(WaitingChange.SPLIT, kind, part)
            if number is not None and (len(part) >= LEAST_CASES or first is not None):
                yield self._finding(WaitingChange.SPLIT, kind, other, number, part)
            else:
                yield from self._moves(kind, other, number, part)

    def _lost(self, kind: str, cases: set[str]) -> _Finding:
        """Say where a kind without a group went: into the group with most of its cases, or away."""
        counts = Counter(self._number.get(case) for case in cases)
        ((number, size),) = counts.most_common(1)
        other = None if number is None else self._home[number]
        if other is None or 2 * size <= len(cases):
            return self._finding(WaitingChange.VANISH, kind, None, None, cases)
        return self._finding(WaitingChange.MERGE, kind, other, number, cases)

    def _moves(
        self, kind: str, other: str | None, number: int | None, cases: set[str]
    ) -> Iterator[_Finding]:
        """Give single cases by when they were first found outside of their kind."""
        seen = {
            case: change.first
            for change in self._present.waiting
            if change.what is WaitingChange.MOVE and change.kind == kind
            for case in change.cases
        }
        since: dict[Sighting, set[str]] = defaultdict(set)
        for case in cases:
            since[seen.get(case, self._sighting)].add(case)
        for first, some in sorted(since.items(), key=lambda s: (s[0].at, s[0].run)):
            yield _Finding(WaitingChange.MOVE, kind, other, number, some, first)

    def _finding(
        self,
        what: WaitingChange,
        kind: str,
        other: str | None,
        number: int | None,
        cases: set[str],
    ) -> _Finding:
        first = self._first(what, kind, cases) or self._sighting
        return _Finding(what, kind, other, number, set(cases), first)

    def _first(self, what: WaitingChange, kind: str, cases: set[str]) -> Sighting | None:
        """Say when the same was found first; None if it was not found the last time."""
        firsts = [
            change.first
            for change in self._present.waiting
            if change.kind == kind and self._same(change, what, cases)
        ]
        return min(firsts, key=lambda first: first.at, default=None)

    def _same(self, before: Change, what: WaitingChange, cases: set[str]) -> bool:
        """Tell whether a kind was lost before, or most of both parts were split off together."""
        if what in _GONE:
            return before.what in _GONE
        still = before.cases & self._members[before.kind]
        both = 2 * len(still & cases)
        return before.what is what and both > len(cases) and both > len(still)

    def release(self, *, at_once: bool) -> None:
        """Let what was found before on another casebase take effect."""
        for one in self._findings:
            asked = one.what is not WaitingChange.MOVE and one.kind in self._present.pinned
            again = one.first.casebase != self._sighting.casebase
            if (again or at_once) and not asked:
                one.released = set(one.cases)
                if one.what in _GONE:
                    self._gone[one.kind] = one.other

    def bear(self) -> None:
        """Make kinds of the groups without one whose cases are free; hold back the others."""
        held = {case for one in self._findings for case in one.held}
        loose = [number for number, home in enumerate(self._home) if home is None]
        for number in loose:
            cases = self._groups[number].cases
            free = cases - held
            most = max(self._counts(cases & held).values(), default=0)
            if len(free) >= LEAST_CASES and 2 * most <= len(cases):
                self._born[number] = self._split_from(free)
        for number in set(loose) - self._born.keys():
            self._hold(number)

    def _hold(self, number: int) -> None:
        """Keep a group's cases in their kinds; the kind with most of them would split."""
        mine = [one for one in self._findings if one.number == number]
        for one in mine:
            one.released.clear()
        source = self._source(number)
        parts = [one for one in mine if one.kind == source]
        if source is not None and parts:
            kept = [one for one in self._findings if one not in parts]
            cases = {case for one in parts for case in one.cases}
            split = self._finding(WaitingChange.SPLIT, source, None, number, cases)
            self._findings = [*kept, split]

    def _source(self, number: int) -> str | None:
        """Give the kind that lives on and has most cases of a group."""
        counts = self._counts(self._groups[number].cases)
        living = [kind for kind in counts if kind not in self._gone]
        return min(living, key=lambda kind: (-counts[kind], kind), default=None)

    def _counts(self, cases: AbstractSet[str]) -> Counter[str]:
        return Counter(kind for c in cases if (kind := self._present.kind_of.get(c)) is not None)

    def _split_from(self, cases: AbstractSet[str]) -> str | None:
        counts = self._counts(cases)
        return next((kind for kind, size in counts.items() if 2 * size > len(cases)), None)

    def place(self, nearest: Nearest) -> None:
        """Put every case where people will see it."""
        held = {case: one for one in self._findings for case in one.held}
        self._place = {case: one.kind for case, one in held.items() if one.kind not in self._gone}
        for number, group in enumerate(self._groups):
            rivals = self._rivals(number)
            for case in sorted(group.cases - held.keys()):
                goes = self._goes(number, case, rivals, nearest)
                if goes is not None:
                    self._place[case] = goes

    def _goes(
        self, number: int, case: str, rivals: Mapping[str, _Finding], nearest: Nearest
    ) -> str | int | None:
        home = self._home[number]
        if number in self._born:
            return number
        if not rivals or (home is not None and case in self._present.kind_of):
            return home
        kinds = sorted({*rivals, home} - {None}, key=str)
        chosen = nearest(case, [kind for kind in kinds if kind is not None])
        if chosen is not None and chosen in rivals:
            rivals[chosen].cases.add(case)
        return chosen

    def _rivals(self, number: int) -> dict[str, _Finding]:
        """Give the kinds that hold a large part of a group; of a loose one its source only."""
        source = None if self._home[number] is not None else self._source(number)
        return {
            one.kind: one
            for one in self._findings
            if one.number == number
            and one.held
            and one.what is not WaitingChange.MOVE
            and one.kind not in self._gone
            and source in {None, one.kind}
        }

    def result(self) -> Settled:
        """Give all that was settled."""
        waiting = [
            Change(
                what=one.what,
                kind=one.kind,
                other=one.number if one.number in self._born else one.other,
                cases=frozenset(one.held),
                first=one.first,
            )
            for one in self._findings
            if one.held and one.kind not in self._gone
        ]
        return Settled(
            place=self._place, born=self._born, gone=self._gone, waiting=_joined(waiting)
        )


def _joined(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Put single cases that would go the same way since the same run into one change."""
    joined: dict[object, Change] = {}
    for change in changes:
        alone = change.what is not WaitingChange.MOVE
        key = (change.kind, change.other, change.first, change.cases if alone else None)
        before = joined.get(key)
        cases = change.cases if before is None else change.cases | before.cases
        joined[key] = replace(change, cases=cases)
    return tuple(joined.values())
