"""What somebody wrote of an exception, redacted: whole, or in the one line that tells a kind."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from recommender.models.cases import Case
from recommender.vocabulary import CaseState


@dataclass(frozen=True, kw_only=True)
class Quote:
    """One exception as its note tells it, redacted."""

    day: date
    situation: str
    resolution: str | None
    reason: str | None
    amount: float | None
    currency: str | None

    @classmethod
    def of(cls, case: Case) -> Self:
        """Quote a case; one that was turned away with why it was."""
        declined = case.state is CaseState.DECLINED
        return cls(
            day=case.occurred_at.date(),
            situation=case.situation,
            resolution=None if declined else case.resolution,
            reason=case.decline_reason or case.reason,
            amount=case.amount,
            currency=case.currency,
        )


@dataclass(frozen=True, kw_only=True)
class Line:
    """A kind in one line, as somebody told one of its exceptions; a note where that is all."""

    given: str | None = None
    why: str | None = None
    note: str | None = None

    @property
    def words(self) -> str:
        """The line as it is read out."""
        given = f"Given: {self.given}" if self.given else ""
        why = f"Why: {self.why}" if self.why else ""
        return " ".join(filter(None, (given, why))) or self.note or ""
