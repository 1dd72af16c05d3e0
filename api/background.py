"""What runs beside the requests, in one thread of the API process.

It embeds what was decided, puts new cases into their kinds, asks a lead where no peer answers, lets
overdue proposals expire and brings accepted wordings into force on their day. All of it is caught
up, not queued: killing it at any moment loses nothing.
"""

import logging
from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cases.casebase import index_casebase
from recommender.cases.comparing import get_ready
from recommender.cases.dimensions import learn_dimensions
from recommender.cases.drafts import drop_old_drafts
from recommender.cases.embedding import catch_up
from recommender.cases.escalating import escalate_overdue
from recommender.cases.facts import learn_facts
from recommender.cases.filing import expire_overdue
from recommender.cases.following_up import ask_for_outcomes
from recommender.cases.forgetting import forget_agents
from recommender.cases.importing.uploads import drop_old_uploads
from recommender.cases.likely_clauses import learn_clauses
from recommender.cases.retaining import let_go_overdue
from recommender.cases.reviewing import draw_pairs
from recommender.cases.routing import route_waiting
from recommender.cases.saying_no import tell_if_nobody_says_no
from recommender.changes.accepting import bring_into_force
from recommender.changes.acknowledging import publish_changes, remind_readers
from recommender.changes.candidates import reopen_due
from recommender.changes.clarifying import suggest_clarifications
from recommender.changes.coming_back import watch_rejected
from recommender.changes.leaving import hand_over_leavers
from recommender.changes.looking import ask_for_reviews, look_at_effects
from recommender.changes.overdue import remind_desks
from recommender.changes.regressing import tell_regressed
from recommender.config import now
from recommender.errors import RecommenderError
from recommender.kinds.assigning import assign
from recommender.kinds.catalogue import warm
from recommender.kinds.drawing import make_up
from recommender.kinds.floors import release
from recommender.kinds.slices import keep_quarters
from recommender.storage.house import House, Transaction, take_stock

if TYPE_CHECKING:
    from datetime import date

ROUND_SECONDS = 300
UPKEEP: tuple[Callable[[Transaction], object], ...] = (
    escalate_overdue,
    expire_overdue,
    let_go_overdue,
    route_waiting,
    tell_if_nobody_says_no,
    ask_for_outcomes,
    drop_old_drafts,
    drop_old_uploads,
    reopen_due,
    bring_into_force,
    publish_changes,
    hand_over_leavers,
    suggest_clarifications,
)
"""What is due by now, each in a transaction of its own, so that none holds up another."""
REGULAR: tuple[Callable[[Transaction], object], ...] = (release,)
"""What reads all cases: due every five minutes, and after what may have changed many of them."""
DAILY: tuple[Callable[[Transaction], object], ...] = (
    take_stock,
    draw_pairs,
    forget_agents,
    look_at_effects,
    ask_for_reviews,
    tell_regressed,
    remind_desks,
    watch_rejected,
    remind_readers,
    keep_quarters,
)
"""What reads much: due in the first round after midnight UTC, and after a start."""
_log = logging.getLogger(__name__)


class CatchUp:
    """Wakes when a request decided something, and every five minutes."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._wake = Event()
        self._stopping = False
        self._thread: Thread | None = None
        self._day: date | None = None
        self._whole = True
        """Look at all cases in the next round, not only at new ones."""
        self._looked_at_all = 0.0
        self._indexing: Thread | None = None
        self.ready = False
        """The encoder has loaded, so the next question is quick."""

    def start(self) -> None:
        """Warm the encoder and catch up, in the background."""
        self._wake.set()
        self._thread = Thread(target=self._run, name="catch-up", daemon=True)
        self._thread.start()

    def wake(self, *, whole: bool = False) -> None:
        """Say that something was decided; `whole`: that something was erased or changed."""
        self._whole |= whole
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
        today: date | None = now().date()
        whole = self._whole or monotonic() - self._looked_at_all >= ROUND_SECONDS
        self._whole = False
        dues = [*UPKEEP]
        if whole:
            dues += REGULAR
        if today != self._day:
            dues += DAILY
        steps: list[Callable[[Actor], None]] = [partial(self._keep_up, due) for due in dues]
        steps.append(partial(self._embed, whole=whole))
        for step in steps:
            try:
                step(operator(self._house))
            except RecommenderError as error:
                today, self._whole = None, True
                _log.warning("catch-up waits for its next round: %s", error)
            except Exception:  # noqa: BLE001 - a thread that died would say nothing
                today, self._whole = None, True
                _log.exception("catch-up failed, and tries again in its next round")
        self._day = today
        if whole:
            self._looked_at_all = monotonic()

    def _keep_up(self, due: Callable[[Transaction], object], actor: Actor) -> None:
        with self._house.transaction(actor) as tx:
            due(tx)

    def _embed(self, actor: Actor, *, whole: bool) -> None:
        self._house.encoder.warm()
        with self._house.reading(actor) as tx:
            get_ready(tx, whole=whole)
        self.ready = True
        catch_up(self._house, actor, whole=whole)
        assign(self._house, actor)
        with self._house.reading(actor) as tx:
            warm(tx)
        if whole:
            make_up(self._house, actor)
            self._learn(actor)

    def _learn(self, actor: Actor) -> None:
        with self._house.reading(actor) as tx:
            learn_facts(tx)
            learn_dimensions(tx)
            learn_clauses(tx)
        if self._indexing is None or not self._indexing.is_alive():
            self._indexing = Thread(
                target=index_casebase, args=(self._house,), name="indexing", daemon=True
            )
            self._indexing.start()
