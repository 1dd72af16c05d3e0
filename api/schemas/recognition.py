"""What came of one's own cases."""

from datetime import date

from api.schemas.base import In, Out, example


class BecameOut(Out):
    """A case of the reader's and the change that it led to."""

    case_id: str
    kind: str
    clause_key: str | None
    since: date | None
    """From when on the new wording holds; null where no text changed."""
    day: date
    """When it was decided."""


class CreditIn(In):
    """Whether one is named beside changes that one's cases led to."""

    model_config = example(on=True)

    on: bool


class CreditOut(Out):
    """What was chosen."""

    on: bool
