"""Suggestions that wait too long for their answer: their desk is reminded once a week."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from recommender.access import Act
from recommender.changes.answers import AWAITING, is_red, waits_since
from recommender.changes.desks import owners_of, takers_of
from recommender.models.changes import Candidate
from recommender.models.notices import Notice
from recommender.notices import tell
from recommender.policies.safe_words import safe_name
from recommender.storage.house import Transaction
from recommender.vocabulary import NoticeTopic

EVERY: Final = timedelta(weeks=1)


def remind_desks(tx: Transaction) -> int:
    """Remind the desk of every suggestion that is red, once a week each; give how many.

    Of one that is claimed, who holds it is reminded, and those who may take it over.
    """
    tx.actor.require(Act.DECIDE)
    waiting = select(Candidate).where(Candidate.state.in_(AWAITING)).order_by(Candidate.id)
    red = [one for one in tx.session.scalars(waiting) if is_red(tx, one) and not _told(tx, one)]
    for found in red:
        tell(
            tx,
            _asked(tx, found),
            topic=NoticeTopic.OVERDUE,
            title=f"Still without an answer: {safe_name(found.subject)}",
            body=f"It has waited for {(tx.at - waits_since(found)).days} days. Whoever filed these "
            "cases hopes for a yes, a no or a date.",
            candidate_id=found.id,
            needs_you=True,
        )
    return len(red)


def _asked(tx: Transaction, found: Candidate) -> list[str]:
    if found.claimed_by is None:
        return owners_of(tx.session, found)
    return [found.claimed_by, *takers_of(tx, found)]


def _told(tx: Transaction, found: Candidate) -> bool:
    last = tx.session.scalar(
        select(func.max(Notice.created_at)).where(
            Notice.candidate_id == found.id, Notice.topic == NoticeTopic.OVERDUE
        )
    )
    return last is not None and last > tx.at - EVERY
