"""How long a new approved case takes to find its kind, in a house of any size, without a run."""

import hashlib
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.accounts.opening import initialise
from recommender.cases.embedding import catch_up
from recommender.config import Settings
from recommender.kinds.assigning import Assigned, assign
from recommender.learning.casetable import View
from recommender.models.cases import Case, Embedding, RawText
from recommender.models.kinds import Kind, Membership, Run
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState, MembershipOrigin, RunState
from tests.bench.generator import generated
from tests.bench.sets import BenchSet, embedded, load
from tests.bench.vectors import builtin

ARRIVALS: Final = 5
FIRM: Final = 0.9
"""The generated kinds are given, not found: so firmly is every case in its own."""


def waited(size: int, base: str, seed: int, folder: Path) -> dict[str, Any]:
    """Fill a house with `size` generated cases in their kinds, then add single real ones.

    Seconds are from the approved case to its kind, suggestion or wait, with embedding and reading,
    medians of `ARRIVALS` cases one after the other; texts were embedded before.
    """
    house = House(Settings(database_url=f"sqlite:///{folder / 'house.sqlite'}", encoder="builtin"))
    house.encoder = builtin()
    initialise(house)
    bench, views = generated(load(base), embedded(base), size, seed)
    with house.transaction(operator(house)) as tx:
        _fill(tx, bench, views)
    lasted = [_arrive(house, load(base), row) for row in range(ARRIVALS)]
    house.database.close()
    wall, cpu, said = zip(*lasted, strict=True)
    return {
        "cases": size,
        "kinds": len({kind for kind in bench.truth.values() if kind is not None}),
        "seconds": median(wall),
        "longest": max(wall),
        "cpu_seconds": median(cpu),
        "joined": sum(one.joined for one in said),
        "suggested": sum(one.suggested for one in said),
    }


def _arrive(house: House, real: BenchSet, row: int) -> tuple[float, float, Assigned]:
    actor = operator(house)
    texts = {view: column[row] for view, column in real.texts.items()}
    with house.transaction(actor) as tx:
        _case(tx, f"new-{row}", texts, action=None, facts={})
    wall, cpu = time.monotonic(), time.process_time()
    catch_up(house, actor)
    said = assign(house, actor)
    return time.monotonic() - wall, time.process_time() - cpu, said


def _fill(tx: Transaction, bench: BenchSet, views: Mapping[str, View]) -> None:
    """Store the cases with their vectors, each in its true kind, as if a run had found them."""
    run = _run(tx)
    kinds = {name: _kind(tx, name, run) for name in sorted(filter(None, bench.truth.values()))}
    present = {view: views[view].present.tolist() for view in bench.texts}
    for row, case in enumerate(bench.ids):
        texts = {view: bench.texts[view][row] for view in bench.texts if present[view][row]}
        _case(tx, case, texts, action=bench.actions[row], facts=bench.facts[row], days=100)
    tx.session.flush()
    ids = dict(iter(tx.session.execute(select(Case.source_id, Case.id))))
    for row, case in enumerate(bench.ids):
        for view in (view for view in bench.texts if present[view][row]):
            _vector(tx, ids[case], view, bench.texts[view][row] or "", views[view], row)
        name = bench.truth[case]
        if name is not None:
            place = {"kind_id": kinds[name].id, "run_id": run.id, "strength": FIRM}
            tx.session.add(Membership(case_id=ids[case], origin=MembershipOrigin.RUN, **place))


def _run(tx: Transaction) -> Run:
    day = timedelta(days=1)
    encoder = tx.house.encoder.fingerprint
    run = Run(seed=0, encoder=encoder, parameters={}, started_at=tx.at - day, started_by="bench")
    tx.session.add(run)
    tx.session.flush()
    run.move_to(RunState.PUBLISHED, tx.at)
    return run


def _kind(tx: Transaction, name: str, run: Run) -> Kind:
    kind = Kind(name=name, born_at=tx.at, born_run_id=run.id)
    tx.session.add(kind)
    tx.session.flush()
    return kind


def _case(
    tx: Transaction,
    number: str,
    texts: Mapping[str, str | None],
    *,
    action: str | None,
    facts: Mapping[str, object],
    days: int = 0,
) -> None:
    moment = tx.at - timedelta(days=days)
    case = Case(
        source_system="bench",
        source_id=number,
        state=CaseState.APPROVED,
        occurred_at=moment,
        filed_at=moment,
        decided_at=moment,
        granted_action=action,
        facts=dict(facts),
        raw=RawText(**texts),
        **texts,
    )
    case.seal()
    tx.session.add(case)


def _vector(tx: Transaction, case: str, view: str, text: str, rows: View, row: int) -> None:
    tx.session.add(
        Embedding(
            case_id=case,
            view=view,
            fingerprint=tx.house.encoder.fingerprint,
            text_hash=hashlib.sha256(text.encode()).hexdigest(),
            embedded_at=tx.at,
            vector=rows.vectors[row],
        )
    )
