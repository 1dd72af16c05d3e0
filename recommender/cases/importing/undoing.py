"""Undoing an import: its cases go as one, as long as nobody decided anything about them."""

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select
from sqlalchemy.orm import Session, selectinload

from recommender.access import Act
from recommender.errors import Conflict, NotFound
from recommender.models.cases import Case, CoSignature, ImportBatch, RawText
from recommender.models.changes import Candidate
from recommender.models.kinds import Correction, CorrectionCase, Kind, Membership
from recommender.models.outcomes import Outcome
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, FieldSource, MembershipOrigin, OutcomeSource


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
    if (told := _past_undoing(batch)) is not None:
        raise told
    ours = select(Case).where(Case.batch_id == batch_id)
    cases = tx.session.scalars(ours.options(selectinload(Case.signatures)).with_for_update()).all()
    ids = ours.with_only_columns(Case.id)
    decided = {case.id for case in cases if case.touched_here}
    decided.update(tx.session.scalars(ids.where(_judged())))
    if decided:
        raise _decided_since(len(decided), len(cases))
    _remove(tx.session, ids)
    batch.undone_at = tx.at
    tx.record("undo_import", "batch", batch_id, cases=len(cases))
    return len(cases)


def why_it_stays(tx: Transaction, batch: ImportBatch) -> Conflict | None:
    """Give what an undo of a batch would be refused with, without reading its texts."""
    if (told := _past_undoing(batch)) is not None:
        return told
    ours = select(Case.id).where(Case.batch_id == batch.id)
    signed = exists().where(CoSignature.case_id == Case.id)
    decided = {
        *tx.session.scalars(ours.where(or_(Case.state != Case.imported_state, signed, _judged())))
    }
    waiting = select(Case.id, Case.provenance).where(
        Case.batch_id == batch.id, Case.imported_state == CaseState.PENDING
    )
    for case_id, provenance in tx.session.execute(waiting):
        if any(source != FieldSource.IMPORTED for source in provenance.values()):
            decided.add(case_id)
    return _decided_since(len(decided), batch.counts["imported"]) if decided else None


def _past_undoing(batch: ImportBatch) -> Conflict | None:
    if batch.undone_at is not None:
        return AlreadyUndone(f"The batch {batch.id} was undone on {batch.undone_at:%Y-%m-%d}.")
    if batch.counts["updated"]:
        return BatchUpdated(
            f"This batch changed {batch.counts['updated']} cases that were there before.",
            remedy="Import the earlier file again with --update to change them back.",
        )
    return None


def _decided_since(decided: int, cases: int) -> DecidedSince:
    return DecidedSince(
        f"People have decided about {decided} of its {cases} cases since.",
        remedy="Correct the file and import it again with --update; what was decided stays.",
        cases=decided,
    )


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
