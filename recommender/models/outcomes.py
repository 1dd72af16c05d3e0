"""What came of cases, as each source reported it and as it reads together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base, Word
from recommender.vocabulary import OutcomeReading, OutcomeSource

GOOD_CSAT = 4
BAD_CSAT = 2
_RANKS = {source: place for place, source in enumerate(OutcomeSource)}


class Outcome(Base):
    """What one source reported about what came of a case."""

    __tablename__ = "outcomes"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    source: Mapped[OutcomeSource] = mapped_column(Word(OutcomeSource), primary_key=True)
    csat: Mapped[int | None]
    complaint: Mapped[bool | None]
    retained: Mapped[bool | None]
    actual_cost: Mapped[float | None]
    recorded_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """The merged outcome of a case: csat 1-5, complaint, retained, actual cost; None is missing."""

    csat: int | None = None
    complaint: bool | None = None
    retained: bool | None = None
    actual_cost: float | None = None

    @classmethod
    def merged(cls, outcomes: list[Outcome]) -> "OutcomeFacts":
        """Take each value from the customer, else the import, else the agent."""
        if len(outcomes) == 1:  # by far the most, and asked of every case of a kind
            (only,) = outcomes
            return cls(only.csat, only.complaint, only.retained, only.actual_cost)
        ranked = sorted(outcomes, key=lambda outcome: _RANKS[outcome.source])

        def best(name: str) -> Any:  # noqa: ANN401 - the column's own type
            known = (getattr(outcome, name) for outcome in ranked)
            return next((value for value in known if value is not None), None)

        return cls(*map(best, cls.__slots__))

    @property
    def reading(self) -> OutcomeReading:
        """Good, bad, neutral or missing, as the vocabulary defines them."""
        if self.csat is None and self.complaint is None and self.retained is None:
            return OutcomeReading.MISSING
        unhappy = self.csat is not None and self.csat <= BAD_CSAT
        if unhappy or self.complaint or self.retained is False:
            return OutcomeReading.BAD
        if self.csat is not None and self.csat < GOOD_CSAT:
            return OutcomeReading.NEUTRAL
        return OutcomeReading.GOOD
