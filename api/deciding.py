"""Acts that decide a case: done, answered, and what follows from them woken."""

from collections.abc import Callable

from fastapi import Request

from api.schemas.cases import CaseOut
from api.views.cases import case_out
from recommender.access import Actor
from recommender.models.cases import Case
from recommender.storage.house import House, Transaction


def decided(
    house: House, actor: Actor, request: Request, act: Callable[[Transaction], Case]
) -> CaseOut:
    """Decide in one transaction, then let the catch-up embed what was decided."""
    with house.transaction(actor) as tx:
        answer = case_out(tx, act(tx))
    request.app.state.catch_up.wake()
    return answer
