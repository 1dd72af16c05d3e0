"""How often a new wording was used: where it allowed what its clause had not allowed before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from recommender.cases.likely_kinds import taken_in_by
from recommender.changes.following import Followed
from recommender.kinds.costs import cost_of
from recommender.kinds.drilling import countable
from recommender.kinds.weeks import monday, per_week
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.findability import AlreadyAllowed
from recommender.policies.conditions import Where
from recommender.policies.exceptions import ClauseException, exceptions_of
from recommender.policies.limits import admits
from recommender.policies.syntax.markup import read_parameters
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, Facts


@dataclass(frozen=True, kw_only=True)
class Used:
    """What the wording allowed and the one before had not, as far as that is on record.

    `costs` are those of the imported cases; they are not `told` in full where none within the rules
    is on record, or where one lacks a fact or an amount.
    """

    weekly: Sequence[int]
    costs: Sequence[float] = ()
    told: bool = False


def used(tx: Transaction, candidate: Candidate, followed: Followed, weeks: Sequence[date]) -> Used:
    """Count uses week by week, and give what they cost.

    Counted are drafts that were told "this is allowed already", which say nothing of who drafted,
    and imported cases within the rules; of these nobody knows the kind.
    """
    before, wanted = _Before.read(tx, candidate, followed), set(weeks)
    verdicts = [
        (case, before.newly_allowed(case))
        for case in _within_the_rules(tx, candidate, followed)
        if monday(case.occurred_at.date()) in wanted
    ]
    new = [case for case, allowed in verdicts if allowed]
    days = _told(tx, candidate, before) + [case.occurred_at.date() for case in new]
    costs = [cost_of(case, followed.answer.currency) for case in new]
    unknown = any(allowed is None for _, allowed in verdicts) or None in costs
    return Used(
        weekly=per_week(days, weeks),
        costs=[cost for cost in costs if cost is not None],
        told=bool(verdicts) and not unknown,
    )


@dataclass(frozen=True, kw_only=True)
class _Before:
    """What the wording before allowed, with the exceptions that it made for the kind."""

    markup: str
    exceptions: Sequence[ClauseException]
    followed: Followed

    @classmethod
    def read(cls, tx: Transaction, candidate: Candidate, followed: Followed) -> "_Before":
        base = candidate.base_revision
        mine = taken_in_by(tx, followed.kind.id)
        known = () if base is None else exceptions_of(base)
        return cls(
            markup=candidate.old_markup or "",
            exceptions=[one for one in known if taken_in_by(tx, one.kind_id) == mine],
            followed=followed,
        )

    def newly_allowed(self, case: Case) -> bool | None:
        """Tell whether only the new wording allows a case; None where that cannot be told."""
        answer, day = self.followed.answer, case.occurred_at.date()
        before = self.allowed(answer.facts(case), Where.of(case), day)
        return False if before else answer.allows(case, day)

    def allowed(self, facts: Facts, where: Where, day: date) -> bool:
        """Tell whether its limits or an exception admitted such facts there."""
        within = admits(read_parameters(self.markup), facts) is True
        return within or any(one.admits(facts, where, day) for one in self.exceptions)


def _told(tx: Transaction, candidate: Candidate, before: _Before) -> list[date]:
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
    days = ((hit.facts, hit.at.date()) for hit in found)
    return [day for facts, day in days if not before.allowed(facts, Where(), day)]


def _within_the_rules(tx: Transaction, candidate: Candidate, followed: Followed) -> list[Case]:
    """Give the imported cases within the rules while it was the wording."""
    answer = followed.answer
    found = tx.session.scalars(
        select(Case)
        .where(
            Case.clause_id == candidate.clause_id,
            Case.state == CaseState.IN_POLICY,
            Case.occurred_at >= answer.since,
        )
        .options(selectinload(Case.outcomes))
    ).all()
    return [case for case in countable(tx, found) if answer.in_force(case.occurred_at)]
