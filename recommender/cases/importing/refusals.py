"""What an import refuses: one row with its line, field, reason and remedy, or the whole file."""

from dataclasses import dataclass

from recommender.errors import Invalid


class UnreadableFile(Invalid):
    """The file as a whole cannot be read, so no row of it was looked at."""


class RowRefused(Invalid):
    """One row cannot be taken; the others can."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken: where it stands, its own id if it has one, what to do about it."""

    line: int
    id: str | None
    field: str
    reason: str
    remedy: str

    @classmethod
    def told(
        cls,
        error: Invalid,
        line: int,
        id: str | None,
        column: str | None = None,
    ) -> "RefusedRow":
        """Turn an error into a line of the report; `column` is what the file calls the field."""
        field = error.field or "row"
        prefix = "" if column in {None, field} else f"{column}: "
        return cls(line, id, field, f"{prefix}{error.detail}", error.remedy or "")
