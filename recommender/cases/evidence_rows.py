"""Which cases speak for a kind: what a peer approved and no second team has found misused."""

from sqlalchemy import ColumnElement, and_

from recommender.models.cases import Case
from recommender.vocabulary import CaseState


def counts_as_evidence() -> ColumnElement[bool]:
    """Give the condition of a case that speaks for a kind.

    What a clause's owner approved, since peers could not, is a decision of its own and shows
    nothing of what peers sign.
    """
    return and_(
        Case.state == CaseState.APPROVED,
        Case.decided_by_owner.is_(False),
        Case.misused_at.is_(None),
    )


def declined_by_peers() -> ColumnElement[bool]:
    """Give the condition of a case that shows where peers say no."""
    return and_(Case.state == CaseState.DECLINED, Case.decided_by_owner.is_(False))
