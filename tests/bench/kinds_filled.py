"""Kinds for a house that was filled in bulk: memberships, releases, a published run, its map.

Discovery did not make them: a kind is what was granted in one way under one clause, so that many
kinds of very different size stand in the inbox within seconds. Read time and memory, not quality.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.config import Settings, now
from recommender.kinds.drilling import groups
from recommender.kinds.floors import release
from recommender.kinds.gathering import approved_texts
from recommender.kinds.maps import draw_map
from recommender.kinds.run_rows import noted
from recommender.models.base import new_id
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership, Run
from recommender.models.policies import Clause
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState, MembershipOrigin, RunState
from tests.bench.filled import insert_rows

LEAST: Final = 3
"""Fewer cases make no kind: they stay unsorted."""
SHOWN: Final = 6
"""Cases that a kind's card names for typical, and for at the edge."""
TOOK: Final = timedelta(minutes=5)
LIKENESS: Final = (0.6, 1.0)


class _Way(NamedTuple):
    """What was granted in one way under one clause."""

    clause_id: str
    clause: str
    action: str

    @property
    def name(self) -> str:
        return f"{self.action.replace('_', ' ').capitalize()}, {self.clause}"


def fill_kinds(settings: Settings, seed: int = 0) -> Mapping[str, int]:
    """Make kinds of a filled house's approved cases; gives how many there are of what."""
    house = House(settings)
    try:
        actor = operator(house)
        with house.transaction(actor) as tx:
            run_id, told = _publish(tx, seed)
            texts = approved_texts(tx.session, house.encoder.fingerprint)
        draw_map(house, actor, run_id, texts)
        return told
    finally:
        house.database.close()


def _publish(tx: Transaction, seed: int) -> tuple[str, Mapping[str, int]]:
    ways, unsorted = _ways(tx)
    moment = now()
    run = Run(
        id=new_id(),
        state=RunState.PUBLISHED,
        seed=seed,
        encoder=tx.settings.encoder,
        parameters={"made": "filled in bulk, not discovered"},
        started_at=moment - TOOK,
        started_by=tx.actor.name,
        ended_at=moment,
    )
    tx.session.add(run)
    tx.session.flush()
    rng = np.random.default_rng(seed)
    kinds = {way: _kind(way, cases, run, moment) for way, cases in ways.items()}
    insert_rows(tx.session, Kind, list(kinds.values()))
    places = {case: kinds[way]["id"] for way, cases in ways.items() for case in cases}
    strengths = rng.uniform(*LIKENESS, size=len(places)).tolist()
    insert_rows(
        tx.session,
        Membership,
        [
            {"case_id": case, "kind_id": kind, "strength": strength}
            | {"origin": MembershipOrigin.RUN, "run_id": run.id}
            for (case, kind), strength in zip(places.items(), strengths, strict=True)
        ],
    )
    release(tx)
    told = {"kinds": len(kinds), "in_kinds": len(places), "unsorted": unsorted}
    run.counts = told | {"cases": len(places) + unsorted}
    run.parameters = run.parameters | {"shown": noted(groups(tx), places)}
    return run.id, told


def _ways(tx: Transaction) -> tuple[Mapping[_Way, Sequence[str]], int]:
    """Give the approved cases of each way, the oldest first, and how many are in none."""
    found: defaultdict[_Way, list[str]] = defaultdict(list)
    unsorted = 0
    for case, clause_id, clause, action in tx.session.execute(
        select(Case.id, Case.clause_id, Clause.key, Case.granted_action)
        .outerjoin(Clause, Clause.id == Case.clause_id)
        .where(Case.state == CaseState.APPROVED)
        .order_by(Case.occurred_at, Case.id)
    ):
        if clause_id is None or action is None:
            unsorted += 1
        else:
            found[_Way(clause_id, clause, action)].append(case)
    ways = {way: cases for way, cases in sorted(found.items()) if len(cases) >= LEAST}
    return ways, unsorted + sum(len(found[way]) for way in found.keys() - ways.keys())


def _kind(way: _Way, cases: Sequence[str], run: Run, moment: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "name": way.name,
        "clause_id": way.clause_id,
        "card": {
            "terms": [],
            "action": way.action.replace("_", " "),
            "representatives": cases[-SHOWN:],
            "borderline": cases[:SHOWN],
            "nearest_outside": [],
            "quality": {"shortfalls": []},
        },
        "born_at": moment - TOOK,
        "born_run_id": run.id,
    }
