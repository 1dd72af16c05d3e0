"""Who decides in a policy owner's place."""

from datetime import date

from api.schemas.base import In, Out, ShortText, example


class DeputyIn(In):
    """Another policy owner, and the days; null: nobody stands in."""

    model_config = example(deputy="rhea", away_from="2026-07-01", away_until="2026-07-14")

    deputy: ShortText | None
    away_from: date | None = None
    """Null: from today on."""
    away_until: date | None = None
    """The last day; null: until it is said otherwise."""


class DeputyOut(Out):
    """Who stands in for the reader, and when."""

    deputy: str | None
    away_from: date | None
    away_until: date | None
