"""Asking a lead, once, where no peer has answered in time; after that a proposal expires."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.eligibility import eligible_leads
from recommender.cases.guardrails import breaches_of_each
from recommender.cases.offering import least_shown
from recommender.cases.proposals import WHOLE
from recommender.models.cases import Case
from recommender.notices import tell
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, NoticeTopic


def escalate_overdue(tx: Transaction) -> int:
    """Ask a lead outside the filer's line about each proposal that waits too long; give how many.

    The wait counts from the last edit. Only a lead is asked whose signature could approve it, be it
    above what peers may; what none could waits for the clause's desk alone. Peers may still answer,
    and so may every other lead outside the line; whoever is told is the one with the fewest
    proposals to look at.
    """
    tx.actor.require(Act.EXPIRE)
    overdue = _overdue(tx)
    able = zip(overdue, _able(tx, overdue), strict=True)
    asked = [(case, leads) for case, leads in able if leads]
    for case, leads in asked:
        _ask_a_lead(tx, case, leads)
    return len(asked)


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
    return list(tx.session.scalars(ordered.options(*WHOLE).with_for_update(of=Case)))


def _able(tx: Transaction, cases: Sequence[Case]) -> list[list[str]]:
    """Name, for each case, the leads whose signature could approve it."""
    leads = eligible_leads(tx, cases)
    free = {
        roles: [not met for met in breaches_of_each(tx, cases, roles)]
        for roles in {roles for each in leads for roles in each.values()}
    }
    return [
        [name for name, roles in each.items() if free[roles][row]] for row, each in enumerate(leads)
    ]


def _ask_a_lead(tx: Transaction, case: Case, leads: Sequence[str]) -> None:
    case.escalated_at = tx.at
    tell(
        tx,
        least_shown(tx, case, leads)[:1],
        topic=NoticeTopic.COSIGN_WANTED,
        title="No peer has answered a proposal",
        body="You lead colleagues and are outside its filer's line, so you may sign it, decline "
        "it or ask about it in a peer's stead, within the limits of your role.",
        case_id=case.id,
        needs_you=True,
    )
    tx.record("escalate", "case", case.id)
