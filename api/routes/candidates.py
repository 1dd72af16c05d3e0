"""Candidates and decisions: the policy owners' routes."""

from typing import Final

from fastapi import APIRouter, Response

from api.deps import IfMatch, OpenedHouse, SignedIn, Token, etag, require_version
from api.schemas.base import ReasonIn
from api.schemas.candidates import (
    AcceptIn,
    AnswersOut,
    CandidatePage,
    CandidatesPage,
    DecisionOut,
    DeferIn,
    LostOut,
    ReleaseIn,
    RollBackIn,
)
from api.schemas.drafts import BacktestOut, DraftOut, ScopeOut
from api.schemas.effects import NarrowerOut
from api.schemas.evidence import EvidenceOut
from api.schemas.policies import ChangeOut
from api.views.candidates import candidate_out
from api.views.edits import conditions_given, scope_given
from recommender.access import Act, Actor
from recommender.accounts.sign_ins import confirm_person
from recommender.changes import accepting, decisions, rolling_back
from recommender.changes.answers import answers
from recommender.changes.candidates import candidate, candidates, claim, release
from recommender.changes.content import Lost, is_stale
from recommender.changes.last_words import last_words
from recommender.changes.recognition import thanked
from recommender.changes.suggested import narrower_than_before
from recommender.models.changes import Candidate
from recommender.models.policies import Revision
from recommender.policies.syntax.compare import word_diff
from recommender.policies.syntax.markup import plain_text
from recommender.storage.house import House, Transaction
from recommender.vocabulary import DecisionVerdict

router = APIRouter(tags=["candidates"])
_UNEDITED: Final = ReleaseIn()


@router.get("/candidates")
def list_candidates(house: OpenedHouse, actor: SignedIn) -> CandidatesPage:
    """Candidates, those that the reader may decide first."""
    with house.reading(actor) as tx:
        rows = [candidate_out(tx, found) for found in candidates(tx)]
        return CandidatesPage(candidates=sorted(rows, key=lambda row: not row.yours))


@router.get("/answers")
def read_answers(house: OpenedHouse, actor: SignedIn) -> AnswersOut:
    """What the house's answers come to: how many, how much was edited, how long they took."""
    with house.reading(actor) as tx:
        return AnswersOut.model_validate(answers(tx))


@router.get("/candidates/{candidate_id}")
def read_candidate(
    house: OpenedHouse, actor: SignedIn, candidate_id: str, response: Response
) -> CandidatePage:
    """All that an owner needs to decide: redline, evidence at promotion, backtest, answers."""
    with house.reading(actor) as tx:
        found = candidate(tx, candidate_id)
        response.headers["ETag"] = etag(found.version)
        return _page(tx, found)


@router.post("/candidates/{candidate_id}/claim")
def claim_candidate(house: OpenedHouse, actor: SignedIn, candidate_id: str) -> CandidatePage:
    """Take it for deciding; its content is frozen from now on."""
    with house.transaction(actor) as tx:
        return _page(tx, claim(tx, candidate_id))


@router.post("/candidates/{candidate_id}/release")
def release_candidate(
    house: OpenedHouse, actor: SignedIn, candidate_id: str, body: ReleaseIn = _UNEDITED
) -> CandidatePage:
    """Give it back; it is drafted anew on the clause's newest wording, and `lost` is not in it."""
    with house.transaction(actor) as tx:
        found, lost = release(tx, candidate_id, markup=body.markup)
        page = _page(tx, found)
        page.lost = None if lost is None else _lost_out(found, lost)
        return page


@router.post("/candidates/{candidate_id}/accept")
def accept_candidate(
    house: OpenedHouse,
    actor: SignedIn,
    token: Token,
    candidate_id: str,
    body: AcceptIn,
    if_match: IfMatch = None,
) -> CandidatePage:
    """Accept, or with other words, limits or scope; every contributor hears the reason."""
    _require_person(house, actor, token, candidate_id, body)
    with house.transaction(actor) as tx:
        _require_as_seen(tx, candidate_id, if_match)
        found = accepting.accept(
            tx,
            candidate_id,
            reason=body.reason,
            effective_from=body.effective_from,
            markup=body.markup,
            conditions=conditions_given(body.conditions),
            scope=scope_given(body.scope),
            review_on=body.review_on,
        )
        return _page(tx, found)


@router.post("/candidates/{candidate_id}/reject")
def reject_candidate(
    house: OpenedHouse,
    actor: SignedIn,
    candidate_id: str,
    body: ReasonIn,
    if_match: IfMatch = None,
) -> CandidatePage:
    """Reject; it is not suggested again until the evidence has really changed."""
    with house.transaction(actor) as tx:
        _require_as_seen(tx, candidate_id, if_match)
        return _page(tx, decisions.reject(tx, candidate_id, reason=body.reason))


