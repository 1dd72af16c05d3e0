"""Who could have signed a proposal when it was filed."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from recommender.models.base import Base


class EligiblePeer(Base):
    """An account that could sign a proposal as it was filed; imported cases have none."""

    __tablename__ = "eligible_peers"

    case_id: Mapped[str] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    account_name: Mapped[str] = mapped_column(String(120), primary_key=True)
