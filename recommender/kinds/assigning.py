"""New approved cases, put into living kinds as they come, without a run.

What is clear joins at once; what is likely is only suggested; the rest waits. The next run sees
all of them as if they were new, and drops the suggestions.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from recommender.access import Act, Actor
from recommender.cases.evidence_rows import counts_as_evidence
from recommender.kinds.floors import release
from recommender.kinds.gathering import Texts, approved_keys, approved_texts, case_table
from recommender.kinds.placing import Place, read_places
from recommender.kinds.teaching import corrected_since, dissolved_kinds, kept_unsorted
from recommender.models.cases import Case, ImportBatch
from recommender.models.kinds import Kind, Membership, Run
from recommender.models.suggestions import Suggestion
from recommender.storage.house import House, Transaction
from recommender.vocabulary import MembershipOrigin, RunState

AT_ONCE: Final = 1000
"""New cases judged together, so that an import of many stays within bounds."""


@dataclass(frozen=True)
class Assigned:
    """How many new cases joined a kind, had one suggested, or wait for the next run."""

    joined: int = 0
    suggested: int = 0
    waiting: int = 0

    def __add__(self, other: "Assigned") -> "Assigned":
        """Count both."""
        return Assigned(
            self.joined + other.joined,
            self.suggested + other.suggested,
            self.waiting + other.waiting,
        )


@dataclass(frozen=True)
class _Seen:
    """The last run, and when it began: it has seen what was there then."""

    id: str
    started_at: datetime


@dataclass(frozen=True)
class _Answer:
    """What was found out about a new case."""

    kind: str
    strength: float
    tight: bool
    loose: bool


@dataclass(frozen=True)
class _Question:
    """New cases, beside the cases that say what is in which kind and what in none."""

    new: Collection[str]
    standing: Mapping[str, Place | None]
    texts: Texts


def assign(house: House, actor: Actor) -> Assigned:
    """Put every new approved case that has vectors into its kind, suggest one, or let it wait.

    Idempotent: each case is judged once between two runs. What people placed, and cases that they
    corrected since the last run, are left alone; without a published run nothing happens.
    """
    actor.require(Act.DISCOVER)
    with house.reading(actor) as tx:
        run = _last_run(tx.session)
        unanswered = frozenset() if run is None else _unanswered(tx.session, run.started_at)
        if run is None or not unanswered:
            return Assigned()
        seen = _Seen(run.id, run.started_at)
        new = sorted(unanswered & approved_keys(tx.session, house.encoder.fingerprint).keys())
    batches = (new[first : first + AT_ONCE] for first in range(0, len(new), AT_ONCE))
    return sum((_judge(house, actor, seen, batch) for batch in batches), Assigned())


def _judge(house: House, actor: Actor, run: _Seen, new: Collection[str]) -> Assigned:
    with house.reading(actor) as tx:
        question = _asked(tx.session, house.encoder.fingerprint, run, new)
    answers = _answers(question)
    with house.transaction(actor) as tx:
        return _keep(tx, run.id, answers)


def suggested_kinds(session: Session, cases: Collection[str]) -> dict[str, Kind]:
    """Give the living kinds that are suggested for some cases, but for those that are in one."""
    if not cases:
        return {}
    rows = session.execute(
        select(Suggestion.case_id, Kind)
        .join(Kind, Suggestion.kind_id == Kind.id)
        .outerjoin(Membership, Membership.case_id == Suggestion.case_id)
        .where(
            Suggestion.case_id.in_(cases), Kind.retired_at.is_(None), Membership.case_id.is_(None)
        )
    ).all()
    gone = dissolved_kinds(session) if rows else frozenset()
    return {case: kind for case, kind in rows if kind.id not in gone}


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
            .where(counts_as_evidence(), came)
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


def _asked(session: Session, fingerprint: str, run: _Seen, new: Collection[str]) -> _Question:
    """Read what the new cases are compared with: of a large casebase some cases of each kind."""
    from recommender.learning.assigning import looked_at

    keys = approved_keys(session, fingerprint)
    standing = _standing(session, run.started_at, keys)
    there = sorted(standing.keys() | (keys.keys() & new))
    chosen = looked_at([keys[case] for case in there], _numbered(standing, there)[1])
    only = [there[row] for row in chosen.tolist()]
    return _Question(new, standing, approved_texts(session, fingerprint, only))


def _standing(
    session: Session, since: datetime, approved: Collection[str]
) -> Mapping[str, Place | None]:
    """Give the cases that say what is in a kind and what in none: seen by a run, or by people."""
    unseen, kinds = _came_since(session, since), _taking(session)
    places = read_places(session, since).of
    standing: dict[str, Place | None] = {}
    for case in approved:
        place = places.get(case)
        if place is None:
            if case not in unseen:
                standing[case] = None
        elif place.origin is not MembershipOrigin.ASSIGNED and place.kind in kinds:
            standing[case] = place
    return standing


def _numbered(
    standing: Mapping[str, Place | None], cases: Sequence[str]
) -> tuple[list[str], npt.NDArray[np.intp]]:
    """Number the kinds: their ids, and each case's number; `UNKNOWN` where it is new."""
    from recommender.learning.assigning import UNKNOWN, numbered

    places = [standing.get(case) for case in cases]
    names, numbers = numbered([None if place is None else place.kind for place in places])
    numbers[[row for row, case in enumerate(cases) if case not in standing]] = UNKNOWN
    return names, numbers


def _answers(question: _Question) -> Mapping[str, _Answer | None]:
    """Judge the new cases; None where there is no kind."""
    from recommender.learning.assigning import Assigner

    ids = [case.id for case in question.texts.cases]
    rows = np.array([row for row, case in enumerate(ids) if case in question.new], dtype=np.intp)
    if not len(rows):
        return {}
    names, numbers = _numbered(question.standing, ids)
    places = [question.standing.get(case) for case in ids]
    firmness = np.array([0.0 if place is None else place.strength for place in places])
    assigner = Assigner().fit(case_table(question.texts), numbers, firmness)
    return {
        ids[row]: None
        if one is None
        else _Answer(names[one.kind], one.strength, one.tight, one.loose)
        for row, one in zip(rows, assigner.assign(rows), strict=True)
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
    if joined:
        release(tx)
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
