"""Decisions: the owner's answer to a claimed candidate.

`accepting` is the answer yes, `rolling_back` what is said later of what came of it.

Every contributor hears the decision and its reason, whatever it is.
"""

from datetime import UTC, date, datetime, time

from recommender.access import Act
from recommender.cases.clock import today
from recommender.cases.proposals import redacted
from recommender.changes.candidates import candidate
from recommender.changes.desks import in_place_of, require_desk
from recommender.changes.news import tell_contributors
from recommender.errors import Conflict, Invalid
from recommender.models.base import check_move
from recommender.models.changes import Candidate, Decision
from recommender.models.policies import Clause
from recommender.notices import settle, tell
from recommender.policies.safe_words import safe_name
from recommender.storage.house import Transaction
from recommender.vocabulary import (
    CANDIDATE_MOVES,
    CandidateState,
    DecisionVerdict,
    NoticeTopic,
    Role,
)

_STATES = {
    DecisionVerdict.ACCEPT: CandidateState.ACCEPTED,
    DecisionVerdict.ACCEPT_WITH_EDITS: CandidateState.ACCEPTED_WITH_EDITS,
    DecisionVerdict.REJECT: CandidateState.REJECTED,
    DecisionVerdict.DEFER: CandidateState.DEFERRED,
    DecisionVerdict.RETURN: CandidateState.RETURNED,
    DecisionVerdict.CONFIRM: CandidateState.CONFIRMED,
    DecisionVerdict.ROLL_BACK: CandidateState.ROLLED_BACK,
}


class ReasonMissing(Invalid):
    """Every decision carries its reason, for those who contributed."""


class DateInPast(Invalid):
    """A wording comes into force, and a candidate is put off, from today on."""


class ChangeWaits(Conflict):
    """A wording of the clause that is decided already waits for a later day."""


def reject(tx: Transaction, candidate_id: str, *, reason: str) -> Candidate:
    """Reject a claimed candidate; its kind is not promoted again without news: see `promote`."""
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    require_answerable(tx, found, DecisionVerdict.REJECT, reason)
    tell_contributors(tx, found, answer(tx, found, DecisionVerdict.REJECT, reason))
    return found


def defer(tx: Transaction, candidate_id: str, *, until: date, reason: str) -> Candidate:
    """Put a claimed candidate off until a date."""
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    require_answerable(tx, found, DecisionVerdict.DEFER, reason)
    date_set = start_of(tx, until, "until")
    decision = answer(tx, found, DecisionVerdict.DEFER, reason)
    decision.until = date_set
    found.claimed_by = found.claimed_at = None
    tell_contributors(tx, found, decision)
    return found


def return_to_manager(tx: Transaction, candidate_id: str, *, reason: str) -> Candidate:
    """Send a claimed candidate back to who promoted it, with a question."""
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    require_answerable(tx, found, DecisionVerdict.RETURN, reason)
    decision = answer(tx, found, DecisionVerdict.RETURN, reason)
    found.claimed_by = found.claimed_at = None
    tell(
        tx,
        [found.promoted_by],
        topic=NoticeTopic.CANDIDATE_RETURNED,
        title=f"A question about your candidate: {safe_name(found.subject)}",
        body=decision.reason,
        candidate_id=found.id,
        needs_you=True,
    )
    return found


def require_answerable(
    tx: Transaction, found: Candidate, verdict: DecisionVerdict, reason: str
) -> None:
    """Refuse who may not decide, a state that allows no such answer, and a missing reason."""
    require_desk(tx.session, tx.actor, found)
    check_move(CANDIDATE_MOVES, "candidate", found.state, _STATES[verdict])
    if not reason.strip():
        raise ReasonMissing(
            "A decision needs its reason.",
            field="reason",
            remedy="Say in a sentence why; everybody who contributed reads it.",
        )


def answer(tx: Transaction, found: Candidate, verdict: DecisionVerdict, reason: str) -> Decision:
    """Move the candidate by the table and keep the answer with its reason."""
    found.move_to(_STATES[verdict])
    decision = Decision(
        verdict=verdict,
        reason=redacted(tx, " ".join(reason.split())),
        decided_by=tx.actor.name,
        decided_at=tx.at,
        decided_as=Role.POLICY_OWNER if Role.POLICY_OWNER in tx.actor.roles else Role.ADMIN,
        in_place_of=in_place_of(tx.session, tx.actor, found),
        suggested_markup=found.new_markup,
    )
    found.decisions.append(decision)
    tx.session.flush()
    settle(tx, found.id)
    tx.record(str(verdict), "candidate", found.id, kind=found.kind_id, decision=decision.id)
    return decision


def start_of(tx: Transaction, day: date | None, field: str) -> datetime:
    """Give the moment that a day means: its first one, or now for today and by default."""
    moment = today(tx).moment
    if day is None or day == moment.date():
        return moment
    if day < moment.date():
        raise DateInPast(
            f"{day} is past; today is {moment.date()}.",
            field=field,
            remedy="Name today or a later day.",
        )
    return datetime.combine(day, time.min, tzinfo=UTC)


def require_in_order(clause: Clause, start: datetime) -> None:
    """Refuse with ChangeWaits a wording that would overtake one waiting for its day."""
    waiting = clause.newest
    if waiting.effective_from is not None and waiting.effective_from > start:
        raise ChangeWaits(
            f"{clause.key} is to change on {waiting.effective_from.date()} already.",
            field="effective_from",
            remedy="Name that day or a later one.",
            clause=clause.key,
        )
