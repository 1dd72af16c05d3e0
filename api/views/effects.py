"""After-effects as the API shows them."""

from api.schemas.drafts import RedlineOut
from api.schemas.effects import (
    EffectOut,
    EffectReadingOut,
    EffectRowOut,
    EffectWeekOut,
    NarrowerOut,
    NeighbourOut,
    RemedyOut,
)
from api.views.candidates import candidate_ref
from recommender.changes.effects import Effect
from recommender.changes.regressing import recurred
from recommender.storage.house import Transaction


def effect_out(tx: Transaction, effect: Effect) -> EffectOut:
    """Show an effect with the cases that recur under the new wording, where they may be read."""
    return EffectOut(
        verdict=effect.verdict,
        words=effect.words,
        look_on=effect.look_on,
        read_on=effect.read_on,
        exposure=effect.exposure,
        readings=[EffectReadingOut.model_validate(one) for one in effect.readings],
        before=[EffectWeekOut.model_validate(one) for one in effect.before],
        since=effect.since,
        review_on=effect.review_on,
        overdue=effect.overdue,
        curve=[EffectWeekOut.model_validate(one) for one in effect.curve],
        regressed_on=effect.regressed_on,
        remedies=[
            RemedyOut(
                what=one.what,
                reason=one.reason,
                redline=RedlineOut(**one.wording.texts),
                narrower=None if one.narrower is None else NarrowerOut.model_validate(one.narrower),
            )
            for one in effect.remedies
        ],
        currency=effect.currency,
        nearby=[
            NeighbourOut(
                id=one.kind.id,
                name=one.kind.name,
                before=one.before,
                after=one.after,
                least=one.least,
            )
            for one in effect.nearby
        ],
        recurring=[] if effect.regressed_on is None else recurred(tx, effect.candidate),
    )


def effect_row_out(tx: Transaction, effect: Effect) -> EffectRowOut:
    """Show an effect in a list, with what it is of."""
    found = effect.candidate
    return EffectRowOut(
        candidate=candidate_ref(found),
        kind_name="" if found.kind is None else found.kind.name,
        clause=None if found.clause is None else found.clause.key,
        effect=effect_out(tx, effect),
    )
