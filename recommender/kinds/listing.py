"""A kind as one row of a list, and the order of the list."""

from dataclasses import dataclass
from datetime import date

from recommender.config import Settings
from recommender.kinds.masking import hides_people, view
from recommender.kinds.standing import Standing
from recommender.kinds.wording import why_now
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
_BEST = (Grade.STRONG, Grade.MODERATE, Grade.WEAK, None)
_COUNTS = ("cases", "agents", "teams", "customers")


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


def kind_row(standing: Standing, settings: Settings) -> KindRow:
    """Show a kind in a list, masked."""
    kind, evidence = standing.kind, standing.evidence
    shown = view(evidence, settings)
    return KindRow(
        id=kind.id,
        name=kind.name,
        clause=None if kind.clause is None else kind.clause.key,
        gap=kind.gap,
        state=standing.state,
        grade=None if standing.state is KindState.EMERGING else standing.grade,
        evidence_mode=evidence.mode,
        cases=shown.cases,
        agents=shown.agents,
        teams=shown.teams,
        customers=shown.customers,
        first=evidence.first,
        last=evidence.last,
        masked=[name for name in shown.masked if name in _COUNTS],
        per_week=[] if hides_people(evidence, settings) else list(evidence.per_week),
        cost=shown.cost_sum,
        currency=shown.currency,
        why=why_now(standing.state, evidence),
    )


def rank(standing: Standing) -> tuple[int, int, int, str]:
    """Give the place in a list: by state, then grade, then distinct cases, then name."""
    return (
        _FIRST.index(standing.state),
        _BEST.index(standing.grade),
        -standing.evidence.counted_cases,
        standing.kind.name,
    )
