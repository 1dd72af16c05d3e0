"""New approved cases, put into living kinds as they come, without a run.

What is clear joins at once; what is likely is only suggested; the rest waits. The next run sees
all of them as if they were new, and drops the suggestions.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from recommender.access import Act, Actor
from recommender.kinds.gathering import Gathered, case_table, gather
from recommender.kinds.placing import Place, read_places
from recommender.kinds.teaching import corrected_since, dissolved_kinds, kept_unsorted
from recommender.models.cases import Case, ImportBatch
from recommender.models.kinds import Kind, Membership, Run
from recommender.models.suggestions import Suggestion
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState, MembershipOrigin, RunState


@dataclass(frozen=True)
class Assigned:
    """How many new cases joined a kind, had one suggested, or wait for the next run."""

    joined: int = 0
    suggested: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class _Answer:
    """What was found out about a new case."""

    kind: str
    strength: float
    tight: bool
    loose: bool


def assign(house: House, actor: Actor) -> Assigned:
    """Put every new approved case that has vectors into its kind, suggest one, or let it wait.

    Idempotent: each case is judged once between two runs. What people placed, and cases that they
    corrected since the last run, are left alone; without a published run nothing happens.
    """
    actor.require(Act.DISCOVER)
    with house.reading(actor) as tx:
        run = _last_run(tx.session)
        if run is None or not _unanswered(tx.session, run.started_at):
            return Assigned()
        run_id, since = run.id, run.started_at
        unanswered = _unanswered(tx.session, since)
        unseen = _came_since(tx.session, since)
        kinds = _taking(tx.session)
        places = read_places(tx.session, since).of
        gathered = gather(tx, house.encoder.fingerprint)
    answers = _answers(gathered, unanswered, _standing(gathered, places, kinds, unseen))
    with house.transaction(actor) as tx:
        return _keep(tx, run_id, answers)


def suggested_kind(session: Session, case_id: str) -> Kind | None:
    """Give the living kind that is suggested for a case, unless it is in one."""
    kind = session.scalars(
        select(Kind)
        .join(Suggestion, Suggestion.kind_id == Kind.id)
        .outerjoin(Membership, Membership.case_id == Suggestion.case_id)
        .where(
            Suggestion.case_id == case_id, Kind.retired_at.is_(None), Membership.case_id.is_(None)
        )
    ).one_or_none()
    return None if kind is None or kind.id in dissolved_kinds(session) else kind


def _last_run(session: Session) -> Run | None:
    return session.scalars(
        select(Run).where(Run.state == RunState.PUBLISHED).order_by(Run.ended_at.desc()).limit(1)
    ).first()


def _came_since(session: Session, moment: datetime) -> frozenset[str]:
    """Give the approved cases that a run begun at this moment has not seen."""
    came = or_(
        Case.decided_at >= moment, Case.filed_at >= moment, ImportBatch.imported_at >= moment
    )
    return frozenset(
        session.scalars(
            select(Case.id)
            .outerjoin(ImportBatch, ImportBatch.id == Case.batch_id)
            .where(Case.state == CaseState.APPROVED, came)
        )
    )


def _unanswered(session: Session, since: datetime) -> frozenset[str]:
    """Give the new cases that are in no kind, not judged yet and not touched by people."""
    came = _came_since(session, since)
    if not came:
        return came
    spoken_for = set(session.scalars(select(Membership.case_id)))
    spoken_for |= set(session.scalars(select(Suggestion.case_id)))
    spoken_for |= set(session.scalars(corrected_since(since)))
    return came - spoken_for - kept_unsorted(session)


def _taking(session: Session) -> frozenset[str]:
    """Give the kinds that take cases: living ones of which nobody said that they are none."""
    living = session.scalars(select(Kind.id).where(Kind.retired_at.is_(None)))
    return frozenset(living) - dissolved_kinds(session)


def _standing(
    gathered: Gathered, places: Mapping[str, Place], kinds: Collection[str], unseen: Collection[str]
) -> Mapping[str, str | None]:
    """Give the cases that say what is in a kind and what in none: seen by a run, or by people."""
    standing: dict[str, str | None] = {}
    for case in gathered.approved.cases:
        place = places.get(case.id)
        if place is None:
            if case.id not in unseen:
                standing[case.id] = None
        elif place.origin is not MembershipOrigin.ASSIGNED and place.kind in kinds:
            standing[case.id] = place.kind
    return standing


def _answers(
    gathered: Gathered, new: Collection[str], standing: Mapping[str, str | None]
) -> Mapping[str, _Answer | None]:
    """Judge the new cases that have vectors; None where there is no kind."""
    from recommender.learning.assigning import UNKNOWN, Assigner, numbered

    ids = [case.id for case in gathered.approved.cases]
    rows = np.array([row for row, case in enumerate(ids) if case in new], dtype=np.intp)
    if not len(rows):
        return {}
    names, numbers = numbered([standing.get(case) for case in ids])
    numbers[[row for row, case in enumerate(ids) if case not in standing]] = UNKNOWN
    found = Assigner().fit(case_table(gathered), numbers).assign(rows)
    return {
        ids[row]: None
        if one is None
        else _Answer(names[one.kind], one.strength, one.tight, one.loose)
        for row, one in zip(rows, found, strict=True)
    }


def _keep(tx: Transaction, run_id: str, answers: Mapping[str, _Answer | None]) -> Assigned:
    """Store the answers that still hold: no run and no person spoke meanwhile."""
    locked = select(Case.id).where(Case.id.in_(answers)).order_by(Case.id).with_for_update()
    there = list(tx.session.scalars(locked))
    run = _last_run(tx.session)
    if run is None or run.id != run_id:
        return Assigned()
    unanswered, taking = _unanswered(tx.session, run.started_at), _taking(tx.session)
    joined = suggested = waiting = 0
    for case_id in (case for case in there if case in unanswered):
        answer = answers[case_id]
        if answer is None or answer.kind not in taking or not (answer.tight or answer.loose):
            _suggest(tx, case_id, None, 0.0 if answer is None else answer.strength)
            waiting += 1
        elif answer.tight:
            _join(tx, case_id, answer)
            joined += 1
        else:
            _suggest(tx, case_id, answer.kind, answer.strength)
            suggested += 1
    return Assigned(joined, suggested, waiting)


def _join(tx: Transaction, case_id: str, answer: _Answer) -> None:
    tx.session.add(
        Membership(
            case_id=case_id,
            kind_id=answer.kind,
            strength=answer.strength,
            origin=MembershipOrigin.ASSIGNED,
        )
    )
    tx.record("assign", "case", case_id, kind=answer.kind)


def _suggest(tx: Transaction, case_id: str, kind: str | None, strength: float) -> None:
    tx.session.add(Suggestion(case_id=case_id, kind_id=kind, strength=strength, at=tx.at))
    if kind is not None:
        tx.record("suggest", "case", case_id, kind=kind)
