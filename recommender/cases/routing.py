"""What peers cannot approve: shown to the clause's desk, which answers that one case as its owner.

An owner's answer is no signature: the case says `decided_by_owner`, and what is never bent can
only be declined.
"""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from recommender.access import Act
from recommender.cases.cosigning import decide
from recommender.cases.eligibility import FilerUnknown, barred, line_of
from recommender.cases.guardrails import (
    PEERS,
    Breach,
    NeverBend,
    Rule,
    breaches,
    breaches_of_each,
    lock_limits,
)
from recommender.cases.proposals import WHOLE, open_proposal, redacted
from recommender.cases.wishes import require_text
from recommender.errors import Conflict
from recommender.models.cases import Case
from recommender.models.notices import Notice
from recommender.models.policies import Clause, Policy
from recommender.notices import settle_case, tell
from recommender.policies.lookup import owners_of, policy_owners
from recommender.storage.events import commitment
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, NoticeTopic


class NotRouted(Conflict):
    """Peers can approve this themselves, so it is theirs to answer."""


def routed_to_me(tx: Transaction) -> list[Case]:
    """Give the proposals that peers cannot approve and the actor's desk can answer, oldest first.

    A limit that was changed since they were filed counts as it is now.
    """
    tx.actor.require(Act.DECIDE_ROUTED)
    return _mine(tx, _waiting(tx))


def is_routed_to_me(tx: Transaction, case: Case) -> bool:
    """Tell whether the actor may decide a proposal because peers cannot approve it."""
    return tx.actor.may(Act.DECIDE_ROUTED) and bool(_mine(tx, [case]))


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
    return _route(tx, [case])


def route_waiting(tx: Transaction) -> int:
    """Tell desks of proposals that peers could approve when they were filed and now cannot."""
    tx.actor.require(Act.EXPIRE)
    return _route(tx, _waiting(tx))


def _route(tx: Transaction, cases: Sequence[Case]) -> int:
    told = _told(tx, cases)
    met = {
        case.id: [breach for breach in breaches if breach.rule is not Rule.PAUSED]
        for case, breaches in zip(cases, breaches_of_each(tx, cases, PEERS), strict=True)
    }
    for case in cases:
        if case.id in told and not met[case.id]:
            settle_case(tx, case.id, NoticeTopic.ROUTED)
    untold = [case for case in cases if met[case.id] and case.id not in told]
    return sum(
        _tell_owners(tx, case, owners, met[case.id])
        for case, owners in zip(untold, _deciding(tx, untold), strict=True)
    )


def _tell_owners(tx: Transaction, case: Case, owners: Sequence[str], met: Sequence[Breach]) -> int:
    return tell(
        tx,
        owners,
        topic=NoticeTopic.ROUTED,
        title="A proposal waits for you as the rule's owner",
        body=" ".join(breach.words for breach in met),
        case_id=case.id,
        needs_you=True,
    )


def _waiting(tx: Transaction) -> list[Case]:
    waiting = select(Case).where(
        Case.state == CaseState.PENDING,
        Case.agent_id.is_not(None),
        or_(Case.expires_at.is_(None), Case.expires_at > tx.at),
    )
    desks = selectinload(Case.clause).selectinload(Clause.policy).load_only(Policy.owner)
    oldest_first = waiting.order_by(Case.filed_at, Case.id).options(*WHOLE, desks)
    return list(tx.session.scalars(oldest_first))


def _mine(tx: Transaction, cases: Sequence[Case]) -> list[Case]:
    decided = zip(cases, _deciding(tx, cases), strict=True)
    mine = [case for case, owners in decided if tx.actor.name in owners]
    met = breaches_of_each(tx, mine, PEERS)
    return [case for case, one in zip(mine, met, strict=True) if one]


def _deciding(tx: Transaction, cases: Sequence[Case]) -> list[list[str]]:
    """Name, for each case, the owners who may decide it, none of them in its filer's line.

    Where nobody else sits at the clause's desk, every other policy owner may.
    """
    if not cases:
        return []
    owners = policy_owners(tx.session)
    return [
        owners_of(case.clause, owners, but=own)
        for case, own in zip(cases, barred(tx, cases), strict=True)
    ]


def _require_desk(tx: Transaction, case: Case) -> None:
    """Refuse with OwnCosign, InTheSameLine or NotYourClause who may not decide a case."""
    case.require_peer(tx.actor, line_of(tx, tx.actor.name))
    (owners,) = _deciding(tx, [case])
    if case.clause is not None:
        case.clause.require_owner(tx.actor, orphan=tx.actor.name in owners)


def _to_answer(tx: Transaction, case_id: str, content_hash: str) -> tuple[Case, list[Breach]]:
    tx.actor.require(Act.DECIDE_ROUTED)
    case = open_proposal(tx, case_id)
    if case.agent_id is None:
        raise FilerUnknown(
            "It is not known who filed this, so nobody can be told from the filer.",
            remedy="Answer it where it came from.",
        )
    _require_desk(tx, case)
    case.require_content(content_hash)
    lock_limits(tx, case)
    met = breaches(tx, case, PEERS)
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


def _told(tx: Transaction, cases: Sequence[Case]) -> frozenset[str]:
    """Give the ids of those cases whose desk was told of them."""
    told = select(Notice.case_id).where(
        Notice.case_id.in_([case.id for case in cases]), Notice.topic == NoticeTopic.ROUTED
    )
    return frozenset(filter(None, tx.session.scalars(told))) if cases else frozenset()
