"""What was said of new cases between two runs, for those that did not join a kind at once."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base


class Suggestion(Base):
    """The kind that a new case may be of; without a kind it waits for the next run."""

    __tablename__ = "suggestions"

    case_id: Mapped[str] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    kind_id: Mapped[str | None] = mapped_column(ForeignKey("kinds.id"), index=True)
    strength: Mapped[float]
    """How likely the case is of its nearest kind, 0 to 1."""
    at: Mapped[datetime]
