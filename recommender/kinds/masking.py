"""People floors: small counts of people are masked for everybody, and what would betray them too.

A count of an identity that the cases do not carry is null and not masked: there is nobody to
protect, and nothing to tell.
"""

from dataclasses import dataclass, field, replace
from math import floor, isfinite

from recommender.config import Settings
from recommender.kinds.evidence import Cost, Evidence
from recommender.kinds.statistics import UNKNOWN, Interval
from recommender.kinds.surfacing import shortfalls, would_raise
from recommender.kinds.thresholds import Shortfall

_WITH_AGENTS = ("agents", "effective_agents", "teams", "signer_pairs")
"""Counts from which the number of agents could be told."""


@dataclass(frozen=True, kw_only=True)
class EvidenceView:
    """The numbers of a kind as everybody may see them; also what a candidate freezes."""

    cases: int | None
    counted_cases: int | None
    agents: int | None
    effective_agents: float | None
    teams: int | None
    customers: int | None
    signer_pairs: int | None
    weeks: int | None
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


def masked_names(evidence: Evidence, settings: Settings) -> tuple[str, ...]:
    """Name the counts that are masked: those below a floor, and those that would betray one."""
    agents, customers = settings.people_floor_agents, settings.people_floor_customers
    masked = set()
    if evidence.agents is not None and evidence.agents < agents:
        masked |= {name for name in _WITH_AGENTS if getattr(evidence, name) is not None}
    if evidence.customers is not None and evidence.customers < customers:
        masked.add("customers")
    few = (evidence.agents is not None and evidence.cases < agents) or (
        evidence.customers is not None and evidence.cases < customers
    )
    if few:
        masked |= {"cases", "counted_cases", "weeks"}
    return tuple(sorted(masked))


def hides_people(evidence: Evidence, settings: Settings) -> bool:
    """Tell whether so few people are behind a kind that no case, week or amount is shown."""
    return not {"agents", "cases", "customers"}.isdisjoint(masked_names(evidence, settings))


def view(evidence: Evidence, settings: Settings) -> EvidenceView:
    """Show evidence to a reader, masked."""
    masked = masked_names(evidence, settings)
    costs = () if hides_people(evidence, settings) else evidence.costs
    first = costs[0] if costs else None
    countable = "counted_cases" not in masked
    trend = evidence.trend if countable else None
    counts = {
        name: None if name in masked else getattr(evidence, name)
        for name in ("cases", "counted_cases", "customers", "weeks", *_WITH_AGENTS)
    }
    if counts["effective_agents"] is not None:
        counts["effective_agents"] = floor(counts["effective_agents"] * 10) / 10
    return EvidenceView(
        **counts,
        good=evidence.good if countable else UNKNOWN,
        bad=evidence.bad if countable else UNKNOWN,
        trend_low=None if trend is None else trend.low,
        trend_high=None if trend is None or not isfinite(trend.high) else trend.high,
        cost_sum=None if first is None else first.spread.sum,
        cost_median=None if first is None else first.spread.median,
        cost_p90=None if first is None else first.spread.p90,
        currency=None if first is None else first.currency,
        costs=list(costs),
        share_without_amount=evidence.share_without_amount if countable else None,
        shortfalls=_shown(shortfalls(evidence), masked),
        would_raise=_shown(would_raise(evidence), masked),
        masked=list(masked),
    )


def _shown(missing: list[Shortfall], masked: tuple[str, ...]) -> list[Shortfall]:
    return [replace(one, have=None) if one.name in masked else one for one in missing]
