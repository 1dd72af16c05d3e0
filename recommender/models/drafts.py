"""What is typed and not filed yet."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base


class FilingDraft(Base):
    """An account's one unfiled proposal, as typed; nobody else reads it."""

    __tablename__ = "filing_drafts"

    account_name: Mapped[str] = mapped_column(ForeignKey("accounts.name"), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    """The form's fields as JSON."""
    saved_at: Mapped[datetime]
