"""What is typed and not filed yet."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import In, Out, example
from recommender.vocabulary import Dimension, Facts

Typed = Annotated[str, StringConstraints(max_length=4000)]


class FilingDraftIn(In):
    """A proposal as far as it is typed, whatever is missing."""

    model_config = example(situation="Boots back unworn, the parcel lay")

    situation: Typed | None = None
    resolution: Typed | None = None
    reason: Typed | None = None
    clause_key: Typed | None = None
    gap: bool = False
    facts: Facts = Field(default_factory=dict)
    amount: float | None = None
    granted_action: Typed | None = None
    dimension: Dimension | None = None
    product: Typed | None = None
    customer_id: Typed | None = None
    filed_after_the_act: bool = False


class FilingDraftOut(Out):
    """One's own draft, and when it was kept."""

    draft: FilingDraftIn
    saved_at: datetime
