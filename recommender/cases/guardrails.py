"""What peers cannot approve here: what is never bent, paused, above a limit or not checkable.

Imported history is history: guardrails stand before a signature given here, and nowhere else.
What cannot be checked against a limit (no amount, another currency, no customer) is not within
it: it goes to the clause's owner like any other breach, and the words say why.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import or_, select

from recommender.access import ALLOWED, Act
from recommender.cases.spending import Spent, month_of, repeats, spent_under
from recommender.cases.wishes import Wish
from recommender.errors import Conflict
from recommender.models.cases import Case
from recommender.models.limits import Pause
from recommender.models.policies import Clause
from recommender.policies.figures import money
from recommender.policies.library import clause_by_key
from recommender.policies.limiting import LOCK, NO_LIMITS, Limits, limits_under
from recommender.storage.house import Transaction
from recommender.vocabulary import Role

PEERS: Final = ALLOWED[Act.COSIGN]


class Rule(StrEnum):
    """The guardrails there are, the one that nobody can pass first."""

    NEVER_BEND = "never_bend"
    PAUSED = "paused"
    CEILING = "ceiling"
    ROLE_LIMIT = "role_limit"
    BUDGET = "budget"
    CUSTOMER_COUNT = "customer_count"


class NeverBend(Conflict):
    """The clause is on the never-bend list, so no peer can approve an exception to it."""


class ApprovalPaused(Conflict):
    """A policy owner lets peers approve nothing here for now."""


class CeilingExceeded(Conflict):
    """The amount is above what a peer's signature may approve under the clause, or unknown."""


class RoleLimitExceeded(Conflict):
    """The amount is above what a signature of the signer's role may approve, or unknown."""


class BudgetSpent(Conflict):
    """The clause's budget of the month does not carry the amount, or the amount is unknown."""


class CustomerTooOften(Conflict):
    """The customer has had as many cases in the period as peers may approve, or is unknown."""


_ERRORS: Mapping[Rule, type[Conflict]] = {
    Rule.NEVER_BEND: NeverBend,
    Rule.PAUSED: ApprovalPaused,
    Rule.CEILING: CeilingExceeded,
    Rule.ROLE_LIMIT: RoleLimitExceeded,
    Rule.BUDGET: BudgetSpent,
    Rule.CUSTOMER_COUNT: CustomerTooOften,
}


@dataclass(frozen=True)
class Breach:
    """A guardrail that a case meets, the words that a person is told, and the facts behind them."""

    rule: Rule
    words: str
    facts: Mapping[str, object] = field(default_factory=dict)


def breaches(tx: Transaction, case: Case, roles: AbstractSet[Role] | None = None) -> list[Breach]:
    """Give every guardrail that the case meets, the never-bend list first.

    `roles` are those of whoever would sign: the reader's own where they may answer it, else a
    peer's.
    """
    (met,) = breaches_of_each(tx, [case], roles)
    return met


def breaches_of_each(
    tx: Transaction, cases: Sequence[Case], roles: AbstractSet[Role] | None = None
) -> list[list[Breach]]:
    """Give the same for each of several cases, in their order; what holds them is read once."""
    holding = _holding(tx, cases)
    return [list(_met(tx, case, holding, roles)) for case in cases]


def foreseen(tx: Transaction, wish: Wish) -> list[Breach]:
    """Give every guardrail that a wish would meet if it were filed as it stands."""
    clause = None if wish.clause_key is None else clause_by_key(tx, wish.clause_key)
    case = Case(
        agent_id=tx.actor.name,
        agent_team=tx.actor.team,
        clause=clause,
        amount=wish.amount,
        currency=wish.currency,
        customer_id=wish.customer_id,
    )
    return breaches(tx, case)


def require_within(tx: Transaction, case: Case) -> None:
    """Refuse what the actor's signature cannot approve here, named for the guardrail.

    Locks the clause until the transaction ends, so that of two signatures under one budget the
    second sees what the first has spent. Call it before anything of the case is changed.
    """
    lock_limits(tx, case)
    for breach in breaches(tx, case, tx.actor.roles):
        refusal = _ERRORS[breach.rule](
            breach.words,
            remedy="Decline it, or leave it to the policy owner.",
            rule=str(breach.rule),
        )
        refusal.facts.update(breach.facts)
        raise refusal


def lock_limits(tx: Transaction, case: Case) -> None:
    """Wait for everybody else who signs or limits under the case's clause; then read it anew."""
    if case.clause_id is not None:
        tx.session.get(Clause, case.clause_id, with_for_update=LOCK, populate_existing=True)


@dataclass(frozen=True)
class _Holding:
    """What some cases are held against; all but the pauses by the id of a clause."""

    at: datetime
    pauses: Sequence[Pause]
    limits: Mapping[str, Limits]
    spent: Mapping[str, Spent]
    repeats: Mapping[tuple[str, str], int]
    """Also by customer."""


def _holding(tx: Transaction, cases: Sequence[Case]) -> _Holding:
    clauses = {case.clause.id for case in cases if case.clause is not None}
    limits = limits_under(tx, clauses)
    budgets = {
        clause: one.currency
        for clause, one in limits.items()
        if one.monthly_budget is not None and one.currency is not None
    }
    since = {
        clause: tx.at - timedelta(days=one.per_customer_days)
        for clause, one in limits.items()
        if one.per_customer_days is not None
    }
    customers = {
        case.customer_id
        for case in cases
        if case.customer_id is not None and case.clause is not None and case.clause.id in since
    }
    return _Holding(
        tx.at,
        _lasting(tx, clauses) if cases else [],
        limits,
        spent_under(tx.session, budgets, tx.at),
        repeats(tx.session, customers, since),
    )


