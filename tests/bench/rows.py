"""The rows of the benchmark's tables: what one set, mode or peer says."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any, Final

from tests.bench import disturb, results
from tests.bench.ours import fit, ours, table
from tests.bench.peers import PEERS
from tests.bench.scores import (
    Scored,
    agreement,
    grouping,
    kinds_kept,
    scored,
    share_found,
    totals,
)
from tests.bench.sets import FIELDS, SKEWED, TEXT, available, load, share_seen_in_tuning

SEED: Final = 0
SMALL_SET: Final = 1000
"""Sets below this are disturbed often, larger ones a few times."""
OFTEN, SELDOM = 20, 3
TARGETS: Final = {
    ("skew_clinc_s1", TEXT): 0.65,
    ("skew_clinc_s2", TEXT): 0.65,
    ("clinc_test", TEXT): 0.72,
    ("clinc_test_oos", TEXT): 0.62,
    ("stream_insurance", FIELDS): 0.85,
    ("telecom", FIELDS): 0.78,
    ("telecom", TEXT): 0.40,
}
KEPT: Final = (
    "set",
    "mode",
    "cases",
    "surfaced",
    "emerging",
    "habits",
    "storms",
    "target",
    "seen_in_tuning",
)
SHORT: Final = {
    "rk_precision": "RK-P",
    "rk_recall": "RK-R",
    "kinds_true": "kinds",
    "kinds_found": "found",
    "false": "false",
    "fragment": "fragment",
    "mixed": "mixed",
    "ari": "ARI",
    "nmi": "NMI",
    "one_offs_unsorted": "one-offs unsorted",
    "true_cases_unsorted": "others unsorted",
    "cpu_seconds": "CPU s",
}


def runs() -> Iterator[tuple[str, str]]:
    """Every set with each of its modes."""
    return ((name, mode) for name in available() for mode in load(name).modes)


def result(name: str, mode: str) -> Scored:
    """How discovery did on a whole set."""
    return scored(load(name).truth, ours(name, mode).groups)


def labelled(name: str, labels: Sequence[int]) -> Scored:
    """How a peer did on a set, by its labels."""
    bench = load(name)
    return scored(bench.truth, grouping(bench.ids, labels))


def quality(name: str, mode: str) -> dict[str, Any]:
    """All scores of discovery on one set, with what the fit cost."""
    bench = load(name)
    return {
        "set": bench.title,
        "mode": mode,
        "cases": len(bench),
        "target": TARGETS.get((name, mode)),
        "seen_in_tuning": share_seen_in_tuning(bench),
        **result(name, mode).as_row(SEED),
        "cpu_seconds": ours(name, mode).cpu_seconds,
        "peak_memory_mib": results.peak_memory_mib(),
    }


def brief(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a row that fit on a line."""
    return {
        **{name: row[name] for name in KEPT if name in row},
        "RK-F1": row["rk_f1"],
        "95 %": row.get("intervals_95", {}).get("rk_f1"),
        **{short: row.get(name) for name, short in SHORT.items()},
        "8-15": row["recall_by_size"]["8-15"],
    }


def together() -> list[dict[str, Any]]:
    """The reported sets together: with their fields where they have some, and texts alone."""
    return [
        {"mode": mode} | _pooled({n: result(n, m) for n, m in runs() if m == _of(n, mode)})
        for mode in (FIELDS, TEXT)
    ]


def peer_together(peer: str, found: Mapping[str, Scored]) -> dict[str, Any]:
    """The reported sets together, as a peer grouped them."""
    return {"peer": peer} | _pooled(found)


def peer_row(peer: str, name: str, one: Scored, kept: Mapping[str, Any]) -> dict[str, Any]:
    """All scores of a peer on one set, with what it cost and depends on."""
    cost = {key: kept[key] for key in ("cpu_seconds", "peak_memory_mib", "key")}
    return {"set": load(name).title, "peer": peer, **one.as_row(SEED), **cost}


def beside(name: str, mode: str, found: Mapping[str, Mapping[str, Scored]]) -> dict[str, Any]:
    """One set with every peer, the best of them, ours and the target."""
    scores = {
        peer: sets[name].evaluation.rk_f1 if name in sets else None for peer, sets in found.items()
    }
    one = result(name, mode).as_row(SEED)
    return {
        "set": load(name).title,
        "mode": mode,
        **{peer: scores.get(peer) for peer in PEERS},
        "best peer": max((score for score in scores.values() if score is not None), default=None),
        "ours": one["rk_f1"],
        "95 %": one["intervals_95"]["rk_f1"],
        "target": TARGETS.get((name, mode)),
    }


def stability(name: str, mode: str) -> dict[str, Any]:
    """Runs on shuffled rows and without a tenth, against the whole run."""
    cases, whole = table(name, mode), ours(name, mode).groups
    seeds = range(OFTEN if len(cases) < SMALL_SET else SELDOM)
    shuffled = fit(cases.take(disturb.shuffled_rows(len(cases), SEED))).groups
    removed = [fit(cases.take(disturb.nine_tenths(len(cases), seed))).groups for seed in seeds]
    agreements = [agreement(whole, each) for each in removed]
    kept = [kinds_kept(whole, each) for each in removed]
    f1 = [scored(load(name).truth, each).evaluation.rk_f1 for each in removed]
    kinds = sum(of for _, of in kept)
    return {
        "set": load(name).title,
        "mode": mode,
        "shuffled": agreement(whole, shuffled),
        "removed": fmean(agreements),
        "removed_lowest": min(agreements),
        "kinds_keeping_id": sum(kept for kept, _ in kept) / kinds if kinds else None,
        "rk_f1_whole": result(name, mode).evaluation.rk_f1,
        "rk_f1_removed": fmean(f1),
        "rk_f1_lowest": min(f1),
        "runs": len(removed),
    }


def _of(name: str, mode: str) -> str:
    """The mode itself, or text only where the set has no fields."""
    return mode if mode in load(name).modes else TEXT


def _pooled(found: Mapping[str, Scored]) -> dict[str, Any]:
    """Found clusters of all reported sets, and small kinds of the skewed ones."""
    reported = {name: one for name, one in found.items() if not load(name).tuned}
    small = share_found(
        unit for name in SKEWED if name in reported for unit in reported[name].units
    )
    return totals(one.evaluation for one in reported.values()) | {
        "small_kinds": small["kinds"],
        "small_kinds_found": small["found"],
        "small_kinds_share": small["share"],
        "small_kinds_95": small["interval_95"],
    }
