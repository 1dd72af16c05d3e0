"""The numbers of a kind."""

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
