"""The backtest while somebody edits; nothing is stored."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.drafts import BacktestOut, RedlineOut, TriedOut, TryIn
from api.views.edits import conditions_given, scope_given
from recommender.changes.live import Asked, Tried, try_candidate, try_kind

router = APIRouter(tags=["candidates"])


@router.post("/kinds/{kind_id}/backtest")
def try_kinds_change(house: OpenedHouse, actor: SignedIn, kind_id: str, body: TryIn) -> TriedOut:
    """Replay a kind's draft, or another wording, limit or scope for it; nothing is stored."""
    with house.reading(actor) as tx:
        return _out(try_kind(tx, kind_id, _asked(body)))


@router.post("/candidates/{candidate_id}/backtest")
def try_candidates_change(
    house: OpenedHouse, actor: SignedIn, candidate_id: str, body: TryIn
) -> TriedOut:
    """Replay a candidate with another wording, limit or scope; nothing is stored."""
    with house.reading(actor) as tx:
        return _out(try_candidate(tx, candidate_id, _asked(body)))


def _asked(body: TryIn) -> Asked:
    return Asked(
        markup=body.markup,
        conditions=conditions_given(body.conditions),
        scope=scope_given(body.scope),
        flips_from=body.flips_from,
    )


def _out(tried: Tried) -> TriedOut:
    return TriedOut(
        new_markup=tried.wording.new,
        redline=RedlineOut(**tried.wording.texts),
        backtest=BacktestOut.model_validate(tried.backtest),
    )
