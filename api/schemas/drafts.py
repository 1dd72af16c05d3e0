"""What the evidence would suggest: numbers, redline, reasons, and the backtest of it."""

from typing import Literal

from pydantic import Field

from api.schemas.base import Out
from recommender.vocabulary import Grade, Verdict


class LimitOut(Out):
    """A suggested limit, the share of peers' signatures that it covers, and its cost."""

    limit: float
    coverage: float | None
    cost: float | None


class BoundaryOut(Out):
    """Where signed turns into declined."""

    estimate: float | None
    low: float | None
    high: float | None


class DraftParameterOut(Out):
    """A number from the data, narrow to wide; null where the data carry none."""

    fact: str
    unit: str | None
    direction: Literal["max", "min"]
    narrow: LimitOut | None
    medium: LimitOut | None
    wide: LimitOut | None
    boundary: BoundaryOut | None


class RedlineOut(Out):
    """Old and new wording."""

    old: str
    new: str


class RationaleOut(Out):
    """One sentence and the cases it rests on."""

    sentence: str
    cases: list[str]


class DraftOut(Out):
    """A suggested change: verdict, numbers, redline and reasons."""

    kind: str | None
    clause: str | None
    base_revision: int | None
    verdict: Verdict
    reason: str
    grade: Grade | None
    parameters: list[DraftParameterOut]
    redline: RedlineOut
    rationale: list[RationaleOut]


class BacktestOut(Out):
    """The new wording on the old cases; `cannot_tell` are cases without the fact.

    Counts are null where too few people are behind the kind.
    """

    covered: int | None
    still_exceptions: int | None
    newly_allowed: int | None
    cannot_tell: int | None
    cost: float | None
    currency: str | None
    newly_allowed_cases: list[str] = Field(default_factory=list)
