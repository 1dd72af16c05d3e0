"""The last step of a run: memberships, kinds and the run itself, in one transaction.

What people did meanwhile is read again here and wins: names, dismissals, corrections.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from recommender.kinds.gathering import Gathered, pinned
from recommender.kinds.teaching import corrected_since, dissolved_kinds, kept_unsorted
from recommender.models.base import new_id
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind, Membership, Run
from recommender.models.policies import Clause
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, MembershipOrigin, RunState

if TYPE_CHECKING:
    from recommender.kinds.thinking import Group, Thought

LEAST_CASES = 5
"""A group needs as many cases that nobody placed elsewhere by hand to become a new kind."""
NOT_FOUND = "The last run did not find it as a group of its own."


@dataclass(frozen=True)
class _Places:
    """Which kind every approved case is in."""

    kind_of: Mapping[str, str]
    held: frozenset[str]
    """Cases that no run places: people put them where they are, or corrected them meanwhile."""


def publish(tx: Transaction, run_id: str, gathered: Gathered, thought: "Thought") -> None:
    """Put a run's kinds in place of those before; raises IllegalMove if the run has ended."""
    run = tx.session.get_one(Run, run_id)
    run.move_to(RunState.PUBLISHED, tx.at)
    before = _places(tx.session, run.started_at)
    kinds = {kind.id: kind for kind in tx.session.scalars(select(Kind))}
    tx.session.execute(
        delete(Membership).where(
            Membership.origin != MembershipOrigin.BY_HAND,
            Membership.case_id.not_in(corrected_since(run.started_at)),
        ),
        execution_options={"synchronize_session": False},
    )
    taken = _taken_over(tx, run, thought, kinds, before)
    found = {kind.id: kind for kind in taken if kind is not None}
    retired = _put_away(tx, kinds, found, gathered)
    tx.session.flush()
    after = _places(tx.session, run.started_at)
    run.parameters = dict(thought.parameters)
    run.counts = {
        "cases": len(gathered.approved.cases),
        "kinds": len(found),
        "in_kinds": len(after.kind_of),
        "unsorted": len(gathered.approved.cases) - len(after.kind_of),
    }
    new = [kind_id for kind_id in found if kind_id not in kinds]
    run.diff = {
        **_kinds_changed(kinds | found, before, after, new=new, retired=retired),
        "merged": {
            kind_id: into.id
            for kind_id, number in thought.matching.merged.items()
            if (into := taken[number]) is not None
        },
        **_cases_changed(before, after),
    }
    tx.record("publish", "run", run.id, kinds=len(found), new=new, retired=retired)


def _taken_over(
    tx: Transaction,
    run: Run,
    thought: "Thought",
    kinds: Mapping[str, Kind],
    before: _Places,
) -> list[Kind | None]:
    """Give every group its kind and the kind its cases; None for a group that nobody needs."""
    keys = dict(tx.session.execute(select(Clause.key, Clause.id)).all())
    decided = set(tx.session.scalars(select(Candidate.kind_id)))
    gone = dissolved_kinds(tx.session) | {k.id for k in kinds.values() if k.merged_into_id}
    taken: list[Kind | None] = []
    for group in thought.groups:
        if group.kind in gone:
            taken.append(None)
            continue
        cases = _own_cases(tx.session, group, before)
        kind = kinds.get(group.kind or "")
        if kind is None and len(cases) >= LEAST_CASES:
            kind = Kind(id=new_id(), name=group.name, born_at=tx.at, born_run_id=run.id, card={})
            tx.session.add(kind)
        taken.append(kind)
        if kind is None:
            continue
        _follow(kind, group, keys, clause_fixed=kind.id in decided)
        tx.session.flush()
        tx.session.add_all(
            Membership(
                case_id=case_id,
                kind_id=kind.id,
                strength=strength,
                origin=MembershipOrigin.RUN,
                run_id=run.id,
            )
            for case_id, strength in cases.items()
        )
    return taken


def _own_cases(session: Session, group: "Group", before: _Places) -> dict[str, float]:
    """Give the group's cases that are still approved and that nobody holds elsewhere."""
    approved = set(
        session.scalars(
            select(Case.id).where(Case.state == CaseState.APPROVED, Case.id.in_(group.cases))
        )
    )
    return {
        case_id: strength
        for case_id, strength in group.cases.items()
        if case_id in approved and case_id not in before.held
    }


def _follow(
    kind: Kind, group: "Group", clause_ids: Mapping[str, str], *, clause_fixed: bool
) -> None:
    """Let a kind follow its group; a clause that a candidate stands on stays."""
    kind.follow_name(group.name)
    kind.card = dict(group.card)
    kind.retired_at = None
    if not clause_fixed:
        kind.clause_id = clause_ids.get(group.choice.clause or "")
        kind.gap = kind.clause_id is None


def _put_away(
    tx: Transaction,
    kinds: Mapping[str, Kind],
    found: Mapping[str, Kind],
    gathered: Gathered,
) -> list[str]:
    """Retire the kinds without a group; those that people touched live on without."""
    touched = pinned(tx.session, list(kinds.values()))
    touched |= set(tx.session.scalars(select(Membership.kind_id)))
    retired = []
    for kind_id, kind in sorted(kinds.items()):
        if kind_id in found or kind.retired_at is not None:
            continue
        quality = kind.card.get("quality", {}) | {"shortfalls": [NOT_FOUND]}
        last = sorted(gathered.living.get(kind_id, ()))
        kind.card = kind.card | {"last_cases": last, "quality": quality}
        if kind_id not in touched:
            kind.retired_at = tx.at
            retired.append(kind_id)
    return retired


def _places(session: Session, since: datetime) -> _Places:
    rows = session.execute(
        select(Membership.case_id, Membership.kind_id, Membership.origin)
        .join(Case, Case.id == Membership.case_id)
        .where(Case.state == CaseState.APPROVED)
    )
    places = [(case_id, kind_id, origin) for case_id, kind_id, origin in rows]
    by_hand = {case for case, _, origin in places if origin is MembershipOrigin.BY_HAND}
    corrected = frozenset(session.scalars(corrected_since(since)))
    return _Places(
        {case_id: kind_id for case_id, kind_id, _ in places},
        corrected | kept_unsorted(session) | by_hand,
    )


def _kinds_changed(
    kinds: Mapping[str, Kind],
    before: _Places,
    after: _Places,
    *,
    new: list[str],
    retired: list[str],
) -> dict[str, object]:
    """Say which kinds were kept, found and lost, by id and name, with their cases' number."""
    sizes, old_sizes = Counter(after.kind_of.values()), Counter(before.kind_of.values())
    kept = sorted(set(sizes) - set(new))
    told = {
        kind_id: {
            "id": kind_id,
            "name": kinds[kind_id].name,
            "cases": sizes[kind_id],
            "before": old_sizes[kind_id],
        }
        for kind_id in (*kept, *new, *retired)
    }
    return {
        "kept": [told[kind_id] for kind_id in kept],
        "new": [told[kind_id] for kind_id in new],
        "retired": [told[kind_id] for kind_id in retired],
        "words": f"{len(kept)} kinds kept, {len(new)} new, {len(retired)} retired.",
    }


def _cases_changed(before: _Places, after: _Places) -> dict[str, int]:
    """Count the cases that changed their kind, came into one, fell out of one."""
    both = before.kind_of.keys() & after.kind_of.keys()
    return {
        "moved": sum(before.kind_of[case] != after.kind_of[case] for case in both),
        "joined": len(after.kind_of.keys() - both),
        "left": len(before.kind_of.keys() - both),
    }
