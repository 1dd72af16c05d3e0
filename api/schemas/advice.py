"""All that is said beside a form while it is filled in, in one answer."""

from pydantic import Field

from api.schemas.base import Out, ShortText, example
from api.schemas.cases import BreachOut
from api.schemas.precedents import (
    AllowanceOut,
    CloseDeclineOut,
    PrecedentOut,
    PrecedentsIn,
    TotalsOut,
)
from recommender.vocabulary import Dimension, FactValue


class AdviceIn(PrecedentsIn):
    """A draft as far as it is typed."""

    model_config = example(
        situation="Shoes unworn, eight days past the window because the parcel was late.",
        clause_key="RET-2.1",
        facts={"days_since_delivery": 22},
        amount=59.9,
        currency="EUR",
    )

    product: ShortText | None = None
    channel: ShortText | None = None
    customer_id: ShortText | None = None


class FactGuessOut(Out):
    """A fact read from a typed text; it becomes one when the agent confirms it."""

    name: str
    value: FactValue
    unit: str | None
    field: str
    """`situation` or `resolution`."""
    said: str
    start: int
    end: int
    """Where it is said: characters of the text as it was sent."""


class ClauseGuessOut(Out):
    """A clause that may be meant."""

    key: str
    text: str
    likely: float
    """How likely, 0 to 1."""
    from_cases: int | None
    """Learnt from so many cases; None: from the handbook's words alone."""


class DimensionGuessOut(Out):
    """In which way it departs from the script, as far as it can be told."""

    dimension: Dimension
    why: str


class AdviceOut(Out):
    """What helps with a draft; an empty list or null is what could not be said."""

    facts: list[FactGuessOut] = Field(default_factory=list)
    """What the texts state of the facts that the clause asks for; none that is typed already."""
    asked: list[str]
    """Facts that the clause asks for: the one named, else the one most likely meant."""
    clauses: list[ClauseGuessOut] = Field(default_factory=list)
    """The clauses most likely meant, at most three."""
    dimension: DimensionGuessOut | None = None
    allowed: AllowanceOut | None
    precedents: list[PrecedentOut]
    close_decline: CloseDeclineOut | None = None
    totals: TotalsOut | None = None
    limits: list[BreachOut]
    """Why peers could not approve it as it stands."""
