"""Decisions: the owner's answer to a claimed candidate, and its day of coming into force.

Every contributor hears the decision and its reason, whatever it is.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.clock import today
from recommender.cases.guardrails import CeilingExceeded, NeverBend
from recommender.changes.backtest import replay_wording
from recommender.changes.candidates import candidate, plain
from recommender.changes.desks import require_desk
from recommender.changes.gathering import find_ground
from recommender.changes.ground import AMOUNT
from recommender.changes.places import Place, open_clause
from recommender.changes.redline import Condition, Wording, safe_name
from recommender.errors import Invalid
from recommender.models.cases import Case
from recommender.models.changes import Candidate, Decision
from recommender.models.kinds import Membership
from recommender.notices import tell
from recommender.policies.library import revise
from recommender.policies.syntax.markup import plain_text
from recommender.policies.syntax.read import check_wording
from recommender.storage.house import Transaction
from recommender.vocabulary import (
    TEXT_CHANGING_VERDICTS,
    CandidateState,
    DecisionVerdict,
    NoticeTopic,
    Verdict,
)

_STATES = {
    DecisionVerdict.ACCEPT: CandidateState.ACCEPTED,
    DecisionVerdict.ACCEPT_WITH_EDITS: CandidateState.ACCEPTED_WITH_EDITS,
    DecisionVerdict.REJECT: CandidateState.REJECTED,
    DecisionVerdict.DEFER: CandidateState.DEFERRED,
    DecisionVerdict.RETURN: CandidateState.RETURNED,
}
_ACCEPTED = frozenset({CandidateState.ACCEPTED, CandidateState.ACCEPTED_WITH_EDITS})


class ReasonMissing(Invalid):
    """Every decision carries its reason, for those who contributed."""


class DateInPast(Invalid):
    """A wording comes into force, and a candidate is put off, from today on."""


class NoTextToEdit(Invalid):
    """The verdict changes no text, so there is none to edit."""


def accept(
    tx: Transaction,
    candidate_id: str,
    *,
    reason: str,
    effective_from: date | None = None,
    markup: str | None = None,
) -> Candidate:
    """Accept a claimed candidate, with edits where `markup` differs from what was drafted.

    The new wording is in force from a day on, by default from now. Raises StaleBase, NeverBend or
    CeilingExceeded, BadClause for edits that no handbook could carry, DateInPast, ReasonMissing,
    and whatever forbids this actor to decide.
    """
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    edited = markup is not None and markup.strip() != (found.new_markup or "").strip()
    verdict = DecisionVerdict.ACCEPT_WITH_EDITS if edited else DecisionVerdict.ACCEPT
    decision = _decide(tx, found, verdict, reason)
    found.require_fresh_base()
    if edited and found.verdict not in TEXT_CHANGING_VERDICTS - {Verdict.RETIRE_RULE}:
        raise NoTextToEdit(
            f"{_words(found.verdict)} changes no text.",
            field="markup",
            remedy="Accept it as it is, or return it with a question.",
        )
    final = markup.strip() if edited and markup is not None else found.new_markup
    decision.final_markup = final
    found.effective_from = _start(tx, effective_from, "effective_from")
    if found.verdict in TEXT_CHANGING_VERDICTS:
        _require_within(found, final)
        if edited:
            _replay(tx, found, final)
        _write(tx, found, final)
        _enter_if_due(tx, found)
    else:
        found.move_to(CandidateState.CONFIRMED)
    _tell_contributors(tx, found, decision)
    return found


def reject(tx: Transaction, candidate_id: str, *, reason: str) -> Candidate:
    """Reject a claimed candidate; its kind is not promoted again until its cases doubled."""
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    _tell_contributors(tx, found, _decide(tx, found, DecisionVerdict.REJECT, reason))
    return found


def defer(tx: Transaction, candidate_id: str, *, until: date, reason: str) -> Candidate:
    """Put a claimed candidate off until a date."""
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    decision = _decide(tx, found, DecisionVerdict.DEFER, reason)
    decision.until = _start(tx, until, "until")
    found.claimed_by = found.claimed_at = None
    _tell_contributors(tx, found, decision)
    return found


def return_to_manager(tx: Transaction, candidate_id: str, *, reason: str) -> Candidate:
    """Send a claimed candidate back to who promoted it, with a question."""
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    decision = _decide(tx, found, DecisionVerdict.RETURN, reason)
    found.claimed_by = found.claimed_at = None
    tell(
        tx,
        [found.promoted_by],
        topic=NoticeTopic.CANDIDATE_RETURNED,
        title=f"A question about your candidate: {safe_name(found.kind.name)}",
        body=decision.reason,
        candidate_id=found.id,
        needs_you=True,
    )
    return found


def bring_into_force(tx: Transaction) -> int:
    """Let every accepted wording whose date has come enter into force; give how many."""
    tx.actor.require(Act.DECIDE)
    accepted = tx.session.scalars(
        select(Candidate).where(Candidate.state.in_(_ACCEPTED)).order_by(Candidate.id)
    )
    return sum(_enter_if_due(tx, found) for found in list(accepted))


def _decide(tx: Transaction, found: Candidate, verdict: DecisionVerdict, reason: str) -> Decision:
    """Check who decides, move the candidate by the table, and keep the answer with its reason."""
    require_desk(tx.session, tx.actor, found)
    found.move_to(_STATES[verdict])
    if not reason.strip():
        raise ReasonMissing(
            "A decision needs its reason.",
            field="reason",
            remedy="Say in a sentence why; everybody who contributed reads it.",
        )
    decision = Decision(
        verdict=verdict,
        reason=" ".join(reason.split()),
        decided_by=tx.actor.name,
        decided_at=tx.at,
        suggested_markup=found.new_markup,
    )
    found.decisions.append(decision)
    tx.session.flush()
    tx.record(str(verdict), "candidate", found.id, kind=found.kind_id, decision=decision.id)
    return decision


def _require_within(found: Candidate, final: str | None) -> None:
    """Refuse a wording for a clause that is never bent, or with an amount past its ceiling."""
    clause = found.clause
    if clause is None:
        return
    if clause.never_bend:
        raise NeverBend(
            f"{clause.key} is never bent, so no candidate changes it.",
            remedy="Reject it, or import the clause anew without the mark.",
            clause=clause.key,
        )
    for limit in check_wording(final) if final else ():
        past = clause.ceiling is not None and limit.limit > clause.ceiling
        if limit.fact == AMOUNT and limit.bound == "max" and past:
            raise CeilingExceeded(
                f"{limit.limit:g} is above the ceiling of {clause.key}, {clause.ceiling:g}.",
                field="markup",
                remedy="Lower the amount, or raise the ceiling first.",
                clause=clause.key,
                ceiling=clause.ceiling,
            )


def _replay(tx: Transaction, found: Candidate, final: str | None) -> None:
    conditions = tuple(Condition(**one) for one in found.draft.get("conditions", ()))
    wording = Wording(found.old_markup, final)
    ground = find_ground(tx, found.kind_id)
    found.backtest = plain(replay_wording(tx, ground, found.verdict, wording, conditions))


def _write(tx: Transaction, found: Candidate, final: str | None) -> None:
    """Write the new revision, or the new clause of a gap."""
    if found.clause is None:
        place = Place(**found.draft["place"])
        clause = open_clause(tx, place, final or "", found.effective_from, found.id)
        tx.session.flush()
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
        )
    found.revision_id = revision.id


def _enter_if_due(tx: Transaction, found: Candidate) -> bool:
    if found.effective_from is None or found.effective_from > today(tx).moment:
        return False
    found.move_to(CandidateState.IN_FORCE)
    tx.record("enter_force", "candidate", found.id, revision=found.revision_id)
    return True


def _start(tx: Transaction, day: date | None, field: str) -> datetime:
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


def _tell_contributors(tx: Transaction, found: Candidate, decision: Decision) -> None:
    """Tell filers, signers and the promoter what was decided and why."""
    tell(
        tx,
        {*_contributors(tx, found), found.promoted_by} - {tx.actor.name},
        topic=NoticeTopic.DECISION,
        title=f"{_HEADLINES[decision.verdict]}: {safe_name(found.kind.name)}",
        body=_news(found, decision),
        candidate_id=found.id,
    )


def _contributors(tx: Transaction, found: Candidate) -> Iterable[str | None]:
    pairs = tx.session.execute(
        select(Case.agent_id, Case.cosigner_id)
        .join(Membership, Membership.case_id == Case.id)
        .where(Membership.kind_id == found.kind_id)
    )
    return {name for pair in pairs.tuples() for name in pair}


def _news(found: Candidate, decision: Decision) -> str:
    """Put the decision into a few kind sentences, with the clause and its new text."""
    news = [f"You filed or signed cases of this kind. {_OUTCOMES[decision.verdict]}"]
    if decision.until is not None:
        news.append(f"It is looked at again on {decision.until.date()}.")
    if found.revision_id is not None and found.clause is not None:
        since = f"from {found.effective_from.date()} on" if found.effective_from else "now"
        words = plain_text(decision.final_markup or "")
        news.append(
            f"{found.clause.key} reads {since}: {words}"
            if words
            else f"{found.clause.key} no longer applies {since}."
        )
    return " ".join([*news, f"The reason: {decision.reason} Thank you."])


_HEADLINES = {
    DecisionVerdict.ACCEPT: "Your cases led to a decision",
    DecisionVerdict.ACCEPT_WITH_EDITS: "Your cases led to a decision",
    DecisionVerdict.REJECT: "The rule stays as it is",
    DecisionVerdict.DEFER: "Put off",
}
_OUTCOMES = {
    DecisionVerdict.ACCEPT: "The suggestion was accepted.",
    DecisionVerdict.ACCEPT_WITH_EDITS: "The suggestion was accepted with edits.",
    DecisionVerdict.REJECT: "The suggestion was not accepted.",
    DecisionVerdict.DEFER: "The decision was put off.",
}


def _words(verdict: Verdict) -> str:
    return verdict.replace("_", " ").capitalize()
