"""From our objects to the API's shapes; the place where names and minutes stay behind."""

from datetime import datetime

from sqlalchemy.orm import Session

from api.schemas.candidates import CandidateOut
from api.schemas.cases import BreachOut, CaseOut
from api.schemas.policies import ClauseOut, ParameterOut, RevisionOut
from api.schemas.references import CandidateRef, KindRef
from recommender.access import Actor
from recommender.cases.guardrails import breaches
from recommender.changes.desks import may_decide
from recommender.kinds.assigning import suggested_kind
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind, Membership
from recommender.models.policies import Clause, Revision
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, Grade


def revision_out(revision: Revision) -> RevisionOut:
    """Show one wording."""
    return RevisionOut(
        number=revision.number,
        text=revision.text,
        parameters=[ParameterOut(**parameter) for parameter in revision.parameters],
        effective_from=revision.effective_from,
        candidate_id=revision.candidate_id,
        retires=revision.retires,
    )


def clause_out(clause: Clause, moment: datetime) -> ClauseOut:
    """Show a clause with the wording in force at a moment."""
    revision = clause.revision_at(moment)
    return ClauseOut(
        key=clause.key,
        section_key=clause.section_key,
        section_title=clause.section_title,
        owner=clause.desk,
        never_bend=clause.never_bend,
        ceiling=clause.ceiling,
        retired=revision is not None and revision.retires,
        revision=None if revision is None else revision_out(revision),
    )


def case_out(session: Session, case: Case, reader: Actor) -> CaseOut:
    """Show a case to this reader: opaque id, day, redacted text, no person."""
    membership = session.get(Membership, case.id)
    kind = None if membership is None else session.get_one(Kind, membership.kind_id)
    suggested = suggested_kind(session, case.id)
    pending = case.state is CaseState.PENDING
    return CaseOut(
        id=case.id,
        state=case.state,
        day=case.occurred_at.date(),
        situation=case.situation,
        resolution=case.resolution,
        reason=case.reason,
        decline_reason=case.decline_reason,
        clause_key=None if case.clause is None else case.clause.key,
        policy_ref=case.policy_ref,
        gap=case.gap,
        granted_action=case.granted_action,
        amount=case.amount,
        currency=case.currency,
        facts=case.facts,
        channel=case.channel,
        product=case.product,
        filed_after_the_act=case.filed_after_the_act,
        outcome=case.outcome.reading,
        content_hash=case.content_hash,
        version=case.version,
        breaches=[
            BreachOut(rule=breach.rule, words=breach.words)
            for breach in (breaches(session, case) if pending else [])
        ],
        expires_at=case.expires_at if pending else None,
        mine=case.agent_id == reader.name,
        kind=None if kind is None else KindRef(id=kind.id, name=kind.name),
        suggested_kind=None if suggested is None else KindRef.model_validate(suggested),
    )


def candidate_ref(candidate: Candidate) -> CandidateRef:
    """Name a candidate with its state."""
    return CandidateRef.model_validate(candidate)


def candidate_out(tx: Transaction, candidate: Candidate) -> CandidateOut:
    """Show a candidate in a list."""
    clause = candidate.clause
    grade = candidate.draft.get("grade")
    return CandidateOut(
        id=candidate.id,
        state=candidate.state,
        verdict=candidate.verdict,
        kind=KindRef.model_validate(candidate.kind),
        clause=None if clause is None else clause.key,
        owner=None if clause is None else clause.desk,
        grade=None if grade is None else Grade(grade),
        promoted_on=candidate.promoted_at.date(),
        yours=may_decide(tx.session, tx.actor, candidate),
    )
