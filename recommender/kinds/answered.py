"""The wording that answered a kind: whether it allows a case, and which recurred under it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.kinds import batches
from recommender.kinds.rows import CaseFacts
from recommender.kinds.thresholds import RECURS
from recommender.learning.ratios import between
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.policies import Revision
from recommender.policies.conditions import Condition, Scope, Where
from recommender.policies.exceptions import ClauseException, added_words, exceptions_of
from recommender.policies.limits import admits
from recommender.policies.phrases import PLAINLY, SIGNED
from recommender.policies.syntax.handbook import Parameter
from recommender.policies.syntax.markup import plain_text, read_parameters
from recommender.vocabulary import CandidateState, Facts, Verdict

AMOUNT: Final = "amount"
_IN_USE: Final = frozenset({CandidateState.IN_FORCE, CandidateState.CONFIRMED})
_FOR_ONE_KIND: Final = frozenset({Verdict.ADD_EXCEPTION, Verdict.WRITE_NEW_CLAUSE})
_WEEK: Final = timedelta(weeks=1)

Verdicts = frozenset[bool | None]
"""What a wording says of cases: allowed, not allowed, or that cannot be told."""
NEVER: Final[Verdicts] = frozenset()
BEYOND: Final[Verdicts] = frozenset({False, None})
WITHIN: Final[Verdicts] = frozenset({True})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a wording says about the cases of one kind.

    It holds from `since` on, until somebody's later wording took its place (`until`, exclusive).
    """

    since: datetime
    until: datetime | None = None
    scope: Scope
    limits: tuple[Parameter, ...] = ()
    exceptions: tuple[ClauseException, ...] = ()
    conditions: tuple[Condition, ...] = ()
    """What it says for the kind where the revision keeps no exception of it."""
    retires: bool = False
    currency: str | None = None
    """Amounts in another one are not judged."""
    ends: Verdicts = BEYOND
    """Which cases it was to end as exceptions, by what it says of them: those that come recur."""

    @classmethod
    def of(cls, candidate: Candidate, revision: Revision, *, currency: str | None) -> Self | None:
        """Read it off a candidate and the wording that came of it; None for one without a date."""
        if revision.effective_from is None:
            return None
        exceptions = tuple(
            one for one in exceptions_of(revision) if one.kind_id == candidate.kind_id
        )
        return cls(
            since=revision.effective_from,
            until=_replaced(candidate, revision),
            scope=Scope.from_json(candidate.scope or {}),
            limits=read_parameters(revision.markup),
            exceptions=exceptions,
            conditions=() if exceptions else _stated(candidate, revision),
            retires=revision.retires,
            currency=currency,
            ends=_ends(candidate, revision, exceptions),
        )

    def in_force(self, moment: datetime) -> bool:
        """Tell whether it was the wording at a moment."""
        return self.since <= moment and (self.until is None or moment < self.until)

    def concerns(self, case: Case, day: date) -> bool:
        """Tell whether a case is known to lie in its scope."""
        return self.scope.holds(Where.of(case), day) is True

    def facts(self, case: Case) -> Facts:
        """Give a case's facts, its amount among them where it is in the currency."""
        counts = case.amount is not None and case.currency == self.currency
        return ({AMOUNT: case.amount} if counts else {}) | dict(case.facts or {})

    def allows(self, case: Case, day: date) -> bool | None:
        """Tell whether it allows a case, judged as of a day; None where that cannot be told."""
        facts = self.facts(case)
        verdicts = {one.admits(facts, Where.of(case), day) for one in self.exceptions}
        if self.limits:
            verdicts.add(admits(self.limits, facts))
        if self.conditions:
            verdicts.add(_meets(self.conditions, facts))
        if self.retires or True in verdicts:
            return True
        return None if None in verdicts or not verdicts else False

    def recurs(self, case: Case) -> bool:
        """Tell whether a case is one that it was to end: in force, in scope, signed all the same.

        Where the facts cannot tell, it is one: somebody asked, and a peer signed an exception.
        """
        day = case.occurred_at.date()
        within = self.in_force(case.occurred_at) and self.concerns(case, day)
        return within and self.allows(case, day) in self.ends


