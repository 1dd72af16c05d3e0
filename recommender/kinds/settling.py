"""What a run may change at once, and what must be found a second time first.

Pure bookkeeping over ids. New kinds show at once and unsorted cases join at once. Whatever would
take a case out of its kind waits until a run on another casebase finds it again; a kind that
people touched never splits, merges or vanishes that way: it stays a question to them.

`settle` goes five steps: what differs from what people see (`differing`), since when; what of it
takes effect; which groups become kinds; where each case goes; what waits.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from recommender.kinds.differing import LEAST_CASES, Comparison, Difference
from recommender.vocabulary import WaitingChange

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
    comparison = Comparison(
        present.kind_of, present.living, [(group.cases, group.kind) for group in groups]
    )
    memory = _Memory(present.waiting, comparison.members, sighting)
    settling = _Settling(comparison, memory, present.pinned)
    settling.release(at_once=at_once)
    settling.bear()
    settling.place(nearest)
    return Settled(
        place=settling.places,
        born=settling.born,
        gone=settling.gone,
        waiting=_joined(settling.waiting()),
    )


@dataclass(kw_only=True)
class _Finding(Difference):
    """A difference, since when runs find it, and whether it still waits."""

    first: Sighting
    waits: bool = True


class _Memory:
    """What waits since earlier runs: it was found the last time too."""

    def __init__(
        self, before: Sequence[Change], members: Mapping[str, AbstractSet[str]], now: Sighting
    ) -> None:
        self.now = now
        self._before = before
        self._members = members

    def dated(self, one: Difference) -> Iterator[_Finding]:
        """Say since when runs find a difference; a split stays one though a run finds it small."""
        split = replace(one, what=WaitingChange.SPLIT)
        if one.what is not WaitingChange.MOVE:
            yield _Finding(**vars(one), first=self._first(one) or self.now)
        elif one.number is not None and (first := self._first(split)) is not None:
            yield _Finding(**vars(split), first=first)
        else:
            yield from self._one_by_one(one)

    def _one_by_one(self, one: Difference) -> Iterator[_Finding]:
        """Part single cases by when each was first found outside of its kind."""
        left = {
            case: change.first
            for change in self._before
            if change.what is WaitingChange.MOVE and change.kind == one.kind
            for case in change.cases
        }
        since: dict[Sighting, set[str]] = defaultdict(set)
        for case in one.cases:
            since[left.get(case, self.now)].add(case)
        for first, cases in sorted(since.items(), key=lambda s: (s[0].at, s[0].run)):
            yield _Finding(**vars(replace(one, cases=cases)), first=first)

    def _first(self, one: Difference) -> Sighting | None:
        """Say when the same was found first; None if it was not found the last time."""
        firsts = [change.first for change in self._before if self._same(change, one)]
        return min(firsts, key=lambda first: first.at, default=None)

    def _same(self, before: Change, now: Difference) -> bool:
        """Tell whether the kind was lost before too, or most of both parts were split off."""
        if before.kind != now.kind:
            return False
        if now.what in _GONE:
            return before.what in _GONE
        still = before.cases & self._members[before.kind]
        both = 2 * len(still & now.cases)
        return before.what is now.what and both > len(now.cases) and both > len(still)


class _Settling:
    """Lets findings take effect, or wait; `places`, `born` and `gone` are what people will see."""

    def __init__(self, comparison: Comparison, memory: _Memory, pinned: AbstractSet[str]) -> None:
        self._comparison = comparison
        self._memory = memory
        self._pinned = pinned
        self._findings = [dated for one in comparison.differences() for dated in memory.dated(one)]
        self.places: dict[str, str | int] = {}
        self.born: dict[int, str | None] = {}
        self.gone: dict[str, str | None] = {
            kind: None for kind in comparison.empty if kind not in pinned
        }

    def release(self, *, at_once: bool) -> None:
        """Let what was found before on another casebase take effect, but for what people decide."""
        for one in self._findings:
            asked = one.what is not WaitingChange.MOVE and one.kind in self._pinned
            again = one.first.casebase != self._memory.now.casebase
            one.waits = asked or not (again or at_once)
            if one.what in _GONE and not one.waits:
                self.gone[one.kind] = one.other

    def bear(self) -> None:
        """Make kinds of the loose groups whose cases are free; hold back the others."""
        held = self._held().keys()
        for number in self._comparison.loose:
            cases = self._comparison.groups[number]
            free = cases - held
            most = max(self._comparison.sizes(cases & held).values(), default=0)
            if len(free) >= LEAST_CASES and 2 * most <= len(cases):
                self.born[number] = self._comparison.majority(free)
        for number in self._comparison.loose:
            if number not in self.born:
                self._hold_back(number)

    def place(self, nearest: Nearest) -> None:
        """Put every case where people will see it; what waits stays where it is."""
        held = self._held()
        self.places = {case: one.kind for case, one in held.items()}
        for number, cases in enumerate(self._comparison.groups):
            rivals = self._rivals(number)
            for case in sorted(cases - held.keys()):
                goes = self._goes(number, case, rivals, nearest)
                if goes is not None:
                    self.places[case] = goes

    def waiting(self) -> list[Change]:
        """Give what must be found again, or decided by a person."""
        return [
            Change(
                what=one.what,
                kind=one.kind,
                other=one.number if one.number in self.born else one.other,
                cases=frozenset(one.cases),
                first=one.first,
            )
            for one in self._findings
            if one.waits
        ]

    def _held(self) -> dict[str, _Finding]:
        return {case: one for one in self._findings if one.waits for case in one.cases}

    def _hold_back(self, number: int) -> None:
        """Keep a group's cases in their kinds; the kind with most of them would split."""
        source, parts = self._source(number), set[str]()
        kept = []
        for one in self._findings:
            if one.number == number:
                one.waits = True
            if one.number == number and one.kind == source:
                parts |= one.cases
            else:
                kept.append(one)
        if source is not None and parts:
            split = Difference(
                what=WaitingChange.SPLIT, kind=source, other=None, number=number, cases=parts
            )
            self._findings = [*kept, *self._memory.dated(split)]

    def _source(self, number: int) -> str | None:
        """Give the kind that lives on and has most cases of a group."""
        sizes = self._comparison.sizes(self._comparison.groups[number])
        living = [kind for kind in sizes if kind not in self.gone]
        return min(living, key=lambda kind: (-sizes[kind], kind), default=None)

    def _rivals(self, number: int) -> dict[str, _Finding]:
        """Give the kinds that hold a large part of a group; of a loose one its source only."""
        loose = self._comparison.kinds[number] is None
        source = self._source(number) if loose else None
        return {
            one.kind: one
            for one in self._findings
            if one.number == number
            and one.waits
            and one.what is not WaitingChange.MOVE
            and source in {None, one.kind}
        }

    def _goes(
        self, number: int, case: str, rivals: Mapping[str, _Finding], nearest: Nearest
    ) -> str | int | None:
        """Say where a free case of a group goes; beside a waiting part it waits with that part."""
        kind = self._comparison.kinds[number]
        if number in self.born:
            return number
        if not rivals or (kind is not None and case in self._comparison.kind_of):
            return kind
        near = rivals.keys() if kind is None else rivals.keys() | {kind}
        chosen = nearest(case, sorted(near))
        if chosen is not None and chosen in rivals:
            rivals[chosen].cases.add(case)
        return chosen


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
