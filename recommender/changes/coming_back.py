"""Rejected kinds that may come back: how what they suggest has moved, kept for whoever lists them.

Only a draft tells it, and a draft reads all cases of a kind: too much for a list. `promote` looks
for itself.
"""

from typing import Final

from sqlalchemy import select

from recommender.access import Act
from recommender.changes.drafting import compose
from recommender.changes.gathering import find_ground
from recommender.changes.moved import how_moved
from recommender.kinds.floors import hides_people
from recommender.kinds.standing import standings
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind
from recommender.notices import tell
from recommender.policies.safe_words import safe_name
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, NoticeTopic

_MOVED: Final = "moved"
"""Where a rejected draft keeps it; a new draft has none."""


def watch_rejected(tx: Transaction) -> int:
    """Keep with each rejected kind how its draft has moved since; give for how many that is new.

    Who promoted it is told once it has. What the people floors hide moves by nothing.
    """
    tx.actor.require(Act.JUDGE_KINDS)
    return sum(_watch(tx, one) for one in _rejected(tx))


def _rejected(tx: Transaction) -> list[Candidate]:
    """Give the rejected candidates of living kinds that nothing was promoted of since."""
    every = (
        select(Candidate)
        .join(Candidate.kind)
        .where(Kind.retired_at.is_(None))
        .order_by(Candidate.promoted_at, Candidate.id)
    )
    newest = {one.kind_id: one for one in tx.session.scalars(every)}
    return [one for one in newest.values() if one.state is CandidateState.REJECTED]


def _watch(tx: Transaction, found: Candidate) -> bool:
    before, now = found.draft.get(_MOVED), _moved(tx, found)
    if now == before:
        return False
    found.draft = found.draft | {_MOVED: now}
    tx.record("watch", "candidate", found.id, kind=found.kind_id, moved=now is not None)
    if before is None:
        tell(
            tx,
            [found.promoted_by],
            topic=NoticeTopic.CANDIDATE_RETURNED,
            title=f"It may come back: {safe_name(found.subject)}",
            body=f"What you promoted was rejected. You may promote it again, because {now}.",
            candidate_id=found.id,
        )
    return now is not None


def _moved(tx: Transaction, found: Candidate) -> str | None:
    if found.kind is None:
        return None
    [standing] = standings(tx, [found.kind])
    if not standing.surfaced or hides_people(standing.evidence, tx.settings):
        return None
    return how_moved(found, compose(find_ground(tx, found.kind.id)))
