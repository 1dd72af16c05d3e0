"""Old cases forget who filed and signed them.

In the place of each name comes a keyed pseudonym, the same for the same person, so that different
people stay different and one person stays one: evidence counts them as before, and no signature
turns into the filer's own. The database alone cannot tell any more who it was. The event log
cannot forget; its export names nobody.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from recommender.access import Act
from recommender.cases.rosters import forget_rosters
from recommender.models.accounts import IdempotentAnswer
from recommender.models.acknowledging import Acknowledgement
from recommender.models.asking import Question
from recommender.models.cases import Case, CoSignature
from recommender.models.notices import Notice
from recommender.models.pseudonyms import PREFIX, pseudonym
from recommender.models.reviewing import Review
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, NoticeTopic

_Name = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
_BESIDE: Final[tuple[tuple[_Name, InstrumentedAttribute[str]], ...]] = (
    (CoSignature.filer_id, CoSignature.case_id),
    (CoSignature.signer_id, CoSignature.case_id),
    (Question.asked_by, Question.case_id),
    (Review.reviewed_by, Review.case_id),
)
"""Columns beside a case that name who took part, each with the case that it is about."""


def forget_agents(tx: Transaction) -> int:
    """Let cases older than `agent_id_days` forget their people; give how many names went.

    A case's age counts from its answer, an unanswered one's from when it happened. What waits for
    an answer still needs its filer; an imported case that nobody here will answer loses its name
    altogether. Notices about such a case go, but for one that says whose name was shown and is
    unread; so do answers kept for repeated requests, and who was asked to read which wording.
    """
    tx.actor.require(Act.FORGET)
    days = tx.settings.agent_id_days
    if days is None:
        return 0
    before = tx.at - timedelta(days=days)
    old = func.coalesce(Case.decided_at, Case.occurred_at) < before
    gone = _drop_waiting(tx, old)
    answered = old & (Case.state != CaseState.PENDING)
    gone += sum(_replace(tx, name, answered) for name in (Case.agent_id, Case.cosigner_id))
    cases = select(Case.id).where(answered)
    gone += sum(_replace(tx, name, case.in_(cases)) for name, case in _BESIDE)
    _cut_ties(tx, cases)
    tx.session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < before))
    tx.session.execute(delete(Acknowledgement).where(Acknowledgement.asked_at < before))
    if gone:
        tx.record("forget", "cases", before.date().isoformat(), names=gone)
    return gone


def _drop_waiting(tx: Transaction, old: ColumnElement[bool]) -> int:
    """Take the filers out of imported cases that wait without an end; nobody can sign them then."""
    endless = Case.state == CaseState.PENDING, Case.expires_at.is_(None)
    named = select(Case.id).where(old, *endless, Case.agent_id.is_not(None))
    ids = tx.session.scalars(named).all()
    tx.session.execute(
        update(Case).where(Case.id.in_(named)).values(agent_id=None, cosigner_id=None)
    )
    return len(ids)


def _replace(tx: Transaction, column: _Name, where: ColumnElement[bool]) -> int:
    """Put pseudonyms in the place of a column's names; give how many fields changed."""
    plain = where & (column > "") & ~column.startswith(PREFIX, autoescape=True)
    counted = select(column, func.count()).where(plain).group_by(column)
    found = {name: fields for name, fields in tx.session.execute(counted) if name is not None}
    for name in found:
        new = pseudonym(tx.house.keys.audit, name)
        change = update(column.class_).where(where, column == name).values({column.key: new})
        tx.session.execute(change, execution_options={"synchronize_session": False})
    return sum(found.values())


def _cut_ties(tx: Transaction, cases: Select[str]) -> None:
    """Remove what else leads from an account to one of these cases."""
    unread = (Notice.topic == NoticeTopic.IDENTITY_SHOWN) & Notice.read_at.is_(None)
    notices = delete(Notice).where(Notice.case_id.in_(cases), ~unread)
    tx.session.execute(notices, execution_options={"synchronize_session": False})
    forget_rosters(tx, cases)
