"""Contact volumes: how many customers got in touch, the denominators of rates per week."""

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base


class ContactVolume(Base):
    """The contacts of one week, by product and channel where these are told apart.

    An empty product or channel stands for all of them.
    """

    __tablename__ = "contact_volumes"
    __table_args__ = (CheckConstraint("contacts >= 0", name="contacts"),)

    week: Mapped[date] = mapped_column(primary_key=True)
    """The week's Monday."""
    product: Mapped[str] = mapped_column(String(200), primary_key=True, default="")
    channel: Mapped[str] = mapped_column(String(120), primary_key=True, default="")
    contacts: Mapped[int]
