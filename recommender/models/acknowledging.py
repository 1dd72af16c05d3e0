"""Who was asked to read a new wording, and who has."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base


class Acknowledgement(Base):
    """A person asked to read a revision; `at` None: not yet. Its person alone sees it."""

    __tablename__ = "acknowledgements"

    account_name: Mapped[str] = mapped_column(ForeignKey("accounts.name"), primary_key=True)
    revision_id: Mapped[str] = mapped_column(
        ForeignKey("revisions.id"), primary_key=True, index=True
    )
    team: Mapped[str | None] = mapped_column(String(120))
    """Theirs when they were asked: whoever moves later moves in no count."""
    asked_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    at: Mapped[datetime | None]
