"""Retention: texts go when their time is up; what is counted stays."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, select

from recommender.access import Act
from recommender.cases.letting_go import let_go
from recommender.models.accounts import IdempotentAnswer
from recommender.models.cases import Case
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState

AT_ONCE: Final = 500
"""Cases that one transaction lets go of, so that nobody waits long for it."""


def let_go_overdue(tx: Transaction) -> int:
    """Let go of texts older than `retention_days`; give how many cases there were.

    A case's age counts from its answer, an unanswered one's from when it happened; what waits for
    an answer keeps its text. Answers kept for repeated requests go after the same time. Call it
    again while it gives AT_ONCE.
    """
    tx.actor.require(Act.ERASE)
    days = tx.settings.retention_days
    if days is None:
        return 0
    before = tx.at - timedelta(days=days)
    overdue = tx.session.scalars(
        select(Case)
        .where(
            func.coalesce(Case.decided_at, Case.occurred_at) < before,
            Case.state != CaseState.PENDING,
            Case.erased_at.is_(None),
        )
        .order_by(Case.source_system, Case.source_id)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    tx.session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < before))
    if overdue:
        let_go(tx, overdue, on_request=False)
        tx.record("let_go", "cases", before.date().isoformat(), cases=len(overdue))
    return len(overdue)
