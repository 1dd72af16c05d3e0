"""Suggestions that wait too long for their first answer: their desk is reminded once a week."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from recommender.access import Act
from recommender.changes.answers import is_red
from recommender.changes.desks import WAITING, owners_of
from recommender.models.changes import Candidate
from recommender.models.notices import Notice
from recommender.notices import tell
from recommender.policies.safe_words import safe_name
from recommender.storage.house import Transaction
from recommender.vocabulary import NoticeTopic

EVERY: Final = timedelta(weeks=1)


def remind_desks(tx: Transaction) -> int:
    """Remind the desk of every suggestion that is red, once a week each; give how many."""
    tx.actor.require(Act.DECIDE)
    waiting = select(Candidate).where(Candidate.state.in_(WAITING)).order_by(Candidate.id)
    red = [one for one in tx.session.scalars(waiting) if is_red(tx, one) and not _told(tx, one)]
    for found in red:
        tell(
            tx,
            [found.claimed_by] if found.claimed_by else owners_of(tx.session, found),
            topic=NoticeTopic.OVERDUE,
            title=f"Still without an answer: {safe_name(found.subject)}",
            body=f"It has waited for {(tx.at - found.promoted_at).days} days. Whoever filed these "
            "cases hopes for a yes, a no or a date.",
            candidate_id=found.id,
            needs_you=True,
        )
    return len(red)


def _told(tx: Transaction, found: Candidate) -> bool:
    last = tx.session.scalar(
        select(func.max(Notice.created_at)).where(
            Notice.candidate_id == found.id, Notice.topic == NoticeTopic.OVERDUE
        )
    )
    return last is not None and last > tx.at - EVERY
