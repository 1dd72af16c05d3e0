"""After-effects: what accepted changes did, beside what they were said to do."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.effects import EffectOut, EffectsPage
from api.views.effects import effect_out, effect_row_out
from recommender.changes.effects import effect, effects

router = APIRouter(tags=["effects"])


@router.get("/effects")
def list_effects(house: OpenedHouse, actor: SignedIn) -> EffectsPage:
    """Every change of a wording with what its last look said, the newest first."""
    with house.reading(actor) as tx:
        return EffectsPage(effects=[effect_row_out(tx, one) for one in effects(tx)])


@router.get("/candidates/{candidate_id}/effect")
def read_effect(house: OpenedHouse, actor: SignedIn, candidate_id: str) -> EffectOut:
    """What a change did: the verdict of its planned look, four readings, the curve, what recurs."""
    with house.reading(actor) as tx:
        return effect_out(tx, effect(tx, candidate_id))
