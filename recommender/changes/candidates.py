"""Candidates: a kind promoted, claimed by the clause's owner, released again.

While a candidate is open its draft follows the evidence: it is drafted anew when somebody claims
or releases it. From the claim on its content is frozen. The evidence is frozen at promotion, as the
kind's page showed it then.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from recommender.access import Act
from recommender.cases.clock import today
from recommender.changes.content import (
    Lost,
    plain,
    redraft,
    redraft_released,
    take_content,
)
from recommender.changes.desks import WAITING, require_desk, takers_of
from recommender.changes.drafting import Drafted, compose
from recommender.changes.gathering import find_ground
from recommender.changes.moved import how_moved
from recommender.changes.news import tell_owners
from recommender.config import Settings
from recommender.errors import Conflict, NotFound
from recommender.kinds.catalogue import living_kind
from recommender.kinds.closely import close_view
from recommender.kinds.contrast import declined_like
from recommender.kinds.floors import hides_people
from recommender.kinds.standing import Standing, needed_again, standings
from recommender.kinds.surfacing import shortfalls
from recommender.models.changes import Candidate
from recommender.notices import settle, tell
from recommender.policies.safe_words import safe_name
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, KindState, NoticeTopic, Verdict


class UnknownCandidate(NotFound):
    """There is no such candidate."""


class NotSurfaced(Conflict):
    """The kind does not pass the surfacing rule, so it is not promoted."""


class KindDismissed(Conflict):
    """Somebody has put the kind aside."""


class AlreadyPromoted(Conflict):
    """A candidate of this kind is waiting for an answer."""


class EvidenceUnchanged(Conflict):
    """The kind was rejected; its cases have not doubled since, nor what it suggests moved."""


class StillDeferred(Conflict):
    """The candidate was put off, and the date has not come."""


def promote(tx: Transaction, kind_id: str, verdict: Verdict | None = None) -> Candidate:
    """Make a surfaced kind's draft a candidate, with its evidence frozen.

    A verdict other than the suggested one may be chosen. A returned candidate is opened again, a
    rejected one only once the cases have doubled or what they suggest has moved. Raises
    NotSurfaced, KindDismissed, AlreadyPromoted, EvidenceUnchanged, or why the verdict cannot be
    drafted.
    """
    tx.actor.require(Act.JUDGE_KINDS)
    kind = living_kind(tx, kind_id)
    standing = standings(tx, [kind])[0]
    earlier = candidate_of_kind(tx, kind_id)
    _require_promotable(standing, earlier, tx.settings)
    drafted = compose(find_ground(tx, kind_id), verdict)
    if earlier is not None and earlier.state is CandidateState.REJECTED:
        _require_news(standing, earlier, drafted)
    if earlier is not None and earlier.state in {CandidateState.RETURNED, CandidateState.REJECTED}:
        promoted = earlier
        promoted.move_to(CandidateState.OPEN)
    else:
        promoted = Candidate(kind=kind, state=CandidateState.OPEN)
    promoted.promoted_by, promoted.promoted_at = tx.actor.name, tx.at
    promoted.claimed_by = promoted.claimed_at = None
    promoted.evidence = _as_shown(tx, standing)
    take_content(tx, promoted, drafted)
    _keep(tx, promoted, kind_id)
    tx.record("promote", "candidate", promoted.id, kind=kind_id, verdict=str(promoted.verdict))
    tell_owners(tx, promoted)
    return promoted


def candidates(tx: Transaction) -> list[Candidate]:
    """List candidates, those that wait for an answer first, the oldest before the others."""
    tx.actor.require(Act.READ_CANDIDATES)
    found = tx.session.scalars(select(Candidate).order_by(Candidate.promoted_at, Candidate.id))
    return sorted(found, key=lambda one: one.state not in WAITING)


def candidate(tx: Transaction, candidate_id: str) -> Candidate:
    """Find a candidate; raises UnknownCandidate."""
    tx.actor.require(Act.READ_CANDIDATES)
    found = tx.session.get(Candidate, candidate_id)
    if found is None:
        raise UnknownCandidate(
            "There is no such candidate.",
            field="candidate",
            remedy="`recommender candidates` lists them.",
        )
    return found


def candidate_of_kind(tx: Transaction, kind_id: str) -> Candidate | None:
    """Give the newest candidate of a kind; None where it was never promoted."""
    tx.actor.require(Act.READ_CANDIDATES)
    return tx.session.scalars(
        select(Candidate)
        .where(Candidate.kind_id == kind_id)
        .order_by(Candidate.promoted_at.desc(), Candidate.id)
        .limit(1)
    ).first()


def claim(tx: Transaction, candidate_id: str) -> Candidate:
    """Take a candidate for deciding: drafted anew a last time, then its content is frozen.

    Somebody else's claim is taken over where it may be, and they are told. Raises NotYourClaim,
    NotYourClause or NotYourDesk, PromoterAccepts, StillDeferred, IllegalMove.
    """
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    if tx.actor.name in takers_of(tx, found):
        _take_over(tx, found)
    require_desk(tx.session, tx.actor, found)
    _reopen_if_due(tx, found)
    found.move_to(CandidateState.CLAIMED)
    redraft(tx, found)
    found.claimed_by, found.claimed_at = tx.actor.name, tx.at
    settle(tx, found.id)
    tx.record("claim", "candidate", found.id, kind=found.kind_id)
    return found


def release(
    tx: Transaction, candidate_id: str, *, markup: str | None = None
) -> tuple[Candidate, Lost | None]:
    """Give a claimed candidate back; it is drafted anew on the clause's newest wording.

    `markup` is the wording as the owner has edited it. Beside the candidate comes what the new
    draft does not say any more; None where nothing is lost.
    """
    tx.actor.require(Act.DECIDE)
    found = candidate(tx, candidate_id)
    found.require_decider(tx.actor)
    found.move_to(CandidateState.OPEN)
    found.claimed_by = found.claimed_at = None
    lost = redraft_released(tx, found, markup)
    tx.record("release", "candidate", found.id, kind=found.kind_id)
    return found, lost


def reopen_due(tx: Transaction) -> int:
    """Open every deferred candidate whose date has come; give how many."""
    tx.actor.require(Act.DECIDE)
    deferred = select(Candidate).where(Candidate.state == CandidateState.DEFERRED)
    due = [one for one in tx.session.scalars(deferred) if is_due(tx, one)]
    for found in due:
        _reopen_if_due(tx, found)
        tell_owners(tx, found)
    return len(due)


def is_due(tx: Transaction, candidate: Candidate) -> bool:
    """Tell whether the date that a candidate was put off to has come."""
    until = candidate.decisions[-1].until if candidate.decisions else None
    return until is None or until <= today(tx).moment


def _require_promotable(standing: Standing, earlier: Candidate | None, settings: Settings) -> None:
    if standing.state is KindState.DISMISSED:
        raise KindDismissed(
            "This kind was dismissed.", remedy="Take it back first.", kind=standing.kind.id
        )
    if earlier is not None and earlier.state in WAITING - {CandidateState.RETURNED}:
        raise _already_promoted(standing.kind.id, candidate=earlier.id, state=str(earlier.state))
    if not standing.surfaced:
        missing = [one.words for one in shortfalls(standing.evidence)]
        raise NotSurfaced(
            "This kind does not pass the surfacing rule.",
            remedy=" ".join(missing),
            kind=standing.kind.id,
        )
    if hides_people(standing.evidence, settings):
        raise NotSurfaced(
            "Too few people are behind this kind to show what speaks for it.",
            remedy="Wait until more people have filed such cases.",
            kind=standing.kind.id,
        )


def _as_shown(tx: Transaction, standing: Standing) -> dict[str, Any]:
    """Freeze what the kind's page shows its promoter, and the grade beside it."""
    shown = close_view(tx, standing, declined_like(tx, standing.kind))
    return plain(shown) | {"grade": standing.grade if standing.surfaced else None}


