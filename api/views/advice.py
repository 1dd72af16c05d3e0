"""What helps with a draft as the API shows it."""

from typing import TYPE_CHECKING

from api.schemas.advice import AdviceOut, ClauseGuessOut, DimensionGuessOut, FactGuessOut
from api.schemas.cases import BreachOut
from api.schemas.precedents import AllowanceOut
from api.views.precedents import close_decline_out, precedent_out, totals_out
from recommender.cases.advising import Advice

if TYPE_CHECKING:
    from recommender.learning.fact_reader import ReadFact


def advice_out(advice: Advice) -> AdviceOut:
    """Show all that was said of a draft."""
    dimension, allowed, earlier = advice.dimension, advice.allowed, advice.earlier
    return AdviceOut(
        facts=[_fact_out(one) for one in advice.facts],
        asked=list(advice.asked),
        clauses=[ClauseGuessOut.model_validate(one) for one in advice.clauses],
        dimension=None if dimension is None else DimensionGuessOut.model_validate(dimension),
        allowed=None if allowed is None else AllowanceOut.model_validate(allowed),
        precedents=[precedent_out(one) for one in earlier.precedents],
        close_decline=close_decline_out(earlier.close_decline),
        totals=totals_out(earlier.totals),
        limits=[BreachOut(rule=breach.rule, words=breach.words) for breach in advice.limits],
    )


def _fact_out(fact: "ReadFact") -> FactGuessOut:
    return FactGuessOut(
        name=fact.name,
        value=fact.value,
        unit=fact.quantity.unit,
        field=fact.view,
        said=fact.quantity.said,
        start=fact.quantity.start,
        end=fact.quantity.end,
    )
