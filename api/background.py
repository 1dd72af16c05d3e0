"""Catch-up beside the requests: embeds what was decided, in one thread of the API process."""

import logging
from threading import Event, Thread

from recommender.accounts.directory import operator
from recommender.cases.embedding import catch_up
from recommender.errors import RecommenderError
from recommender.storage.house import House

_log = logging.getLogger(__name__)


class CatchUp:
    """Wakes when a request decided something; idle otherwise. Safe to kill at any moment."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._wake = Event()
        self._stopping = False
        self._thread: Thread | None = None
        self.ready = False
        """The encoder has answered once, so the next question is quick."""

    def start(self, *, warm: bool) -> None:
        """Warm the encoder and embed what is missing, in the background."""
        if not warm:
            return
        self._wake.set()
        self._thread = Thread(target=self._run, name="catch-up", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that something was decided."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the batch at hand and end."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        while self._wake.wait():
            self._wake.clear()
            if self._stopping:
                return
            try:
                self._house.encoder.warm()
                self.ready = True
                catch_up(self._house, operator(self._house))
            except RecommenderError as error:
                _log.warning("catch-up waits for the next decision: %s", error)
