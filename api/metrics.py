"""Totals for monitoring, in the Prometheus text form."""

from sqlalchemy import func, select

from recommender.models.cases import Case, Embedding
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind, Run
from recommender.storage.house import House


def exposition(house: House) -> str:
    """Count cases, candidates and runs by state, living kinds and embeddings."""
    lines: list[str] = []
    with house.database.reading() as session:
        for noun, model in (("cases", Case), ("candidates", Candidate), ("runs", Run)):
            name = f"recommender_{noun}"
            lines.append(f"# TYPE {name} gauge")
            counted = session.execute(
                select(model.state, func.count()).group_by(model.state).order_by(model.state)
            )
            lines += [f'{name}{{state="{state}"}} {count}' for state, count in counted]
        totals = {
            "kinds": select(func.count()).select_from(Kind).where(Kind.retired_at.is_(None)),
            "embeddings": select(func.count()).select_from(Embedding),
        }
        for noun, query in totals.items():
            lines.append(f"# TYPE recommender_{noun} gauge")
            lines.append(f"recommender_{noun} {session.scalar(query)}")
    return "\n".join(lines) + "\n"
