"""What people are told, and that they have read it."""

from collections.abc import Iterable

from sqlalchemy import func, select, update

from recommender.access import Act
from recommender.errors import NotFound
from recommender.models.accounts import Account
from recommender.models.notices import Notice
from recommender.storage.house import Transaction
from recommender.vocabulary import NoticeTopic


class UnknownNotice(NotFound):
    """There is no such notice for this reader."""


def tell(
    tx: Transaction,
    names: Iterable[str | None],
    *,
    topic: NoticeTopic,
    title: str,
    body: str,
    case_id: str | None = None,
    candidate_id: str | None = None,
    needs_you: bool = False,
) -> int:
    """Tell each of these active accounts once; unknown names are passed over. Give how many.

    Asks for no permission of its own: the act that gives the news was allowed, or it did not
    happen.
    """
    wanted = {name for name in names if name}
    present = tx.session.scalars(
        select(Account.name).where(Account.name.in_(wanted), Account.active).order_by(Account.name)
    ).all()
    tx.session.add_all(
        Notice(
            account_name=name,
            topic=topic,
            needs_you=needs_you,
            title=title,
            body=body,
            case_id=case_id,
            candidate_id=candidate_id,
            created_at=tx.at,
        )
        for name in present
    )
    return len(present)


def my_notices(tx: Transaction, *, unread_only: bool = False) -> list[Notice]:
    """List the actor's own notices: what needs them first, then the newest."""
    tx.actor.require(Act.READ_NOTICES)
    mine = select(Notice).where(Notice.account_name == tx.actor.name)
    if unread_only:
        mine = mine.where(Notice.read_at.is_(None))
    order = (Notice.needs_you.desc(), Notice.created_at.desc(), Notice.id)
    return list(tx.session.scalars(mine.order_by(*order)))


def unread_count(tx: Transaction) -> int:
    """Count the actor's own notices that they have not read."""
    tx.actor.require(Act.READ_NOTICES)
    mine = select(func.count()).where(
        Notice.account_name == tx.actor.name, Notice.read_at.is_(None)
    )
    return tx.session.scalar(mine) or 0


def mark_read(tx: Transaction, notice_id: str) -> Notice:
    """Remember that the actor has read a notice of theirs; raises UnknownNotice."""
    tx.actor.require(Act.READ_NOTICES)
    notice = tx.session.get(Notice, notice_id)
    if notice is None or notice.account_name != tx.actor.name:
        raise UnknownNotice("There is no such notice for you.", notice=notice_id)
    if notice.read_at is None:
        notice.read_at = tx.at
    return notice


def settle(tx: Transaction, candidate_id: str) -> None:
    """Let nobody be asked any more to look at a candidate that somebody has taken."""
    tx.session.execute(
        update(Notice)
        .where(
            Notice.candidate_id == candidate_id,
            Notice.topic.in_({NoticeTopic.CANDIDATE_WAITS, NoticeTopic.OVERDUE}),
            Notice.read_at.is_(None),
        )
        .values(read_at=tx.at)
    )


def settle_review(tx: Transaction, candidate_id: str) -> None:
    """Let nobody be asked any more to look again at a change that was looked at."""
    tx.session.execute(
        update(Notice)
        .where(
            Notice.candidate_id == candidate_id,
            Notice.topic.in_({NoticeTopic.REVIEW_DUE, NoticeTopic.EFFECT}),
            Notice.needs_you,
            Notice.read_at.is_(None),
        )
        .values(read_at=tx.at)
    )


def settle_own(tx: Transaction, topic: NoticeTopic) -> None:
    """Let the actor not be asked any more for one reason."""
    tx.session.execute(
        update(Notice)
        .where(
            Notice.account_name == tx.actor.name,
            Notice.topic == topic,
            Notice.needs_you,
            Notice.read_at.is_(None),
        )
        .values(read_at=tx.at)
    )


def settle_case(tx: Transaction, case_id: str, topic: NoticeTopic | None = None) -> None:
    """Let nobody be asked any more about a case, or about it for one reason."""
    asking = update(Notice).where(
        Notice.case_id == case_id, Notice.needs_you, Notice.read_at.is_(None)
    )
    if topic is not None:
        asking = asking.where(Notice.topic == topic)
    tx.session.execute(asking.values(read_at=tx.at))
