"""The numbers of a kind."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.schemas.base import Out


class IntervalOut(Out):
    """A share with its 95 % interval, and the bounds if all missing were bad or good."""

    known: int
    missing: int
    share_low: float | None
    share_high: float | None
    all_missing_bad: float | None
    all_missing_good: float | None


class ShortfallOut(Out):
    """What is missing to surface, or would raise the grade."""

    words: str


class EventOut(Out):
    """A day that counts less than its cases: one event, or a text that was pasted."""

    day: date
    cases: int
    counted: int


class ValueOut(Out):
    """A word that a fact takes, and how many cases carry it."""

    value: str
    cases: int


class CountedOut(Out):
    """A number that a fact takes, and how many cases carry it."""

    value: float
    cases: int


class FactSpreadOut(Out):
    """How one fact spreads over the cases: five numbers, or the words that it takes."""

    fact: str
    unit: str | None
    n: int
    missing: int
    low: float | None
    q1: float | None
    median: float | None
    q3: float | None
    high: float | None
    values: list[ValueOut]
    declined_low: float | None
    declined_high: float | None
    counts: list[CountedOut] = Field(default=[])
    """Each number, ascending; of more than 60 different ones, those close together as one."""
    declined: list[CountedOut] = Field(default=[])
    """The same of the declined cases like them."""


class RateOut(Out):
    """Cases per 100 contacts, or per week where contacts were not imported, with its interval."""

    rate: float
    low: float
    high: float
    of: Literal["contacts", "weeks"]
    weeks: int


class YearOut(Out):
    """What such cases cost in a year; `actual_share` of the costs are actual, not granted."""

    low: float
    mid: float
    high: float
    currency: str
    actual_share: float


class OutcomesOut(Out):
    """What became of how many cases."""

    good: int
    neutral: int
    bad: int
    missing: int


class LookAlikesOut(Out):
    """How declined cases like these turned out: a comparison, not a cause."""

    cases: int
    good: IntervalOut
    words: str


class EvidenceOut(Out):
    """The numbers of a kind."""

    cases: int | None
    counted_cases: int | None
    """After batch correction."""
    agents: int | None
    effective_agents: float | None
    teams: int | None
    customers: int | None
    signer_pairs: int | None
    weeks: int | None
    outcomes: OutcomesOut | None = None
    """Of all cases, copies too; null where masked."""
    good: IntervalOut
    bad: IntervalOut
    trend_low: float | None
    trend_high: float | None
    cost_sum: float | None
    cost_median: float | None
    cost_p90: float | None
    currency: str | None
    share_without_amount: float | None
    shortfalls: list[ShortfallOut]
    would_raise: list[ShortfallOut]
    masked: list[str]
    events: list[EventOut] = Field(default=[])
    facts: list[FactSpreadOut] = Field(default=[])
    rate: RateOut | None = None
    year: YearOut | None = None
    look_alikes: LookAlikesOut | None = None
