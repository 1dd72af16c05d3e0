"""Finding a case or proposal, and whether it can still be answered."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from recommender.errors import Conflict, NotFound
from recommender.models.cases import Case
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState

WHOLE: Final = (selectinload(Case.clause), selectinload(Case.outcomes))
"""What is read along with many cases that are shown, once for all of them."""


class UnknownCase(NotFound):
    """There is no case of that id."""


class NotPending(Conflict):
    """The proposal has been answered, withdrawn or has expired, so it stays as it is."""


class ProposalExpired(Conflict):
    """Nobody answered the proposal in time."""


def find_case(tx: Transaction, case_id: str, *, to_change: bool = False) -> Case:
    """Find a case, locked until the transaction ends when it is going to be changed.

    Whoever may see imported rows' own ids may name a case by one, where it is the only one.
    """
    case = tx.session.get(
        Case, case_id, with_for_update=to_change or None, populate_existing=to_change
    )
    if case is None and tx.actor.sees_source_ids:
        own = select(Case.id).where(Case.source_id == case_id).limit(2)
        named = tx.session.scalars(own).all()
        if len(named) == 1:
            return find_case(tx, named[0], to_change=to_change)
    if case is None:
        raise UnknownCase(f"There is no case {case_id}.", case=case_id)
    return case


def find_proposal(tx: Transaction, case_id: str) -> Case:
    """Find a proposal that nobody has answered, to change it; raises NotPending."""
    case = find_case(tx, case_id, to_change=True)
    if case.state is not CaseState.PENDING:
        raise NotPending(
            f"This proposal is {case.state.replace('_', ' ')}.",
            remedy="Load it again to see where it stands.",
            state=str(case.state),
        )
    return case


def open_proposal(tx: Transaction, case_id: str) -> Case:
    """Find a proposal that can still be answered; raises NotPending or ProposalExpired."""
    case = find_proposal(tx, case_id)
    if case.expires_at is not None and case.expires_at <= tx.at:
        raise ProposalExpired(
            "Nobody answered this proposal in time.", remedy="Its filer can file it again."
        )
    return case


def redacted(tx: Transaction, text: str) -> str:
    """Give a text without personal data."""
    return tx.redactor.redact(text).text
