"""Totals for monitoring, in the Prometheus text form.

Nobody signs in to read them, so they tell of cases by whole days and in steps only: who watches
them does not learn when somebody filed or signed.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recommender.config import now
from recommender.models.cases import Case, Embedding
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind, Run
from recommender.storage.house import House


def exposition(house: House) -> str:
    """Count cases answered before today, candidates and runs by state, living kinds, vectors."""
    lines: list[str] = []
    step = max(house.settings.people_floor_agents, house.settings.people_floor_customers)
    midnight = datetime.combine(now(), time.min, tzinfo=UTC)
    with house.database.reading() as session:
        lines += _gauge("cases", _cases(session, midnight, step))
        for noun, model in (("candidates", Candidate), ("runs", Run)):
            counted = session.execute(
                select(model.state, func.count()).group_by(model.state).order_by(model.state)
            )
            lines += _gauge(noun, {str(state): count for state, count in counted})
        living = select(func.count()).select_from(Kind).where(Kind.retired_at.is_(None))
        kinds = session.scalar(living)
        vectors = session.scalar(select(func.count()).select_from(Embedding)) or 0
    for noun, total in (("kinds", kinds), ("embeddings", vectors // step * step)):
        lines += [f"# TYPE recommender_{noun} gauge", f"recommender_{noun} {total}"]
    return "\n".join(lines) + "\n"


def _cases(session: Session, midnight: datetime, step: int) -> dict[str, int]:
    counted = session.execute(
        select(Case.state, func.count())
        .where(func.coalesce(Case.decided_at, Case.filed_at) < midnight)
        .group_by(Case.state)
        .order_by(Case.state)
    )
    return {str(state): count // step * step for state, count in counted}


def _gauge(noun: str, counts: Mapping[str, int]) -> list[str]:
    name = f"recommender_{noun}"
    return [
        f"# TYPE {name} gauge",
        *(f'{name}{{state="{state}"}} {count}' for state, count in counts.items()),
    ]
