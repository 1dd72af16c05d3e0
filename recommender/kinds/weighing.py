"""Weighs what a run found against what people see, as it stands when the run is published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recommender.kinds.gathering import Gathered
from recommender.kinds.knots import Knots
from recommender.kinds.nearness import Nearness
from recommender.kinds.placing import Places
from recommender.kinds.settling import Change, Grouping, Present, Settled, Sighting, settle
from recommender.vocabulary import MembershipOrigin

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from recommender.kinds.thinking import Group


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What stands in the database when a run is published."""

    places: Places
    living: "AbstractSet[str]"
    """Kinds that live, but for those of which people said that they are none."""
    pinned: "AbstractSet[str]"
    waiting: Sequence[Change]


class Weighing:
    """The run's groups beside the kinds that people see."""

    def __init__(self, gathered: Gathered, groups: "Sequence[Group]", seen: Seen) -> None:
        self._seen = seen
        self._nearness = Nearness(gathered.approved, seen.places.kind_of)
        self.in_run = frozenset(case.id for case in gathered.approved.cases)
        self.groupings = [self._grouping(group) for group in groups]
        id_of = {case.key: case.id for case in gathered.approved.cases}
        self._knots = Knots(
            [(id_of[a], id_of[b]) for a, b in gathered.must_link],
            [(id_of[a], id_of[b]) for a, b in gathered.cannot_link],
        )

    def settle(self, sighting: Sighting, *, at_once: bool) -> Settled:
        """Say what people will see; nothing waits that goes against what they taught."""
        free = self._knots.broken(self._seen.places.kind_of)
        while True:
            present = self._present(free)
            settled = settle(present, self.groupings, sighting, self._nearest, at_once=at_once)
            held = {case for change in settled.waiting for case in change.cases}
            wrong = self._knots.broken(self._after(settled)) & held & present.kind_of.keys()
            if not wrong:
                return settled
            free |= wrong

    def unchanged(self) -> Settled:
        """Leave everything as it is, which a second run on one casebase does."""
        return Settled(
            place=self._present(frozenset()).kind_of,
            born={},
            gone={},
            waiting=tuple(self._seen.waiting),
        )

    def _grouping(self, group: "Group") -> Grouping:
        places = self._seen.places
        free = frozenset(c for c in group.cases if c in places.approved and c not in places.held)
        return Grouping(cases=free, kind=group.kind if group.kind in self._seen.living else None)

    def _present(self, free: "AbstractSet[str]") -> Present:
        """Give what people see of the run's cases, without those that no run places.

        A case that came in between two runs is placed by the second as if it were new.
        """
        places, living = self._seen.places, self._seen.living
        kind_of = {
            case: place.kind
            for case, place in places.of.items()
            if place.origin is MembershipOrigin.RUN
            and place.kind in living
            and case in self.in_run
            and case not in places.held
            and case not in free
        }
        kept = {place.kind for case, place in places.of.items() if case not in kind_of}
        return Present(
            kind_of=kind_of,
            living=living,
            pinned=self._seen.pinned | (kept - set(kind_of.values())),
            waiting=self._seen.waiting,
        )

    def _nearest(self, case: str, kinds: Sequence[str]) -> str | None:
        allowed = [kind for kind in kinds if self._knots.allows(case, self._nearness.cases(kind))]
        return self._nearness.nearest(case, allowed)

    def _after(self, settled: Settled) -> Mapping[str, str]:
        places = self._seen.places
        stay = {
            case: place.kind
            for case, place in places.of.items()
            if case in places.held or case not in self.in_run
        }
        return stay | {case: str(kind) for case, kind in settled.place.items()}
