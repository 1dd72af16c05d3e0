"""Readings of what an accepted change did."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base, Word, new_id
from recommender.vocabulary import EffectVerdict, Look

_ONCE = "look <> 'running'"


class EffectReading(Base):
    """What was seen on a day of a change's effect; the planned and the second look happen once.

    It stands beside its candidate, so that a reading never gets in the way of who decides there.
    """

    __tablename__ = "effect_readings"
    __table_args__ = (
        Index(
            "uq_effect_readings_one_a_look",
            "candidate_id",
            "look",
            unique=True,
            sqlite_where=text(_ONCE),
            postgresql_where=text(_ONCE),
        ),
    )

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    candidate_id: Mapped[str] = mapped_column(ForeignKey("candidates.id"), index=True)
    look: Mapped[Look] = mapped_column(Word(Look))
    read_at: Mapped[datetime]
    verdict: Mapped[EffectVerdict] = mapped_column(Word(EffectVerdict))
    readings: Mapped[list[Any]]
    """[{"name", "before", "after", "low", "high", "predicted_low", "predicted_high", "n"}]"""
