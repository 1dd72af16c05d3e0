"""What the product drafts for each kind of a house, beside the truth and two simpler limits."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy import select

from recommender.access import Actor
from recommender.changes.drafting import Draft, DraftParameter, compose
from recommender.changes.gathering import find_ground
from recommender.changes.ground import Ground, facts_of
from recommender.kinds import catalogue
from recommender.models.cases import Case
from recommender.models.kinds import Membership
from recommender.storage.house import House
from recommender.vocabulary import CaseState, KindState
from tests.bench.limit_truth import ELSEWHERE, GAPS, STORM, Gap
from tests.bench.limit_worlds import World

PLAIN: Final = 14
"""Signed cases from which EVIDENCE.md draws a number that is not called weak."""
NINETIETH: Final = 90
NAMED: Final = "names it"
UNDECIDED: Final = "says that nothing tells"
TOO_FEW: Final = "says that too few tell"
ANOTHER: Final = "names another"
SILENT: Final = "says nothing"
SAYINGS: Final = (NAMED, UNDECIDED, TOO_FEW, ANOTHER, SILENT)
"""What a draft may say of the fact that decides; the first three are right, the last two wrong."""
_NOTHING: Final = "Nothing that these cases carry tells"
_TOO_FEW: Final = "Too few cases or people stand behind this"


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """A living kind of a house: its signed cases by their own ids, its state and its draft."""

    members: Sequence[str]
    state: KindState
    surfaced: bool
    ground: Ground
    draft: Draft

    def parameter(self, gap: Gap) -> DraftParameter | None:
        """Find the numbers of a fact; None where the draft shows none on that side."""
        return next(
            (
                one
                for one in self.draft.parameters
                if (one.fact, one.direction) == (gap.fact, gap.bound)
            ),
            None,
        )

    def states(self, fact: str) -> bool:
        """Tell whether the draft makes a fact a condition."""
        return any(one.fact == fact for one in self.draft.conditions)

    def lets_in(self, case: Case) -> bool:
        """Tell whether a case meets every condition of the draft, and there is one."""
        told = facts_of(case, self.ground.currency)
        conditions = self.draft.conditions
        return bool(conditions) and all(one.admits(told.get(one.fact)) for one in conditions)


def drafts(house: House, actor: Actor) -> list[Drafted]:
    """Draft every living kind, as a reader would see it."""
    found = []
    with house.reading(actor) as tx:
        members = defaultdict(list)
        signed = select(Membership.kind_id, Case.source_id).join(Case)
        for kind_id, case in tx.session.execute(signed.where(Case.state == CaseState.APPROVED)):
            members[kind_id].append(str(case))
        for row in catalogue.kinds(tx, include_all=True):
            ground = find_ground(tx, row.id)
            found.append(
                Drafted(
                    members=sorted(members[row.id]),
                    state=row.state,
                    surfaced=ground.surfaced,
                    ground=ground,
                    draft=compose(ground).draft,
                )
            )
    return found


def by_truth(all_drafts: Sequence[Drafted], world: World) -> Mapping[str, Drafted]:
    """Give for each true kind the kind that is mostly it and holds most of it."""
    best: dict[str, tuple[int, Drafted]] = {}
    for one in all_drafts:
        kind, count = mostly(one, world)
        if kind is not None and count > best.get(kind, (0, one))[0]:
            best[kind] = (count, one)
    return {kind: one for kind, (_, one) in best.items()}


def mostly(one: Drafted, world: World) -> tuple[str | None, int]:
    """Name the true kind of more than half of a kind's members, and how many they are.

    What one event brought is of no kind, so it is left out of the count.
    """
    members = [
        case for case in one.members if world.truth[case]["recurring"] or not event(world, case)
    ]
    inside = Counter(world.kinds[case] for case in members if case in world.kinds)
    for kind, count in inside.most_common(1):
        if 2 * count > len(members):
            return kind, count
    return None, 0


def event(world: World, case: str) -> bool:
    """Tell whether one event brought the case."""
    return bool(world.truth[case]["profile"] == STORM.get(world.name))


def gap_rows(world: World, all_drafts: Sequence[Drafted]) -> list[dict[str, Any]]:
    """Hold each drafted limit against its gap: a row for every fact whose gap is known."""
    drafted = by_truth(all_drafts, world)
    return [_gap_row(world.name, gap, drafted.get(gap.kind)) for gap in GAPS[world.name]]


def _gap_row(name: str, gap: Gap, one: Drafted | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "set": name,
        "kind": gap.kind,
        "fact": gap.fact,
        "truth": f"{gap.signs:g}..{gap.declines:g}",
    }
    if one is None:
        return {**row, "n": 0, "limit": None, "why": "no such kind"}
    values = [point.value for point in one.ground.points(one.ground.own(gap.fact), gap.fact)]
    shown = one.parameter(gap)
    limit = None if shown is None or shown.medium is None else shown.medium.limit
    edge = None if shown is None else shown.boundary
    plain = _extreme(values, gap, NINETIETH)
    most = _extreme(values, gap, 100)
    return {
        **row,
        "n": len(values),
        "limit": limit,
        "inside": gap.holds(limit),
        "strictly": gap.strictly(limit),
        "boundary": None if edge is None else f"{edge.low:g}..{edge.high:g}",
        "overlaps": edge is not None and gap.meets(edge.low, edge.high),
        "stated": one.states(gap.fact),
        "maximum": most,
        "maximum inside": gap.holds(most),
        "ninetieth": plain,
        "ninetieth inside": gap.holds(plain),
        "verdict": str(one.draft.verdict),
        "why": None if shown is not None else "not among the facts shown",
    }


def _extreme(values: Sequence[float], gap: Gap, share: int) -> float | None:
    """Give the value within which so many in a hundred lie, on the side that a limit closes."""
    if not values:
        return None
    at = share if gap.bound == "max" else 100 - share
    return round(float(np.percentile(values, at)), 2)


def counted(title: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Count over rows of enough cases how many limits lie in their gap, and boundaries meet it."""
    kept = [row for row in rows if row["n"] >= PLAIN]
    names = ("inside", "strictly", "overlaps", "maximum inside", "ninetieth inside")
    return {
        "over": title,
        "limits": len(kept),
        **{name: _share(kept, name) for name in names},
        "too few cases": sum(0 < row["n"] < PLAIN for row in rows),
        "not found": sum(row["n"] == 0 for row in rows),
    }


