"""The kind that a draft is most likely of: that of the decided cases which are most like it."""

from collections import Counter
from typing import Final

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.comparing import PrecedentQuery, compare
from recommender.cases.wishes import Wish
from recommender.models.kinds import Kind, Membership
from recommender.storage.house import Transaction

NEAREST: Final = 5
"""How many of the nearest cases say which kind it is: more than half of them, of one kind [J]."""


def likely_kind(tx: Transaction, wish: Wish) -> Kind | None:
    """Give the living kind that most of the cases nearest to a draft are of; None without one."""
    tx.actor.require(Act.FILE)
    query = PrecedentQuery.of(wish)
    nearest = [case.id for case in compare(tx, query).cases[:NEAREST]]
    kinds = Counter(
        tx.session.scalars(select(Membership.kind_id).where(Membership.case_id.in_(nearest)))
    )
    likeliest = max(kinds, key=lambda kind: (kinds[kind], kind), default=None)
    if likeliest is None or 2 * kinds[likeliest] <= len(nearest):
        return None
    return tx.session.get(Kind, likeliest)


def taken_in_by(tx: Transaction, kind_id: str) -> str:
    """Give the kind that a merged one's cases went into, however often; else the kind itself."""
    kind = tx.session.get(Kind, kind_id)
    while kind is not None and kind.merged_into_id is not None:
        kind_id = kind.merged_into_id
        kind = tx.session.get(Kind, kind_id)
    return kind_id
