"""Imports that run beside the requests, one at a time, each telling how far it is.

An import is one transaction: a kill in the middle takes nothing in, and its file waits still.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Final, Literal

from api.schemas.imports import MappingIn
from recommender.cases.importing.mapping import ImportMapping, put_together
from recommender.cases.importing.report import ImportReport
from recommender.cases.importing.rows import FIELDS
from recommender.cases.importing.written import DAYS
from recommender.errors import Conflict, NotFound, RecommenderError, Unavailable
from recommender.learning.progress import Progress
from recommender.models.base import new_id

REMEMBERED: Final = 20
_log = logging.getLogger(__name__)


class ImportRunning(Conflict):
    """Another import is at work."""


class UnknownImport(NotFound):
    """No import of that id was started since this service was."""


@dataclass
class Job:
    """One import at work, or what became of it."""

    id: str
    dry_run: bool
    state: Literal["running", "done", "failed"] = "running"
    done: int = 0
    of: int = 0
    """Rows redacted so far, of those that say something new."""
    report: ImportReport | None = None
    error: RecommenderError | None = None

    def tell(self, done: int, of: int) -> None:
        """Note how far it is."""
        self.done, self.of = done, of


def mapping_of(wish: MappingIn) -> ImportMapping:
    """Make a mapping of what somebody chose; raises BadMapping."""
    days = DAYS.get(wish.way_of_days or "", ())
    return put_together(wish.fields, wish.ignore, wish.conversions, FIELDS, days=days)


class Imports:
    """The imports of this service since it was started."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._thread: Thread | None = None

    def start(self, act: Callable[[Progress], ImportReport], *, dry_run: bool) -> Job:
        """Begin an import; raises ImportRunning."""
        with self._lock:
            if any(job.state == "running" for job in self._jobs.values()):
                raise ImportRunning(
                    "Another import is at work.", remedy="Wait until it is through, then try again."
                )
            job = Job(new_id(), dry_run)
            self._jobs[job.id] = job
            while len(self._jobs) > REMEMBERED:
                self._jobs.popitem(last=False)
            self._thread = Thread(target=self._run, args=(job, act), name="import", daemon=True)
            self._thread.start()
        return job

    def find(self, job_id: str) -> Job:
        """Find an import; raises UnknownImport."""
        try:
            return self._jobs[job_id]
        except KeyError:
            raise UnknownImport(
                "This import is not known any more.",
                remedy="Look among the imports whether it was taken in; if not, start it again.",
            ) from None

    def join(self, seconds: float = 10.0) -> None:
        """Wait for the one at work."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self, job: Job, act: Callable[[Progress], ImportReport]) -> None:
        try:
            job.report = act(job.tell)
        except RecommenderError as error:
            job.error, job.state = error, "failed"
        except Exception:  # noqa: BLE001 - a thread that died would say nothing
            _log.exception("an import failed")
            job.error = Unavailable(
                "The import broke off; nothing was taken in.", remedy="The server's log says more."
            )
            job.state = "failed"
        else:
            job.state = "done"
