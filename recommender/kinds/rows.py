"""What evidence reads of a case: one small row, and the query that brings a kind's rows."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from recommender.cases.evidence_rows import counts_as_evidence
from recommender.cases.outcomes import outcomes_of
from recommender.kinds.costs import known_cost
from recommender.models.cases import Case
from recommender.models.kinds import Membership
from recommender.models.outcomes import OutcomeFacts
from recommender.models.pseudonyms import OnePerson, one_person
from recommender.vocabulary import CaseState, OutcomeReading


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One approved case as evidence sees it; None is unknown, never one and never many."""

    id: str
    occurred_at: datetime
    situation: str = ""
    agent: str | None = None
    cosigner: str | None = None
    team: str | None = None
    customer: str | None = None
    amount: float | None = None
    actual_cost: float | None = None
    currency: str | None = None
    product: str | None = None
    channel: str | None = None
    outcome: OutcomeReading = OutcomeReading.MISSING
    reused_from: str | None = None
    """The precedent that it re-used."""
    source: tuple[str, str] = ("", "")
    """Where it came from: what stable orders go by."""

    @property
    def day(self) -> date:
        """The day it happened on."""
        return self.occurred_at.date()

    @property
    def cost(self) -> float | None:
        """What it cost: the actual cost where it is known, else the amount granted."""
        return known_cost(self.amount, self.actual_cost)


def rows_by_kind(
    session: Session, moment: datetime, kinds: Collection[str]
) -> dict[str, list[CaseFacts]]:
    """Give each kind's approved cases up to a moment, in their stable order."""
    query = (
        _approved(moment)
        .add_columns(Membership.kind_id)
        .join(Membership, Membership.case_id == Case.id)
        .where(Membership.kind_id.in_(kinds))
    )
    outcomes = outcomes_of(session, select(Membership.case_id).where(Membership.kind_id.in_(kinds)))
    rows: dict[str, list[CaseFacts]] = defaultdict(list)
    person = one_person(session)
    for found in session.execute(query):
        rows[found.kind_id].append(_row(found, outcomes, person))
    return rows


def rows_of(session: Session, moment: datetime, cases: Collection[str]) -> list[CaseFacts]:
    """Give those of some cases that are approved, up to a moment, in their stable order."""
    if not cases:
        return []
    outcomes = outcomes_of(session, cases)
    query = _approved(moment).where(Case.id.in_(cases))
    person = one_person(session)
    return [_row(found, outcomes, person) for found in session.execute(query)]


def first_moment(session: Session) -> datetime | None:
    """Give the moment of the house's earliest approved case."""
    return session.scalar(
        select(func.min(Case.occurred_at)).where(Case.state == CaseState.APPROVED)
    )


def _approved(moment: datetime) -> Select[*tuple[Any, ...]]:
    """Select what evidence reads of the approved cases up to a moment."""
    return (
        select(
            Case.id,
            Case.occurred_at,
            Case.situation,
            Case.agent_id,
            Case.cosigner_id,
            Case.agent_team,
            Case.customer_id,
            Case.amount,
            Case.currency,
            Case.product,
            Case.channel,
            Case.precedent_id,
            Case.source_system,
            Case.source_id,
        )
        .where(counts_as_evidence(), Case.occurred_at <= moment)
        .order_by(Case.source_system, Case.source_id)
    )


def _row(
    found: Row[*tuple[Any, ...]], outcomes: Mapping[str, OutcomeFacts], person: OnePerson
) -> CaseFacts:
    outcome = outcomes.get(found.id, OutcomeFacts())
    return CaseFacts(
        id=found.id,
        occurred_at=found.occurred_at,
        situation=found.situation,
        agent=person(found.agent_id),
        cosigner=person(found.cosigner_id),
        team=found.agent_team or None,
        customer=person(found.customer_id),
        amount=found.amount,
        actual_cost=outcome.actual_cost,
        currency=found.currency,
        product=found.product,
        channel=found.channel,
        outcome=outcome.reading,
        reused_from=found.precedent_id,
        source=(found.source_system, found.source_id),
    )
