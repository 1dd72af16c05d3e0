"""How often a new wording was used: where it allowed what its clause had not allowed before."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, or_, select

from recommender.changes.following import Followed
from recommender.kinds.drilling import countable
from recommender.kinds.weeks import per_week
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.findability import AlreadyAllowed
from recommender.policies.limits import admits
from recommender.policies.syntax.markup import read_parameters
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, Facts


def uses(
    tx: Transaction, candidate: Candidate, followed: Followed, weeks: Sequence[date]
) -> list[int]:
    """Count, week by week, what the wording allowed and the one before had not.

    Counted are drafts that were told "this is allowed already", which say nothing of who drafted,
    and imported cases within the rules; of these nobody knows the kind.
    """
    days = _told(tx, candidate) + _within_the_rules(tx, candidate, followed)
    return per_week(days, weeks)


def _told(tx: Transaction, candidate: Candidate) -> list[date]:
    found = tx.session.scalars(
        select(AlreadyAllowed).where(
            or_(
                and_(
                    AlreadyAllowed.revision_id == candidate.revision_id,
                    AlreadyAllowed.candidate_id.is_(None),
                ),
                AlreadyAllowed.candidate_id == candidate.id,
            )
        )
    )
    return [hit.at.date() for hit in found if not _allowed_before(candidate, hit.facts)]


def _within_the_rules(tx: Transaction, candidate: Candidate, followed: Followed) -> list[date]:
    answer = followed.answer
    found = tx.session.scalars(
        select(Case).where(
            Case.clause_id == candidate.clause_id,
            Case.state == CaseState.IN_POLICY,
            Case.occurred_at >= answer.since,
        )
    ).all()
    return [
        case.occurred_at.date()
        for case in countable(tx, found)
        if answer.in_force(case.occurred_at)
        and answer.allows(case, case.occurred_at.date())
        and not _allowed_before(candidate, answer.facts(case))
    ]


def _allowed_before(candidate: Candidate, facts: Facts) -> bool:
    return admits(read_parameters(candidate.old_markup or ""), facts) is True
