"""Candidates as the API shows them."""

from typing import Any

from api.schemas.candidates import CandidateOut
from api.schemas.drafts import RedlineOut
from api.schemas.references import CandidateRef, KindRef
from recommender.changes.answers import AWAITING, answered_in_days, is_red, waits_since
from recommender.changes.desks import may_decide, takers_of
from recommender.models.changes import Candidate
from recommender.policies.syntax.markup import plain_text
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, Grade, Verdict


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
        section=None if clause is None else clause.section_title,
        owner=None if clause is None else clause.desk,
        grade=None if grade is None else Grade(grade),
        promoted_on=candidate.promoted_at.date(),
        yours=may_take_over or may_decide(tx.session, tx.actor, candidate),
        red=is_red(tx, candidate),
        may_take_over=may_take_over,
        claimed_by_you=candidate.claimed_by == tx.actor.name,
        you_promoted=candidate.promoted_by == tx.actor.name,
        redline=_redline(candidate),
        **_cost(candidate),
        **_days(tx, candidate),
    )


def _redline(candidate: Candidate) -> RedlineOut | None:
    old, new = candidate.old_markup, candidate.new_markup
    if new is None or old == new:
        return None
    return RedlineOut(old=plain_text(old or ""), new=plain_text(new))


def _cost(candidate: Candidate) -> dict[str, Any]:
    """What a year of it costs; of an authority, which names no case, what its cases cost so far."""
    replayed = candidate.backtest or {}
    if candidate.verdict is not Verdict.GRANT_AUTHORITY:
        return {name: replayed.get(name) for name in ("year", "currency")}
    seen = candidate.evidence or {}
    year = None if seen.get("masked") else seen.get("year")
    if year is None:
        return {}
    return {
        "year": {name: year[name] for name in ("low", "mid", "high")},
        "currency": year["currency"],
    }


def _days(tx: Transaction, candidate: Candidate) -> dict[str, Any]:
    """How long it waits or waited, and the day that it comes back or holds from."""
    awaited = candidate.state in AWAITING
    start = candidate.effective_from
    put_off = candidate.state is CandidateState.DEFERRED and candidate.decisions
    until = candidate.decisions[-1].until if put_off else None
    return {
        "waits_days": (tx.at - waits_since(candidate)).days if awaited else None,
        "answered_in_days": answered_in_days(candidate),
        "deferred_until": None if until is None else until.date(),
        "effective_from": None if start is None else start.date(),
    }
