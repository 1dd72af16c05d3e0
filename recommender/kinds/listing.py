"""A kind as one row of a list, why it is worth a look now, and the order of the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from recommender.config import Settings
from recommender.kinds.evidence import Evidence, Outcomes
from recommender.kinds.floors import hides_people
from recommender.kinds.inbox_score import Score, urgency
from recommender.kinds.masking import YearOfCosts, view
from recommender.kinds.snoozing import Snooze, snooze_of
from recommender.kinds.standing import Standing
from recommender.kinds.surfacing import shortfalls
from recommender.kinds.thresholds import NEW_DAYS
from recommender.vocabulary import EvidenceMode, Grade, KindState

_FIRST = (
    KindState.REGRESSED,
    KindState.NEW,
    KindState.GROWING,
    KindState.STABLE,
    KindState.FADING,
    KindState.LOCAL_PRACTICE,
    KindState.SETTLED,
    KindState.EMERGING,
    KindState.DISMISSED,
)
"""Which states are looked at first."""
_SAYS: Mapping[KindState, str] = {
    KindState.DISMISSED: "Put aside; it comes back when its evidence has doubled.",
    KindState.REGRESSED: "Its rule was changed, and it goes on.",
    KindState.SETTLED: "A decision has been made about it.",
    KindState.LOCAL_PRACTICE: "Only one team does this.",
    KindState.NEW: f"Surfaced within the last {NEW_DAYS} days.",
}
LATELY: Final = 4
"""Weeks that are told beside as many before them."""
_AT_REST: Final = frozenset({KindState.DISMISSED, KindState.SETTLED})
_ASIDE: Final = frozenset({KindState.DISMISSED, KindState.EMERGING})
"""What is in these may not be promoted, rejected before or not."""


class KindOrder(StrEnum):
    """By what a list of kinds is ordered."""

    STATE = "state"
    SCORE = "score"
    CASES = "cases"
    TREND = "trend"
    COST = "cost"
    NEWEST = "newest"


_BEST = (Grade.STRONG, Grade.MODERATE, Grade.WEAK, None)
_COUNTS = ("cases", "agents", "teams", "customers")
_DECLINED: Final = "declined_like"


@dataclass(frozen=True, kw_only=True)
class KindRow:
    """A kind in a list; a count below a people floor is None and named in `masked`."""

    id: str
    name: str
    clause: str | None
    gap: bool
    state: KindState
    grade: Grade | None
    evidence_mode: EvidenceMode
    cases: int | None
    agents: int | None
    teams: int | None
    customers: int | None
    first: date | None
    last: date | None
    masked: list[str]
    per_week: list[int]
    cost: float | None
    currency: str | None
    why: str
    clause_text: str | None
    """What the clause says today; None for a gap."""
    outcomes: Outcomes | None
    declined_like: int | None
    """How many declined cases are told like it; None where too few people are behind it, or behind
    all declined cases."""
    year: YearOfCosts | None
    returned: bool
    """It is back with managers: by a question, or to be promoted again after a rejection."""
    score: Score | None = None
    """None where masked, and outside of lists."""
    snoozed: Snooze | None = None


def kind_row(
    standing: Standing,
    settings: Settings,
    score: Score | None = None,
    *,
    declined: int | None = None,
) -> KindRow:
    """Show a kind in a list, masked; `declined` cases like it are counted beforehand."""
    kind, evidence = standing.kind, standing.evidence
    shown, hidden = view(evidence, settings), hides_people(evidence, settings)
    clause = kind.clause
    wording = None if clause is None else clause.revision_at(standing.window.end)
    return KindRow(
        id=kind.id,
        name=kind.name,
        clause=None if clause is None else clause.key,
        gap=kind.gap,
        state=standing.state,
        grade=None if standing.state is KindState.EMERGING else standing.grade,
        evidence_mode=evidence.mode,
        cases=shown.cases,
        agents=shown.agents,
        teams=shown.teams,
        customers=shown.customers,
        first=None if hidden else evidence.first,
        last=None if hidden else evidence.last,
        masked=_masked(shown.masked, declined),
        per_week=[] if hidden else list(evidence.per_week),
        cost=shown.cost_sum,
        currency=shown.currency,
        why=why_now(
            standing.state,
            evidence,
            hidden=hidden,
            comes_back=standing.comes_back,
            asked=standing.asked,
        ),
        clause_text=None if wording is None else wording.words,
        outcomes=None if hidden else evidence.outcomes,
        declined_like=None if hidden else declined,
        year=None if hidden else year_of_costs(standing),
        returned=standing.asked or (standing.comes_back is not None and not hidden),
        score=score,
        snoozed=snooze_of(standing),
    )


def _masked(names: Sequence[str], declined: int | None) -> list[str]:
    counts = [name for name in names if name in _COUNTS]
    return sorted(counts if declined is not None else [*counts, _DECLINED])


def rank(standing: Standing, settings: Settings) -> tuple[int, bool, int, int, str]:
    """Give the place in a list: by state, then grade, then distinct cases, then name.

    A masked kind is the last of its state, since its place would tell its number.
    """
    hidden = hides_people(standing.evidence, settings)
    return (
        _FIRST.index(standing.state),
        hidden,
        0 if hidden else _BEST.index(standing.grade),
        0 if hidden else -standing.evidence.counted_cases,
        standing.kind.name,
    )


def ordered(
    standings: Sequence[Standing], by: KindOrder, found: Mapping[str, Score], settings: Settings
) -> list[Standing]:
    """Put kinds in an order; where values are equal or masked, by name.

    A masked kind has no number, so that its place tells none either: it comes last.
    """

    def place(one: Standing) -> tuple[bool, float, str, str]:
        hidden = hides_people(one.evidence, settings)
        return (hidden, 0.0 if hidden else -_value(one, by), one.kind.name, one.kind.id)

    if by is KindOrder.STATE:
        return sorted(standings, key=lambda one: rank(one, settings))
    if by is KindOrder.SCORE:
        return sorted(standings, key=lambda one: urgency(one, found))
    return sorted(standings, key=place)


def _value(standing: Standing, by: KindOrder) -> float:
    evidence = standing.evidence
    if by is KindOrder.CASES:
        return evidence.counted_cases
    if by is KindOrder.TREND:
        return evidence.trend.low if evidence.trend else -1.0
    if by is KindOrder.COST:
        return evidence.costs[0].spread.sum if evidence.costs else -1.0
    return evidence.last.toordinal() if evidence.last else -1.0


def year_of_costs(standing: Standing) -> YearOfCosts | None:
    """Give what a kind's cases cost in a year, where their currency is told."""
    year, costs = standing.year, standing.evidence.costs
    if year is None or not costs or costs[0].currency is None:
        return None
    return YearOfCosts(
        low=year.low,
        mid=year.mid,
        high=year.high,
        currency=costs[0].currency,
        actual_share=costs[0].actual_share,
    )


def why_now(
    state: KindState,
    evidence: Evidence,
    *,
    hidden: bool = False,
    comes_back: str | None = None,
    asked: bool = False,
) -> str:
    """Say in a sentence or two why a kind is worth a look now, or why not yet.

    It tells no number where too few people are behind it. `comes_back` is why it may be promoted
    again after a rejection; `asked`: its candidate came back with a question.
    """
    if asked and state not in _ASIDE:
        return "Its change came back from the clause's desk with a question."
    if comes_back is not None and not hidden and state not in _ASIDE:
        return f"May come back because {comes_back}."
    if state is KindState.EMERGING:
        return f"Not yet: {_lower(shortfalls(evidence)[0].words)}"
    says = _SAYS.get(state, "")
    if hidden:
        return says or "So few people are behind it that it tells no number."
    return says if state in _AT_REST else f"{says} {_lately(evidence.per_week)}".strip()


def _lately(per_week: Sequence[int]) -> str:
    """Count the last weeks beside as many before them."""
    recent, before = sum(per_week[-LATELY:]), sum(per_week[-2 * LATELY : -LATELY])
    return (
        f"{recent or 'None'} in the last {LATELY} weeks, {before or 'none'} in the {LATELY} before."
    )


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
