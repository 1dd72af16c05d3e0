"""What an accepted change did, beside what it was said to do."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.schemas.base import Out
from api.schemas.drafts import RedlineOut
from api.schemas.references import CandidateRef
from recommender.vocabulary import EffectVerdict


class EffectReadingOut(Out):
    """One of the four readings: before and after, its interval, and what was predicted."""

    name: Literal["exceptions", "uses", "cost", "good"]
    before: float | None
    after: float | None
    low: float | None
    high: float | None
    predicted_low: float | None
    predicted_high: float | None
    reads: Literal["inside", "under", "over"] | None
    n: int | None = None
    """Of good outcomes: how many known ones came after."""


class EffectWeekOut(Out):
    """A week of the curve, which carries no verdict; null where too few people are behind it."""

    week: date
    exceptions: int | None
    uses: int | None


class NarrowerOut(Out):
    """The next narrower limit of the draft: `stated` is the one in force."""

    fact: str
    direction: Literal["max", "min"]
    stated: float
    limit: float
    coverage: float | None
    n: int
    """Signed cases that carried the fact."""


class RemedyOut(Out):
    """What its owner may think of, and why; nothing is done by itself."""

    what: Literal["narrow", "roll_back", "retire"]
    reason: str
    redline: RedlineOut
    """The wording in force, and what would stand instead; empty where the rule ends."""
    narrower: NarrowerOut | None = None


class NeighbourOut(Out):
    """Another kind under the clause that surely grew since: cases a week, and its least growth.

    `before` and `least` are null where none came before, or too few people were behind them.
    """

    id: str
    name: str
    before: float | None
    after: float
    least: float | None


class EffectOut(Out):
    """The effect as far as it can be told, with the day of the look that was planned."""

    verdict: EffectVerdict
    words: str
    look_on: date | None = None
    read_on: date | None = None
    exposure: Literal["contacts", "other exceptions", "weeks"] | None = None
    """What both periods are measured by."""
    readings: list[EffectReadingOut] = Field(default=[])
    before: list[EffectWeekOut] = Field(default=[])
    """The weeks that it is compared with; those that made the kind noticed are none of them."""
    curve: list[EffectWeekOut] = Field(default=[])
    since: date | None = None
    """When the wording came into force, or will."""
    review_on: date | None = None
    overdue: bool = False
    """Its review day has come, and nobody has said that it stays."""
    regressed_on: date | None = None
    recurring: list[str] = Field(default=[])
    """The cases that recurred under the new wording and may be read."""
    remedies: list[RemedyOut] = Field(default=[])
    """Offered after a look that missed its prediction by more than twice, or unused at its review;
    only where one effect is read."""
    currency: str | None = None
    """Of the cost a week."""
    nearby: list[NeighbourOut] = Field(default=[])
    """Only where one effect is read. A comparison, not a cause."""


class EffectRowOut(Out):
    """An accepted change with its effect."""

    candidate: CandidateRef
    kind_name: str
    """Empty where it is for a clause alone."""
    clause: str | None
    effect: EffectOut


class EffectsPage(Out):
    """Every change of a wording, the newest first."""

    effects: list[EffectRowOut]
