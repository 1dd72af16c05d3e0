"""What peers cannot approve: shown to the clause's desk, which answers that one case as its owner.

An owner's answer is no signature: the case says `decided_by_owner`, and what is never bent can
only be declined.
"""

from sqlalchemy import or_, select

from recommender.access import Act
from recommender.cases.cosigning import decide
from recommender.cases.eligibility import FilerUnknown
from recommender.cases.guardrails import (
    PEERS,
    Breach,
    NeverBend,
    Rule,
    breaches,
    lock_limits,
)
from recommender.cases.proposals import open_proposal, redacted
from recommender.cases.wishes import require_text
from recommender.errors import Conflict, NotAllowed
from recommender.models.cases import Case
from recommender.models.notices import Notice
from recommender.models.policies import Clause
from recommender.notices import settle_case, tell
from recommender.policies.library import is_orphan
from recommender.policies.lookup import owners_of
from recommender.storage.events import commitment
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, NoticeTopic


class NotRouted(Conflict):
    """Peers can approve this themselves, so it is theirs to answer."""


def in_the_way(tx: Transaction, case: Case) -> list[Breach]:
    """Give why peers cannot approve a proposal; [] where they can."""
    return breaches(tx, case, PEERS)


def routed_to_me(tx: Transaction) -> list[Case]:
    """Give the proposals that peers cannot approve and the actor's desk can answer, oldest first.

    A limit that was changed since they were filed counts as it is now.
    """
    tx.actor.require(Act.DECIDE_ROUTED)
    return [case for case in _waiting(tx) if _is_mine(tx, case) and in_the_way(tx, case)]


def approve_routed(tx: Transaction, case_id: str, content_hash: str) -> Case:
    """Approve one case as the clause's owner; it counts as spent, and never as a peer's yes.

    `content_hash` is that of the text the owner read. Raises what forbids an answer, NotRouted
    where peers could approve it, NeverBend for what can only be declined.
    """
    case, met = _to_answer(tx, case_id, content_hash)
    if any(breach.rule is Rule.NEVER_BEND for breach in met):
        raise NeverBend(
            "This clause is never bent, so its owner can only decline.",
            remedy="Decline it and say why, or take the clause off the list first.",
        )
    _answer(tx, case, CaseState.APPROVED, met)
    _tell_filer(
        tx,
        case,
        "Your proposal was approved by the policy owner",
        "Peers could not approve it, so the owner of the rule did, for this one case. Go ahead.",
    )
    return case


def decline_routed(tx: Transaction, case_id: str, content_hash: str, reason: str) -> Case:
    """Decline one case as the clause's owner, with the reason that its filer will read."""
    typed = require_text("reason", reason)
    case, met = _to_answer(tx, case_id, content_hash)
    case.raw.decline_reason = typed
    case.decline_reason = redacted(tx, typed)
    _answer(tx, case, CaseState.DECLINED, met)
    _tell_filer(
        tx,
        case,
        "Your proposal was declined",
        f"Peers could not approve it, and the owner of the rule said no: {case.decline_reason}",
    )
    return case


def route(tx: Transaction, case: Case) -> int:
    """Tell the clause's desk of a proposal that peers cannot approve, once. Give how many heard.

    A pause alone tells nobody: the desk has made it. Where peers can approve it again, the desk
    need not look any more.
    """
    told = _was_told(tx, case)
    met = [breach for breach in in_the_way(tx, case) if breach.rule is not Rule.PAUSED]
    if told and not met:
        settle_case(tx, case.id, NoticeTopic.ROUTED)
    if told or not met:
        return 0
    return tell(
        tx,
        set(owners_of(tx.session, case.clause)) - {case.agent_id},
        topic=NoticeTopic.ROUTED,
        title="A proposal waits for you as the rule's owner",
        body=" ".join(breach.words for breach in met),
        case_id=case.id,
        needs_you=True,
    )


def route_waiting(tx: Transaction) -> int:
    """Tell desks of proposals that peers could approve when they were filed and now cannot."""
    tx.actor.require(Act.EXPIRE)
    return sum(route(tx, case) for case in _waiting(tx))


def _waiting(tx: Transaction) -> list[Case]:
    waiting = select(Case).where(
        Case.state == CaseState.PENDING,
        Case.agent_id.is_not(None),
        or_(Case.expires_at.is_(None), Case.expires_at > tx.at),
    )
    return list(tx.session.scalars(waiting.order_by(Case.filed_at, Case.id)))


def _is_mine(tx: Transaction, case: Case) -> bool:
    if case.agent_id == tx.actor.name:
        return False
    try:
        _require_desk(tx, case.clause)
    except NotAllowed:
        return False
    return True


def _require_desk(tx: Transaction, clause: Clause | None) -> None:
    if clause is not None:
        clause.require_owner(tx.actor, orphan=is_orphan(tx.session, clause))


def _to_answer(tx: Transaction, case_id: str, content_hash: str) -> tuple[Case, list[Breach]]:
    tx.actor.require(Act.DECIDE_ROUTED)
    case = open_proposal(tx, case_id)
    if case.agent_id is None:
        raise FilerUnknown(
            "It is not known who filed this, so nobody can be told from the filer.",
            remedy="Answer it where it came from.",
        )
    case.require_peer(tx.actor, ())
    _require_desk(tx, case.clause)
    case.require_content(content_hash)
    lock_limits(tx, case)
    met = in_the_way(tx, case)
    if not met:
        raise NotRouted(
            "Nothing keeps peers from approving this.", remedy="Leave it to a colleague."
        )
    return case, met


def _answer(tx: Transaction, case: Case, state: CaseState, met: list[Breach]) -> None:
    decide(tx, case, state)
    case.decided_by_owner = True
    tx.record(
        "decide_routed",
        "case",
        case.id,
        state=str(state),
        rules=[str(breach.rule) for breach in met],
        commitment=commitment(case),
    )


def _tell_filer(tx: Transaction, case: Case, title: str, body: str) -> None:
    tell(
        tx,
        [case.agent_id],
        topic=NoticeTopic.PROPOSAL_ANSWERED,
        title=title,
        body=body,
        case_id=case.id,
    )


def _was_told(tx: Transaction, case: Case) -> bool:
    told = select(Notice.id).where(Notice.case_id == case.id, Notice.topic == NoticeTopic.ROUTED)
    return tx.session.scalars(told.limit(1)).first() is not None
