"""Earlier cases beside a draft, and what may be allowed already."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import Currency, In, Money, Out, ShortText, example
from recommender.vocabulary import CaseState, Facts, OutcomeReading


class PrecedentsIn(In):
    """A draft to look up precedents for."""

    model_config = example(
        situation="Shoes unworn, eight days past the window because the parcel was late.",
        clause_key="RET-2.1",
        facts={"days_since_delivery": 22},
        top=5,
    )

    situation: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
    resolution: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""
    clause_key: ShortText | None = None
    facts: Facts = Field(default_factory=dict)
    granted_action: ShortText | None = None
    amount: Money | None = None
    currency: Currency | None = None
    top: Annotated[int, Field(ge=1, le=20)] = 5


class PrecedentOut(Out):
    """An earlier case beside a draft, and why it is shown."""

    id: str
    similarity: float
    decision: CaseState
    outcome: OutcomeReading
    clause_key: str | None
    day: date
    situation: str
    resolution: str | None
    amount: float | None
    currency: str | None
    facts: Facts
    why: list[str]
    differs: list[str] = Field(default_factory=list)
    """How it differs, in short lines."""
    superseded: bool | None = None
    """Its clause reads otherwise by now; null: not known what it was decided under."""
    badly_ended: bool = False
    decline_reason: str | None = None


class AllowanceOut(Out):
    """A clause whose typed limits admit the facts: no proposal is needed."""

    clause_key: str
    text: str
    named: bool = True
    """False: the draft does not name it, but it is likely meant."""
    words: str = ""
    """What to say to the agent."""


class CloseDeclineOut(Out):
    """A case much like this one that was declined."""

    case_id: str
    day: date
    reason: str


class TotalsOut(Out):
    """How decided cases like this one were answered; the rest is of the approved."""

    approved: int
    declined: int
    badly_ended: int
    csat: float | None = None
    """The mean of the scores that customers gave; null: none did."""
    csat_told: int = 0
    """How many customers gave a score."""
    largest: float | None = None
    """The most that was granted, in `currency`."""
    currency: str | None = None
    """The currency that most of them are in."""


class PrecedentsOut(Out):
    """Precedents, best first, and the clause that may already allow it."""

    precedents: list[PrecedentOut]
    allowed: AllowanceOut | None
    close_decline: CloseDeclineOut | None = None
    totals: TotalsOut | None = None
    """For those who file and sign alone: whoever reads kinds counts behind people floors."""
