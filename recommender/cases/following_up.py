"""Asking filers, some days after, what came of their cases."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from recommender.access import Act
from recommender.models.cases import Case
from recommender.models.notices import Notice
from recommender.models.outcomes import Outcome
from recommender.notices import tell
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, NoticeTopic

STILL_ASKED_DAYS: Final = 30
"""Older approvals are not asked about any more: nobody remembers."""


def ask_for_outcomes(tx: Transaction) -> int:
    """Ask the filers of approvals that are some days old and of which nothing is known, once each.

    Imported cases are never asked about: their system reports what came of them. Gives how many.
    """
    tx.actor.require(Act.EXPIRE)
    days = tx.house.settings.outcome_after_days
    asked = select(Notice.case_id).where(
        Notice.topic == NoticeTopic.FOLLOW_UP, Notice.case_id.is_not(None)
    )
    quiet = select(Case).where(
        Case.state == CaseState.APPROVED,
        Case.batch_id.is_(None),
        Case.agent_id.is_not(None),
        Case.decided_at <= tx.at - timedelta(days=days),
        Case.decided_at > tx.at - timedelta(days=days + STILL_ASKED_DAYS),
        Case.id.not_in(select(Outcome.case_id)),
        Case.id.not_in(asked),
    )
    return sum(
        tell(
            tx,
            [case.agent_id],
            topic=NoticeTopic.FOLLOW_UP,
            title="How did it end?",
            body=f"One tap says what came of it: “{_short(case.situation)}”",
            case_id=case.id,
            needs_you=True,
        )
        for case in tx.session.scalars(quiet.order_by(Case.decided_at, Case.id)).all()
    )


def _short(text: str, longest: int = 80) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
