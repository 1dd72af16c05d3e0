"""Undoing an import: its cases go as one, as long as nobody decided anything about them."""

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select
from sqlalchemy.orm import Session, selectinload

from recommender.access import Act
from recommender.errors import Conflict, NotFound
from recommender.models.cases import Case, ImportBatch, RawText
from recommender.models.changes import Candidate
from recommender.models.kinds import Correction, CorrectionCase, Kind, Membership
from recommender.models.outcomes import Outcome
from recommender.storage.house import Transaction
from recommender.vocabulary import MembershipOrigin, OutcomeSource


class UnknownBatch(NotFound):
    """There is no import batch of that id."""


class AlreadyUndone(Conflict):
    """The batch was undone before."""


class BatchUpdated(Conflict):
    """The batch changed cases of earlier ones, and what they said before is not kept."""


class DecidedSince(Conflict):
    """Somebody has decided about cases of this batch since."""


def undo_import(tx: Transaction, batch_id: str) -> int:
    """Take a batch's cases out again, with all that was derived from them; give how many.

    Raises UnknownBatch, AlreadyUndone, BatchUpdated and DecidedSince.
    """
    tx.actor.require(Act.IMPORT)
    batch = tx.session.get(ImportBatch, batch_id, with_for_update=True)
    if batch is None:
        raise UnknownBatch(f"There is no import batch {batch_id}.", field="batch")
    if batch.undone_at is not None:
        raise AlreadyUndone(f"The batch {batch_id} was undone on {batch.undone_at:%Y-%m-%d}.")
    if batch.counts["updated"]:
        raise BatchUpdated(
            f"This batch changed {batch.counts['updated']} cases that were there before.",
            remedy="Import the earlier file again with --update to change them back.",
        )
    ours = select(Case).where(Case.batch_id == batch_id)
    cases = tx.session.scalars(ours.options(selectinload(Case.signatures)).with_for_update()).all()
    ids = ours.with_only_columns(Case.id)
    decided = {case.id for case in cases if case.touched_here}
    decided.update(tx.session.scalars(ids.where(_judged())))
    if decided:
        raise DecidedSince(
            f"People have decided about {len(decided)} of its {len(cases)} cases since.",
            remedy="Correct the file and import it again with --update; what was decided stays.",
            cases=len(decided),
        )
    _remove(tx.session, ids)
    batch.undone_at = tx.at
    tx.record("undo_import", "batch", batch_id, cases=len(cases))
    return len(cases)


def _judged() -> ColumnElement[bool]:
    """Tell whether a person told of a case's outcome, placed it, or decided about its kind."""
    by_people = or_(
        Membership.origin == MembershipOrigin.BY_HAND,
        Kind.dismissed_at.is_not(None),
        exists().where(Candidate.kind_id == Kind.id),
    )
    membership = select(Membership.case_id).join(Kind)
    correction = select(CorrectionCase.case_id).join(Correction)
    return or_(
        exists().where(Outcome.case_id == Case.id, Outcome.source != OutcomeSource.IMPORT),
        exists(
            correction.where(
                CorrectionCase.case_id == Case.id,
                CorrectionCase.placed,
                Correction.undone_at.is_(None),
            ).correlate(Case)
        ),
        exists(membership.where(Membership.case_id == Case.id, by_people).correlate(Case)),
    )


def _remove(session: Session, ids: Select[str]) -> None:
    """Delete cases; embeddings, memberships, corrections' rows and notices go with them."""
    for part in (RawText, Outcome):
        session.execute(
            delete(part).where(part.case_id.in_(ids)),
            execution_options={"synchronize_session": False},
        )
    session.execute(
        delete(Case).where(Case.id.in_(ids)), execution_options={"synchronize_session": False}
    )
    session.expire_all()