def _keep(tx: Transaction, promoted: Candidate, kind_id: str) -> None:
    """Store a promoted candidate; of two at the same moment the second is refused."""
    tx.session.add(promoted)
    try:
        tx.session.flush()
    except IntegrityError as error:
        raise _already_promoted(kind_id) from error


def _already_promoted(kind_id: str, **facts: str) -> AlreadyPromoted:
    return AlreadyPromoted(
        "A candidate of this kind waits for its answer already.",
        remedy="Wait for the answer.",
        kind=kind_id,
        **facts,
    )


def _require_news(standing: Standing, rejected: Candidate, drafted: Drafted) -> None:
    """Let a rejected kind come back with twice the cases, or where what it suggests has moved."""
    needed = needed_again(rejected)
    few = standing.evidence.counted_cases < needed
    if few and how_moved(rejected, drafted) is None:
        raise EvidenceUnchanged(
            "This kind was rejected; its cases have not doubled since, nor its limits moved.",
            remedy=f"It may come back with {needed} cases.",
            candidate=rejected.id,
            cases=standing.evidence.counted_cases,
            needed=needed,
        )


def _take_over(tx: Transaction, found: Candidate) -> None:
    """End somebody's claim, and tell them; what they edited and did not answer is not kept."""
    holder = found.claimed_by
    found.move_to(CandidateState.OPEN)
    tx.record("take_over", "candidate", found.id, kind=found.kind_id, claimed_by=holder)
    tell(
        tx,
        [holder],
        topic=NoticeTopic.HANDED_OVER,
        title=f"Taken over: {safe_name(found.subject)}",
        body="You had claimed this suggestion. As you are away, or it has waited for long, a "
        "colleague who may decide in your place has taken it over.",
        candidate_id=found.id,
    )


def _reopen_if_due(tx: Transaction, found: Candidate) -> None:
    if found.state is not CandidateState.DEFERRED:
        return
    if not is_due(tx, found):
        raise StillDeferred(
            "This candidate was put off, and the date has not come.",
            remedy="Come back on the date.",
            candidate=found.id,
        )
    found.move_to(CandidateState.OPEN)
    tx.record("reopen", "candidate", found.id, kind=found.kind_id)