def _lasting(tx: Transaction, clauses: AbstractSet[str]) -> Sequence[Pause]:
    lasting = select(Pause).where(
        Pause.lifted_at.is_(None), or_(Pause.clause_id.is_(None), Pause.clause_id.in_(clauses))
    )
    return tx.session.scalars(lasting.order_by(Pause.paused_at, Pause.id)).all()


def _met(
    tx: Transaction, case: Case, holding: _Holding, roles: AbstractSet[Role] | None
) -> Iterator[Breach]:
    answers = tx.actor.may(Act.ANSWER) and case.agent_id != tx.actor.name
    signing = roles or (tx.actor.roles if answers else PEERS)
    clause = case.clause
    if clause is not None and clause.never_bend:
        yield Breach(Rule.NEVER_BEND, f"{clause.key} is never bent, whatever the case.")
    yield from _pauses(clause, holding)
    if clause is not None:
        limits = holding.limits.get(clause.id, NO_LIMITS)
        yield from _amounts(case, clause, limits, signing)
        yield from _budget(case, clause, limits, holding)
        yield from _repeats(case, clause, limits, holding)


def _pauses(clause: Clause | None, holding: _Holding) -> Iterator[Breach]:
    for pause in holding.pauses:
        if pause.clause_id is not None and (clause is None or pause.clause_id != clause.id):
            continue
        under = "" if pause.clause_id is None or clause is None else f" under {clause.key}"
        yield Breach(
            Rule.PAUSED,
            f"Approval by peers is paused{under}: {pause.reason}",
            {"pause": pause.id},
        )


def _amounts(
    case: Case, clause: Clause, limits: Limits, roles: AbstractSet[Role]
) -> Iterator[Breach]:
    """Compare the amount with the ceiling, and with what the signer's role may approve."""
    asked = _Asked(case, clause, limits.currency)
    if clause.ceiling is not None:
        yield from asked.above(Rule.CEILING, "Peers", clause.ceiling)
    by_role = [(limits.roles[role], role) for role in roles if role in limits.roles]
    if by_role:
        most, role = max(by_role)
        yield from asked.above(Rule.ROLE_LIMIT, f"{role.replace('_', ' ').capitalize()}s", most)


def _budget(case: Case, clause: Clause, limits: Limits, holding: _Holding) -> Iterator[Breach]:
    budget, currency = limits.monthly_budget, limits.currency
    if budget is None or currency is None:
        return
    start, _ = month_of(holding.at)
    used = holding.spent[clause.id].amount
    left = max(0.0, round(budget - used, 6))
    here = f"under {clause.key} in {start:%B %Y}"
    facts = {"budget": budget, "spent": used, "currency": currency}
    asked = _Asked(case, clause, currency)
    for breach in asked.above(Rule.BUDGET, "Peers", left):
        words = (
            f"Of {money(budget, currency)} that peers may approve {here}, {money(used)} are spent"
            f"{asked.beyond}."
        )
        yield replace(breach, words=words, facts={**breach.facts, **facts})


def _repeats(case: Case, clause: Clause, limits: Limits, holding: _Holding) -> Iterator[Breach]:
    most, days = limits.per_customer, limits.per_customer_days
    if most is None or days is None:
        return
    allowed = f"{most} {'case' if most == 1 else 'cases'} of one customer within {days} days"
    rule = f"Peers may approve {allowed} under {clause.key}"
    if case.customer_id is None:
        words = f"{rule}; this proposal names no customer, so that cannot be checked."
        yield Breach(Rule.CUSTOMER_COUNT, words, {"most": most, "unknown": "customer"})
        return
    found = holding.repeats.get((clause.id, case.customer_id), 0)
    if found >= most:
        words = f"{rule}; this customer has had {found}."
        yield Breach(Rule.CUSTOMER_COUNT, words, {"most": most, "found": found})


@dataclass(frozen=True)
class _Asked:
    """A case's amount beside limits in one currency; None: limits in any currency."""

    case: Case
    clause: Clause
    currency: str | None

    def above(self, rule: Rule, who: str, most: float) -> Iterator[Breach]:
        """Give the breach of a limit that the amount is above, or cannot be checked against."""
        limit = money(most, self.currency)
        words = f"{who} may approve up to {limit} under {self.clause.key}{self.beyond}."
        facts: dict[str, object] = {"most": most}
        if self._unknown is not None:
            yield Breach(rule, words, facts | {"unknown": self._unknown})
        elif self.case.amount is not None and round(self.case.amount - most, 6) > 0:
            yield Breach(rule, words, facts | {"amount": self.case.amount})

    @property
    def beyond(self) -> str:
        """Say what is asked for, or why that cannot be compared."""
        case = self.case
        if case.amount is None:
            return ", and this proposal names no amount"
        if self._unknown is not None:
            in_other = money(case.amount, case.currency or "without a currency")
            return f", and this asks for {in_other}, which cannot be checked against it"
        return f", and this asks for {money(case.amount, self.currency)}"

    @property
    def _unknown(self) -> str | None:
        if self.case.amount is None:
            return "amount"
        other = self.currency is not None and self.case.currency != self.currency
        return "currency" if other else None
