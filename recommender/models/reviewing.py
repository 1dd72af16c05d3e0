"""Approvals that a second team looks at later."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base, Word, new_id
from recommender.vocabulary import Draw, ReviewVerdict


class Review(Base):
    """An approved case drawn for a second team, and what that team says of it."""

    __tablename__ = "reviews"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), unique=True)
    draw: Mapped[Draw] = mapped_column(Word(Draw))
    team: Mapped[str | None] = mapped_column(String(120), index=True)
    """The team that is asked, neither the filer's nor the signer's; None: there was no other."""
    drawn_at: Mapped[datetime]
    verdict: Mapped[ReviewVerdict | None] = mapped_column(Word(ReviewVerdict))
    reason: Mapped[str | None] = mapped_column(Text)
    reviewed_by: Mapped[str | None] = mapped_column(String(120))
    reviewed_at: Mapped[datetime | None]
