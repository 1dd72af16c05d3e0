"""Clauses that nobody answers for: administrators are told once, and again when they change."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from recommender.models.accounts import Account
from recommender.models.notices import Notice
from recommender.notices import tell
from recommender.policies.library import Unowned, unowned
from recommender.storage.house import Transaction
from recommender.vocabulary import NoticeTopic, Role

NAMED: Final = 10
"""So many clauses are named in one notice."""


def tell_orphans(tx: Transaction) -> int:
    """Tell administrators of empty desks, and of handbooks without one; give how many are new.

    Asks for no permission of its own: whoever hands over the work of leavers has it.
    """
    groups = defaultdict[str, list[Unowned]](list)
    for one in unowned(tx.session):
        title = (
            f"No owner is named in {one.policy}"
            if one.desk is None
            else f"Nobody is left at {one.desk}"
        )
        groups[title].append(one)
    return sum(_tell(tx, title, clauses) for title, clauses in groups.items())


def _tell(tx: Transaction, title: str, clauses: Sequence[Unowned]) -> bool:
    keys, more = ", ".join(one.key for one in clauses[:NAMED]), len(clauses) - NAMED
    listed = f"{keys} and {more} more" if more > 0 else keys
    body = (
        f"Any policy owner may decide about {listed}."
        if clauses[0].desk is None
        else f"It answers for {listed}."
    )
    known = select(Notice.id).where(
        Notice.topic == NoticeTopic.HANDED_OVER, Notice.title == title, Notice.body == body
    )
    if tx.session.scalars(known.limit(1)).first() is not None:
        return False
    active = tx.session.scalars(select(Account).where(Account.active).order_by(Account.name))
    admins = [one.name for one in active if Role.ADMIN in one.roles]
    tell(tx, admins, topic=NoticeTopic.HANDED_OVER, title=title, body=body, needs_you=True)
    return True
