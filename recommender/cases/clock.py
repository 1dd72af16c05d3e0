"""Today, as reports mean it: one moment for everything that asks, and where it came from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import exists, func, select

from recommender.cases.filing import SOURCE_SYSTEM
from recommender.config import end_of
from recommender.models.cases import Case
from recommender.storage.house import Transaction


@dataclass(frozen=True, slots=True)
class AsOf:
    """The moment that counts as now, and what set it; reports say both."""

    moment: datetime
    source: Literal["setting", "last case", "clock"]


def today(tx: Transaction) -> AsOf:
    """Give the setting's day, else the last case's moment while all are imported, else now.

    History that was imported is judged as of its own end; with the first proposal filed here
    the clock runs.
    """
    if tx.settings.as_of is not None:
        return AsOf(end_of(tx.settings.as_of), "setting")
    if tx.session.scalar(select(exists().where(Case.source_system == SOURCE_SYSTEM))):
        return AsOf(tx.at, "clock")
    last = tx.session.scalar(select(func.max(Case.occurred_at)))
    return AsOf(tx.at, "clock") if last is None else AsOf(last, "last case")
