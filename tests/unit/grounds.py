"""Ground for drafts without a database: a kind's signed and declined cases on a clause."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from recommender.changes.ground import Ground
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.models.policies import Clause, Revision
from recommender.policies.syntax.markup import plain_text
from recommender.vocabulary import CaseState

TYPED = "Shoes come back within [14 days]{.parameter fact=days_over max=14 unit=day} of delivery."
UNTYPED = "Late fees are charged as listed."
SMALL = [float(days) for days in range(15, 31)]
_NUMBERS = count(1)


def case(state: CaseState = CaseState.APPROVED, **given: Any) -> Case:  # noqa: ANN401 - any column
    """Make a case of its own day."""
    number = next(_NUMBERS)
    fields = {
        "id": f"case{number:08}",
        "occurred_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number % 300),
        "facts": {},
        "state": state,
    } | given
    return Case(**fields)


def cases(fact: str, values: list[float], state: CaseState = CaseState.APPROVED) -> list[Case]:
    """Make one case a value of a fact."""
    return [case(state, facts={fact: value}) for value in values]


def ground(
    signed: Sequence[Case],
    declined: Sequence[Case] = (),
    *,
    markup: str | None = TYPED,
    never_bend: bool = False,
    ceiling: float | None = None,
    **given: Any,  # noqa: ANN401 - any field of Ground
) -> Ground:
    """Lay the ground of a kind of late boots."""
    clause = base = None
    if markup is not None:
        clause = Clause(id="clause", key="RET-1", never_bend=never_bend, ceiling=ceiling)
        base = Revision(number=3, markup=markup, text=plain_text(markup))
        base.clause = clause
    fields = {"counted": signed} | given
    return Ground(
        kind=Kind(id="kind", name="late boots"),
        clause=clause,
        base=base,
        signed=signed,
        declined=declined,
        **fields,
    )
