"""What people taught, as pairs of cases that a run obeys; the later correction wins.

Three rules keep the pairs free of contradictions, whatever was corrected in whatever order:
1. The last correction that placed a case speaks for it; earlier ones no longer mention it.
2. Corrections are read from the newest to the oldest.
3. A pair that contradicts the pairs before it is left out.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from recommender.learning.casetable import Pair
from recommender.models.kinds import Correction, CorrectionCase
from recommender.vocabulary import CorrectionVerb

_VOUCHING = (CorrectionVerb.CONFIRM, CorrectionVerb.MERGE, CorrectionVerb.SPLIT)


@dataclass(frozen=True)
class Part:
    """Cases on one side of a correction."""

    placed: tuple[str, ...] = ()
    """What the person put together."""
    witnesses: tuple[str, ...] = ()
    """Cases that stand for the kind that this side is."""


Lesson = Sequence[Part]
"""One correction: the cases placed in a part belong together, different parts apart."""


@dataclass(frozen=True)
class Links:
    """Pairs that belong together, and pairs that do not; they never contradict each other."""

    together: list[Pair]
    apart: list[Pair]


def links(lessons: Sequence[Lesson]) -> Links:
    """Give the fewest pairs that say what the lessons, the oldest first, say together."""
    knots = _Knots()
    spoken_for: set[str] = set()
    for lesson in reversed(lessons):
        said = [_without(part, spoken_for) for part in lesson]
        sides = [knots.tie(part) for part in said]
        for (first, a), (second, b) in combinations(zip(said, sides, strict=True), 2):
            if first.placed or second.placed:
                knots.part(a, b)
        spoken_for.update(case for part in lesson for case in part.placed)
    return Links(knots.together, knots.apart)


def taught(session: Session, keys: Mapping[str, str]) -> Links:
    """Give what standing corrections say about the cases of a run; `keys` are case id -> key."""
    standing = session.scalars(
        select(Correction)
        .where(Correction.undone_at.is_(None))
        .order_by(Correction.number)
        .options(selectinload(Correction.cases))
    )
    return links([_lesson(correction.cases, keys) for correction in standing])


def touched_kinds(session: Session) -> frozenset[str]:
    """Give the kinds that standing corrections are about, but for those cases only moved out of."""
    rows = session.execute(
        select(Correction.verb, Correction.kind_id, Correction.other_kind_id).where(
            Correction.undone_at.is_(None)
        )
    )
    named = [
        (other,) if verb is CorrectionVerb.MOVE else (kind, other) for verb, kind, other in rows
    ]
    return frozenset(kind for pair in named for kind in pair if kind is not None)


def vouched_kinds(session: Session) -> frozenset[str]:
    """Give the kinds that people made by merging or splitting, or confirmed."""
    rows = session.execute(
        select(Correction.verb, Correction.kind_id, Correction.other_kind_id).where(
            Correction.verb.in_(_VOUCHING), Correction.undone_at.is_(None)
        )
    )
    named = (kind if verb is CorrectionVerb.CONFIRM else other for verb, kind, other in rows)
    return frozenset(kind for kind in named if kind is not None)


def dissolved_kinds(session: Session) -> frozenset[str]:
    """Give the kinds of which people said that they are none; no group is taken for them."""
    return frozenset(
        kind
        for kind in session.scalars(
            select(Correction.kind_id).where(
                Correction.verb == CorrectionVerb.NOT_A_KIND, Correction.undone_at.is_(None)
            )
        )
        if kind is not None
    )


def corrected_since(moment: datetime) -> Select[str]:
    """Choose the cases of corrections made or undone since a run began, which saw none of it."""
    return (
        select(CorrectionCase.case_id)
        .join(Correction, Correction.id == CorrectionCase.correction_id)
        .where((Correction.made_at >= moment) | (Correction.undone_at >= moment))
    )


def kept_unsorted(session: Session) -> frozenset[str]:
    """Give the cases that people took out of all kinds; they wait there for a person."""
    last: dict[str, str | None] = {}
    for case_id, verb, kind in session.execute(
        select(CorrectionCase.case_id, Correction.verb, Correction.other_kind_id)
        .join(Correction, Correction.id == CorrectionCase.correction_id)
        .where(CorrectionCase.placed, Correction.undone_at.is_(None))
        .order_by(Correction.number)
    ):
        last[case_id] = "" if verb is not CorrectionVerb.MOVE else kind
    return frozenset(case_id for case_id, kind in last.items() if kind is None)


class _Knots:
    """Cases tied together and knots kept apart, each claim only if it contradicts none before."""

    def __init__(self) -> None:
        self.together: list[Pair] = []
        self.apart: list[Pair] = []
        self._parent: dict[str, str] = {}
        self._apart: dict[str, set[str]] = defaultdict(set)

    def tie(self, part: Part) -> list[str]:
        """Tie the placed cases of a part to each other and to its witnesses.

        Gives a case of each knot of it: one, unless newer lessons keep the placed apart. Without
        placed cases nothing is tied, and each witness stands for itself.
        """
        if not part.placed:
            return list(part.witnesses)
        knots: list[str] = []
        for case in part.placed:
            if not any(self._tied(knot, case) for knot in knots):
                knots.append(case)
        for case in part.witnesses:
            any(self._tied(knot, case) for knot in knots)
        return knots

    def part(self, some: Sequence[str], others: Sequence[str]) -> None:
        """Keep the knots of some cases apart from those of others."""
        for a in some:
            for b in others:
                first, second = self._root(a), self._root(b)
                if first != second and second not in self._apart[first]:
                    self._apart[first].add(second)
                    self._apart[second].add(first)
                    self.apart.append((a, b))

    def _tied(self, a: str, b: str) -> bool:
        first, second = self._root(a), self._root(b)
        if second in self._apart[first]:
            return False
        if first != second:
            self._parent[second] = first
            for other in self._apart.pop(second, set()):
                self._apart[other].discard(second)
                self._apart[other].add(first)
                self._apart[first].add(other)
            self.together.append((a, b))
        return True

    def _root(self, case: str) -> str:
        path = []
        while (above := self._parent.setdefault(case, case)) != case:
            path.append(case)
            case = above
        self._parent.update(dict.fromkeys(path, case))
        return case


def _without(part: Part, spoken_for: set[str]) -> Part:
    return Part(
        tuple(case for case in part.placed if case not in spoken_for),
        tuple(case for case in part.witnesses if case not in spoken_for),
    )


def _lesson(cases: Sequence[CorrectionCase], keys: Mapping[str, str]) -> Lesson:
    """Lay a correction out by its parts, as far as its cases are in the run."""
    parts: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for one in cases:
        if one.case_id in keys:
            parts[one.part][0 if one.placed else 1].append(keys[one.case_id])
    return [Part(*map(tuple, map(sorted, parts[number]))) for number in sorted(parts)]
