"""A discovery run as readers see it: what it changed, in no number that tells of few people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recommender.config import Settings
from recommender.kinds.diff import told
from recommender.kinds.drilling import Groups
from recommender.models.kinds import Run
from recommender.vocabulary import RunState

_COUNTS = ("cases", "in_kinds", "unsorted")


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
