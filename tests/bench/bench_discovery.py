"""How well discovery finds the kinds that people mean, part by part.

`make bench PYTEST_ARGS='-k discovery'` runs all parts, `-k discovery_quality` one. Each prints its
table and keeps its figures in `bench-results/`. BENCH_SETS=demo,telecom takes only those sets,
BENCH_LARGE=1 adds 100,000 cases to the speed part. Discovery runs with its defaults, whatever they
are; sets with a star were tuned on. Nothing here passes or fails by a figure: it is reported.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bench import disturb, results
from tests.bench.arrivals import waited
from tests.bench.correcting import corrected
from tests.bench.later import SPLIT, assigned_later, earlier
from tests.bench.oracle import Way
from tests.bench.ours import fit, ours, table
from tests.bench.peer_runs import grouped
from tests.bench.peers import PEERS
from tests.bench.rows import (
    SEED,
    SMALL_SET,
    beside,
    brief,
    labelled,
    peer_row,
    peer_together,
    quality,
    runs,
    stability,
    together,
)
from tests.bench.scores import groups_of, scored
from tests.bench.sets import DATA, SHOP, SKEWED, available, load
from tests.bench.speed import measured
from tests.bench.tables import show


def test_discovery_quality() -> None:
    """RK figures of each set with intervals, the kinds of 8 to 15, false kinds over all sets."""
    rows = []
    for name, mode in runs():
        print(f"  fitting {name}, {mode}", flush=True)
        rows.append(quality(name, mode))
    summary = together()
    show("RK of discovery with its defaults (* tuned on, no evidence)", [brief(r) for r in rows])
    show("Reported sets together", summary)
    results.write("discovery-quality", {"sets": rows, "together": summary}, seed=SEED)
    assert rows


def test_discovery_peers() -> None:
    """RK-F1 of other ways to group, one setting each, on the same vectors, beside ours."""
    names = available()
    kept = {peer: grouped(peer, names) for peer in PEERS}
    found = {
        peer: {name: labelled(name, row["labels"]) for name, row in sets.items()}
        for peer, sets in kept.items()
    }
    rows = [
        peer_row(peer, name, one, kept[peer][name])
        for peer, sets in found.items()
        for name, one in sets.items()
    ]
    summary = [peer_together(peer, sets) for peer, sets in found.items()]
    title = "RK-F1: peers on texts alone, ours with its defaults (* tuned on)"
    show(title, [beside(name, mode, found) for name, mode in runs()])
    show("Reported sets together, texts alone", summary)
    results.write("discovery-peers", {"sets": rows, "together": summary}, seed=SEED)
    assert rows


def test_discovery_stability() -> None:
    """Rows shuffled and a tenth removed: agreement with the whole run, kinds that keep their id."""
    rows = []
    for name, mode in runs():
        print(f"  disturbing {name}, {mode}", flush=True)
        rows.append(stability(name, mode))
    show("Stability against the whole run (ARI, unsorted cases as groups of their own)", rows)
    results.write("discovery-stability", {"sets": rows}, seed=SEED)
    assert rows


def test_discovery_finds_nothing_where_nothing_is() -> None:
    """Kinds found in torn casebases and in noise.

    A torn set with a single text view still holds its texts' kinds: it is left out.
    """
    rows = []
    for name, mode in runs():
        cases = table(name, mode)
        if len(cases) > SMALL_SET * 2:
            continue
        tables = {
            "noise": disturb.noise(cases, SEED, like_the_real=False),
            "one_cloud": disturb.noise(cases, SEED, like_the_real=True),
        }
        if len(cases.views) > 1:
            tables["torn"] = disturb.torn(cases, SEED)
        print(f"  emptying {name}, {mode}", flush=True)
        found = {kind: len(groups_of(fit(each).groups)) for kind, each in tables.items()}
        rows.append({"set": load(name).title, "mode": mode, "torn": None} | found)
    show("Kinds found where there are none", rows)
    results.write("discovery-nothing", {"sets": rows}, seed=SEED)
    assert rows


def test_discovery_time_forward() -> None:
    """Kinds of the cases of January to August alone."""
    rows = []
    for name, mode in runs():
        bench = load(name)
        early = [i for i, at in enumerate(bench.moments) if at is not None and at < SPLIT]
        if not early:
            continue
        cases = table(name, mode).take(np.array(early, dtype=np.intp))
        run = fit(cases)
        row = {"set": bench.title, "mode": mode, "cases": len(cases)}
        rows.append(row | scored(bench.truth, run.groups).as_row(SEED))
    show(f"Kinds of the cases before {SPLIT:%d %B}", [brief(row) for row in rows])
    results.write("discovery-time-forward", {"sets": rows}, seed=SEED)
    assert rows


def test_discovery_assigns_later_cases() -> None:
    """Later cases, or a third of them, put into the kinds of the others: how many rightly."""
    rows, tables = [], []
    for name, mode in runs():
        bench = load(name)
        print(f"  assigning {name}, {mode}", flush=True)
        later = assigned_later(table(name, mode), bench.truth, earlier(bench))
        about: dict[str, Any] = {"set": bench.title, "mode": mode}
        if later is None:
            rows.append(about | {"kinds": 0})
            continue
        rows.append(about | later.as_row())
        tables += [about | line for line in later.reliability()]
    show(f"Cases from {SPLIT:%d %B} on, or a third, put into the kinds of the others", rows)
    show("What strengths are worth on them", tables)
    results.write("discovery-assigns-later", {"sets": rows, "reliability": tables}, seed=SEED)
    assert rows


def test_discovery_assigns_within_seconds(tmp_path: Path) -> None:
    """Single new cases through the product, in houses of 2,000 and 10,000 cases."""
    base = "telecom" if DATA.is_dir() else SHOP
    rows = []
    for size in (2_000, 10_000):
        print(f"  filling a house with {size} generated cases", flush=True)
        folder = tmp_path / str(size)
        folder.mkdir()
        rows.append(waited(size, base, SEED, folder))
    show(f"From approved to its kind, beside cases generated from {base}", rows)
    results.write("discovery-assigns-speed", {"base": base, "sizes": rows}, seed=SEED)
    assert rows


@pytest.mark.parametrize("name", ["demo", "telecom", "stream_insurance"])
def test_discovery_through_the_product(name: str, tmp_path: Path) -> None:
    """Import, discover, look: what surfaces, one agent's habits, storms, RK of the memberships."""
    if name not in available():
        pytest.skip(f"{name} is not here, or not among BENCH_SETS")
    from tests.bench.product import judged

    row = judged(name, tmp_path)
    show("Through the product", [brief(row)])
    results.write(f"discovery-product-{name}", row, seed=SEED)
    assert row["surfaced"] + row["emerging"] > 0


