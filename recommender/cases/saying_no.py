"""Whether a no is still said: a house where nobody ever declines may have stopped reading."""

from datetime import datetime

from sqlalchemy import func, select

from recommender.access import Act
from recommender.models.accounts import Account
from recommender.models.cases import CoSignature
from recommender.models.notices import Notice
from recommender.notices import tell
from recommender.storage.house import Transaction
from recommender.vocabulary import NoticeTopic, Role, SignatureVerdict

_TOLD = frozenset({Role.POLICY_OWNER, Role.EMPLOYEE_REPRESENTATIVE})


def tell_if_nobody_says_no(tx: Transaction) -> int:
    """Tell owners and representatives when none of the newest answers was a no; give how many.

    It is about the house and says nothing of a person, so it waits until the answers come from
    enough people. It is said again only after as many answers more.
    """
    tx.actor.require(Act.EXPIRE)
    newest = _newest_answers(tx)
    if len(newest) < tx.settings.process_notice_after:
        return 0
    if any(answer.verdict is SignatureVerdict.DECLINED for answer in newest):
        return 0
    if len({answer.signer_id for answer in newest}) < tx.settings.people_floor_agents:
        return 0
    told = _watchers(tx)
    if _said_since(tx, told, newest[-1].given_at):
        return 0
    return tell(
        tx,
        told,
        topic=NoticeTopic.PROCESS,
        title="Nobody has said no for a while",
        body=f"The last {len(newest)} answers to proposals were all a yes. That may be right; it "
        "may also be that nobody reads any more, or that saying no is hard. It is about how we "
        "work together and about no single person.",
    )


def _newest_answers(tx: Transaction) -> list[CoSignature]:
    newest = select(CoSignature).order_by(CoSignature.given_at.desc(), CoSignature.id)
    return list(tx.session.scalars(newest.limit(tx.settings.process_notice_after)))


def _watchers(tx: Transaction) -> list[str]:
    found = tx.session.execute(select(Account.name, Account.roles).where(Account.active))
    return [name for name, roles in found if not _TOLD.isdisjoint(roles)]


def _said_since(tx: Transaction, told: list[str], moment: datetime) -> bool:
    said = select(func.max(Notice.created_at)).where(
        Notice.account_name.in_(told), Notice.topic == NoticeTopic.PROCESS
    )
    last = tx.session.scalar(said)
    return last is not None and last >= moment
