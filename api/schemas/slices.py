"""How a quarter's cases divide by an attribute: whole cells of enough people each."""

from api.schemas.base import Out


class SliceCellOut(Out):
    """The cases with one value, `value` null: all others.

    Exceptions and declines are null where too few people are behind them to tell them apart. `low`
    and `high` bound the share of declines; the rates that of contacts with an exception, null
    unless every week has contacts of the value on record.
    """

    value: str | None
    cases: int
    exceptions: int | None
    declined: int | None
    low: float | None
    high: float | None
    rate_low: float | None
    rate_high: float | None


class SliceOut(Out):
    """The cells of one attribute, none where it cannot be divided; a comparison, not a cause."""

    attribute: str
    parts: list[SliceCellOut]


class SlicesOut(Out):
    """A quarter, counted once and for good, by every attribute that may be compared."""

    quarter: str | None
    """Null: none was kept yet."""
    quarters: list[str]
    """Those that were kept, the newest first."""
    slices: list[SliceOut]
