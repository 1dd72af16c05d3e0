"""The examiner's report of a quarter."""

from typing import Literal

from api.schemas.base import Out


class ExaminedLineOut(Out):
    """A line of an answer; null where too few people are behind it or it cannot be checked.

    `low` and `high` bound a share: of contacts with an exception, else of declines.
    """

    question: Literal["share", "attribute", "product", "reason", "limits", "deciders"]
    attribute: str
    value: str
    label: str
    """The value as people call it, where that is something else; else empty."""
    cases: int | None
    """Exceptions and declines together, where the cases are divided."""
    exceptions: int | None
    declined: int | None
    low: float | None
    high: float | None
    note: str


class ExaminedOut(Out):
    """The answers about a quarter, in the order of the questions, and the whole as Markdown."""

    quarter: str | None
    """Null: none was kept yet."""
    quarters: list[str]
    """Those that were kept, the newest first."""
    answers: list[ExaminedLineOut]
    markdown: str
