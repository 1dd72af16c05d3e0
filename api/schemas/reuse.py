"""A precedent re-used: a proposal filled in from it, and where a draft departs from it."""

from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import Currency, In, Money, Out, ShortText, example
from recommender.vocabulary import Facts, FieldSource

Typed = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]


class ReuseIn(In):
    """A proposal as far as it is typed; what is typed stays."""

    model_config = example(
        situation="Boots back unworn, the parcel lay at the neighbour's.",
        facts={"days_since_delivery": 22},
    )

    situation: Typed = ""
    resolution: Typed = ""
    reason: Typed | None = None
    clause_key: ShortText | None = None
    gap: bool = False
    facts: Facts = Field(default_factory=dict)
    amount: Money | None = None
    currency: Currency | None = None
    granted_action: ShortText | None = None
    channel: ShortText | None = None
    product: ShortText | None = None
    provenance: dict[str, FieldSource] = Field(default_factory=dict)


class FilledProposalOut(Out):
    """A proposal filled in; what happened, and to whom, is left for the agent to say."""

    situation: str
    resolution: str
    reason: str | None
    clause_key: str | None
    gap: bool
    facts: Facts
    amount: float | None
    currency: str | None
    granted_action: str | None
    channel: str | None
    product: str | None
    precedent_id: str | None
    provenance: dict[str, FieldSource]
    """Which fields were re-used; `facts.NAME` for a fact."""


class DifferenceOut(Out):
    """A field in which the draft or case differs from the precedent; null is not given."""

    field: str
    yours: str | None
    theirs: str | None


class ReuseOut(Out):
    """A proposal filled in from a precedent, where the draft departs from it, and what to mind."""

    proposal: FilledProposalOut
    differences: list[DifferenceOut]
    warnings: list[str]


class ReusedOut(Out):
    """The precedent that a case re-used, where the case departs from it, and what to mind."""

    case_id: str
    differences: list[DifferenceOut]
    warnings: list[str]
