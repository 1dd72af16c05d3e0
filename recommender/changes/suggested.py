"""What the look at a kind's change in force suggests to its next candidate."""

from sqlalchemy import select

from recommender.changes.answers import AWAITING
from recommender.changes.effects import NoEffectPlanned, effect
from recommender.changes.remedies import STANDS, Narrower
from recommender.models.changes import Candidate
from recommender.storage.house import Transaction


def narrower_than_before(tx: Transaction, found: Candidate) -> Narrower | None:
    """Give the narrower limit that the kind's change in force would need; None where none does."""
    if found.kind_id is None or found.state not in AWAITING:
        return None
    standing = select(Candidate.id).where(
        Candidate.kind_id == found.kind_id, Candidate.state.in_(STANDS)
    )
    earlier = tx.session.scalars(standing.order_by(Candidate.promoted_at.desc()).limit(1)).first()
    if earlier is None:
        return None
    try:
        offered = effect(tx, earlier).remedies
    except NoEffectPlanned:
        return None
    return next((one.narrower for one in offered if one.narrower is not None), None)
