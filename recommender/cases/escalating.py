"""Asking a lead, once, where no peer has answered in time; after that a proposal expires."""

from datetime import timedelta

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.eligibility import eligible_leads
from recommender.cases.guardrails import PEERS, breaches
from recommender.cases.offering import least_shown
from recommender.models.cases import Case
from recommender.notices import tell
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, NoticeTopic


def escalate_overdue(tx: Transaction) -> int:
    """Ask a lead outside the filer's line about each proposal that waits too long; give how many.

    The wait counts from the last edit. What peers cannot approve waits for the clause's desk
    instead, and a lead is held by the same limits. Peers may still answer, and so may every other
    lead outside the line; whoever is told is the one with the fewest proposals to look at.
    """
    tx.actor.require(Act.EXPIRE)
    return sum(_ask_a_lead(tx, case) for case in _overdue(tx))


def _overdue(tx: Transaction) -> list[Case]:
    settings = tx.settings
    left = timedelta(hours=settings.proposal_hours - settings.escalate_after_hours)
    waiting = select(Case).where(
        Case.state == CaseState.PENDING,
        Case.agent_id.is_not(None),
        Case.escalated_at.is_(None),
        Case.expires_at > tx.at,
        Case.expires_at <= tx.at + left,
    )
    ordered = waiting.order_by(Case.filed_at, Case.id)
    return list(tx.session.scalars(ordered.with_for_update(of=Case)))


def _ask_a_lead(tx: Transaction, case: Case) -> bool:
    if breaches(tx, case, PEERS):
        return False
    leads = least_shown(tx, case, eligible_leads(tx, case))
    if not leads:
        return False
    case.escalated_at = tx.at
    tell(
        tx,
        leads[:1],
        topic=NoticeTopic.COSIGN_WANTED,
        title="No peer has answered a proposal",
        body="You lead colleagues and are outside its filer's line, so you may sign it, decline "
        "it or ask about it in a peer's stead, within the limits that hold for peers.",
        case_id=case.id,
        needs_you=True,
    )
    tx.record("escalate", "case", case.id)
    return True
