"""The backtest: old against new wording on cases that were decided before.

A case without the fact is never guessed: it counts as "cannot tell".
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

import numpy as np

from recommender.access import Act
from recommender.changes.bunching import Bunching, bunching
from recommender.changes.checks import Clash, Footing, Grant, clashes_of, footing, grants_of
from recommender.changes.drafting import compose
from recommender.changes.gathering import find_ground
from recommender.changes.ground import Ground
from recommender.changes.population import REPLAYED, Places, Population
from recommender.changes.reach import (
    NO,
    UNKNOWN,
    YES,
    Proposed,
    Verdicts,
    beside,
    judge,
    narrows,
    new_reach,
    old_reach,
)
from recommender.changes.redline import Wording
from recommender.changes.sensitivity import (
    OutcomeSplit,
    Uptake,
    by_outcome,
    uptake,
    year_of,
)
from recommender.kinds.costs import Year
from recommender.policies.conditions import Condition
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, OutcomeReading, Verdict

MOST_FLIPS: Final = 200
Was = Literal["exception", "declined", "in policy"]


@dataclass(frozen=True, kw_only=True)
class Flip:
    """A case that the change decides otherwise than the wording before."""

    case: str
    day: date
    was: Was
    now: Literal["allowed", "refused"]
    outcome: OutcomeReading
    cost: float | None


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """What the new wording does to the old cases; each case counts once.

    All counts are None, and `masked` says so, where too few people are behind the kind.

    `covered` and `already_allowed` are approved exceptions that the new wording allows, the old
    one, with the exceptions that it makes, not or as well; `newly_allowed` were declined.
    `newly_refused` were allowed by the old wording, and `in_policy` were never asked about and stay
    allowed. `cost` sums what the covered and newly allowed ones cost, in `currency`, and `year`
    says what they do in one; amounts in others are left out, never converted. `flips` are the
    newest cases that are decided otherwise.
    """

    covered: int | None
    still_exceptions: int | None
    already_allowed: int | None
    newly_allowed: int | None
    still_declined: int | None
    newly_refused: int | None
    in_policy: int | None
    cannot_tell: int | None
    cost: float | None = None
    currency: str | None = None
    newly_allowed_cases: list[str] = field(default_factory=list)
    masked: list[str] = field(default_factory=list)
    flips: list[Flip] = field(default_factory=list)
    year: Year | None = None
    by_outcome: list[OutcomeSplit] = field(default_factory=list)
    uptake: list[Uptake] = field(default_factory=list)
    bunching: Bunching | None = None
    grants: list[Grant] = field(default_factory=list)
    conflicts: list[Clash] = field(default_factory=list)


COUNTS: Final = (
    "covered",
    "still_exceptions",
    "already_allowed",
    "newly_allowed",
    "still_declined",
    "newly_refused",
    "in_policy",
    "cannot_tell",
)
HIDDEN: Final = Backtest(
    covered=None,
    still_exceptions=None,
    already_allowed=None,
    newly_allowed=None,
    still_declined=None,
    newly_refused=None,
    in_policy=None,
    cannot_tell=None,
    masked=list(COUNTS),
)


def backtest(tx: Transaction, kind_id: str) -> Backtest:
    """Replay a kind's draft on the clause's approved, declined and in-policy cases."""
    tx.actor.require(Act.READ_KINDS)
    ground = find_ground(tx, kind_id)
    drafted = compose(ground)
    return replay_wording(tx, ground, drafted.draft.verdict, drafted.wording, drafted.conditions)


def replay_wording(
    tx: Transaction,
    ground: Ground,
    verdict: Verdict,
    wording: Wording,
    conditions: tuple[Condition, ...],
) -> Backtest:
    """Replay a wording, as drafted or as edited; `conditions` are those that were drafted."""
    return replay_rule(
        tx, ground, Proposed(verdict=verdict, wording=wording, conditions=conditions)
    )


def replay_rule(tx: Transaction, ground: Ground, proposed: Proposed) -> Backtest:
    """Replay a proposed wording with the scope of its exception."""
    return HIDDEN if ground.hides_people else replay(footing(tx, ground), proposed)


def replay(ground: Footing, proposed: Proposed, *, flips_from: int = 0) -> Backtest:
    """Judge every case under both wordings, count what changes, and check what that grants."""
    cases = ground.cases
    old, new = (
        beside(reach, markup, ground.exceptions, ground.kind_id)
        for reach, markup in (
            (old_reach(proposed.wording), proposed.wording.old),
            (new_reach(proposed), proposed.wording.new),
        )
    )
    before, after = judge(cases, old), judge(cases, new)
    change = changes(cases.states, before, after, narrows=narrows(old, new))
    counted = counts(change)
    covered, allowed = (change == COUNTS.index(name) for name in ("covered", "newly_allowed"))
    costs = cases.costs[covered | allowed]
    known = bool((~np.isnan(costs)).any())
    year = year_of(cases, covered | allowed)
    return replace(
        counted,
        cost=round(float(np.nansum(costs)), 2) if known else None,
        currency=ground.currency if known else None,
        newly_allowed_cases=[cases.cases[place].id for place in np.flatnonzero(allowed)],
        flips=_flips(cases, change, flips_from),
        year=year,
        by_outcome=by_outcome(cases, covered, allowed),
        uptake=uptake(year),
        bunching=bunching(cases, old.limits),
        grants=grants_of(cases, old, new),
        conflicts=clashes_of(ground, old, new, inside=after == YES),
    )


def changes(states: Places, old: Verdicts, new: Verdicts, *, narrows: bool) -> Places:
    """Give each case's place in COUNTS, by its place in REPLAYED and what the wordings say.

    What the rule allowed stays allowed under a wording that forbids nothing more.
    """
    found: Places = _CHANGES[states, old, new]
    if not narrows:
        found = np.where(states == _IN_POLICY, COUNTS.index("in_policy"), found)
    return found


def counts(change: Places) -> Backtest:
    """Count how many cases change in each way."""
    found = np.bincount(change, minlength=len(COUNTS)).tolist()
    return Backtest(**dict(zip(COUNTS, found, strict=True)))


def _flips(cases: Population, change: Places, first: int) -> list[Flip]:
    """List what changes, the newest first."""
    flipped = np.isin(change, [COUNTS.index(name) for name in _FLIPS])
    places = np.flatnonzero(flipped)
    newest = places[np.argsort(-cases.days[places], kind="stable")]
    return [
        Flip(
            case=one.id,
            day=one.day,
            was=_WAS[one.state],
            now=_FLIPS[COUNTS[change[place]]],
            outcome=one.outcome,
            cost=one.cost,
        )
        for place in newest[first : first + MOST_FLIPS]
        for one in [cases.cases[place]]
    ]


_FLIPS: Final[dict[str, Literal["allowed", "refused"]]] = {
    "covered": "allowed",
    "newly_allowed": "allowed",
    "newly_refused": "refused",
}
_WAS: Final[dict[CaseState, Was]] = {
    CaseState.APPROVED: "exception",
    CaseState.DECLINED: "declined",
    CaseState.IN_POLICY: "in policy",
}
_IN_POLICY: Final = REPLAYED.index(CaseState.IN_POLICY)


def _table() -> Places:
    """Tabulate state, old and new verdict -> place in COUNTS.

    In policy was whatever the old wording is read to say: only a limit that the new one alone
    sets refuses it.
    """
    table = np.full((len(REPLAYED), 3, 3), COUNTS.index("cannot_tell"), dtype=np.intp)
    told = {
        CaseState.APPROVED: {
            (NO, NO): "still_exceptions",
            (UNKNOWN, NO): "still_exceptions",
            (YES, NO): "newly_refused",
            (NO, YES): "covered",
            (YES, YES): "already_allowed",
        },
        CaseState.DECLINED: {
            (NO, NO): "still_declined",
            (UNKNOWN, NO): "still_declined",
            (YES, NO): "still_declined",
            (NO, YES): "newly_allowed",
            (YES, YES): "still_declined",
        },
        CaseState.IN_POLICY: {
            (NO, NO): "in_policy",
            (UNKNOWN, NO): "newly_refused",
            (YES, NO): "newly_refused",
            (NO, YES): "in_policy",
            (UNKNOWN, YES): "in_policy",
            (YES, YES): "in_policy",
        },
    }
    for state, changed in told.items():
        for (old, new), name in changed.items():
            table[REPLAYED.index(state), old, new] = COUNTS.index(name)
    return table


_CHANGES: Final = _table()