def _share(rows: Sequence[Mapping[str, Any]], name: str) -> str:
    return f"{sum(bool(row[name]) for row in rows)} of {len(rows)}"


def elsewhere_rows(world: World, all_drafts: Sequence[Drafted]) -> list[dict[str, Any]]:
    """Tell of each kind in which another fact decides what its draft says of that."""
    drafted = by_truth(all_drafts, world)
    rows = []
    for kind, fact in ELSEWHERE[world.name].items():
        one = drafted.get(kind)
        rows.append(
            {
                "set": world.name,
                "kind": kind,
                "decides": fact or "no typed fact",
                "counted": None if one is None else len(one.ground.counted),
                "says": "no such kind" if one is None else _said_of(one, fact),
                "conditions": None if one is None else conditions(one),
                "verdict": None if one is None else str(one.draft.verdict),
            }
        )
    return rows


def _said_of(one: Drafted, fact: str | None) -> str:
    if fact is not None and one.states(fact):
        return NAMED
    if one.draft.conditions:
        return ANOTHER
    for start, said in ((_NOTHING, UNDECIDED), (_TOO_FEW, TOO_FEW)):
        if one.draft.reason.startswith(start):
            return said
    return SILENT


def conditions(one: Drafted) -> str:
    """Give a draft's conditions in words."""
    return " and ".join(condition.words for condition in one.draft.conditions)
