"""Who could have signed a proposal when it was filed."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base


class Roster(Base):
    """The accounts that could co-sign at one moment; cases of moments with the same ones share it.

    `id` is the SHA-256 of the names, hex.
    """

    __tablename__ = "rosters"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    names: Mapped[list[str]]


class CaseRoster(Base):
    """The roster of the moment at which a proposal was filed; imported cases have none."""

    __tablename__ = "case_rosters"

    case_id: Mapped[str] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    roster_id: Mapped[str] = mapped_column(ForeignKey("rosters.id"), index=True)
    without: Mapped[list[str]]
    """Those on it who could not sign this one: the filer and their line."""
