"""The numbers of a kind: who, when, with what outcome, at what cost, and how far they carry."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from recommender.kinds import batches, people
from recommender.kinds.rows import CaseFacts
from recommender.kinds.statistics import (
    Interval,
    Spread,
    effective_number,
    rate_ratio,
    share_of_bad,
    share_of_good,
    spread,
)
from recommender.vocabulary import EvidenceMode, OutcomeReading

WEEK = timedelta(days=7)
WEEKS_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What the cases of one currency granted."""

    currency: str | None
    cases: int
    spread: Spread


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Cases in the recent and the earlier half of the window, and their ratio's interval."""

    recent: int
    earlier: int
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Window:
    """The time that evidence is read from: `start` None is the beginning of time."""

    start: datetime | None = None
    end: datetime

    def holds(self, row: CaseFacts) -> bool:
        """Tell whether a case happened in it."""
        return (self.start is None or self.start <= row.occurred_at) and row.occurred_at <= self.end


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The numbers of a kind as they are; what a reader may see of them is `masking`'s.

    A count of an identity that most cases do not carry is None: not checkable. `gate` says, a
    sentence each, which floors of the quality gate its group misses.
    """

    cases: int
    counted_cases: int
    agents: int | None
    effective_agents: float | None
    teams: int | None
    customers: int | None
    signer_pairs: int | None
    weeks: int
    first: date | None
    last: date | None
    per_week: tuple[int, ...]
    mode: EvidenceMode
    unknown: tuple[str, ...]
    """Which of agents, signers, customers are not checkable."""
    good: Interval
    bad: Interval
    trend: Trend | None
    costs: tuple[Cost, ...]
    """The commonest currency first."""
    share_without_amount: float | None
    gate: tuple[str, ...] = ()

    @property
    def known_outcomes(self) -> float:
        """Share of the counted cases whose outcome is known."""
        return self.good.known / self.counted_cases if self.counted_cases else 0.0


def gather(
    rows: Sequence[CaseFacts],
    window: Window,
    *,
    since: datetime | None = None,
    gate: tuple[str, ...] = (),
) -> Evidence:
    """Measure a kind by its rows inside a window.

    `since` is when the house's history begins: an open window's trend starts there.
    """
    inside = [row for row in rows if window.holds(row)]
    counted = batches.counted(inside)
    agents = people.known([row.agent for row in inside])
    days = sorted(row.day for row in inside)
    good = _count(counted, OutcomeReading.GOOD)
    bad = _count(counted, OutcomeReading.BAD)
    missing = _count(counted, OutcomeReading.MISSING)
    known = len(counted) - missing
    return Evidence(
        cases=len(inside),
        counted_cases=len(counted),
        agents=people.distinct(agents),
        effective_agents=None
        if agents is None
        else effective_number(row.agent for row in counted if row.agent is not None),
        teams=people.distinct(people.known([row.team for row in inside])),
        customers=people.distinct(people.known([row.customer for row in inside])),
        signer_pairs=people.signer_pairs(inside),
        weeks=len({day.isocalendar()[:2] for day in days}),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        per_week=_per_week(inside, window.end),
        mode=people.evidence_mode(inside),
        unknown=people.unknown(inside),
        good=share_of_good(good, known, missing),
        bad=share_of_bad(bad, known, missing),
        trend=_trend(counted, window.start or since, window.end),
        costs=_costs(inside),
        share_without_amount=_share_without_amount(inside),
        gate=gate,
    )


def _count(rows: Sequence[CaseFacts], reading: OutcomeReading) -> int:
    return sum(row.outcome is reading for row in rows)


def _per_week(rows: Sequence[CaseFacts], end: datetime) -> tuple[int, ...]:
    """Count the cases of the last weeks, the oldest week first."""
    ago = Counter((end.date() - row.day).days // 7 for row in rows)
    return tuple(ago[week] for week in reversed(range(WEEKS_SHOWN)))


def _trend(counted: Sequence[CaseFacts], start: datetime | None, end: datetime) -> Trend | None:
    """Compare both halves; None for a window shorter than two weeks, and without a case."""
    if start is None or not counted or end - start < 2 * WEEK:
        return None
    middle = start + (end - start) / 2
    recent = sum(row.occurred_at > middle for row in counted)
    low, high = rate_ratio(recent, len(counted) - recent)
    return Trend(recent=recent, earlier=len(counted) - recent, low=low, high=high)


def _costs(rows: Sequence[CaseFacts]) -> tuple[Cost, ...]:
    amounts: dict[str | None, list[float]] = {}
    for row in rows:
        if row.amount is not None:
            amounts.setdefault(row.currency, []).append(row.amount)
    ranked = sorted(amounts, key=lambda currency: (-len(amounts[currency]), currency or ""))
    return tuple(
        Cost(currency=currency, cases=len(amounts[currency]), spread=summed)
        for currency in ranked
        if (summed := spread(amounts[currency])) is not None
    )


def _share_without_amount(rows: Sequence[CaseFacts]) -> float | None:
    return sum(row.amount is None for row in rows) / len(rows) if rows else None
