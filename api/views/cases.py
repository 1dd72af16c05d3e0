"""Cases as the API shows them; the place where names and minutes stay behind.

A proposal that waits is shown only to whom it concerns (`filing.proposal`), so that what a
signature needs, its hash and until when it waits, is there for them and gone with the answer.
"""

from api.schemas.cases import BreachOut, CaseOut, QuestionOut
from api.schemas.references import KindRef
from recommender.cases.asking import questions
from recommender.cases.eligibility import could_sign
from recommender.cases.guardrails import breaches
from recommender.cases.offering import is_offered
from recommender.kinds.assigning import suggested_kind
from recommender.kinds.drilling import reads_all, shown_kind
from recommender.models.cases import Case
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState


def case_out(tx: Transaction, case: Case) -> CaseOut:
    """Show a case to the reader: opaque id, day, redacted text, no person."""
    kind = shown_kind(tx, case)
    suggested = suggested_kind(tx.session, case.id) if reads_all(tx) else None
    pending = case.state is CaseState.PENDING
    mine = case.agent_id == tx.actor.name
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
        dimension=case.dimension,
        amount=case.amount,
        currency=case.currency,
        facts=case.facts,
        channel=case.channel,
        product=case.product,
        filed_after_the_act=case.filed_after_the_act,
        outcome=case.outcome.reading,
        content_hash=case.content_hash if pending else None,
        version=case.version,
        breaches=[
            BreachOut(rule=breach.rule, words=breach.words)
            for breach in (breaches(tx, case) if pending else [])
        ],
        expires_at=case.expires_at if pending else None,
        mine=mine,
        offered=pending and is_offered(tx, case),
        escalated=case.escalated_at is not None,
        decided_by_owner=case.decided_by_owner,
        could_sign=could_sign(tx, case) if pending and mine else None,
        questions=_questions(tx, case) if pending or mine else [],
        kind=None if kind is None else KindRef(id=kind.id, name=kind.name),
        suggested_kind=None if suggested is None else KindRef.model_validate(suggested),
    )


def _questions(tx: Transaction, case: Case) -> list[QuestionOut]:
    return [
        QuestionOut(
            id=asked.id,
            text=asked.text,
            answer=asked.answer,
            mine=asked.asked_by == tx.actor.name,
            earlier=asked.content_hash != case.content_hash,
        )
        for asked in questions(tx, case)
    ]
