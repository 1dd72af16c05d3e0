"""Looks back that run beside the requests, each for its maker alone, and how far they are.

Ledgers that wait and reports that are through lie in this process's memory, for an hour, one a
person. What is at work lies in a folder beside the database, which is emptied at each start.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import Final, Literal, get_args

from api.laid_down import laid_down
from recommender.config import Settings
from recommender.errors import Conflict, NotFound, RecommenderError, Unavailable
from recommender.models.base import new_id
from recommender.retrospect.borrowing import clear_room, room_for
from recommender.retrospect.findings import LookBack
from recommender.retrospect.looking_back import Watched
from recommender.vocabulary import AccountName

SECONDS: Final = 3600.0
"""How long a ledger waits to be looked back at, and a report for its maker."""
Step = Literal["waiting its turn", "reading", "comparing", "grouping", "writing"]
STEPS: Final[tuple[Step, ...]] = get_args(Step)
Work = Callable[[Path, Watched], LookBack]
_log = logging.getLogger(__name__)


class LedgerGone(Conflict):
    """The report is there, and the ledger is kept no longer."""


class LookBackRunning(Conflict):
    """The same person looks back at a ledger just now."""


class LookBackNotThrough(Conflict):
    """There is no report yet."""


class UnknownLookBack(NotFound):
    """The reader has no look back of that id, or has it no more."""


class _GivenUp(Exception):
    """Its maker wants it no more: it ends at its next step."""


@dataclass(eq=False)
class Job:
    """A ledger that waits, a look back at work, or what became of it."""

    id: str
    maker: AccountName
    file_name: str
    ledger: bytes | None
    """None once the report is there."""
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    step: Step = STEPS[0]
    done: int = 0
    of: int = 0
    found: LookBack | None = None
    error: RecommenderError | None = None
    given_up: bool = False
    thread: Thread | None = None
    hour: Timer | None = None

    @property
    def share(self) -> float:
        """How much of the whole is done, each step but the first counting alike."""
        before = max(0, STEPS.index(self.step) - 1)
        within = self.done / self.of if self.of else 0.0
        return 1.0 if self.state == "done" else (before + within) / (len(STEPS) - 1)

    def tell(self, step: Step, done: int, of: int) -> None:
        """Note how far it is; where its maker gave it up it ends here."""
        if self.given_up:
            raise _GivenUp
        self.step, self.done, self.of = step, done, of


class LookBacks:
    """The looks back of this service since it was started: at most one a person."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._jobs: dict[AccountName, Job] = {}
        self._lock = Lock()
        self._turn = Lock()
        """One at work at a time: each keeps a processor busy for minutes."""

    def lay_down(self, maker: AccountName, file_name: str, ledger: bytes) -> Job:
        """Let a ledger wait in the place of what its maker had; raises LookBackRunning."""
        with self._lock:
            self._require_none_at_work(maker)
            self._forget(self._jobs.get(maker))
            job = self._jobs[maker] = Job(new_id(), maker, file_name, ledger)
            self._count_an_hour(job)
        return job

    def of(self, maker: AccountName) -> list[Job]:
        """Give what a person has: one, or none."""
        return [job for job in (self._jobs.get(maker),) if job is not None]

    def find(self, maker: AccountName, job_id: str) -> Job:
        """Find a person's own; raises UnknownLookBack."""
        job = self._jobs.get(maker)
        if job is None or job.id != job_id:
            raise UnknownLookBack(
                "This look back is over: its report was handed out, its hour has passed, or the "
                "service was started anew.",
                remedy="Choose the ledger once more.",
            )
        return job

    def ledger_of(self, job: Job) -> bytes:
        """Give the ledger that waits; raises LedgerGone once the report is there."""
        if job.ledger is None:
            raise LedgerGone(
                "The ledger is gone: its report is there.", remedy="Fetch it, or give it up."
            )
        return job.ledger

    def start(self, job: Job, work: Work) -> None:
        """Begin, or begin anew what failed; raises LookBackRunning and LedgerGone.

        It waits its turn where somebody else looks back.
        """
        with self._lock:
            self._require_none_at_work(job.maker)
            ledger = self.ledger_of(job)
            job.state, job.step, job.error = "running", STEPS[0], None
            job.thread = Thread(
                target=self._run, args=(job, ledger, work), name="look-back", daemon=True
            )
            job.thread.start()

    def hand_out(self, job: Job) -> LookBack:
        """Give what was found, once; raises LookBackNotThrough and UnknownLookBack."""
        with self._lock:
            found = self.find(job.maker, job.id).found
            if found is None:
                raise LookBackNotThrough(
                    "The report is not there yet.", remedy="Wait until it is through."
                )
            self._forget(job)
        return found

    def drop(self, job: Job) -> None:
        """Forget a ledger and what was found; one at work ends at its next step."""
        with self._lock:
            self._forget(job)

    def open(self) -> None:
        """Remove what a service left that was killed."""
        clear_room(self._settings)

    def stop(self) -> None:
        """Give all up, and wait a little for the one at work."""
        jobs = [*self._jobs.values()]
        for job in jobs:
            self.drop(job)
        for job in jobs:
            self.join(job, 10.0)
        clear_room(self._settings)

    def join(self, job: Job, seconds: float | None = None) -> None:
        """Wait for one at work."""
        if job.thread is not None:
            job.thread.join(seconds)

    def _require_none_at_work(self, maker: AccountName) -> None:
        held = self._jobs.get(maker)
        if held is not None and held.state == "running":
            raise LookBackRunning(
                f"You are looking back at {held.file_name} just now.",
                remedy="Wait until it is through, or give it up.",
            )

    def _forget(self, job: Job | None) -> None:
        if job is None:
            return
        job.given_up = True
        if job.hour is not None:
            job.hour.cancel()
        if self._jobs.get(job.maker) is job:
            del self._jobs[job.maker]

    def _count_an_hour(self, job: Job) -> None:
        """Forget it after an hour, unless somebody moves it on; the timer holds nothing of it."""
        if job.hour is not None:
            job.hour.cancel()
        if not job.given_up:
            job.hour = Timer(SECONDS, self._expire, (job.maker, job.id))
            job.hour.daemon = True
            job.hour.start()

    def _expire(self, maker: AccountName, job_id: str) -> None:
        with self._lock:
            job = self._jobs.get(maker)
            if job is not None and job.id == job_id and job.state != "running":
                self._forget(job)

    def _run(self, job: Job, ledger: bytes, work: Work) -> None:
        try:
            with (
                self._turn,
                laid_down(job.file_name, ledger, within=room_for(self._settings)) as path,
            ):
                job.tell("reading", 0, 0)
                job.found = work(path, _watched(job))
        except _GivenUp:
            return
        except RecommenderError as error:
            job.error, job.state = error, "failed"
        except Exception:  # noqa: BLE001 - a thread that died would say nothing
            _log.exception("a look back failed")
            job.error = Unavailable(
                "The look back broke off.", remedy="Try again; the server's log says more."
            )
            job.state = "failed"
        else:
            job.ledger, job.state = None, "done"
        self._count_an_hour(job)


def _watched(job: Job) -> Watched:
    return Watched(
        reading=partial(job.tell, "reading"),
        embedding=partial(job.tell, "comparing"),
        grouping=partial(job.tell, "grouping"),
        writing=partial(job.tell, "writing"),
    )
