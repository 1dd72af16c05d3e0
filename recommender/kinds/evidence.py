"""The numbers of a kind: who, when, with what outcome, at what cost, and how far they carry."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from recommender.kinds import batches, people
from recommender.kinds.costs import middle
from recommender.kinds.rates import Measure, exposed, weeks_between
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
from recommender.kinds.weeks import NO_CONTACTS, WEEK, Contacts
from recommender.vocabulary import EvidenceMode, OutcomeReading

WEEKS_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What the cases of one currency cost; `actual_share` of them by their actual costs."""

    currency: str | None
    cases: int
    spread: Spread
    actual_share: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Cases in the recent and the earlier half of the window, and their rates' ratio's interval."""

    recent: int
    earlier: int
    low: float
    high: float
    by: Measure = "weeks"


@dataclass(frozen=True, kw_only=True)
class Event:
    """A day that counts less than its cases: one event, or a text that was pasted or re-used."""

    day: date
    cases: int
    counted: int


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """What became of how many cases, copies of a text among them: what a number opens."""

    good: int
    neutral: int
    bad: int
    missing: int


@dataclass(frozen=True, kw_only=True)
class Window:
    """The time that evidence is read from: `start` None is the beginning of time."""

    start: datetime | None = None
    end: datetime

    def holds(self, row: CaseFacts) -> bool:
        """Tell whether a case happened in it."""
        return self.covers(row.occurred_at)

    def covers(self, moment: datetime) -> bool:
        """Tell whether a moment lies in it."""
        return (self.start is None or self.start <= moment) and moment <= self.end


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The numbers of a kind as they are; what a reader may see of them is `masking`'s.

    A count of an identity that most cases do not carry is None: not checkable. `gate` says, a
    sentence each, which floors of the quality gate its group misses.
    """

    window: Window
    """Where it is open, from where the house's history begins."""
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
    outcomes: Outcomes
    good: Interval
    bad: Interval
    trend: Trend | None
    costs: tuple[Cost, ...]
    """The commonest currency first."""
    share_without_amount: float | None
    cost_a_year: float | None = None
    """In the commonest currency, in a year like the weeks seen; None under four whole weeks."""
    gate: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    """What batch correction took back, the earliest day first."""

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
    contacts: Contacts = NO_CONTACTS,
) -> Evidence:
    """Measure a kind by its rows inside a window.

    `since` is when the house's history begins: an open window's trend starts there. The trend is
    measured by contacts where every whole week of the time has some.
    """
    inside = [row for row in rows if window.holds(row)]
    counted = batches.counted(inside)
    agents = people.known([row.agent for row in inside])
    days = sorted(row.day for row in inside)
    good = _count(counted, OutcomeReading.GOOD)
    bad = _count(counted, OutcomeReading.BAD)
    missing = _count(counted, OutcomeReading.MISSING)
    known = len(counted) - missing
    span = replace(window, start=window.start or since)
    costs = _costs(inside)
    return Evidence(
        window=span,
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
        outcomes=Outcomes(**{one.value: _count(inside, one) for one in OutcomeReading}),
        good=share_of_good(good, known, missing),
        bad=share_of_bad(bad, known, missing),
        trend=_trend(counted, span, contacts),
        costs=costs,
        cost_a_year=_a_year(inside, costs, span),
        share_without_amount=_share_without_amount(inside),
        gate=gate,
        events=_events(inside, counted),
    )


def _count(rows: Sequence[CaseFacts], reading: OutcomeReading) -> int:
    return sum(row.outcome is reading for row in rows)


def _per_week(rows: Sequence[CaseFacts], end: datetime) -> tuple[int, ...]:
    """Count the cases of the last weeks, the oldest week first."""
    ago = Counter((end.date() - row.day).days // 7 for row in rows)
    return tuple(ago[week] for week in reversed(range(WEEKS_SHOWN)))


def _trend(counted: Sequence[CaseFacts], window: Window, contacts: Contacts) -> Trend | None:
    """Compare both halves; None for a window shorter than two weeks, and without a case."""
    if window.start is None or not counted or window.end - window.start < 2 * WEEK:
        return None
    found = exposed(counted, window.start, window.end, contacts)
    if found.by == "contacts" and len(found.weeks) > 1:
        half = (len(found.weeks) + 1) // 2
        earlier, recent = sum(found.counts[:half]), sum(found.counts[half:])
        sizes = sum(found.sizes[half:]), sum(found.sizes[:half])
        low, high = rate_ratio(recent, earlier, sizes)
        return Trend(recent=recent, earlier=earlier, low=low, high=high, by="contacts")
    middle = window.start + (window.end - window.start) / 2
    recent = sum(row.occurred_at > middle for row in counted)
    low, high = rate_ratio(recent, len(counted) - recent)
    return Trend(recent=recent, earlier=len(counted) - recent, low=low, high=high)


def _events(inside: Sequence[CaseFacts], counted: Sequence[CaseFacts]) -> tuple[Event, ...]:
    every, adds = Counter(row.day for row in inside), Counter(row.day for row in counted)
    return tuple(
        Event(day=day, cases=cases, counted=adds[day])
        for day, cases in sorted(every.items())
        if adds[day] < cases
    )


def _costs(rows: Sequence[CaseFacts]) -> tuple[Cost, ...]:
    found: dict[str | None, list[float]] = {}
    actual: Counter[str | None] = Counter()
    for row in rows:
        if row.cost is not None:
            found.setdefault(row.currency, []).append(row.cost)
            actual[row.currency] += row.actual_cost is not None
    ranked = sorted(found, key=lambda currency: (-len(found[currency]), currency or ""))
    return tuple(
        Cost(
            currency=currency,
            cases=len(found[currency]),
            spread=summed,
            actual_share=actual[currency] / len(found[currency]),
        )
        for currency in ranked
        if (summed := spread(found[currency])) is not None
    )


def _a_year(rows: Sequence[CaseFacts], costs: Sequence[Cost], window: Window) -> float | None:
    if not costs or window.start is None:
        return None
    known = (
        (row.day, row.cost)
        for row in rows
        if row.cost is not None and row.currency == costs[0].currency
    )
    return middle(known, weeks_between(window.start, window.end))


def _share_without_amount(rows: Sequence[CaseFacts]) -> float | None:
    return sum(row.cost is None for row in rows) / len(rows) if rows else None
