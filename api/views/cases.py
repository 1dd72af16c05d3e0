"""Cases as the API shows them; the place where names and minutes stay behind."""

from api.schemas.cases import BreachOut, CaseOut
from api.schemas.references import KindRef
from recommender.cases.guardrails import breaches
from recommender.kinds.assigning import suggested_kind
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState


def case_out(tx: Transaction, case: Case) -> CaseOut:
    """Show a case to the reader: opaque id, day, redacted text, no person."""
    membership = tx.session.get(Membership, case.id)
    kind = None if membership is None else tx.session.get_one(Kind, membership.kind_id)
    suggested = suggested_kind(tx.session, case.id)
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
            for breach in (breaches(tx, case) if pending else [])
        ],
        expires_at=case.expires_at if pending else None,
        mine=case.agent_id == tx.actor.name,
        kind=None if kind is None else KindRef(id=kind.id, name=kind.name),
        suggested_kind=None if suggested is None else KindRef.model_validate(suggested),
    )
