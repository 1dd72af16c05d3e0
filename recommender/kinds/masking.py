"""How the numbers of a kind are shown: all of them, or none where too few people are behind it.

A count of an identity that the cases do not carry is null and not masked: there is nobody to
protect, and nothing to tell.
"""

from dataclasses import dataclass, field, fields, replace
from math import floor, isfinite

from recommender.config import Settings
from recommender.kinds.evidence import Cost, Event, Evidence, Outcomes
from recommender.kinds.floors import hides_people
from recommender.kinds.lookalikes import LookAlikes
from recommender.kinds.rates import Rate
from recommender.kinds.spreads import FactSpread
from recommender.kinds.statistics import UNKNOWN, Interval
from recommender.kinds.surfacing import shortfalls, would_raise
from recommender.kinds.thresholds import Shortfall

_COUNTS = (
    "cases",
    "counted_cases",
    "agents",
    "effective_agents",
    "teams",
    "customers",
    "signer_pairs",
    "weeks",
)
_LISTS = {"costs", "events", "facts"}
_WITHOUT_NUMBERS = _LISTS | {"good", "bad", "shortfalls", "would_raise", "masked"}


@dataclass(frozen=True, kw_only=True)
class YearOfCosts:
    """What such cases cost in a year; `actual_share` of the costs are actual, not granted."""

    low: float
    mid: float
    high: float
    currency: str
    actual_share: float


@dataclass(frozen=True, kw_only=True)
class EvidenceView:
    """The numbers of a kind as everybody may see them; also what a candidate freezes.

    Rate, year, facts and look-alikes are told on the page of the kind alone.
    """

    cases: int | None
    counted_cases: int | None
    agents: int | None
    effective_agents: float | None
    teams: int | None
    customers: int | None
    signer_pairs: int | None
    weeks: int | None
    outcomes: Outcomes | None = None
    good: Interval
    bad: Interval
    trend_low: float | None
    trend_high: float | None
    """None where nothing happened in the earlier half: no upper end."""
    cost_sum: float | None
    cost_median: float | None
    cost_p90: float | None
    currency: str | None
    """Of the three costs: the commonest; `costs` has every currency."""
    costs: list[Cost] = field(default_factory=list)
    share_without_amount: float | None
    shortfalls: list[Shortfall]
    would_raise: list[Shortfall]
    masked: list[str]
    events: list[Event] = field(default_factory=list)
    facts: list[FactSpread] = field(default_factory=list)
    rate: Rate | None = None
    year: YearOfCosts | None = None
    look_alikes: LookAlikes | None = None


def masked_names(evidence: Evidence, settings: Settings) -> tuple[str, ...]:
    """Name the counts that are masked: all that are known, where too few people are behind them."""
    if not hides_people(evidence, settings):
        return ()
    return tuple(sorted(name for name in _COUNTS if getattr(evidence, name) is not None))


def view(evidence: Evidence, settings: Settings) -> EvidenceView:
    """Show evidence to a reader, masked."""
    if hides_people(evidence, settings):
        return _hidden(evidence, settings)
    first = evidence.costs[0] if evidence.costs else None
    trend = evidence.trend
    effective = evidence.effective_agents
    return EvidenceView(
        cases=evidence.cases,
        counted_cases=evidence.counted_cases,
        agents=evidence.agents,
        effective_agents=None if effective is None else floor(effective * 10) / 10,
        teams=evidence.teams,
        customers=evidence.customers,
        signer_pairs=evidence.signer_pairs,
        weeks=evidence.weeks,
        outcomes=evidence.outcomes,
        good=evidence.good,
        bad=evidence.bad,
        trend_low=None if trend is None else trend.low,
        trend_high=None if trend is None or not isfinite(trend.high) else trend.high,
        cost_sum=None if first is None else first.spread.sum,
        cost_median=None if first is None else first.spread.median,
        cost_p90=None if first is None else first.spread.p90,
        currency=None if first is None else first.currency,
        costs=list(evidence.costs),
        share_without_amount=evidence.share_without_amount,
        shortfalls=shortfalls(evidence),
        would_raise=would_raise(evidence),
        masked=[],
        events=list(evidence.events),
    )


def _hidden(evidence: Evidence, settings: Settings) -> EvidenceView:
    """Show of evidence only what it lacks, without a number."""
    numbers = {
        field.name: None for field in fields(EvidenceView) if field.name not in _WITHOUT_NUMBERS
    }
    return EvidenceView(
        **numbers,  # type: ignore[arg-type]
        good=UNKNOWN,
        bad=UNKNOWN,
        shortfalls=[replace(one, have=None) for one in shortfalls(evidence)],
        would_raise=[],
        masked=list(masked_names(evidence, settings)),
    )
