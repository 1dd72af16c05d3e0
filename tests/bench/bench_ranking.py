"""How well precedents are ranked: by meaning alone, by words alone, as before, and as they are now.

`make bench PYTEST_ARGS='-k ranking'` prints the tables and keeps their figures in `bench-results/`.
The weights were found on the sets of `TUNING`; a star marks these and the shop, whose figures show
nothing. Telecom and insurance are reported. A question leaves its own case out (leave-one-out), or
sees only what had happened before (time-forward). Nothing here passes or fails by a figure.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from statistics import fmean
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.cases.close_declines import CLOSE
from recommender.cases.comparing import POOL, Answer, Compared
from recommender.cases.precedents import LIKE, mixed
from recommender.learning.ranking import WEIGHTS, mix
from recommender.vocabulary import CaseState
from tests.bench import results
from tests.bench.precedent_sets import REPORTED, TEXTS, TUNING, Pairs, Ranked, ranked
from tests.bench.scores import bootstrap
from tests.bench.sets import FIELDS, SHOP, TEXT, available
from tests.bench.tables import show

Floats = npt.NDArray[np.float64]
Chosen = npt.NDArray[np.intp]

SHOWN: Final = 5
DISCOUNT: Final = 1 / np.log2(np.arange(2, SHOWN + 2))
BEFORE: Final = {"situation": 0.4, "resolution": 0.2, "clause": 0.2, "facts": 0.2}
VECTORS: Final = {"situation": 2.0, "resolution": 1.0}
STEPS: Final = (0.0, 0.5, 0.7, 1.4, 2.0)
NO_DAY: Final = date(2026, 1, 1)


def test_ranking_of_precedents() -> None:
    """Gain and precision of the five that are shown, with intervals over the cases asked about."""
    rows = [
        row
        for name in ("demo", SHOP, *TUNING, *REPORTED)
        if name in available()
        for mode in (FIELDS, TEXT)
        for forward in (False, True)
        for row in compared_systems(ranked(name), mode, forward=forward)
    ]
    show("Ranking: nDCG@5 and same-kind precision among 5", rows)
    results.write("ranking", {"systems": rows, "weights": dict(WEIGHTS)})


def test_ranking_weights() -> None:
    """What each part is worth on the tuning sets: the gain with its weight changed."""
    known = [ranked(name) for name in TUNING if name in available()]
    here = tuned_on(known, WEIGHTS)
    rows = [
        {"part": part}
        | {f"times {step:g}": tuned_on(known, {**WEIGHTS, part: WEIGHTS[part] * step}) - here
           for step in STEPS}
        for part in WEIGHTS
    ]  # fmt: skip
    show(f"Ranking: change of the tuned gain ({here:.3f})", [_precise(row) for row in rows])
    results.write("ranking-weights", {"gain": here, "changes": rows})


def test_ranking_closeness() -> None:
    """What a likeness means: how many pairs above a threshold are of one kind; close declines."""
    rows = [
        closeness(ranked(name), mode)
        for name in ("demo", SHOP, *TUNING, *REPORTED)
        if name in available()
        for mode in (FIELDS, TEXT)
    ]
    show("Ranking: what counts as like it, and as close", rows)
    results.write("ranking-closeness", {"like": LIKE, "close": CLOSE, "sets": rows})


def compared_systems(cases: Ranked, mode: str, *, forward: bool) -> Iterator[dict[str, Any]]:
    """One row a system, each with what ours has over it."""
    told = cases.told(mode)
    systems: dict[str, Callable[[int, Chosen], Chosen]] = {
        "BM25 alone": _by({"words": told["words"]}, {"words": 1.0}),
        "vectors alone": _by(told, VECTORS),
        "as before": _by(told, BEFORE),
        "ours": _ours(told),
        "ours, places mixed": _shown(cases, told),
    }
    figures = {
        name: np.array(
            [
                (gain_of(cases.gain[row], could, top), cases.same_kind[row][top].sum() / SHOWN)
                for row, could in cases.questions(forward=forward)
                for top in [choose(row, could)]
            ]
        )
        for name, choose in systems.items()
    }
    for name, found in figures.items():
        ahead = figures["ours"] - found
        yield {
            "set": cases.title,
            "mode": mode,
            "split": "time-forward" if forward else "leave-one-out",
            "system": name,
            "asked": len(found),
            "nDCG@5": float(found[:, 0].mean()),
            "95 %": _interval(found[:, 0]),
            "P@5": float(found[:, 1].mean()),
            "P 95 %": _interval(found[:, 1]),
            "ours ahead": float(ahead[:, 0].mean()) if name != "ours" else None,
            "ahead 95 %": _interval(ahead[:, 0]) if name != "ours" else None,
        }


def gain_of(gains: Floats, could: Chosen, top: Chosen) -> float:
    """Give nDCG@5: the discounted gain of what is shown, as a share of the best there is."""
    best = np.sort(gains[could])[::-1][:SHOWN]
    return _discounted(gains[top]) / _discounted(best)


def tuned_on(known: list[Ranked], weights: Mapping[str, float]) -> float:
    """The mean nDCG@5 that the weights were found by: all fields, without facts, texts alone."""
    drafts = [
        (cases, {name: part for name, part in cases.parts.items() if name not in without})
        for cases in known
        for without in ((), ("facts", "fact_names"), set(WEIGHTS) - {"situation", "words"})
    ]
    return fmean(_mean_gain(cases, _by(told, weights)) for cases, told in drafts)


def closeness(cases: Ranked, mode: str) -> dict[str, Any]:
    """Share of pairs of one kind from each threshold on, and how often a close decline is said."""
    told = cases.told(mode)
    likeness = {row: _mixed(told, WEIGHTS, row, could) for row, could in _all(cases)}
    same = np.concatenate([cases.same_kind[row][could] for row, could in _all(cases)])
    whole = np.concatenate(list(likeness.values()))
    declined = np.array([answer is Answer.DECLINED for answer in cases.answers])
    said = []
    for row, could in _all(cases):
        near = np.where(declined[could], likeness[row], -1.0)
        if near.size and near.max() >= CLOSE:
            said.append(cases.same_kind[row][could[near.argmax()]])
    return {
        "set": cases.title,
        "mode": mode,
        "like": int((whole >= LIKE).sum()),
        "of one kind": _share(same[whole >= LIKE]),
        "close": int((whole >= CLOSE).sum()),
        "close of one kind": _share(same[whole >= CLOSE]),
        "asked": len(likeness),
        "close declines": len(said),
        "of the same kind": _share(np.array(said)),
    }


def _all(cases: Ranked) -> Iterator[tuple[int, Chosen]]:
    return cases.questions(forward=False)


def _by(told: Pairs, weights: Mapping[str, float]) -> Callable[[int, Chosen], Chosen]:
    """Show the best by some of the parts."""

    def choose(row: int, could: Chosen) -> Chosen:
        return could[np.argsort(-_mixed(told, weights, row, could), kind="stable")[:SHOWN]]

    return choose


def _ours(told: Pairs) -> Callable[[int, Chosen], Chosen]:
    """Show the best of the pool by all parts, as the product does."""

    def choose(row: int, could: Chosen) -> Chosen:
        return _pool(told, row, could)[:SHOWN]

    return choose


def _shown(cases: Ranked, told: Pairs) -> Callable[[int, Chosen], Chosen]:
    """The same with places for declined and badly ended cases."""

    def choose(row: int, could: Chosen) -> Chosen:
        best = _pool(told, row, could)
        likeness = _mixed(told, WEIGHTS, row, best)
        found = [
            Compared(
                id=str(place),
                similarity=float(like),
                state=CaseState.APPROVED,
                answer=cases.answers[place],
                reused_from=None,
                day=NO_DAY,
                decline_reason=None,
            )
            for place, like in zip(best, likeness, strict=True)
        ]
        return np.array([int(one.id) for one in mixed(found, SHOWN)])

    return choose


def _pool(told: Pairs, row: int, could: Chosen) -> Chosen:
    texts = {name: part for name, part in told.items() if name in TEXTS}
    near = could[np.argsort(-_mixed(texts, WEIGHTS, row, could), kind="stable")[:POOL]]
    return near[np.argsort(-_mixed(told, WEIGHTS, row, near), kind="stable")]


def _mixed(told: Pairs, weights: Mapping[str, float], row: int, could: Chosen) -> Floats:
    parts = {name: part[row][could] for name, part in told.items() if weights.get(name)}
    return mix(parts, weights).astype(np.float64)


def _mean_gain(cases: Ranked, choose: Callable[[int, Chosen], Chosen]) -> float:
    return fmean(gain_of(cases.gain[row], could, choose(row, could)) for row, could in _all(cases))


def _discounted(gains: Floats) -> float:
    return float(((2**gains - 1) * DISCOUNT[: len(gains)]).sum())


def _interval(values: Floats) -> tuple[float, float]:
    columns = np.stack([values, np.ones_like(values)], axis=1)
    return bootstrap(columns, lambda sums: sums[:, 0] / sums[:, 1])


def _share(values: npt.NDArray[Any]) -> float | None:
    return float(values.mean()) if len(values) else None


def _precise(row: Mapping[str, object]) -> dict[str, object]:
    return {name: f"{v:+.3f}" if isinstance(v, float) else v for name, v in row.items()}
