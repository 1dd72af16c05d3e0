"""The drawing of a run's map: it may fail without the run, is told, and is made up for later."""

import logging

from sqlalchemy import select

from recommender.access import Act, Actor
from recommender.kinds.gathering import Texts, approved_texts
from recommender.kinds.maps import draw_map
from recommender.models.kinds import Run
from recommender.storage.house import House
from recommender.vocabulary import RunState

_log = logging.getLogger(__name__)


def try_to_draw(house: House, actor: Actor, run_id: str, texts: Texts) -> bool:
    """Draw the map of a published run, or note with the run why it has none."""
    try:
        draw_map(house, actor, run_id, texts)
    except Exception as error:  # noqa: BLE001 - whatever it was, the kinds are found
        _log.exception("the map of run %s could not be drawn", run_id)
        _note(house, actor, run_id, why=type(error).__name__)
        return False
    _note(house, actor, run_id, why=None)
    return True


def make_up(house: House, actor: Actor) -> bool:
    """Draw the map of the newest published run if that failed; tell whether it is drawn now."""
    actor.require(Act.DISCOVER)
    with house.reading(actor) as tx:
        newest = select(Run).where(Run.state == RunState.PUBLISHED).order_by(Run.started_at.desc())
        run = tx.session.scalars(newest.limit(1)).first()
        if run is None or run.failure is None:
            return False
        run_id, texts = run.id, approved_texts(tx.session, house.encoder.fingerprint)
    return try_to_draw(house, actor, run_id, texts)


def _note(house: House, actor: Actor, run_id: str, *, why: str | None) -> None:
    words = None if why is None else f"Its map could not be drawn ({why}); it is tried again."
    with house.transaction(actor) as tx:
        run = tx.session.get_one(Run, run_id)
        if run.failure != words:
            run.failure = words
            tx.record("fail" if why else "draw", "map", run_id)