@router.post("/candidates/{candidate_id}/defer")
def defer_candidate(
    house: OpenedHouse, actor: SignedIn, candidate_id: str, body: DeferIn
) -> CandidatePage:
    """Look again on a date."""
    with house.transaction(actor) as tx:
        return _page(tx, decisions.defer(tx, candidate_id, until=body.until, reason=body.reason))


@router.post("/candidates/{candidate_id}/return")
def return_candidate(
    house: OpenedHouse, actor: SignedIn, candidate_id: str, body: ReasonIn
) -> CandidatePage:
    """Send it back to the manager with a question."""
    with house.transaction(actor) as tx:
        return _page(tx, decisions.return_to_manager(tx, candidate_id, reason=body.reason))


@router.post("/candidates/{candidate_id}/confirm")
def confirm_candidate(
    house: OpenedHouse,
    actor: SignedIn,
    candidate_id: str,
    body: ReasonIn,
    if_match: IfMatch = None,
) -> CandidatePage:
    """Say that a change in force stays."""
    with house.transaction(actor) as tx:
        _require_as_seen(tx, candidate_id, if_match)
        return _page(tx, rolling_back.confirm(tx, candidate_id, reason=body.reason))


@router.post("/candidates/{candidate_id}/roll-back")
def roll_candidate_back(
    house: OpenedHouse,
    actor: SignedIn,
    token: Token,
    candidate_id: str,
    body: RollBackIn,
    if_match: IfMatch = None,
) -> CandidatePage:
    """Take a change back: the wording before it is written once more, in force from a day on."""
    _require_person(house, actor, token, candidate_id, body)
    with house.transaction(actor) as tx:
        _require_as_seen(tx, candidate_id, if_match)
        given = body.model_dump(exclude={"password"})
        return _page(tx, rolling_back.roll_back(tx, candidate_id, **given))


def _require_as_seen(tx: Transaction, candidate_id: str, if_match: str | None) -> None:
    """Refuse what has changed since it was read, to those only who may decide at all."""
    tx.actor.require(Act.DECIDE)
    require_version(if_match, candidate(tx, candidate_id).version)


def _require_person(
    house: House, actor: Actor, token: str, candidate_id: str, body: AcceptIn | RollBackIn
) -> None:
    """Ask for the password, of those only who may decide at all about what there is."""
    with house.reading(actor) as tx:
        actor.require(Act.DECIDE)
        candidate(tx, candidate_id)
    confirm_person(house, token, actor, body.password)


def _lost_out(found: Candidate, lost: Lost) -> LostOut:
    new, words = (plain_text(markup or "") for markup in (found.new_markup, lost.markup))
    return LostOut(
        markup=lost.markup,
        changes=[ChangeOut.model_validate(one) for one in word_diff(new, words)] if words else [],
        conditions=lost.conditions,
    )


def _accepted_changes(tx: Transaction, found: Candidate, old: str, drafted: str) -> list[ChangeOut]:
    written = None if found.revision_id is None else tx.session.get(Revision, found.revision_id)
    if written is None or written.text == drafted:
        return []
    return [ChangeOut.model_validate(change) for change in word_diff(old, written.text)]


def _page(tx: Transaction, found: Candidate) -> CandidatePage:
    old, new = (plain_text(markup or "") for markup in (found.old_markup, found.new_markup))
    base, said = found.base_revision, last_words(tx, found)
    narrower = narrower_than_before(tx, found)
    return CandidatePage(
        **candidate_out(tx, found).model_dump(),
        version=found.version,
        reason=found.reason,
        clause_text=None if base is None else base.text,
        base_revision=None if base is None else base.number,
        stale=is_stale(found),
        old_markup=found.old_markup,
        new_markup=found.new_markup,
        changes=[ChangeOut.model_validate(change) for change in word_diff(old, new)],
        accepted_changes=_accepted_changes(tx, found, old, new),
        draft=DraftOut.model_validate(found.draft),
        evidence=EvidenceOut.model_validate(found.evidence) if found.evidence else None,
        evidence_grade=found.evidence.get("grade"),
        backtest=BacktestOut.model_validate(found.backtest) if found.backtest else None,
        decisions=[
            DecisionOut(
                verdict=decision.verdict,
                reason=decision.reason,
                decided_on=decision.decided_at.date(),
                decided_as=decision.decided_as,
                edit_distance=decision.edit_distance,
            )
            for decision in found.decisions
        ],
        scope=ScopeOut.model_validate(found.scope) if found.scope else None,
        review_on=None if found.review_at is None else found.review_at.date(),
        narrower=None if narrower is None else NarrowerOut.model_validate(narrower),
        review_days=tx.settings.review_days,
        may_confirm=DecisionVerdict.CONFIRM in said,
        may_roll_back=DecisionVerdict.ROLL_BACK in said,
        thanks=thanked(tx, found),
    )
