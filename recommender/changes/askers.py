"""Who asks past a clause: one kind nearly alone or many, and nearly everybody or few."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from sqlalchemy import ColumnElement, func, select

from recommender.changes.decided import Decided
from recommender.changes.ground import Ground, main_currency, number_of
from recommender.changes.parameters import LEAST_CASES
from recommender.changes.redline import limits_of
from recommender.kinds import batches
from recommender.kinds.drilling import countable
from recommender.kinds.rows import CaseFacts
from recommender.models.cases import Case
from recommender.models.policies import Clause, Revision
from recommender.models.pseudonyms import one_person
from recommender.policies.limits import admits
from recommender.policies.syntax.handbook import Parameter
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState

HOLDS: Final = 0.8
"""Share of what is signed past a limit that a kind needs for the limit itself to move [J]."""


@dataclass(frozen=True)
class Askers:
    """Those who ask past a clause in some time, by its decided cases."""

    tx: Transaction
    clause: Clause
    decided: Decided
    start: datetime | None
    end: datetime

    def shares_past(
        self, base: Revision, members: Collection[Case], rows: Collection[CaseFacts]
    ) -> dict[tuple[str, str], float]:
        """Give, for each limit of a wording, what share of the cases signed past it a kind holds.

        `rows` are what evidence reads of the kind's cases. Copies and busy days count once for
        the kind and the others alike. A limit that nobody passed has no share.
        """
        limits = limits_of(base.markup)
        if not limits:
            return {}
        mine, currency = {case.id for case in members}, main_currency(members)
        others = [case for case in self._signed if case.id not in mine]
        shares = {}
        for limit in limits:
            past = {case.id for case in members if _is_past(case, limit, currency)}
            beside = [case for case in others if _is_past(case, limit, currency)]
            found = [row for row in rows if row.id in past]
            found += map(self._row, countable(self.tx, beside, self.decided.opened))
            counted = batches.counted(sorted(found, key=lambda row: row.source))
            if counted:
                held = sum(row.id in mine for row in counted)
                shares[limit.fact, str(limit.bound)] = held / len(counted)
        return shares

    def share_outside(self) -> float | None:
        """Give what share of all cases under the clause peers signed outside it.

        None where so few are known that keep to it, that it may be the exceptions alone that are
        filed.
        """
        told = select(Case.state, func.count()).where(*self._period).group_by(Case.state)
        counts = {state: number for state, number in self.tx.session.execute(told)}  # noqa: C416 - typed
        within = counts.get(CaseState.IN_POLICY, 0)
        if within < LEAST_CASES.value:
            return None
        signed = len(countable(self.tx, self._signed, self.decided.opened))
        return signed / (signed + within + counts.get(CaseState.DECLINED, 0))

    @property
    def _period(self) -> list[ColumnElement[bool]]:
        since = [] if self.start is None else [Case.occurred_at >= self.start]
        return [Case.clause_id == self.clause.id, Case.occurred_at <= self.end, *since]

    @cached_property
    def _signed(self) -> list[Case]:
        return [
            case
            for case in self.decided.cases
            if case.state is CaseState.APPROVED
            and case.clause_id == self.clause.id
            and (self.start is None or self.start <= case.occurred_at)
            and case.occurred_at <= self.end
        ]

    def _row(self, case: Case) -> CaseFacts:
        """Give what batch correction reads of a case."""
        return CaseFacts(
            id=case.id,
            occurred_at=case.occurred_at,
            situation=case.situation,
            agent=one_person(self.tx.session)(case.agent_id),
            reused_from=case.precedent_id,
            source=(case.source_system, case.source_id),
        )


def asks_alone(ground: Ground, limit: Parameter) -> bool:
    """Tell whether the kind holds so much of what passes a limit that the limit is its own."""
    return ground.shares_past.get((limit.fact, limit.bound), 1.0) >= HOLDS


def _is_past(case: Case, limit: Parameter, currency: str | None) -> bool:
    value = number_of(case, limit.fact, currency)
    return value is not None and admits((limit,), {limit.fact: value}) is False
