"""Co-signing: a peer's verdict on exactly the text that they saw; a yes approves at once."""

from sqlalchemy import or_, select

from recommender.access import Act
from recommender.cases.guardrails import require_within
from recommender.cases.proposals import open_proposal, redacted
from recommender.cases.wishes import require_text
from recommender.errors import Conflict
from recommender.models.base import new_id
from recommender.models.cases import Case, CoSignature
from recommender.notices import tell
from recommender.storage.events import commitment
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, NoticeTopic, SignatureVerdict


class AlreadySigned(Conflict):
    """The same peer has signed this text before; another one is needed."""


class FilerUnknown(Conflict):
    """Nobody knows who filed it, so nobody can be shown to be another person."""


def queue(tx: Transaction) -> list[Case]:
    """Give the proposals of others that wait for an answer of the actor, oldest first."""
    tx.actor.require(Act.COSIGN)
    answered = select(CoSignature.case_id).where(
        CoSignature.signer_id == tx.actor.name, CoSignature.voided_at.is_(None)
    )
    waiting = select(Case).where(
        Case.state == CaseState.PENDING,
        Case.agent_id != tx.actor.name,
        or_(Case.expires_at.is_(None), Case.expires_at > tx.at),
        Case.id.not_in(answered),
    )
    return list(tx.session.scalars(waiting.order_by(Case.filed_at, Case.id)))


def signed_by_me(tx: Transaction) -> list[Case]:
    """Give the cases that the actor has answered here, newest first."""
    tx.actor.require(Act.COSIGN)
    answered = select(CoSignature.case_id).where(
        CoSignature.signer_id == tx.actor.name, CoSignature.voided_at.is_(None)
    )
    return list(
        tx.session.scalars(
            select(Case).where(Case.id.in_(answered)).order_by(Case.filed_at.desc(), Case.id)
        )
    )


def cosign(tx: Transaction, case_id: str, content_hash: str) -> Case:
    """Sign a colleague's proposal; with the last signature it needs it is approved.

    `content_hash` is that of the text the signer saw. Refused in this order: RoleMissing;
    NotPending or ProposalExpired; OwnCosign; StaleSignature; NeverBend or CeilingExceeded.
    """
    tx.actor.require(Act.COSIGN)
    case = _to_answer(tx, case_id, content_hash)
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
    tx.actor.require(Act.COSIGN)
    typed = require_text("reason", reason)
    case = _to_answer(tx, case_id, content_hash)
    signature = _answer(tx, case, SignatureVerdict.DECLINED)
    case.raw.decline_reason = typed
    case.decline_reason = signature.reason = redacted(tx, typed)
    _decide(tx, case, CaseState.DECLINED)
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


def _to_answer(tx: Transaction, case_id: str, content_hash: str) -> Case:
    case = open_proposal(tx, case_id)
    if case.agent_id is None:
        raise FilerUnknown(
            "It is not known who filed this, so no peer can be told from the filer.",
            remedy="Answer it where it came from.",
        )
    case.require_peer(tx.actor, ())
    case.require_content(content_hash)
    return case


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
    _decide(tx, case, CaseState.APPROVED)
    case.cosigner_id = tx.actor.name
    tell(
        tx,
        [case.agent_id],
        topic=NoticeTopic.PROPOSAL_ANSWERED,
        title="Your proposal was co-signed",
        body="A colleague agreed, so it is approved. Go ahead.",
        case_id=case.id,
    )


def _decide(tx: Transaction, case: Case, state: CaseState) -> None:
    """Move to the answer and keep which wording was in force when it happened."""
    case.move_to(state, tx.at)
    revision = None if case.clause is None else case.clause.revision_at(case.occurred_at)
    case.revision_id = None if revision is None else revision.id
