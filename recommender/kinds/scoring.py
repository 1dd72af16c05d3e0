"""How well the kinds agree with labels; for people who know the truth about some cases."""

from collections.abc import Mapping

from sqlalchemy import select

from recommender.access import Act
from recommender.learning.evaluation import Evaluation, evaluate
from recommender.models.cases import Case
from recommender.models.kinds import Membership
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState


def score(tx: Transaction, truth: Mapping[str, str | None]) -> Evaluation:
    """Score all memberships, emerging kinds included, against labels by imported id."""
    tx.actor.require(Act.READ_MEMBERSHIPS)
    found = tx.session.execute(
        select(Case.source_id, Membership.kind_id)
        .outerjoin(Membership, Membership.case_id == Case.id)
        .where(Case.state == CaseState.APPROVED)
    )
    return evaluate(truth, dict(found.all()))
