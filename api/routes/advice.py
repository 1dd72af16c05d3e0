"""What helps while a proposal is typed."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.advice import AdviceIn, AdviceOut
from api.schemas.cases import BreachOut
from api.schemas.precedents import AllowanceOut
from api.views.precedents import precedent_out
from recommender.access import Act
from recommender.cases.facts import asked_facts
from recommender.cases.filing import Wish, already_allowed
from recommender.cases.guardrails import foreseen
from recommender.cases.precedents import PrecedentQuery, precedents

router = APIRouter(tags=["cases"])


@router.post("/advice")
def advise(house: OpenedHouse, actor: SignedIn, body: AdviceIn) -> AdviceOut:
    """All that helps with a draft, while it is typed; nothing of it is kept."""
    with house.reading(actor) as tx:
        actor.require(Act.FILE)
        wish = Wish(**body.model_dump(exclude={"top"}))
        allowed = already_allowed(tx, wish)
        query = PrecedentQuery(
            situation=body.situation,
            resolution=body.resolution,
            clause_key=body.clause_key,
            facts=body.facts,
            top=body.top,
        )
        return AdviceOut(
            asked=asked_facts(tx, body.clause_key),
            allowed=None if allowed is None else AllowanceOut.model_validate(allowed),
            precedents=[precedent_out(found) for found in precedents(tx, query)],
            limits=[
                BreachOut(rule=breach.rule, words=breach.words) for breach in foreseen(tx, wish)
            ],
        )
