"""What owners allow peers, pauses, and proposals that only an owner can answer."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from api.schemas.base import Currency, In, Money, Out, Sentence, ShortText, example
from api.schemas.cases import CaseOut
from recommender.vocabulary import LONGEST_PERIOD, MOST_REPEATS, Role


class RoleLimit(Out):
    """The largest amount that a signature of a role approves."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")

    role: Role
    amount: Money


class LimitsIn(In):
    """What peers may approve under a clause beside its ceiling; null is not limited.

    `currency` is that of the budget, of the amounts by role and of the ceiling.
    """

    model_config = example(
        monthly_budget=500.0,
        currency="EUR",
        repeat_cases=2,
        repeat_days=30,
        roles=[{"role": "agent", "amount": 50.0}],
    )

    monthly_budget: Money | None = None
    currency: Currency | None = None
    repeat_cases: Annotated[int, Field(ge=0, le=MOST_REPEATS)] | None = None
    """How many cases of one and the same customer peers may approve within `repeat_days`."""
    repeat_days: Annotated[int, Field(ge=1, le=LONGEST_PERIOD)] | None = None
    roles: list[RoleLimit] = Field(default_factory=list)


class PauseIn(In):
    """A pause of approval by peers, under one clause or, without one, under all."""

    model_config = example(clause_key="RET-2.1", reason="The supplier recalls these boots.")

    clause_key: ShortText | None = None
    reason: Sentence


class PauseOut(Out):
    """A pause; `clause_key` null: every clause."""

    id: str
    clause_key: str | None
    reason: str
    since: date
    lifted: date | None


class SpentOut(Out):
    """What was approved here in a month; `uncounted` approvals have no amount in the currency."""

    month: str
    amount: float
    left: float
    uncounted: int


class LimitsOut(Out):
    """All that holds peers under a clause, and what is left of its budget."""

    clause_key: str
    never_bend: bool
    ceiling: float | None
    monthly_budget: float | None
    currency: str | None
    """Of all amounts here; null: the ceiling holds in any currency."""
    repeat_cases: int | None
    repeat_days: int | None
    roles: list[RoleLimit]
    spent: SpentOut | None
    """Null without a budget."""
    pauses: list[PauseOut]
    """Those that last, of this clause and of all."""
    yours: bool
    """The reader may change it."""
    version: int


class LimitsPage(Out):
    """The clauses that the reader may limit."""

    clauses: list[LimitsOut]


class NeverBendIn(In):
    """Whether a clause is on the never-bend list."""

    model_config = example(never_bend=True)

    never_bend: bool


class PausesPage(Out):
    """Pauses of approval by peers, the newest first."""

    pauses: list[PauseOut]


class RoutedPage(Out):
    """Proposals that peers cannot approve and the reader's desk can answer, oldest first."""

    direction: str
    proposals: list[CaseOut]
