"""What the evidence would suggest: numbers, redline, reasons, and the backtest of it."""

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from api.schemas.base import In, Out, Sentence, ShortText, example
from recommender.vocabulary import Grade, OutcomeReading, Verdict


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
    n: int | None = None
    """Signed cases that carry the fact."""
    independent: float | None = None
    """How many people's practice these stand for."""
    confidence_left: float | None = None
    """With several limits at once: how sure the stated coverage still is."""
    set_aside: list[str] = Field(default=[])
    """Cases beyond the regular practice."""
    separates: bool | None = None
    """The fact parts signed from declined cases; null without declined ones."""
    beyond_boundary: list[Literal["narrow", "medium", "wide"]] = Field(default=[])
    """Limits at which peers decline already."""


class ConditionOut(Out):
    """What a fact has to be: at most, at least, or one of some words."""

    fact: str
    bound: Literal["max", "min", "one_of"]
    limit: float | list[str]
    unit: str | None


class UnlimitedOut(Out):
    """A fact that the change leaves open, and how far peers went with it."""

    fact: str
    unit: str | None
    largest: float


class EndedBadlyOut(Out):
    """A part of the kind that ended badly and is left out of the change."""

    condition: ConditionOut
    bad: int
    known: int
    words: str


class ScopeOut(Out):
    """Where a change holds, and its last day; null: everywhere, and for good."""

    brand: str | None = None
    market: str | None = None
    channel: str | None = None
    product: str | None = None
    team: str | None = None
    until: date | None = None


class OfferedOut(Out):
    """A verdict that may be chosen, or why not; the first is the one proposed."""

    verdict: Verdict
    allowed: bool
    why: str


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
    conditions: list[ConditionOut] = Field(default=[])
    unlimited: list[UnlimitedOut] = Field(default=[])
    ended_badly: list[EndedBadlyOut] = Field(default=[])
    scope: ScopeOut | None = None
    verdicts: list[OfferedOut] = Field(default=[])


class FlipOut(Out):
    """A case that the change decides otherwise than the wording before."""

    case: str
    day: date
    was: Literal["exception", "declined", "in policy"]
    now: Literal["allowed", "refused"]
    outcome: OutcomeReading
    cost: float | None


class CostRangeOut(Out):
    """A cost in a year: low, mid, high."""

    low: float
    mid: float
    high: float


class UptakeOut(CostRangeOut):
    """The same if so many times as many such cases came: covered and newly allowed ones alike."""

    times: int


class OutcomeSplitOut(Out):
    """What changes among the cases with one outcome."""

    outcome: OutcomeReading
    covered: int
    newly_allowed: int


class BunchingOut(Out):
    """Cases just below the old limit beside those a step before it, and their ratio's interval."""

    below: int
    before: int
    low: float
    high: float | None
    """Null: there is no upper end."""
    words: str


class GrantOut(Out):
    """Something that the change allows though no signed case asked for it."""

    fact: str
    words: str


class ConflictOut(Out):
    """Another rule that the change touches; `blocks` it, or only warns."""

    clause: str
    what: str
    blocks: bool


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
    already_allowed: int | None = None
    """Approved, though the wording before allowed them as well."""
    still_declined: int | None = None
    newly_refused: int | None = None
    """Allowed by the wording before, and no more."""
    in_policy: int | None = None
    masked: list[str] = Field(default=[])
    flips: list[FlipOut] = Field(default=[])
    year: CostRangeOut | None = None
    by_outcome: list[OutcomeSplitOut] = Field(default=[])
    uptake: list[UptakeOut] = Field(default=[])
    bunching: BunchingOut | None = None
    grants: list[GrantOut] = Field(default=[])
    conflicts: list[ConflictOut] = Field(default=[])


class TriedOut(Out):
    """A change tried out: its wording, and its backtest."""

    new_markup: str | None
    redline: RedlineOut
    backtest: BacktestOut


class ConditionIn(BaseModel):
    """What a fact has to be; one_of takes words, max and min a number."""

    model_config = ConfigDict(extra="forbid")

    fact: ShortText
    bound: Literal["max", "min", "one_of"]
    limit: FiniteFloat | list[ShortText]
    unit: ShortText | None = None

    @model_validator(mode="after")
    def _limited(self) -> Self:
        if (self.bound == "one_of") is not isinstance(self.limit, list):
            raise ValueError("max and min take a number as limit, one_of a list of words.")
        return self


class ScopeIn(BaseModel):
    """Where a change is to hold, and its last day; null: everywhere, and for good."""

    model_config = ConfigDict(extra="forbid")

    brand: ShortText | None = None
    market: ShortText | None = None
    channel: ShortText | None = None
    product: ShortText | None = None
    team: ShortText | None = None
    until: date | None = None


class TryIn(In):
    """A change to try out; null leaves wording or conditions as they were drafted."""

    model_config = example(
        conditions=[{"fact": "days_since_delivery", "bound": "max", "limit": 21, "unit": "day"}]
    )

    markup: Sentence | None = None
    conditions: list[ConditionIn] | None = Field(default=None, max_length=5)
    scope: ScopeIn = Field(default_factory=ScopeIn)
    flips_from: int = Field(default=0, ge=0)
