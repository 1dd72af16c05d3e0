"""Looking back at an accepted change: its owner confirms it, or takes it back.

Nothing is undone: taking back writes the older wording once more, as a revision of its own. Taken
back before its day, the older wording goes on since the day that it always held, and the other one
never applies.
"""

from datetime import date, datetime

from recommender.access import Act
from recommender.changes.accepting import enter_if_due
from recommender.changes.candidates import candidate
from recommender.changes.decisions import answer, require_answerable, require_in_order, start_of
from recommender.changes.news import tell_contributors, tell_desk_of_return
from recommender.errors import Conflict
from recommender.models.changes import Candidate
from recommender.models.policies import Clause, Revision
from recommender.notices import settle_review
from recommender.policies.library import revise
from recommender.storage.house import Transaction
from recommender.vocabulary import ACCEPTED_CANDIDATES, CandidateState, DecisionVerdict


class ChangedSince(Conflict):
    """Somebody's later wording stands on this one."""


class NotInForce(Conflict):
    """The change has not come into force yet."""


def confirm(tx: Transaction, candidate_id: str, *, reason: str) -> Candidate:
    """Say that a change in force stays.

    Raises NotInForce, IllegalMove, ReasonMissing, or what forbids this actor to decide.
    """
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    require_answerable(tx, found, DecisionVerdict.CONFIRM, reason)
    enter_if_due(tx, found)
    if found.state is not CandidateState.IN_FORCE:
        raise NotInForce("This change is not in force yet.", remedy="Wait for its day.")
    decision = answer(tx, found, DecisionVerdict.CONFIRM, reason)
    settle_review(tx, found.id)
    tell_contributors(tx, found, decision)
    return found


def roll_back(
    tx: Transaction, candidate_id: str, *, reason: str, effective_from: date | None = None
) -> Candidate:
    """Take a change back: the wording before it is in force again, from a day on (default: now).

    One that waits for its day never comes into force, and names no day. A clause that the change
    opened no longer applies. The kind is open again, and may be promoted. Raises ChangedSince,
    ChangeWaits, NotInForce, DateInPast, IllegalMove, ReasonMissing, or what forbids this actor to
    decide.
    """
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    require_answerable(tx, found, DecisionVerdict.ROLL_BACK, reason)
    waits = _waits_still(tx, found, effective_from)
    start = start_of(tx, effective_from, "effective_from")
    written = None
    if found.clause is not None and found.revision_id is not None:
        _require_on_top(found.clause, found)
        if not waits:
            require_in_order(found.clause, start)
        written = _write(tx, found.clause, found, start)
    if waits:
        found.effective_from, found.design = None, {}
    decision = answer(tx, found, DecisionVerdict.ROLL_BACK, reason)
    if written is not None:
        decision.final_markup = None if written.retires else written.markup
    settle_review(tx, found.id)
    tell_contributors(tx, found, decision)
    if waits:
        tell_desk_of_return(tx, found, decision)
    return found


def _waits_still(tx: Transaction, found: Candidate, effective_from: date | None) -> bool:
    """Tell whether a change waits for its day; if so, refuse with NotInForce another day."""
    enter_if_due(tx, found)
    waits = found.state in ACCEPTED_CANDIDATES
    if waits and effective_from is not None:
        raise NotInForce(
            "This change is not in force yet.",
            field="effective_from",
            remedy="Leave the day out, and it never comes into force; or wait for its day.",
        )
    return waits


def _require_on_top(clause: Clause, found: Candidate) -> None:
    """Refuse with ChangedSince what would also take back a later change."""
    if _origin(clause, clause.newest).candidate_id != found.id:
        raise ChangedSince(
            f"{clause.key} was changed again since.",
            remedy="Take the later change back first, or ask for a new one.",
            clause=clause.key,
            newest=clause.newest.number,
        )


def _origin(clause: Clause, revision: Revision) -> Revision:
    """Give the wording that this one is, where it was only taken up again."""
    by_id = {one.id: one for one in clause.revisions}
    while revision.kept_from is not None:
        revision = by_id[revision.kept_from]
    return revision


def _write(tx: Transaction, clause: Clause, found: Candidate, start: datetime) -> Revision:
    """Write the wording before the change once more, or end the clause that it opened.

    Before the change has come into force, that wording has never ended: it holds since its own day,
    and is still that of the candidate that it came of.
    """
    before, waits = found.base_revision, found.state in ACCEPTED_CANDIDATES
    goes_on = before if waits else None
    revision = revise(
        tx,
        clause,
        markup=clause.newest.markup if before is None else before.markup,
        effective_from=start if goes_on is None else goes_on.effective_from,
        candidate_id=None if goes_on is None else goes_on.candidate_id,
        retires=before is None or before.retires,
    )
    if before is not None:
        revision.kept_from, revision.exceptions = before.id, list(before.exceptions)
    elif found.kind is not None:
        found.kind.clause, found.kind.gap = None, True
    return revision
