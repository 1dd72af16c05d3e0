"""The ground that a draft stands on: a kind's signed cases, and the declined ones like them."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from recommender.changes.decided import Decided
from recommender.changes.learnt import Told
from recommender.changes.parameters import Point, Purse
from recommender.kinds.costs import cost_of
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.models.policies import Clause, Revision
from recommender.policies.conditions import word_of
from recommender.policies.limiting import NO_LIMITS, Limits
from recommender.vocabulary import Facts, FieldSource, Grade, KindState

AMOUNT: Final = "amount"
"""The fact that every case may carry as a column of its own."""
BAD_OUTCOMES: Final = 0.5
"""Above this lower bound of bad outcomes nothing is widened."""
MONTH: Final = timedelta(days=365.25 / 12)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What is known about a kind when its change is drafted; `base` is the newest wording.

    `signed` are the approved cases since the live wording came into force, `counted` those of
    them that count after batch correction; `declined` are declined cases like them.
    """

    kind: Kind
    clause: Clause | None
    base: Revision | None
    signed: Sequence[Case]
    counted: Sequence[Case]
    declined: Sequence[Case]
    grade: Grade | None = None
    surfaced: bool = False
    bad_low: float | None = None
    usual_bad: float | None = None
    """The share of bad outcomes in the clause's other signed cases, or where too few of them are
    known in the house's; None: too few are known there too."""
    complaints_stand_out: bool = False
    effective_agents: float | None = None
    hides_people: bool = False
    """So few people are behind it that no number and no case is shown."""
    limits: Limits = NO_LIMITS
    """What peers may approve under the clause beside its ceiling."""
    protected: tuple[str, ...] = ()
    """Words of facts that the house protects beside those that are protected everywhere."""
    state: KindState | None = None
    good_low: float | None = None
    """The lower bound of the share of good outcomes."""
    as_of: date | None = None
    said: tuple[str, ...] = ()
    """The sentences by which the newest wording makes exceptions for the kind as yet."""
    ruled_out: float | None = None
    """Of all cases under the clause, the share signed outside it; None: too few keep to it."""
    decided: Decided = field(default_factory=Decided)
    """These and all other decided cases of the clause, as columns."""
    shares_past: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """Fact and side of a limit -> the share of the clause's cases past it that the kind holds."""

    @property
    def clause_key(self) -> str | None:
        """The clause's key; None for a gap."""
        return None if self.clause is None else self.clause.key

    @cached_property
    def currency(self) -> str | None:
        """The currency of most signed cases; amounts in others are left out, never converted."""
        return main_currency(self.signed)

    @property
    def ends_badly(self) -> bool:
        """Tell whether surely more than half of the outcomes are bad."""
        return self.bad_low is not None and self.bad_low > BAD_OUTCOMES

    @property
    def ceiling(self) -> float | None:
        """What peers may approve at most under the clause."""
        return None if self.clause is None else self.clause.ceiling

    @property
    def months(self) -> float:
        """The time from the first signed case to the last one, in months, at least one."""
        days = [case.occurred_at for case in self.signed]
        return max(1.0, (max(days) - min(days)) / MONTH) if days else 1.0

    def purse(self, fact: str) -> Purse | None:
        """Give what all cases within a limit on a fact may cost together, by the clause's budget.

        None without a budget, and where the cases' amounts are not in its currency.
        """
        budget = self.limits.monthly_budget
        if budget is None or self.limits.currency != self.currency:
            return None
        return Purse(budget * self.months, self.points(self.signed, fact))

    def own(self, fact: str) -> list[Case]:
        """Give the counted cases that did not take their value of a fact over from a precedent."""
        return [case for case in self.counted if not _taken_over(case, fact)]

    def points(self, cases: Iterable[Case], fact: str) -> list[Point]:
        """Give the cases' values of a fact with their cost, those past the ceiling left out."""
        return [
            Point(case.id, value, cost_of(case, self.currency))
            for case in cases
            if (value := number_of(case, fact, self.currency)) is not None
            and not self._past_ceiling(case)
        ]

    def told(self, cases: Iterable[Case]) -> list[Told]:
        """Give the facts that the cases carry of their own, those past the ceiling left out."""
        return [
            {
                fact: told
                for fact in {*(case.facts or {}), AMOUNT}
                if (told := _told(case, fact, self.currency)) is not None
                and not _taken_over(case, fact)
            }
            for case in cases
            if not self._past_ceiling(case)
        ]

    def _past_ceiling(self, case: Case) -> bool:
        return self.ceiling is not None and case.amount is not None and case.amount > self.ceiling


def number_of(case: Case, fact: str, currency: str | None) -> float | None:
    """Give a case's number for a fact; the amount only in the given currency."""
    value = (case.facts or {}).get(fact)
    if value is None and fact == AMOUNT and case.currency == currency:
        value = case.amount
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def facts_of(case: Case, currency: str | None) -> Facts:
    """Give a case's facts, its amount among them where it is in the currency."""
    amount = number_of(case, AMOUNT, currency)
    return {**(case.facts or {}), **({} if amount is None else {AMOUNT: amount})}


def _told(case: Case, fact: str, currency: str | None) -> float | str | None:
    number = number_of(case, fact, currency)
    return word_of((case.facts or {}).get(fact)) if number is None else number


def _taken_over(case: Case, fact: str) -> bool:
    field = f"facts.{fact}" if fact in (case.facts or {}) else fact
    return (case.provenance or {}).get(field) == FieldSource.REUSED


def main_currency(cases: Iterable[Case]) -> str | None:
    """Give the currency that most of the cases with an amount carry."""
    counts = Counter(case.currency for case in cases if case.currency and case.amount is not None)
    return min(counts, key=lambda name: (-counts[name], name)) if counts else None


def number_facts(cases: Iterable[Case]) -> Counter[str]:
    """Count how many cases carry each fact as a number."""
    return Counter(
        fact
        for case in cases
        for fact in case.facts or {}
        if number_of(case, fact, case.currency) is not None
    )
