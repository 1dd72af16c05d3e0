"""Discovery runs as readers see them: what each changed, in no number that tells of few people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from recommender.access import Act
from recommender.config import Settings
from recommender.errors import NotFound
from recommender.kinds.diff import told
from recommender.kinds.drilling import Groups
from recommender.models.kinds import Run
from recommender.storage.house import Transaction
from recommender.vocabulary import RunState

_COUNTS = ("cases", "in_kinds", "unsorted")


class UnknownRun(NotFound):
    """There is no such discovery run."""


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """One discovery pass; a number that may not be shown is None."""

    id: str
    state: RunState
    seed: int
    encoder: str
    counts: Mapping[str, int | None]
    diff: Mapping[str, Any]
    started_at: datetime
    ended_at: datetime | None
    failure: str | None


def runs(tx: Transaction) -> list[RunRow]:
    """List the discovery runs, the newest first."""
    tx.actor.require(Act.READ_KINDS)
    found = tx.session.scalars(select(Run).order_by(Run.started_at.desc(), Run.id))
    return [run_row(one, tx.settings) for one in found]


def run(tx: Transaction, run_id: str | None = None) -> RunRow:
    """Give one discovery run, the newest unless one is named; raises UnknownRun."""
    tx.actor.require(Act.READ_KINDS)
    newest = select(Run).order_by(Run.started_at.desc(), Run.id).limit(1)
    found = tx.session.scalars(newest if run_id is None else select(Run).where(Run.id == run_id))
    run = found.first()
    if run is None:
        raise UnknownRun(
            "There is no such run.", remedy="`recommender runs` lists them.", run=run_id or ""
        )
    return run_row(run, tx.settings)


def run_row(run: Run, settings: Settings) -> RunRow:
    """Show a run; one that did not note what it showed tells no number of cases."""
    shown: Mapping[str, Any] = run.parameters.get("shown", {})
    least = max(settings.people_floor_agents, settings.people_floor_customers)
    return RunRow(
        id=run.id,
        state=run.state,
        seed=run.seed,
        encoder=run.encoder,
        counts={**run.counts, **{name: shown.get(name) for name in _COUNTS if run.counts}},
        diff=told(run.diff, shown.get("as_they_are", ()), least) if run.diff else {},
        started_at=run.started_at,
        ended_at=run.ended_at,
        failure=run.failure,
    )


def noted(groups: Groups, places: Mapping[str, str]) -> dict[str, object]:
    """Give what a run notes of the groups that it showed; `places` is where cases really are.

    `as_they_are` names the kinds that readers see with exactly their own cases.
    """
    members: dict[str, set[str]] = {}
    shown: dict[str, set[str]] = {}
    for case, kind in places.items():
        members.setdefault(kind, set()).add(case)
    for case, kind in groups.kind_of.items():
        shown.setdefault(kind, set()).add(case)
    return {
        "cases": groups.total,
        "in_kinds": len(groups.kind_of),
        "unsorted": groups.unsorted,
        "as_they_are": sorted(kind for kind in shown if shown[kind] == members.get(kind)),
    }
