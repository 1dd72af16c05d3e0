"""Clauses that people do not find: asked for though they allow it already, clarified by their desk.

Three drafts that a wording allowed already raise one candidate, which is for no kind. What was
rejected comes back once the drafts have doubled, or the clause has been revised and is asked for
anew.
"""

from typing import Final

from sqlalchemy import func, select

from recommender.access import Act
from recommender.changes.news import tell_owners
from recommender.changes.redline import say_plainly
from recommender.kinds.thresholds import COMES_BACK
from recommender.models.changes import Candidate
from recommender.models.findability import AlreadyAllowed
from recommender.models.policies import Clause
from recommender.policies.syntax.markup import plain_text
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, Verdict

LEAST_DRAFTS: Final = 3
"""How many drafts that a wording allowed already say that it is hard to find [J]."""


def suggest_clarifications(tx: Transaction) -> list[Candidate]:
    """Raise a candidate for each clause that enough drafts asked for in vain; its desk is told.

    What an exception allowed is a use of it, and no such sign. Clauses that are never bent, or
    whose newest wording is not what was asked for, raise none.
    """
    tx.actor.require(Act.JUDGE_KINDS)
    counted = (
        select(AlreadyAllowed.clause_id, AlreadyAllowed.revision_id, func.count())
        .where(AlreadyAllowed.candidate_id.is_(None))
        .group_by(AlreadyAllowed.clause_id, AlreadyAllowed.revision_id)
        .having(func.count() >= LEAST_DRAFTS)
        .order_by(AlreadyAllowed.clause_id)
    )
    raised = []
    for clause_id, revision_id, drafts in tx.session.execute(counted).all():
        clause = tx.session.get_one(Clause, clause_id)
        newest = clause.newest
        if newest.id != revision_id or newest.retires or clause.never_bend:
            continue
        earlier = _earlier(tx, clause)
        if earlier is None or _comes_back(earlier, revision_id, drafts):
            raised.append(_raise(tx, clause, drafts, earlier))
    return raised


def redraft_clarification(tx: Transaction, found: Candidate) -> None:
    """Let the draft follow its clause: the newest wording, and how many asked for it by now."""
    clause = found.clause
    if clause is None or clause.newest.retires:
        return
    known = found.draft.get("drafts", 0)
    drafts = max(known, _drafts(tx, clause))
    if clause.newest.id != found.base_revision_id or drafts > known:
        _draft(found, clause, drafts)


def _drafts(tx: Transaction, clause: Clause) -> int:
    asked = select(func.count()).where(
        AlreadyAllowed.revision_id == clause.newest.id, AlreadyAllowed.candidate_id.is_(None)
    )
    return tx.session.scalar(asked) or 0


def _earlier(tx: Transaction, clause: Clause) -> Candidate | None:
    return tx.session.scalars(
        select(Candidate)
        .where(Candidate.clause_id == clause.id, Candidate.kind_id.is_(None))
        .order_by(Candidate.promoted_at.desc(), Candidate.id)
        .limit(1)
    ).first()


def _comes_back(earlier: Candidate, revision_id: str, drafts: int) -> bool:
    """Tell whether an earlier candidate leaves room: answered, and more is known by now."""
    if earlier.state in {CandidateState.REJECTED, CandidateState.RETURNED}:
        another = earlier.base_revision_id != revision_id
        return another or drafts >= COMES_BACK * earlier.draft.get("drafts", 0)
    return earlier.revision_id is not None


def _raise(tx: Transaction, clause: Clause, drafts: int, earlier: Candidate | None) -> Candidate:
    """Open a candidate, or the one again that was rejected or returned."""
    if earlier is None or earlier.revision_id is not None:
        found = Candidate(clause=clause, state=CandidateState.OPEN, evidence={})
        tx.session.add(found)
    else:
        found = earlier
        found.move_to(CandidateState.OPEN)
        found.claimed_by = found.claimed_at = None
    found.promoted_by, found.promoted_at = tx.actor.name, tx.at
    _draft(found, clause, drafts)
    tx.session.flush()
    tx.record("promote", "candidate", found.id, clause=clause.id, verdict=str(found.verdict))
    tell_owners(tx, found)
    return found


def _draft(found: Candidate, clause: Clause, drafts: int) -> None:
    """Write the draft: one plain sentence more, for the desk to put into better words."""
    base = clause.newest
    new = say_plainly(base.markup)
    found.base_revision = base
    found.verdict = Verdict.CLARIFY_WORDING
    found.reason = (
        f"{drafts} drafts asked for what this clause allows already: people do not find it, or "
        "do not see that it is meant."
    )
    found.old_markup, found.new_markup = base.markup, new
    found.draft = {
        "kind": None,
        "clause": clause.key,
        "base_revision": base.number,
        "verdict": str(found.verdict),
        "reason": found.reason,
        "grade": None,
        "parameters": [],
        "redline": {"old": plain_text(base.markup), "new": plain_text(new)},
        "rationale": [],
        "drafts": drafts,
    }
