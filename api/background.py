"""What runs beside the requests, in one thread of the API process.

It embeds what was decided, puts new cases into their kinds, lets overdue proposals expire and
brings accepted wordings into force on their day. All of it is caught up, not queued: killing it at
any moment loses nothing.
"""

import logging
from threading import Event, Thread

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cases.embedding import catch_up
from recommender.cases.facts import learn_facts
from recommender.cases.filing import expire_overdue
from recommender.changes.candidates import reopen_due
from recommender.changes.decisions import bring_into_force
from recommender.errors import RecommenderError
from recommender.kinds.assigning import assign
from recommender.storage.house import House

ROUND_SECONDS = 300
_log = logging.getLogger(__name__)


class CatchUp:
    """Wakes when a request decided something, and every five minutes."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._wake = Event()
        self._stopping = False
        self._thread: Thread | None = None
        self.ready = False
        """The encoder has loaded, so the next question is quick."""

    def start(self) -> None:
        """Warm the encoder and catch up, in the background."""
        self._wake.set()
        self._thread = Thread(target=self._run, name="catch-up", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that something was decided."""
        self._wake.set()

    def stop(self) -> None:
        """End after the step at hand."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(ROUND_SECONDS)
            self._wake.clear()
            if not self._stopping:
                self._round()

    def _round(self) -> None:
        for step in (self._upkeep, self._embed):
            try:
                step(operator(self._house))
            except RecommenderError as error:
                _log.warning("catch-up waits for its next round: %s", error)
            except Exception:  # noqa: BLE001 - a thread that died would say nothing
                _log.exception("catch-up failed, and tries again in its next round")

    def _upkeep(self, actor: Actor) -> None:
        with self._house.transaction(actor) as tx:
            expire_overdue(tx)
            reopen_due(tx)
            bring_into_force(tx)

    def _embed(self, actor: Actor) -> None:
        self._house.encoder.warm()
        self.ready = True
        catch_up(self._house, actor)
        assign(self._house, actor)
        with self._house.reading(actor) as tx:
            learn_facts(tx)