def answer_to(
    session: Session, candidates: Sequence[Candidate], currency: str | None
) -> Answer | None:
    """Give the wording that answers a kind by now; `candidates` are its own, the last one last."""
    last = candidates[-1] if candidates else None
    if last is None or last.state not in _IN_USE or last.revision_id is None:
        return None
    revision = session.get(Revision, last.revision_id)
    return None if revision is None else Answer.of(last, revision, currency=currency)


def recurring(
    session: Session, rows: Sequence[CaseFacts], candidates: Sequence[Candidate], moment: datetime
) -> list[CaseFacts]:
    """Give the counted cases of a kind that recurred under the wording that answered it."""
    answer = answer_to(session, candidates, common_currency(rows))
    if answer is None:
        return []
    later = [row for row in rows if answer.in_force(row.occurred_at) and row.occurred_at <= moment]
    if not later:
        return []
    found = session.scalars(select(Case).where(Case.id.in_([row.id for row in later])))
    again = {case.id for case in found if answer.recurs(case)}
    return batches.counted([row for row in later if row.id in again])


def goes_on(
    session: Session, rows: Sequence[CaseFacts], candidates: Sequence[Candidate], moment: datetime
) -> bool:
    """Tell whether a kind recurs: enough cases, and surely more than were predicted to remain."""
    again = recurring(session, rows, candidates, moment)
    if len(again) < RECURS.least:
        return False
    remaining = (candidates[-1].prediction or {}).get("exceptions")
    if remaining is None:
        return True
    since = candidates[-1].effective_from or moment
    expected = max(remaining) * (moment - since) / _WEEK
    return bool(between(len(again))[0] > expected)


def common_currency(rows: Iterable[CaseFacts]) -> str | None:
    """Give the currency that most of the rows with an amount carry."""
    counts = Counter(row.currency for row in rows if row.currency and row.amount is not None)
    return min(counts, key=lambda name: (-counts[name], name)) if counts else None


def _replaced(candidate: Candidate, revision: Revision) -> datetime | None:
    """Say when a later wording took its place that did not come of the same candidate."""
    later = [
        one.effective_from
        for one in revision.clause.applied
        if one.number > revision.number
        and one.candidate_id != candidate.id
        and one.effective_from is not None
    ]
    return min(later, default=None)


def _ends(
    candidate: Candidate, revision: Revision, exceptions: Sequence[ClauseException]
) -> Verdicts:
    """Say which cases a wording was to end; none where a colleague or the agent still judges."""
    old = candidate.old_markup or ""
    if candidate.verdict is Verdict.CLARIFY_WORDING:
        return WITHIN if PLAINLY in revision.markup and PLAINLY not in old else NEVER
    if candidate.verdict is Verdict.GRANT_AUTHORITY:
        return NEVER
    if candidate.verdict in _FOR_ONE_KIND:
        asks = SIGNED in added_words(old, revision.markup)
        asks = all(not one.alone for one in exceptions) if exceptions else asks
        return NEVER if asks else BEYOND
    return BEYOND


def _stated(candidate: Candidate, revision: Revision) -> tuple[Condition, ...]:
    """Give the conditions that were decided, where the wording says all of them."""
    if candidate.verdict not in _FOR_ONE_KIND:
        return ()
    decided = candidate.conditions or candidate.draft.get("conditions") or ()
    conditions = tuple(Condition.from_json(one) for one in decided)
    words = plain_text(revision.markup)
    return conditions if all(one.said_in(words) for one in conditions) else ()


def _meets(conditions: Iterable[Condition], facts: Facts) -> bool | None:
    verdicts = {one.admits(facts.get(one.fact)) for one in conditions}
    if False in verdicts:
        return False
    return None if None in verdicts else True
