"""Where somebody wanted to ask for what the rules allow already."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base, new_id


class AlreadyAllowed(Base):
    """A draft that a clause allowed already: a sign that the clause is hard to find.

    It counts once for a draft, and says nothing of who drafted.
    """

    __tablename__ = "already_allowed"
    __table_args__ = (UniqueConstraint("draft_id", "clause_id"),)

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    draft_id: Mapped[str] = mapped_column(String(36))
    """Random, of the form in which it was typed."""
    clause_id: Mapped[str] = mapped_column(ForeignKey("clauses.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("revisions.id"))
    candidate_id: Mapped[str | None] = mapped_column(String(12))
    """The candidate whose exception allowed it; None: the clause's own limits did."""
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]
