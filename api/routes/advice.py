"""What helps while a proposal is typed."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.advice import AdviceIn, AdviceOut, ClauseGuessOut, DimensionGuessOut, FactGuessOut
from api.schemas.cases import BreachOut
from api.schemas.precedents import AllowanceOut
from api.views.precedents import close_decline_out, precedent_out, totals_out
from recommender.access import Act
from recommender.cases.dimensions import suggest_dimension
from recommender.cases.facts import asked_facts, read_facts
from recommender.cases.findability import CLEARLY, already_allowed
from recommender.cases.guardrails import foreseen
from recommender.cases.likely_clauses import LikelyClause, likely_clauses
from recommender.cases.precedents import PrecedentQuery, look_up
from recommender.cases.wishes import Wish
from recommender.storage.house import Transaction

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
        meant = _meant(body, clauses)
        dimension = suggest_dimension(tx, body.granted_action, body.resolution or "")
        return AdviceOut(
            facts=_facts(tx, body, meant),
            asked=asked_facts(tx, meant),
            clauses=[ClauseGuessOut.model_validate(one) for one in clauses],
            dimension=None if dimension is None else DimensionGuessOut.model_validate(dimension),
            allowed=None if allowed is None else AllowanceOut.model_validate(allowed),
            precedents=[precedent_out(one) for one in found.precedents],
            close_decline=close_decline_out(found.close_decline),
            totals=totals_out(found.totals),
            limits=[
                BreachOut(rule=breach.rule, words=breach.words) for breach in foreseen(tx, wish)
            ],
        )


def _meant(body: AdviceIn, clauses: Sequence[LikelyClause]) -> str | None:
    """The clause that was named, else the one that is more likely meant than not."""
    if body.clause_key is not None or not clauses or clauses[0].likely < CLEARLY:
        return body.clause_key
    return clauses[0].key


def _facts(tx: Transaction, body: AdviceIn, meant: str | None) -> list[FactGuessOut]:
    """What the texts state and nobody has typed or confirmed yet."""
    texts = {"situation": body.situation, "resolution": body.resolution or ""}
    return [
        FactGuessOut(
            name=one.name,
            value=one.value,
            unit=one.quantity.unit,
            field=one.view,
            said=one.quantity.said,
            start=one.quantity.start,
            end=one.quantity.end,
        )
        for one in read_facts(tx, texts, meant)
        if one.name not in body.facts
    ]
