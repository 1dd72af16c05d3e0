"""The contrast of kinds: declined cases that are told like their own, and how many those are.

All kinds are compared at once, since a declined case is like the one that it is nearest to. What
was found is kept until something that it rests on has changed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Final, NamedTuple, cast
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from recommender.cases.casebase import Casebase, Stamp, casebase
from recommender.cases.evidence_rows import counts_as_evidence, declined_by_peers
from recommender.kinds.centres import Centres
from recommender.kinds.drilling import open_cases
from recommender.kinds.floors import hides_people
from recommender.kinds.measured import OF_ONE
from recommender.kinds.standing import Standing
from recommender.models.cases import Case
from recommender.models.events import Event
from recommender.models.kinds import Kind, Membership
from recommender.storage.engine import only_reads
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState

AT_ONCE: Final = 1000
LEAST_LIKE: Final = 0.8
"""A declined case is at least this share as like its kind as the least like member is [J]: what was
declined differs from the rest by nature."""
_LEAVES_ALL: Final = frozenset(
    {"answer", "ask", "cosign", "edit", "escalate", "expire", "file"}
    | {"read_raw_text", "record_outcome", "suggest", "withdraw"}
)
"""What may be done to a case and declines none, nor changes which are in a kind."""


class Declined(NamedTuple):
    """A declined case: when it happened, and what tells who may read it."""

    id: str
    clause_id: str | None
    occurred_at: datetime
    state: CaseState
    agent_id: str | None
    customer_id: str | None


@dataclass(frozen=True)
class _Contrast:
    """The declined cases that may be read, by the kinds that they are like."""

    like: Mapping[str, Sequence[Declined]]
    """Kind -> the embedded ones that are nearest to it, the likest first."""
    untold: Sequence[Declined]
    """Those that are not embedded."""
    whole: bool
    """There are declined cases, and all of them may be read."""

    def of(self, kind: Kind) -> list[Declined]:
        """Give those like a kind; after them come those not embedded that name its clause."""
        clause = kind.clause_id
        named = [one for one in self.untold if clause is not None and one.clause_id == clause]
        return [*self.like.get(kind.id, ()), *named]


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: Stamp
    """Of the vectors that were compared."""
    sequence: int
    """Up to this event nothing has touched it."""
    found: _Contrast


_KEPT: Final[WeakKeyDictionary[House, _Kept]] = WeakKeyDictionary()
_LOCK: Final = Lock()


def declined_like(tx: Transaction, kind: Kind) -> list[Case]:
    """Give the cases declined by peers that are nearest to a kind of all kinds, the likest first.

    After them come those that are not embedded and name the kind's clause. Where too few people
    are behind all declined cases, only those that name nobody are given.
    """
    chosen = [one.id for one in _contrast(tx).of(kind)]
    found = {
        case.id: case
        for first in range(0, len(chosen), AT_ONCE)
        for case in tx.session.scalars(
            select(Case)
            .where(Case.id.in_(chosen[first : first + AT_ONCE]))
            .options(selectinload(Case.outcomes))
        )
    }
    return [found[case] for case in chosen]


def count_declined(tx: Transaction, standings: Sequence[Standing]) -> dict[str, int]:
    """Count for each kind that may be shown the declined cases like it, within its window.

    Nothing is counted unless all declined cases may be read: the others would be told as none.
    Nor where there are none at all, or else the first one would show.
    """
    contrast = _contrast(tx)
    if not contrast.whole:
        return {}
    return {
        one.kind.id: sum(
            one.evidence.window.covers(case.occurred_at) for case in contrast.of(one.kind)
        )
        for one in standings
        if not hides_people(one.evidence, tx.settings)
    }


def _contrast(tx: Transaction) -> _Contrast:
    """Give what is kept, or compare anew.

    A writing transaction sees what nobody else may ever see: it keeps nothing and takes nothing.
    """
    base = casebase(tx)
    if not only_reads(tx.session):
        return _compared(tx, base)
    sequence = tx.session.scalar(select(func.max(Event.sequence))) or 0
    with _LOCK:
        kept = _KEPT.get(tx.house)
    if kept is None or not _still_true(tx.session, kept, base.stamp, sequence):
        kept = _Kept(base.stamp, sequence, _compared(tx, base))
    with _LOCK:
        last = _KEPT.get(tx.house)
        if last is None or last.sequence <= sequence:
            _KEPT[tx.house] = replace(kept, sequence=sequence)
    return kept.found


def _still_true(session: Session, kept: _Kept, stamp: Stamp, sequence: int) -> bool:
    """Tell whether the vectors are the same, and no event since may have changed the rest."""
    if kept.stamp != stamp or kept.sequence > sequence:
        return False
    case = and_(Event.noun == "case", Event.verb.not_in(_LEAVES_ALL))
    changed = select(Event.sequence).where(
        Event.sequence > kept.sequence, or_(Event.noun.not_in(OF_ONE), case)
    )
    return session.scalars(changed.limit(1)).first() is None


def _compared(tx: Transaction, base: Casebase) -> _Contrast:
    found = tx.session.execute(
        select(
            Case.id,
            Case.clause_id,
            Case.occurred_at,
            Case.state,
            Case.agent_id,
            Case.customer_id,
        )
        .where(declined_by_peers())
        .order_by(Case.source_system, Case.source_id)
    )
    declined = [Declined(*row) for row in found]
    readable = open_cases(tx, cast("Sequence[Case]", declined))
    opened = [one for one in declined if one.id in readable]
    return _Contrast(
        like=_nearest(tx, base, [one for one in opened if one.id in base.place]),
        untold=[one for one in opened if one.id not in base.place],
        whole=bool(declined) and len(opened) == len(declined),
    )


def _nearest(
    tx: Transaction, base: Casebase, told: Sequence[Declined]
) -> Mapping[str, Sequence[Declined]]:
    """Give each declined case to the kind that it is nearest to, to all of several that are equal.

    One that is far from its nearest kind is given to none.
    """
    members = _members(tx, base.place) if told else {}
    if not members:
        return {}
    groups = list(members.values())
    centres = Centres(base, groups)
    near = centres.likeness([base.place[one.id] for one in told])
    least = [centres.least_like(number, rows) for number, rows in enumerate(groups)]
    fits = (near == near.max(axis=1, keepdims=True)) & (near >= LEAST_LIKE * np.array(least))
    fits &= near > 0
    found = {}
    for number, kind in enumerate(members):
        rows = np.flatnonzero(fits[:, number])
        likest = rows[np.argsort(-near[rows, number], kind="stable")]
        found[kind] = [told[row] for row in likest.tolist()]
    return found


def _members(tx: Transaction, place: Mapping[str, int]) -> dict[str, list[int]]:
    """Give the rows of each kind's embedded approved cases."""
    members = defaultdict(list)
    for case_id, kind_id in tx.session.execute(
        select(Membership.case_id, Membership.kind_id)
        .join(Case, Case.id == Membership.case_id)
        .where(counts_as_evidence())
        .order_by(Membership.kind_id)
    ):
        if case_id in place:
            members[kind_id].append(place[case_id])
    return members
