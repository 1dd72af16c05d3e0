"""What an import tells: counts, what was assumed, and every row that was refused."""

from dataclasses import dataclass, field

from recommender.cases.importing.refusals import RefusedRow

__all__ = ["FiguresReport", "ImportReport", "RefusedRow", "RowLeft"]


@dataclass(frozen=True, slots=True)
class RowLeft:
    """A row that says something new of a case we have, which stays as it is."""

    line: int
    id: str


@dataclass(kw_only=True)
class ImportReport:
    """What an import of cases did, or would do in a dry run; it adds up to `rows`.

    rows = imported + unchanged + changed + updated + kept + erased + refused.
    """

    batch_id: str | None = None
    """The batch to undo it by; None where nothing was written."""
    dry_run: bool
    rows: int
    imported: int = 0
    unchanged: int = 0
    changed: int = 0
    """Rows with new content for cases we have, left as they were: `update` takes them over."""
    updated: int = 0
    kept: int = 0
    """Rows with new content for cases on which a person decided here: these stay."""
    erased: int = 0
    """Rows whose customer or whose texts were erased here: they are left out."""
    left: list[RowLeft] = field(default_factory=list)
    """The rows behind `changed` and `kept`."""
    status_missing: int = 0
    """Rows without a status, which count as approved."""
    self_signed: int = 0
    """Rows whose agent is also the co-signer; history is kept as it was."""
    zone: str
    zoneless: int = 0
    """Times without a zone, which were read in `zone`."""
    unknown_refs: int = 0
    """Rows whose policy reference means nothing to our library."""
    unknown: dict[str, int] = field(default_factory=dict)
    """These references and their rows, most frequent first."""
    linked: int = 0
    """Cases of earlier imports whose reference our library has come to know."""
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def took_nothing(self) -> bool:
        """Tell whether no row at all could be taken in, now or before."""
        return self.rows == len(self.refused)


@dataclass(kw_only=True)
class FiguresReport:
    """What an import of contact volumes or survey answers did, or would do in a dry run."""

    dry_run: bool
    rows: int
    added: int = 0
    unchanged: int = 0
    changed: int = 0
    """Rows that differ from what we have, left as they were: `update` takes them over."""
    updated: int = 0
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def took_nothing(self) -> bool:
        """Tell whether no row at all could be taken in, now or before."""
        return self.rows == len(self.refused)
