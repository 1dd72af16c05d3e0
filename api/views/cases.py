"""Cases as the API shows them; the place where names and minutes stay behind.

A proposal that waits is shown only to whom it concerns (`filing.proposal`), so that what a
signature needs, its hash and until when it waits, is there for them and gone with the answer.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from api.schemas.cases import BreachOut, CaseOut, QuestionOut
from api.schemas.references import KindRef
from recommender.cases.asking import questions_about
from recommender.cases.eligibility import could_sign
from recommender.cases.guardrails import Breach, breaches_of_each
from recommender.cases.offering import offered_to_me
from recommender.kinds.assigning import suggested_kinds
from recommender.kinds.drilling import reads_all, shown_kinds
from recommender.models.asking import Question
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, Role


def case_out(tx: Transaction, case: Case) -> CaseOut:
    """Show a case to the reader: opaque id, day, redacted text, no person."""
    (shown,) = case_outs(tx, [case])
    return shown


def case_outs(
    tx: Transaction, cases: Sequence[Case], roles: AbstractSet[Role] | None = None
) -> list[CaseOut]:
    """Show several cases in their order; what stands beside them is read once for all of them.

    `roles` are those of whoever would sign, where that is not the reader.
    """
    beside = _beside(tx, cases, roles)
    return [_case_out(tx, case, beside) for case in cases]


@dataclass(frozen=True)
class _Beside:
    """What is shown beside cases, by their ids."""

    kinds: Mapping[str, Kind]
    """Of none that waits or was decided by this very act: those are in no kind yet."""
    suggested: Mapping[str, Kind]
    breaches: Mapping[str, Sequence[Breach]]
    offered: AbstractSet[str]
    could_sign: Mapping[str, int]
    questions: Mapping[str, Sequence[Question]]


def _beside(tx: Transaction, cases: Sequence[Case], roles: AbstractSet[Role] | None) -> _Beside:
    waiting = [case for case in cases if case.state is CaseState.PENDING]
    open_ = [case.id for case in waiting]
    settled = {case.id for case in cases if case.decided_at != tx.at}.difference(open_)
    mine = {case.id for case in cases if case.agent_id == tx.actor.name}
    return _Beside(
        kinds=shown_kinds(tx, settled),
        suggested=suggested_kinds(tx.session, settled) if reads_all(tx) else {},
        breaches=dict(zip(open_, breaches_of_each(tx, waiting, roles), strict=True)),
        offered=offered_to_me(tx, open_),
        could_sign=could_sign(tx, mine.intersection(open_)),
        questions=questions_about(tx, mine.union(open_)),
    )


def _case_out(tx: Transaction, case: Case, beside: _Beside) -> CaseOut:
    pending = case.state is CaseState.PENDING
    kind, suggested = beside.kinds.get(case.id), beside.suggested.get(case.id)
    return CaseOut(
        id=case.id,
        state=case.state,
        day=case.occurred_at.date(),
        situation=case.situation,
        resolution=case.resolution,
        reason=case.reason,
        decline_reason=case.decline_reason,
        clause_key=None if case.clause is None else case.clause.key,
        section=None if case.clause is None else case.clause.section_title,
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
            for breach in beside.breaches.get(case.id, ())
        ],
        expires_at=case.expires_at if pending else None,
        mine=case.agent_id == tx.actor.name,
        offered=case.id in beside.offered,
        escalated=case.escalated_at is not None,
        decided_by_owner=case.decided_by_owner,
        could_sign=beside.could_sign.get(case.id),
        questions=[_question(tx, case, one) for one in beside.questions.get(case.id, ())],
        kind=None if kind is None else KindRef(id=kind.id, name=kind.name),
        suggested_kind=None if suggested is None else KindRef.model_validate(suggested),
    )


def _question(tx: Transaction, case: Case, asked: Question) -> QuestionOut:
    return QuestionOut(
        id=asked.id,
        text=asked.text,
        answer=asked.answer,
        mine=asked.asked_by == tx.actor.name,
        earlier=asked.content_hash != case.content_hash,
    )
