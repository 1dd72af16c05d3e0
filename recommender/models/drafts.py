"""What is typed and not filed yet."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base, Sealed


class FilingDraft(Base):
    """An account's one unfiled proposal, as typed; nobody else reads it."""

    __tablename__ = "filing_drafts"

    account_name: Mapped[str] = mapped_column(ForeignKey("accounts.name"), primary_key=True)
    content: Mapped[str] = mapped_column(Sealed)
    """The form's fields as JSON; it may be sealed at rest."""
    saved_at: Mapped[datetime]
