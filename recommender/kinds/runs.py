"""Discovery runs: read, think, publish; a crash in between leaves yesterday's kinds.

Only the last step shows anything to readers, in one transaction.
"""

import os
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from recommender.access import Act, Actor
from recommender.cases.embedding import catch_up
from recommender.errors import Conflict, RecommenderError
from recommender.kinds.drawing import try_to_draw
from recommender.kinds.gathering import Gathered, gather
from recommender.kinds.publishing import publish
from recommender.learning.progress import Progress, unseen
from recommender.models.base import new_id
from recommender.models.kinds import Run
from recommender.storage.house import House, Transaction
from recommender.vocabulary import RunState

LEASE = timedelta(hours=1)
"""After this long a run counts as lost, whatever now bears the id of its process."""
_CAN_ASK = os.name == "posix"


class RunInProgress(Conflict):
    """Another discovery run is under way."""


def discover(
    house: House,
    actor: Actor,
    seed: int = 0,
    *,
    embedding: Progress = unseen,
    grouping: Progress = unseen,
) -> Run:
    """Embed what is missing, find the kinds, publish them; give the published run.

    `embedding` and `grouping` are told how far these two, the long ones, have come.
    The same cases, teaching and seed give the same kinds. Raises RunInProgress while another
    runs; what fails leaves the last published kinds and a failed run that says why. Where only
    its map fails the run is published, and says so.
    """
    actor.require(Act.DISCOVER)
    catch_up(house, actor, embedding)
    with house.transaction(actor) as tx:
        run_id, gathered = _open(tx, seed)
    try:
        from recommender.kinds.thinking import think

        grouping(0, 1)
        thought = think(gathered, house.encoder, seed, grouping)
        with house.transaction(actor) as tx:
            publish(tx, run_id, gathered, thought)
    except BaseException as error:
        with house.transaction(actor) as tx:
            _fail(tx, run_id, _words(error))
        raise
    try_to_draw(house, actor, run_id, gathered.approved)
    with house.reading(actor) as tx:
        return tx.session.get_one(Run, run_id)


def _open(tx: Transaction, seed: int) -> tuple[str, Gathered]:
    running = _running(tx.session)
    if running is not None:
        if not _lost(running.parameters.get("process", {}), tx.at):
            raise _in_progress(running)
        _fail(tx, running.id, "Its process ended before it could publish.")
        tx.session.flush()
    fingerprint = tx.house.encoder.fingerprint
    run = Run(
        id=new_id(),
        seed=seed,
        encoder=fingerprint,
        parameters={"process": _process(tx.at)},
        started_at=tx.at,
        started_by=tx.actor.name,
    )
    tx.session.add(run)
    try:
        tx.session.flush()
    except IntegrityError as error:
        raise _in_progress() from error
    tx.record("start", "run", run.id, seed=seed)
    return run.id, gather(tx, fingerprint)


def _running(session: Session) -> Run | None:
    return session.scalars(select(Run).where(Run.state == RunState.RUNNING)).one_or_none()


def _fail(tx: Transaction, run_id: str, failure: str) -> None:
    """Mark a run failed, unless it has ended already."""
    run = tx.session.get_one(Run, run_id)
    if run.state is RunState.RUNNING:
        run.move_to(RunState.FAILED, tx.at)
        run.failure = failure
        tx.record("fail", "run", run.id)


def _words(error: BaseException) -> str:
    """Say why a run failed: a refusal in its own words, anything else by its kind only."""
    return str(error) if isinstance(error, RecommenderError) else type(error).__name__


def _in_progress(running: Run | None = None) -> RunInProgress:
    since = "" if running is None else f" since {running.started_at:%H:%M} UTC"
    return RunInProgress(
        f"Another discovery run is under way{since}.", remedy="Wait until it has ended."
    )


def _process(moment: datetime) -> dict[str, object]:
    return {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "lease_until": (moment + LEASE).isoformat(),
    }


def _lost(process: Mapping[str, Any], moment: datetime) -> bool:
    """Tell whether a run is gone: its lease is over, or its process does not live any more."""
    lease = process.get("lease_until")
    if lease is None or datetime.fromisoformat(lease) < moment:
        return True
    here = process.get("host") == socket.gethostname() and _CAN_ASK
    return here and not _alive(process["pid"])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
