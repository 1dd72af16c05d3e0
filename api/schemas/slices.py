"""How a clause, or the house, treats cases of one attribute: shown whole cells only."""

from api.schemas.base import Out
from api.schemas.evidence import IntervalOut


class SliceCellOut(Out):
    """The cases with one value; null where too few people are behind it or its complement."""

    value: str
    cases: int | None
    declined: IntervalOut | None
    good: IntervalOut | None


class SliceOut(Out):
    """The cells of one attribute; a comparison, not a cause."""

    attribute: str
    clause: str | None
    """Null: of the whole house."""
    cells: list[SliceCellOut]
    masked: list[str]
