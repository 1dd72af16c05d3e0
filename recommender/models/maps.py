"""The maps of published runs: where each case and each kind lies."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base


class CaseMap(Base):
    """Where the cases lay when a run was published; what is shown of it is read anew each time."""

    __tablename__ = "maps"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    cases: Mapped[list[str]]
    points: Mapped[bytes] = mapped_column(LargeBinary)
    """Two little-endian 32-bit floats a case, in the order of `cases`."""
    islands: Mapped[dict[str, Any]]
    """Kind -> x, y, radius."""
    drawn_at: Mapped[datetime]
