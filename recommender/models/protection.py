"""What protects people: the charter, opened identities, own words to redact, erasures."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base, Word, new_id
from recommender.vocabulary import OwnWordUse, Participant


class CharterAcceptance(Base):
    """An account has accepted one version of the charter."""

    __tablename__ = "charter_acceptances"

    account_name: Mapped[str] = mapped_column(ForeignKey("accounts.name"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    accepted_at: Mapped[datetime]


class BreakGlass(Base):
    """A request to see who filed or signed a case: asked, granted by a second person, opened.

    It stays when the case goes.
    """

    __tablename__ = "break_glass"
    __table_args__ = (
        CheckConstraint("granted_by IS NULL OR granted_by <> asked_by", name="second_person"),
    )

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(String(12), index=True)
    who: Mapped[Participant] = mapped_column(Word(Participant))
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    granted_by: Mapped[str | None] = mapped_column(String(120))
    granted_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    """From then on it is closed again."""
    opened_at: Mapped[datetime | None]
    """When the name was first read; whose it is was told in the same moment."""


class OwnWord(Base):
    """A word or pattern of the organisation that redaction replaces, or leaves alone."""

    __tablename__ = "own_words"
    __table_args__ = (UniqueConstraint("use", "word"),)

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    use: Mapped[OwnWordUse] = mapped_column(Word(OwnWordUse))
    word: Mapped[str] = mapped_column(String(500))
    placeholder: Mapped[str | None] = mapped_column(String(40))
    """What stands in its place; patterns only."""
    added_by: Mapped[str] = mapped_column(String(120))
    added_at: Mapped[datetime]


class Erasure(Base):
    """A customer who was erased, known only by a keyed hash, so that no import brings them back."""

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    customer_hash: Mapped[str] = mapped_column(String(64), index=True)
    counts: Mapped[dict[str, Any]]
    """How many cases, texts and vectors went."""
    erased_by: Mapped[str] = mapped_column(String(120))
    erased_at: Mapped[datetime]
