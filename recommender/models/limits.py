"""What policy owners allow peers to approve under a clause, and pauses of approval by peers."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base, new_id


class ClauseLimit(Base):
    """The limits of one clause beside its ceiling; what is None is not limited."""

    __tablename__ = "clause_limits"
    __table_args__ = (
        CheckConstraint("monthly_budget IS NULL OR currency IS NOT NULL", name="currency"),
        CheckConstraint(
            "(per_customer IS NULL) = (per_customer_days IS NULL)", name="per_customer"
        ),
    )

    clause_id: Mapped[str] = mapped_column(ForeignKey("clauses.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    monthly_budget: Mapped[float | None]
    """The most that peers may approve in a calendar month (UTC), all cases together."""
    currency: Mapped[str | None] = mapped_column(String(3))
    """Of the budget and of the amounts by role."""
    per_customer: Mapped[int | None]
    """How many cases of one customer peers may approve within `per_customer_days`."""
    per_customer_days: Mapped[int | None]
    roles: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Role of the signer -> the largest amount that the signature may approve."""
    changed_by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration


class Pause(Base):
    """A time in which peers approve nothing under a clause, or under any."""

    __tablename__ = "pauses"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    clause_id: Mapped[str | None] = mapped_column(ForeignKey("clauses.id"), index=True)
    """None: every clause, and cases without one."""
    reason: Mapped[str] = mapped_column(Text)
    paused_by: Mapped[str] = mapped_column(String(120))
    paused_at: Mapped[datetime]
    lifted_by: Mapped[str | None] = mapped_column(String(120))
    lifted_at: Mapped[datetime | None]
