"""Candidates as the API shows them."""

from api.schemas.candidates import CandidateOut
from api.schemas.references import CandidateRef, KindRef
from recommender.changes.answers import is_red
from recommender.changes.desks import may_decide, takers_of
from recommender.models.changes import Candidate
from recommender.storage.house import Transaction
from recommender.vocabulary import Grade


def candidate_ref(candidate: Candidate) -> CandidateRef:
    """Name a candidate with its state."""
    return CandidateRef.model_validate(candidate)


def candidate_out(tx: Transaction, candidate: Candidate) -> CandidateOut:
    """Show a candidate in a list."""
    clause = candidate.clause
    grade = candidate.draft.get("grade")
    may_take_over = tx.actor.name in takers_of(tx, candidate)
    return CandidateOut(
        id=candidate.id,
        state=candidate.state,
        verdict=candidate.verdict,
        kind=None if candidate.kind is None else KindRef.model_validate(candidate.kind),
        clause=None if clause is None else clause.key,
        owner=None if clause is None else clause.desk,
        grade=None if grade is None else Grade(grade),
        promoted_on=candidate.promoted_at.date(),
        yours=may_take_over or may_decide(tx.session, tx.actor, candidate),
        red=is_red(tx, candidate),
        may_take_over=may_take_over,
    )
