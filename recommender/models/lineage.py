"""What happened to each kind, and what runs found that people do not see yet."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base, Word, new_id
from recommender.vocabulary import Descent, WaitingChange


class LineageStep(Base):
    """One step in a kind's life; the other kind is the one it came from or went into."""

    __tablename__ = "lineage_steps"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    kind_id: Mapped[str] = mapped_column(ForeignKey("kinds.id"), index=True)
    what: Mapped[Descent] = mapped_column(Word(Descent))
    other_kind_id: Mapped[str | None] = mapped_column(ForeignKey("kinds.id"), index=True)
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    """The run that found it; None: a person did it."""
    made_by: Mapped[str | None] = mapped_column(String(120))
    at: Mapped[datetime]


class PendingChange(Base):
    """A change to a kind that must be found on a second casebase, or decided by a person."""

    __tablename__ = "pending_changes"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    kind_id: Mapped[str] = mapped_column(ForeignKey("kinds.id"), index=True)
    what: Mapped[WaitingChange] = mapped_column(Word(WaitingChange))
    other_kind_id: Mapped[str | None] = mapped_column(ForeignKey("kinds.id"))
    cases: Mapped[list[str]]
    """Ids of the cases that would leave the kind."""
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    """The run that found it first."""
    casebase: Mapped[str] = mapped_column(String(64))
    """What that run saw, as a fingerprint."""
    found_at: Mapped[datetime]
