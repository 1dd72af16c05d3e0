"""Filing: a proposal's life until a peer answers it, and what its filer may do afterwards.

Texts are redacted on the way in; what was typed lies apart, and reading it is recorded.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from recommender.access import Act
from recommender.accounts.charter import require_charter
from recommender.cases.asking import tell_askers_of_edit
from recommender.cases.drafts import drop_draft
from recommender.cases.eligibility import is_eligible, record_eligible
from recommender.cases.offering import offer
from recommender.cases.proposals import WHOLE, find_case, find_proposal, open_proposal, redacted
from recommender.cases.routing import is_routed_to_me, route
from recommender.cases.wishes import TEXTS, Wish, complete, require_text
from recommender.errors import NotAllowed
from recommender.models.base import new_id
from recommender.models.cases import Case, RawText
from recommender.models.policies import Clause
from recommender.notices import settle_case, tell
from recommender.policies.library import clause_by_key
from recommender.storage.events import commitment
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, FactValue, NoticeTopic, Role

__all__ = [
    "FilingChoices",
    "StillWaiting",
    "Wish",
    "edit",
    "expire_overdue",
    "file",
    "filing_choices",
    "my_cases",
    "proposal",
    "raw_text",
    "revoke",
    "withdraw",
]

SOURCE_SYSTEM: Final = "recommender"
CHOICES: Final = 50


class StillWaiting(NotAllowed):
    """A proposal that waits for an answer is nobody's but its filer's and its answerers'."""


@dataclass(frozen=True)
class FilingChoices:
    """What earlier cases granted, about which products, most frequent first; the usual currency."""

    actions: list[str]
    products: list[str]
    currency: str | None


def filing_choices(tx: Transaction) -> FilingChoices:
    """Give the words that filers chose before, so that alike things get alike names."""
    tx.actor.require(Act.FILE)
    currencies = _frequent(tx, Case.currency)
    return FilingChoices(
        actions=_frequent(tx, Case.granted_action),
        products=_frequent(tx, Case.product),
        currency=currencies[0] if currencies else None,
    )


def file(tx: Transaction, wish: Wish) -> Case:
    """File a proposal; it waits for a peer until it expires, and a few are told at once.

    Raises Invalid errors that name the field, UnknownClause, and UnknownCase for a precedent that
    does not exist. Guardrails do not stop a filing: `guardrails.breaches` says what peers cannot
    approve.
    """
    tx.actor.require(Act.FILE)
    id_ = new_id()
    case = Case(
        id=id_,
        source_system=SOURCE_SYSTEM,
        source_id=id_,
        agent_id=tx.actor.name,
        agent_team=tx.actor.team,
        filed_at=tx.at,
        occurred_at=tx.at,
        raw=RawText(),
    )
    _write(tx, case, wish)
    tx.session.add(case)
    tx.session.flush()
    offer(tx, case, record_eligible(tx, case))
    route(tx, case)
    drop_draft(tx)
    tx.record("file", "case", case.id, commitment=commitment(case))
    return case


def edit(tx: Transaction, case_id: str, wish: Wish) -> Case:
    """Replace the filer's own pending proposal; signatures given so far are void.

    Whoever had answered or asked is told, and the wait begins anew.
    """
    tx.actor.require(Act.FILE)
    case = open_proposal(tx, case_id)
    case.require_filer(tx.actor)
    _write(tx, case, wish)
    case.escalated_at = None
    offer(tx, case, record_eligible(tx, case))
    route(tx, case)
    standing = [signature for signature in case.signatures if signature.voided_at is None]
    for signature in standing:
        signature.voided_at = tx.at
    signers = {signature.signer_id for signature in standing}
    tell_askers_of_edit(tx, case, signers)
    tell(
        tx,
        signers,
        topic=NoticeTopic.SIGNATURE_VOIDED,
        title="A proposal you signed was changed",
        body="Your signature stood for the old text and is void. Please read the new one.",
        case_id=case.id,
        needs_you=True,
    )
    voided = [signature.id for signature in standing]
    tx.record("edit", "case", case.id, commitment=commitment(case), voided=voided)
    return case


def withdraw(tx: Transaction, case_id: str) -> Case:
    """Take back one's own proposal before it is answered."""
    tx.actor.require(Act.FILE)
    case = find_proposal(tx, case_id)
    case.require_filer(tx.actor)
    case.move_to(CaseState.WITHDRAWN, tx.at)
    settle_case(tx, case.id)
    tx.record("withdraw", "case", case.id)
    return case


