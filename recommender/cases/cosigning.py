"""Co-signing: a peer's verdict on exactly the text that they saw; a yes approves at once.

Proposals are answered one by one; there is no way to answer several at once.
"""

from sqlalchemy import or_, select

from recommender.access import Act
from recommender.cases.eligibility import answerable, proposal_to_answer
from recommender.cases.guardrails import require_within
from recommender.cases.offering import offered_to_me
from recommender.cases.proposals import WHOLE, redacted
from recommender.cases.reviewing import draw
from recommender.cases.wishes import require_text
from recommender.errors import Conflict
from recommender.models.base import new_id
from recommender.models.cases import Case, CoSignature
from recommender.notices import settle_case, tell
from recommender.storage.events import commitment
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, NoticeTopic, SignatureVerdict


class AlreadySigned(Conflict):
    """The same peer has signed this text before; another one is needed."""


def queue(tx: Transaction) -> list[Case]:
    """Give every proposal that the actor may answer: what they were asked for first, then by age.

    A lead who is no peer finds those that no peer has answered in time.
    """
    tx.actor.require(Act.ANSWER)
    answered = select(CoSignature.case_id).where(
        CoSignature.signer_id == tx.actor.name, CoSignature.voided_at.is_(None)
    )
    waiting = select(Case).where(
        answerable(tx),
        or_(Case.expires_at.is_(None), Case.expires_at > tx.at),
        Case.id.not_in(answered),
    )
    oldest_first = tx.session.scalars(
        waiting.order_by(Case.filed_at, Case.id).options(*WHOLE)
    ).all()
    offered = offered_to_me(tx, [case.id for case in oldest_first])
    return sorted(oldest_first, key=lambda case: case.id not in offered)


def signed_by_me(tx: Transaction) -> list[Case]:
    """Give the cases that the actor has answered here, newest first."""
    tx.actor.require(Act.COSIGN)
    answered = select(CoSignature.case_id).where(
        CoSignature.signer_id == tx.actor.name, CoSignature.voided_at.is_(None)
    )
    mine = select(Case).where(Case.id.in_(answered)).order_by(Case.filed_at.desc(), Case.id)
    return list(tx.session.scalars(mine.options(*WHOLE)))


def cosign(tx: Transaction, case_id: str, content_hash: str) -> Case:
    """Sign a colleague's proposal; with the last signature it needs it is approved.

    `content_hash` is that of the text the signer saw. Refused in this order: RoleMissing;
    NotPending or ProposalExpired; OwnCosign or InTheSameLine; CharterUnread; StaleSignature; what
    guardrails refuse; AlreadySigned.
    """
    tx.actor.require(Act.ANSWER)
    case = proposal_to_answer(tx, case_id, content_hash)
    require_within(tx, case)
    signature = _answer(tx, case, SignatureVerdict.SIGNED)
    if _standing(case) >= case.signatures_needed:
        _approve(tx, case)
    tx.record(
        "cosign",
        "case",
        case.id,
        signature=signature.id,
        state=str(case.state),
        commitment=commitment(case),
    )
    return case


def decline(tx: Transaction, case_id: str, content_hash: str, reason: str) -> Case:
    """Decline a colleague's proposal, with the reason that its filer will read."""
    tx.actor.require(Act.ANSWER)
    typed = require_text("reason", reason)
    case = proposal_to_answer(tx, case_id, content_hash)
    signature = _answer(tx, case, SignatureVerdict.DECLINED)
    case.raw.decline_reason = typed
    case.decline_reason = signature.reason = redacted(tx, typed)
    decide(tx, case, CaseState.DECLINED)
    tell(
        tx,
        [case.agent_id],
        topic=NoticeTopic.PROPOSAL_ANSWERED,
        title="Your proposal was declined",
        body=f"A colleague read it and said no: {case.decline_reason}",
        case_id=case.id,
    )
    tx.record("decline", "case", case.id, signature=signature.id, commitment=commitment(case))
    return case


def decide(tx: Transaction, case: Case, state: CaseState) -> None:
    """Move a proposal to its answer, whoever gave it; nobody is asked about it any more.

    Which wording was in force when it happened is kept.
    """
    case.move_to(state, tx.at)
    revision = None if case.clause is None else case.clause.revision_at(case.occurred_at)
    case.revision_id = None if revision is None else revision.id
    settle_case(tx, case.id)


def _answer(tx: Transaction, case: Case, verdict: SignatureVerdict) -> CoSignature:
    standing = [given for given in case.signatures if given.voided_at is None]
    if any(given.signer_id == tx.actor.name for given in standing):
        raise AlreadySigned(
            "You have signed this already.", remedy="Another colleague has to sign it too."
        )
    signature = CoSignature(
        id=new_id(),
        filer_id=case.agent_id,
        signer_id=tx.actor.name,
        ordinal=len(case.signatures) + 1,
        verdict=verdict,
        content_hash=case.content_hash,
        given_at=tx.at,
    )
    case.signatures.append(signature)
    return signature


def _standing(case: Case) -> int:
    """How many signatures stand for exactly the present text."""
    return sum(
        given.verdict is SignatureVerdict.SIGNED
        and given.voided_at is None
        and given.content_hash == case.content_hash
        for given in case.signatures
    )


def _approve(tx: Transaction, case: Case) -> None:
    case.cosigner_id = tx.actor.name
    decide(tx, case, CaseState.APPROVED)
    draw(tx, case)
    tell(
        tx,
        [case.agent_id],
        topic=NoticeTopic.PROPOSAL_ANSWERED,
        title="Your proposal was co-signed",
        body="A colleague agreed, so it is approved. Go ahead.",
        case_id=case.id,
    )
