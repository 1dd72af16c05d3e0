"""In which ways a kind's cases depart from the script, as their filers said."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from recommender.kinds.floors import hides_people
from recommender.kinds.standing import Standing
from recommender.models.cases import Case
from recommender.storage.house import Transaction
from recommender.vocabulary import Dimension


@dataclass(frozen=True, slots=True)
class DimensionCount:
    """How many of a kind's cases depart in one way."""

    dimension: Dimension
    cases: int


def dimensions(tx: Transaction, standing: Standing) -> list[DimensionCount] | None:
    """Count a kind's cases by dimension, those without one left out, the commonest first.

    None where too few people are behind the kind.
    """
    if hides_people(standing.evidence, tx.settings):
        return None
    said = tx.session.scalars(select(Case.dimension).where(Case.id.in_(standing.cases)))
    counts = Counter(one for one in said if one is not None)
    return [
        DimensionCount(dimension, counts[dimension])
        for dimension in sorted(counts, key=lambda one: (-counts[one], one))
    ]