def revoke(tx: Transaction, case_id: str, reason: str) -> Case:
    """Take back an approval, by its filer or an admin; the filer and who signed are told why."""
    tx.actor.require(Act.REVOKE)
    typed = require_text("reason", reason)
    case = find_case(tx, case_id, to_change=True)
    if Role.ADMIN not in tx.actor.roles:
        case.require_filer(tx.actor)
    case.move_to(CaseState.REVOKED, tx.at)
    case.raw.revoke_reason = typed
    case.revoke_reason = redacted(tx, typed)
    concerned = {case.agent_id, case.cosigner_id} - {None, tx.actor.name}
    tell(
        tx,
        sorted(filter(None, concerned)),
        topic=NoticeTopic.PROPOSAL_ANSWERED,
        title="An approval was revoked",
        body=f"The reason: {case.revoke_reason}",
        case_id=case.id,
    )
    tx.record("revoke", "case", case.id)
    return case


def expire_overdue(tx: Transaction) -> int:
    """Let every proposal that nobody answered in time expire; its filer is told. Give how many."""
    tx.actor.require(Act.EXPIRE)
    overdue = tx.session.scalars(
        select(Case)
        .where(Case.state == CaseState.PENDING, Case.expires_at <= tx.at)
        .order_by(Case.source_system, Case.source_id)
        .with_for_update()
    ).all()
    for case in overdue:
        case.move_to(CaseState.EXPIRED, tx.at)
        settle_case(tx, case.id)
        tell(
            tx,
            [case.agent_id],
            topic=NoticeTopic.PROPOSAL_ANSWERED,
            title="Nobody answered your proposal in time",
            body="It has expired. If it still matters, file it again and ask a colleague directly.",
            case_id=case.id,
        )
        tx.record("expire", "case", case.id)
    return len(overdue)


def my_cases(tx: Transaction) -> list[Case]:
    """Give what the actor has filed, newest first."""
    tx.actor.require(Act.FILE)
    mine = select(Case).where(Case.agent_id == tx.actor.name)
    return list(tx.session.scalars(mine.order_by(Case.filed_at.desc(), Case.id).options(*WHOLE)))


def proposal(tx: Transaction, case_id: str) -> Case:
    """Give one case or proposal by its opaque id; raises UnknownCase.

    As long as it waits it is for its filer, for who may answer it and, where peers cannot, for the
    owners who may; others are refused with StillWaiting.
    """
    tx.actor.require(Act.LOOK_UP_PRECEDENTS)
    case = find_case(tx, case_id)
    if case.state is CaseState.PENDING and not _concerns_actor(tx, case):
        raise StillWaiting(
            "This proposal still waits for an answer.",
            remedy="Once it is answered you find it among the cases.",
        )
    return case


def raw_text(tx: Transaction, case_id: str) -> RawText:
    """Give a case's texts as they were typed; that they were read is recorded."""
    tx.actor.require(Act.READ_RAW_TEXT)
    case = find_case(tx, case_id)
    tx.record("read_raw_text", "case", case.id)
    return case.raw


def _concerns_actor(tx: Transaction, case: Case) -> bool:
    if case.agent_id == tx.actor.name or is_eligible(tx, case):
        return True
    return is_routed_to_me(tx, case)


def _write(tx: Transaction, case: Case, wish: Wish) -> None:
    """Put a wish into a case, its texts redacted and apart as typed, and seal it."""
    require_charter(tx)
    whole = complete(wish, tx.at)
    precedent = None if whole.precedent_id is None else find_case(tx, whole.precedent_id)
    clause = None if whole.clause_key is None else clause_by_key(tx, whole.clause_key)
    for name in TEXTS:
        typed = getattr(whole, name)
        setattr(case.raw, name, typed)
        setattr(case, name, None if typed is None else redacted(tx, typed))
    _cite(case, clause)
    case.gap = whole.gap
    case.granted_action = whole.granted_action and redacted(tx, whole.granted_action)
    case.dimension = whole.dimension
    case.amount, case.currency = whole.amount, whole.currency
    case.facts = {name: _shown(tx, value) for name, value in whole.facts.items()}
    case.product, case.channel = whole.product, whole.channel
    case.customer_id, case.customer_tier = whole.customer_id, whole.customer_tier
    case.filed_after_the_act = whole.filed_after_the_act
    if whole.occurred_at is not None:
        case.occurred_at = whole.occurred_at
    case.expires_at = tx.at + timedelta(hours=tx.settings.proposal_hours)
    case.precedent_id = None if precedent is None else precedent.id
    case.provenance = dict(whole.sources)
    case.seal()


def _cite(case: Case, clause: Clause | None) -> None:
    case.clause = clause
    case.section_key = None if clause is None else clause.section_key
    case.policy_ref = None if clause is None else clause.key


def _frequent(tx: Transaction, column: InstrumentedAttribute[str | None]) -> list[str]:
    """Give the values of a column, the most frequent first."""
    counted = select(column).where(column.is_not(None)).group_by(column)
    ordered = counted.order_by(func.count().desc(), column).limit(CHOICES)
    return [value for value in tx.session.scalars(ordered) if value is not None]


def _shown(tx: Transaction, value: FactValue) -> FactValue:
    return redacted(tx, value) if isinstance(value, str) else value
