"""What people are told."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base, Word, new_id
from recommender.vocabulary import NoticeTopic


class Notice(Base):
    """One message to one account; `needs_you` asks for an act, the others inform."""

    __tablename__ = "notices"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    account_name: Mapped[str] = mapped_column(ForeignKey("accounts.name"), index=True)
    topic: Mapped[NoticeTopic] = mapped_column(Word(NoticeTopic))
    needs_you: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    case_id: Mapped[str | None] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    candidate_id: Mapped[str | None] = mapped_column(ForeignKey("candidates.id"))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