@pytest.mark.parametrize("way", ["pair", "whole"])
def test_discovery_learns_from_corrections(way: Way) -> None:
    """RK before and after 10 and 20 corrections, on all cases and on those never touched."""
    rows = []
    for name, mode in runs():
        if len(load(name)) > SMALL_SET and name not in SKEWED[1:2]:
            continue
        print(f"  correcting {name}, {mode}", flush=True)
        steps = corrected(table(name, mode), ours(name, mode), load(name).truth, way)
        rows += [{"set": load(name).title, "mode": mode} | step for step in steps]
    show(f"Corrections, each said as a {way}", rows)
    results.write(f"discovery-corrections-{way}", {"sets": rows}, seed=SEED)
    assert rows


def test_discovery_speed() -> None:
    """One whole fit on one thread from stored vectors and texts, each in a fresh interpreter."""
    sizes = [2_000, 10_000, *([100_000] if os.environ.get("BENCH_LARGE") else [])]
    base = "telecom" if DATA.is_dir() else SHOP
    rows = []
    for size in sizes:
        print(f"  fitting {size} generated cases", flush=True)
        rows.append(measured(size, base, SEED))
    show(f"Speed, on cases generated from {base}", rows)
    results.write("discovery-speed", {"base": base, "sizes": rows}, seed=SEED)
    assert rows
