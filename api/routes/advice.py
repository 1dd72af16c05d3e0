"""What helps while a proposal is typed."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.advice import AdviceIn, AdviceOut, ClauseGuessOut
from api.schemas.cases import BreachOut
from api.schemas.precedents import AllowanceOut
from api.views.precedents import close_decline_out, precedent_out, totals_out
from recommender.access import Act
from recommender.cases.facts import asked_facts
from recommender.cases.findability import already_allowed
from recommender.cases.guardrails import foreseen
from recommender.cases.likely_clauses import likely_clauses
from recommender.cases.precedents import PrecedentQuery, look_up
from recommender.cases.wishes import Wish

router = APIRouter(tags=["cases"])


@router.post("/advice")
def advise(house: OpenedHouse, actor: SignedIn, body: AdviceIn) -> AdviceOut:
    """All that helps with a draft, while it is typed; nothing of it is kept."""
    with house.reading(actor) as tx:
        actor.require(Act.FILE)
        wish = Wish(**body.model_dump(exclude={"top"}))
        clauses = likely_clauses(tx, wish)
        allowed = already_allowed(tx, wish, clauses)
        query = PrecedentQuery(**body.model_dump(exclude={"product", "channel", "customer_id"}))
        found = look_up(tx, query)
        return AdviceOut(
            asked=asked_facts(tx, body.clause_key),
            clauses=[ClauseGuessOut.model_validate(one) for one in clauses],
            allowed=None if allowed is None else AllowanceOut.model_validate(allowed),
            precedents=[precedent_out(one) for one in found.precedents],
            close_decline=close_decline_out(found.close_decline),
            totals=totals_out(found.totals),
            limits=[
                BreachOut(rule=breach.rule, words=breach.words) for breach in foreseen(tx, wish)
            ],
        )
