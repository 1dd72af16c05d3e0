"""Accepting: the owner's yes, the wording that is written, and its day of coming into force."""

from contextlib import suppress
from datetime import date

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.clock import today
from recommender.cases.guardrails import CeilingExceeded, NeverBend
from recommender.changes.answers import edit_distance
from recommender.changes.backtest import replay_wording
from recommender.changes.budgets import require_within_budget
from recommender.changes.candidates import candidate, plain
from recommender.changes.decisions import (
    answer,
    require_answerable,
    require_in_order,
    start_of,
)
from recommender.changes.exceptions import EXCEPTING, accepted_exception, read_back
from recommender.changes.gathering import find_ground
from recommender.changes.ground import AMOUNT
from recommender.changes.news import tell_contributors
from recommender.changes.places import Place, open_clause
from recommender.changes.predicting import plan
from recommender.changes.recognition import tell_teams
from recommender.changes.redline import Wording, stated
from recommender.changes.verdicts import WIDENING
from recommender.errors import Invalid
from recommender.kinds.catalogue import UnknownKind
from recommender.learning.units import CURRENCIES
from recommender.models.changes import Candidate
from recommender.policies.conditions import Condition
from recommender.policies.exceptions import added_words
from recommender.policies.library import revise
from recommender.policies.limiting import limits_of
from recommender.policies.syntax.handbook import Parameter
from recommender.policies.syntax.markup import read_parameters
from recommender.policies.syntax.read import check_wording
from recommender.policies.syntax.suggest import suggest_parameters
from recommender.storage.house import Transaction
from recommender.vocabulary import (
    TEXT_CHANGING_VERDICTS,
    CandidateState,
    DecisionVerdict,
    Verdict,
)

_ACCEPTED = frozenset({CandidateState.ACCEPTED, CandidateState.ACCEPTED_WITH_EDITS})


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

    The new wording is in force from a day on, by default from now. Raises StaleBase, NeverBend,
    CeilingExceeded or BudgetExceeded, BadClause for edits that no handbook could carry,
    DateInPast, ReasonMissing, and whatever forbids this actor to decide.
    """
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    edited = markup is not None and markup.strip() != (found.new_markup or "").strip()
    final = markup.strip() if edited and markup is not None else found.new_markup
    verdict = DecisionVerdict.ACCEPT_WITH_EDITS if edited else DecisionVerdict.ACCEPT
    require_answerable(tx, found, verdict, reason)
    found.require_fresh_base()
    _require_permitted(found, final, edited=edited)
    _require_affordable(tx, found, final)
    start = start_of(tx, effective_from, "effective_from")
    if found.clause is not None and found.verdict in TEXT_CHANGING_VERDICTS:
        require_in_order(found.clause, start)
    decision = answer(tx, found, verdict, reason)
    decision.final_markup, found.effective_from = final, start
    decision.suggested_backtest = found.backtest
    decision.edit_distance = edit_distance(found.new_markup, final)
    if edited:
        _replay(tx, found, final)
    decision.final_backtest = found.backtest
    if found.verdict in TEXT_CHANGING_VERDICTS:
        _write(tx, found, final)
        found.prediction, found.design = plan(tx, found, found.backtest)
        _enter_if_due(tx, found)
    else:
        found.move_to(CandidateState.CONFIRMED)
    tell_contributors(tx, found, decision)
    tell_teams(tx, found)
    return found


def bring_into_force(tx: Transaction) -> int:
    """Let every accepted wording whose date has come enter into force; give how many."""
    tx.actor.require(Act.DECIDE)
    accepted = tx.session.scalars(
        select(Candidate).where(Candidate.state.in_(_ACCEPTED)).order_by(Candidate.id)
    )
    return sum(_enter_if_due(tx, found) for found in list(accepted))


def _require_permitted(found: Candidate, final: str | None, *, edited: bool) -> None:
    """Refuse edits where no text changes, a clause that is never bent, a passed ceiling."""
    if edited and found.verdict not in TEXT_CHANGING_VERDICTS - {Verdict.RETIRE_RULE}:
        raise NoTextToEdit(
            f"{_words(found.verdict)} changes no text.",
            field="markup",
            remedy="Accept it as it is, or return it with a question.",
        )
    if edited and final is not None:
        check_wording(final)
    clause = found.clause
    if clause is None or found.verdict not in TEXT_CHANGING_VERDICTS:
        return
    if clause.never_bend:
        raise NeverBend(
            f"{clause.key} is never bent, so no candidate changes it.",
            remedy="Reject it, or take the clause off the never-bend list first.",
            clause=clause.key,
        )
    most = max(_new_amounts(found, final), default=None)
    if clause.ceiling is not None and most is not None and most > clause.ceiling:
        raise CeilingExceeded(
            f"{most:g} is above the ceiling of {clause.key}, {clause.ceiling:g}.",
            field="markup",
            remedy="Lower the amount, or raise the ceiling first.",
            clause=clause.key,
            ceiling=clause.ceiling,
        )


def _require_affordable(tx: Transaction, found: Candidate, final: str | None) -> None:
    """Refuse with BudgetExceeded what costs more a month than the clause's budget is by now."""
    budget = limits_of(tx, found.clause).monthly_budget
    if budget is None or found.kind_id is None or found.verdict not in WIDENING:
        return
    with suppress(UnknownKind):  # no case is left to count
        ground = find_ground(tx, found.kind_id)
        require_within_budget(ground, _stated(found, final))


def _new_amounts(found: Candidate, final: str | None) -> list[float]:
    """Give the largest amounts that the wording names and the old one does not, typed or not."""
    if final is None:
        return []
    said = [one.number for one in _stated(found, final) if _limits_amount(one)]
    added = _amounts(final) - _amounts(found.old_markup or "")
    return [*added, *(one for one in said if one is not None)]


def _amounts(markup: str) -> set[float]:
    """Give what the typed limits allow at most, and what the words beside them seem to."""
    typed = {one.limit for one in read_parameters(markup) if _limits_amount(one)}
    sums = (one for one in suggest_parameters(markup) if one.unit in CURRENCIES.values())
    return typed | {one.limit for one in sums if one.bound == "max"}


def _stated(found: Candidate, final: str | None) -> tuple[Condition, ...]:
    """Give the conditions with the numbers that the final wording gives them."""
    drafted = _conditions(found)
    if found.verdict in EXCEPTING and final is not None:
        return read_back(drafted, added_words(found.old_markup or "", final))
    return stated(found.verdict, final, drafted)


def _limits_amount(limit: Parameter | Condition) -> bool:
    return limit.fact == AMOUNT and limit.bound == "max"


def _conditions(found: Candidate) -> tuple[Condition, ...]:
    return tuple(Condition.from_json(one) for one in found.draft.get("conditions", ()))


def _replay(tx: Transaction, found: Candidate, final: str | None) -> None:
    if found.kind_id is None:
        return
    wording = Wording(found.old_markup, final)
    replayed = replay_wording(
        tx, find_ground(tx, found.kind_id), found.verdict, wording, _conditions(found)
    )
    found.backtest = plain(replayed)


def _write(tx: Transaction, found: Candidate, final: str | None) -> None:
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
        exception = accepted_exception(found, final)
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


def _enter_if_due(tx: Transaction, found: Candidate) -> bool:
    if found.effective_from is None or found.effective_from > today(tx).moment:
        return False
    found.move_to(CandidateState.IN_FORCE)
    tx.record("enter_force", "candidate", found.id, revision=found.revision_id)
    return True


def _words(verdict: Verdict) -> str:
    return verdict.replace("_", " ").capitalize()
