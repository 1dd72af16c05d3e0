"""The score that orders the inbox: points for what is seen of a kind, each said in words.

The points are judgement [J], and so every part is shown. They order kinds and judge nobody.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, log2
from statistics import median
from typing import Final

from recommender.config import Settings
from recommender.kinds.evidence import Evidence
from recommender.kinds.floors import hides_people
from recommender.kinds.standing import Standing
from recommender.vocabulary import Grade, KindState

FIRST: Final = 7
"""So many kinds are looked at first; the others wait below."""
_AGENTS, _CUSTOMERS = 5.0, 15
"""With so many of either a kind has all points for people."""
_FOURFOLD = 2.0
"""log2 of the surest growth that has all points for the trend."""
_HARM = 0.5
"""A kind of which surely more than this share ended badly is as urgent as one that surely works."""
_TWICE = 2.0
"""A kind that costs so many times the median kind has all points for cost."""
_GRADES: Mapping[Grade | None, float] = {
    Grade.STRONG: 20,
    Grade.MODERATE: 13,
    Grade.WEAK: 6,
    None: 0,
}
_WAITS: Final = frozenset({KindState.SETTLED, KindState.DISMISSED, KindState.EMERGING})


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a score: its points of the most there are, and why."""

    name: str
    points: float
    most: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Score:
    """A score, the sum of its parts."""

    total: float
    parts: tuple[Part, ...]


def scores(standings: Sequence[Standing], settings: Settings) -> dict[str, Score]:
    """Score the kinds that may be shown, each beside the others; a masked kind has no score."""
    shown = [one for one in standings if not hides_people(one.evidence, settings)]
    usual = _usual_costs([one for one in shown if one.surfaced])
    return {one.kind.id: score(one, usual) for one in shown}


def score(standing: Standing, usual: Mapping[str | None, float]) -> Score:
    """Score one kind; `usual` is what the median kind costs a year, by currency."""
    evidence = standing.evidence
    parts = (
        _people(evidence),
        _part("evidence", _GRADES[standing.grade], 20, _graded(standing.grade)),
        _trend(evidence),
        _outcome(evidence),
        _cost(evidence, usual),
    )
    return Score(total=round(sum(one.points for one in parts), 1), parts=parts)


def first(
    standings: Sequence[Standing], found: Mapping[str, Score], asleep: Callable[[Standing], bool]
) -> list[str]:
    """Give the ids of the kinds to look at first, the first first.

    What goes on although its rule was changed comes before all, and is never put off; kinds
    without a score come last, by name.
    """
    waiting = [
        one
        for one in standings
        if one.surfaced
        and one.state not in _WAITS
        and (one.state is KindState.REGRESSED or not asleep(one))
    ]
    return [one.kind.id for one in sorted(waiting, key=lambda one: urgency(one, found))[:FIRST]]


def urgency(standing: Standing, found: Mapping[str, Score]) -> tuple[bool, bool, float, str, str]:
    """Give the place of a kind by its score."""
    known = found.get(standing.kind.id)
    return (
        standing.state is not KindState.REGRESSED,
        known is None,
        0.0 if known is None else -known.total,
        standing.kind.name,
        standing.kind.id,
    )


def _part(name: str, points: float, most: float, words: str) -> Part:
    return Part(name=name, points=round(min(max(points, 0.0), most), 1), most=most, words=words)


def _people(evidence: Evidence) -> Part:
    agents, customers = evidence.effective_agents, evidence.customers
    points = 15 * min((agents or 0) / _AGENTS, 1) + 15 * min((customers or 0) / _CUSTOMERS, 1)
    told = [
        "agents are not known" if agents is None else f"effectively {agents:.1f} agents",
        "customers are not known" if customers is None else f"{customers} customers",
    ]
    return _part("people", points, 30, f"{_sentence(' and '.join(told))}.")


def _graded(grade: Grade | None) -> str:
    return "Not enough for a grade." if grade is None else f"Its evidence is {grade}."


def _trend(evidence: Evidence) -> Part:
    trend = evidence.trend
    if trend is None:
        return _part("trend", 0, 20, "Too short a time to tell a trend.")
    points = 20 * log2(trend.low) / _FOURFOLD if trend.low > 1 else 0.0
    most = f"{trend.high:.1f}" if isfinite(trend.high) else "any"
    words = f"Between {trend.low:.1f} and {most} times as frequent as in its earlier half."
    return _part("trend", points, 20, words)


def _outcome(evidence: Evidence) -> Part:
    good, bad = evidence.good.share_low, evidence.bad.share_low
    if good is None or bad is None:
        return _part("outcome", 0, 15, "No outcome is known.")
    if bad > _HARM:
        return _part("outcome", 15, 15, f"Harm: at least {bad:.0%} ended badly.")
    return _part("outcome", 15 * good, 15, f"At least {good:.0%} ended well.")


def _cost(evidence: Evidence, usual: Mapping[str | None, float]) -> Part:
    cost = evidence.cost_a_year
    if cost is None or not usual.get(evidence.costs[0].currency):
        return _part("cost", 0, 15, "Nothing to compare its cost with.")
    times = cost / usual[evidence.costs[0].currency]
    words = f"It costs {times:.1f} times what the median kind does in a year."
    return _part("cost", 15 * times / _TWICE, 15, words)


def _usual_costs(standings: Sequence[Standing]) -> dict[str | None, float]:
    costs: dict[str | None, list[float]] = defaultdict(list)
    for one in standings:
        if one.evidence.cost_a_year is not None:
            costs[one.evidence.costs[0].currency].append(one.evidence.cost_a_year)
    return {currency: median(sums) for currency, sums in costs.items()}


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]
