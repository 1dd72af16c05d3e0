"""What people teach about kinds."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import In, Out, ShortText, example
from recommender.vocabulary import CorrectionVerb


class MergeIn(In):
    """The kind that takes the cases."""

    model_config = example(into="k3v9x2m7q1ab")

    into: ShortText


class SplitIn(In):
    """The cases to split off, and the new kind's name if there is one."""

    model_config = example(cases=["c4t8w1n5r2de", "c9h3j6p0s7fg"], name="Late by the carrier")

    cases: Annotated[list[ShortText], Field(min_length=1, max_length=10_000)]
    name: Annotated[
        str | None, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)
    ] = None


class MoveIn(In):
    """The kind that a case belongs to; null keeps it out of all."""

    model_config = example(to="k3v9x2m7q1ab")

    to: ShortText | None


class KindChangeOut(Out):
    """A kind's cases before and after a correction."""

    id: str
    name: str
    before: int | None
    after: int | None


class EffectOut(Out):
    """What a correction changes; all counts are null where one is below a people floor."""

    correction: str | None
    """The id to undo it by; null: it was only tried."""
    verb: CorrectionVerb
    cases: int | None
    """How many cases it places."""
    kinds: list[KindChangeOut]
    masked: list[str]
    suggested_name: str | None = None
    """A name for what is split off, from its cases' own words; where it was tried without one."""


class CorrectionOut(Out):
    """What a person taught about kinds; every run obeys it until it is undone."""

    id: str
    verb: CorrectionVerb
    kind_id: str | None
    """The kind merged away, split, left, confirmed or called none."""
    kind_name: str | None
    other_kind_id: str | None
    """The kind merged into, split off or moved to."""
    other_kind_name: str | None
    cases: int | None
    note: str | None
    made_on: date
    undone_on: date | None
    masked: list[str]
    version: int
    """What `If-Match` of its undo takes."""


class CorrectionsPage(Out):
    """Corrections, the newest first."""

    corrections: list[CorrectionOut]
    next: str | None
    """What `before` continues with; null at the end."""
