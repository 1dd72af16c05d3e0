"""Accepting: the owner's yes, the wording that is written, and its day of coming into force."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.clock import today
from recommender.changes.answers import edit_distance
from recommender.changes.backtest import Backtest
from recommender.changes.candidates import candidate
from recommender.changes.content import plain
from recommender.changes.decisions import (
    answer,
    require_answerable,
    require_in_order,
    start_of,
)
from recommender.changes.editing import (
    Edits,
    NoTextToEdit,
    as_drafted,
    edited,
    require_editable,
    subject_of,
)
from recommender.changes.exceptions import (
    accepted_exception,
    drafted_exception,
)
from recommender.changes.news import tell_contributors
from recommender.changes.permitting import require_acceptable, stated_limits
from recommender.changes.places import Place, open_clause
from recommender.changes.predicting import plan
from recommender.changes.reach import Proposed
from recommender.changes.recognition import tell_teams
from recommender.changes.scopes import require_known_scope
from recommender.errors import Invalid
from recommender.models.changes import Candidate, Decision
from recommender.policies.conditions import Condition, Scope
from recommender.policies.exceptions import ClauseException
from recommender.policies.library import revise
from recommender.storage.house import Transaction
from recommender.vocabulary import (
    ACCEPTED_CANDIDATES,
    TEXT_CHANGING_VERDICTS,
    CandidateState,
    DecisionVerdict,
    Verdict,
)


class TooEarly(Invalid):
    """A day that has to come after the change is in force."""


def accept(
    tx: Transaction,
    candidate_id: str,
    *,
    reason: str,
    effective_from: date | None = None,
    markup: str | None = None,
    conditions: Sequence[Condition] | None = None,
    scope: Scope | None = None,
    review_on: date | None = None,
) -> Candidate:
    """Accept a claimed candidate, with edits where anything given differs from what was drafted.

    With other limits or another scope the wording is made anew, unless `markup` gives its words.
    It is in force from a day on, by default from now, and looked at again on `review_on`. Raises
    StaleBase, NeverBend, CeilingExceeded, BudgetExceeded or OutcomesBad, BadClause for edits that
    no handbook could carry, BadLimits, BadScope, NothingToChange, DateInPast, TooEarly,
    ReasonMissing, and whatever forbids this actor to decide.
    """
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    require_answerable(tx, found, DecisionVerdict.ACCEPT, reason)
    found.require_fresh_base()
    limits = None if conditions is None else tuple(conditions)
    final = _final(found, Edits(markup=markup, conditions=limits, scope=scope))
    require_known_scope(tx, final.scope)
    replayed = require_acceptable(tx, found, final)
    start = start_of(tx, effective_from, "effective_from")
    if found.clause is not None and found.verdict in TEXT_CHANGING_VERDICTS:
        require_in_order(found.clause, start)
    _set_days(tx, found, final.scope, start, review_on)
    exception = _exception(found, final)
    decision = _decide(tx, found, final, replayed, reason)
    if found.verdict in TEXT_CHANGING_VERDICTS:
        _write(tx, found, final.wording.new, exception)
        found.prediction, found.design = plan(tx, found, found.backtest)
        enter_if_due(tx, found)
    else:
        found.move_to(CandidateState.CONFIRMED)
    tell_contributors(tx, found, decision)
    tell_teams(tx, found)
    return found


def bring_into_force(tx: Transaction) -> int:
    """Let every accepted wording whose date has come enter into force; give how many."""
    tx.actor.require(Act.DECIDE)
    accepted = tx.session.scalars(
        select(Candidate).where(Candidate.state.in_(ACCEPTED_CANDIDATES)).order_by(Candidate.id)
    )
    return sum(enter_if_due(tx, found) for found in list(accepted))


def enter_if_due(tx: Transaction, found: Candidate) -> bool:
    """Let an accepted wording whose date has come enter into force; tell whether it did.

    Asks for no permission of its own: that was asked at the acceptance.
    """
    if found.state not in ACCEPTED_CANDIDATES or found.effective_from is None:
        return False
    if found.effective_from > today(tx).moment:
        return False
    found.move_to(CandidateState.IN_FORCE)
    tx.record("enter_force", "candidate", found.id, revision=found.revision_id)
    return True


def _final(found: Candidate, edits: Edits) -> Proposed:
    drafted = as_drafted(found)
    require_editable(drafted, edits)
    return edited(drafted, found.base_revision, subject_of(found), edits)


def _decide(
    tx: Transaction, found: Candidate, final: Proposed, replayed: Backtest | None, reason: str
) -> Decision:
    """Keep the answer, and what was decided beside what was suggested."""
    was_edited = final != as_drafted(found)
    verdict = DecisionVerdict.ACCEPT_WITH_EDITS if was_edited else DecisionVerdict.ACCEPT
    decision = answer(tx, found, verdict, reason)
    decision.final_markup = final.wording.new
    decision.suggested_backtest = found.backtest
    decision.edit_distance = edit_distance(found.new_markup, final.wording.new)
    if was_edited:
        found.verdict = final.verdict
        found.conditions = [one.to_json() for one in stated_limits(final)]
        if replayed is not None:
            found.backtest = plain(replayed)
    found.scope = final.scope.to_json()
    decision.final_backtest = found.backtest
    return decision


def _set_days(
    tx: Transaction, found: Candidate, scope: Scope, start: datetime, review_on: date | None
) -> None:
    """Keep from when on it holds, until when it is tolerated, and when it is looked at again."""
    found.effective_from = start
    ends = None
    if scope.until is not None:
        ends = _after(start, start_of(tx, scope.until, "scope.until"), "scope.until")
    if found.verdict is Verdict.TOLERATE_UNTIL:
        found.until = ends
    if review_on is None:
        return
    if found.verdict not in TEXT_CHANGING_VERDICTS:
        raise NoTextToEdit(
            "Nothing is written, so no effect is looked at.",
            field="review_on",
            remedy="Leave the day out.",
        )
    found.review_at = _after(start, start_of(tx, review_on, "review_on"), "review_on")


def _after(start: datetime, moment: datetime, field: str) -> datetime:
    if moment.date() <= start.date():
        raise TooEarly(
            f"The change is in force from {start.date()} on.",
            field=field,
            remedy="Name a later day.",
        )
    return moment


def _exception(found: Candidate, final: Proposed) -> ClauseException | None:
    """Give what the final wording says of the kind alone; None where it says nothing of it."""
    drafted = as_drafted(found)
    kept = found.draft.get("exception")
    one = None if kept is None else ClauseException.from_json(kept)
    if found.kind_id is not None and final != replace(drafted, wording=final.wording):
        subject = replace(subject_of(found), conditions=final.conditions, scope=final.scope)
        one = drafted_exception(found.kind_id, found.base_revision, final.verdict, subject)
    return accepted_exception(found, one, final.wording.new)


def _write(
    tx: Transaction, found: Candidate, final: str | None, exception: ClauseException | None
) -> None:
    """Write the new revision, or the new clause of a gap."""
    if found.clause is None:
        place = Place(**found.draft["place"])
        clause = open_clause(tx, place, final or "", found.effective_from, found.id)
        tx.session.flush()
        if found.kind is not None:
            found.kind.clause, found.kind.gap = clause, False
        found.clause, revision = clause, clause.newest
    else:
        retires = found.verdict is Verdict.RETIRE_RULE
        revision = revise(
            tx,
            found.clause,
            markup=found.old_markup or "" if final is None else final,
            effective_from=found.effective_from,
            candidate_id=found.id,
            retires=retires,
            exceptions=() if exception is None else (exception,),
        )
    found.revision_id = revision.id
