"""A kind as its change is followed: the wording that answered it, and its cases in scope."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from recommender.cases.clock import today
from recommender.kinds import batches
from recommender.kinds.answered import Answer, common_currency
from recommender.kinds.floors import teams_told
from recommender.kinds.rows import CaseFacts, rows_by_kind
from recommender.kinds.weeks import monday
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind
from recommender.models.policies import Revision
from recommender.storage.house import Transaction


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What is followed of a kind; `rows` are its counted cases in scope, the earliest first."""

    kind: Kind
    answer: Answer
    cases: Mapping[str, Case]
    rows: Sequence[CaseFacts]
    paid: Sequence[CaseFacts] = ()
    """The same with those that do not count: copies are paid too."""
    apart: Sequence[CaseFacts] = ()
    """Its cases beyond the scope, or of which that is not known."""

    @property
    def outside(self) -> tuple[str | None, Collection[str]]:
        """What is no other exception of the house: its clause's id, and its cases."""
        return self.kind.clause_id, self.cases.keys()

    def within(self, weeks: Sequence[date]) -> list[CaseFacts]:
        """Give the rows of some weeks."""
        wanted = set(weeks)
        return [row for row in self.rows if monday(row.day) in wanted]

    def costs(self, weeks: Sequence[date]) -> list[float | None]:
        """Give what each exception of some weeks cost, in the kind's currency."""
        wanted, currency = set(weeks), self.answer.currency
        return [
            row.cost if row.currency == currency else None
            for row in self.paid
            if monday(row.day) in wanted
        ]


def follow(tx: Transaction, candidate: Candidate) -> Followed | None:
    """Gather what is followed of a candidate's kind up to today.

    Followed are the cases since the wording that it changed; None where no wording came of it that
    has a day of coming into force, where it is of no kind, and where it holds for one team only
    while some team is of few people.
    """
    kind, written = candidate.kind, candidate.revision_id
    revision = None if written is None else tx.session.get(Revision, written)
    if kind is None or revision is None:
        return None
    rows = rows_by_kind(tx.session, today(tx).moment, [kind.id]).get(kind.id, [])
    answer = Answer.of(candidate, revision, currency=common_currency(rows))
    if answer is None:
        return None
    if answer.scope.team and not teams_told([(row.team, row) for row in rows], tx.settings):
        return None
    base = None if candidate.base_revision is None else candidate.base_revision.effective_from
    found = tx.session.scalars(select(Case).where(Case.id.in_([row.id for row in rows])))
    cases = {case.id: case for case in found}
    day = answer.since.date()
    since = [row for row in rows if base is None or row.occurred_at >= base]
    inside = [row for row in since if answer.concerns(cases[row.id], day)]
    scoped = {row.id for row in inside}
    return Followed(
        kind=kind,
        answer=answer,
        cases=cases,
        rows=batches.counted(inside),
        paid=inside,
        apart=[row for row in since if row.id not in scoped],
    )
