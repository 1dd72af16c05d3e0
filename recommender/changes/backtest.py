"""The backtest: old against new wording on cases that were decided before.

A case without the fact is never guessed: it counts as "cannot tell".
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

from sqlalchemy import ColumnElement, or_, select

from recommender.access import Act
from recommender.cases.evidence_rows import counts_as_evidence, declined_by_peers
from recommender.changes.drafting import compose
from recommender.changes.gathering import find_ground
from recommender.changes.ground import Ground, facts_of
from recommender.changes.redline import Wording, limits_of
from recommender.kinds.costs import cost_of
from recommender.kinds.drilling import countable
from recommender.models.cases import Case
from recommender.policies.conditions import Condition
from recommender.policies.limits import admits
from recommender.policies.syntax.handbook import Parameter
from recommender.policies.syntax.markup import plain_text, read_parameters
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, Verdict

Judge = Callable[[Case], bool | None]


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """What the new wording does to the old cases; each case counts once.

    All counts are None, and `masked` says so, where too few people are behind the kind.

    `covered` and `already_allowed` are approved exceptions that the new wording allows, the old
    one not or as well; `newly_allowed` were declined. `cost` sums what the covered and newly
    allowed ones cost, in `currency`; amounts in others are left out, never converted.
    """

    covered: int | None
    still_exceptions: int | None
    already_allowed: int | None
    newly_allowed: int | None
    still_declined: int | None
    cannot_tell: int | None
    cost: float | None
    currency: str | None
    newly_allowed_cases: list[str]
    masked: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reach:
    """What a wording allows: within its limits everybody, under conditions one kind's cases.

    `conditions` None says that the kind's cases are meant in words that no program can check.
    """

    limits: tuple[Parameter, ...] = ()
    kind: frozenset[str] = frozenset()
    conditions: tuple[Condition, ...] | None = None

    def allows(self, case: Case, currency: str | None) -> bool | None:
        """Tell whether the wording allows the case; None where it cannot be told."""
        general = admits(self.limits, facts_of(case, currency)) if self.limits else False
        special = self._meant(case, currency)
        if general or special:
            return True
        return None if None in {general, special} else False

    def _meant(self, case: Case, currency: str | None) -> bool | None:
        if case.id not in self.kind:
            return False
        return None if self.conditions is None else meets(self.conditions, case, currency)


def backtest(tx: Transaction, kind_id: str) -> Backtest:
    """Replay a kind's draft on the clause's approved and declined cases."""
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
    if ground.hides_people:
        return _HIDDEN
    old, new = _old_reach(wording), _new_reach(ground, verdict, wording, conditions)
    currency = ground.currency
    gone = verdict is Verdict.RETIRE_RULE
    return replay(
        _population(tx, ground),
        lambda case: old.allows(case, currency),
        lambda case: gone or new.allows(case, currency),
        currency,
    )


def replay(cases: Iterable[Case], old: Judge, new: Judge, currency: str | None) -> Backtest:
    """Judge every case under both wordings and count what changes."""
    counts: Counter[str] = Counter()
    declined: list[str] = []
    costs: list[float] = []
    for case in cases:
        change = _CHANGES[case.state is CaseState.APPROVED][_verdict(old(case), new(case))]
        counts[change] += 1
        if change == "newly_allowed":
            declined.append(case.id)
        cost = cost_of(case, currency)
        if change in {"covered", "newly_allowed"} and cost is not None:
            costs.append(cost)
    return Backtest(
        covered=counts["covered"],
        still_exceptions=counts["still_exceptions"],
        already_allowed=counts["already_allowed"],
        newly_allowed=counts["newly_allowed"],
        still_declined=counts["still_declined"],
        cannot_tell=counts["cannot_tell"],
        cost=round(math.fsum(costs), 2) if costs else None,
        currency=currency if costs else None,
        newly_allowed_cases=declined,
    )


_COUNTS = tuple(one.name for one in fields(Backtest))[:6]
_HIDDEN: Final = Backtest(
    **dict.fromkeys(_COUNTS),
    cost=None,
    currency=None,
    newly_allowed_cases=[],
    masked=list(_COUNTS),
)


def meets(conditions: Sequence[Condition], case: Case, currency: str | None) -> bool | None:
    """Tell whether a case meets all conditions; None where a fact is missing."""
    facts = facts_of(case, currency)
    verdicts = {one.admits(facts.get(one.fact)) for one in conditions}
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _verdict(*old_and_new: bool | None) -> str:
    old, new = old_and_new
    if new is None or (new and old is None):
        return "unknown"
    if not new:
        return "outside"
    return "inside" if old else "newly inside"


_CHANGES: Final = {
    True: {
        "unknown": "cannot_tell",
        "outside": "still_exceptions",
        "inside": "already_allowed",
        "newly inside": "covered",
    },
    False: {
        "unknown": "cannot_tell",
        "outside": "still_declined",
        "inside": "still_declined",
        "newly inside": "newly_allowed",
    },
}
"""Approved or not -> inside or outside the wording -> what the backtest counts."""


def _old_reach(wording: Wording) -> Reach:
    """Read the old limits; of untyped ones those that the new wording types."""
    if wording.old is None:
        return Reach()
    typed = {(one.fact, one.bound) for one in _typed(wording.new)}
    found = limits_of(wording.old)
    if not _typed(wording.old):
        found = tuple(one for one in found if (one.fact, one.bound) in typed)
    return Reach(found)


def _new_reach(
    ground: Ground, verdict: Verdict, wording: Wording, conditions: tuple[Condition, ...]
) -> Reach:
    limits = _typed(wording.new)
    meant = frozenset(case.id for case in (*ground.signed, *ground.declined))
    if wording.old is None:
        typed = tuple(Condition(one.fact, one.bound, one.limit, one.unit) for one in limits)
        words = plain_text(wording.new or "")
        told = tuple(one for one in conditions if one.side is None and one.words in words)
        return Reach((), meant, (*typed, *told) or None)
    if verdict in {Verdict.ADD_EXCEPTION, Verdict.WRITE_NEW_CLAUSE}:
        words = plain_text(wording.new or "")
        stated = bool(conditions) and all(one.words in words for one in conditions)
        return Reach(limits, meant, conditions if stated else None)
    if verdict is Verdict.GRANT_AUTHORITY:
        return Reach(limits, meant, None)
    return Reach(limits)


def _typed(markup: str | None) -> tuple[Parameter, ...]:
    return read_parameters(markup) if markup else ()


def _population(tx: Transaction, ground: Ground) -> list[Case]:
    """Give the cases of the clause, and those of the kind, that peers approved or declined.

    What was found misused shows nothing of what peers sign, nor does what the clause's owner
    decided. Those that nobody may read on their own are left out, unless enough people are behind
    them.
    """
    meant = [case.id for case in (*ground.signed, *ground.declined)]
    concerned: list[ColumnElement[bool]] = [Case.id.in_(meant)]
    if ground.clause is not None:
        concerned.append(Case.clause_id == ground.clause.id)
    found = tx.session.scalars(
        select(Case)
        .where(or_(counts_as_evidence(), declined_by_peers()), or_(*concerned))
        .order_by(Case.source_system, Case.source_id)
    ).all()
    return countable(tx, found)
