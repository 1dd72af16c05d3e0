"""An index of near vectors beside comparing one by one, on the vectors of the filled house.

`make bench PYTEST_ARGS='-k nearest'` prints the table and keeps its figures in `bench-results/`;
BENCH_SIZES=1000 measures that size instead. Asked are drafts as the encoder embeds them; right are
the nearest by the exact product over the vectors as they are stored, in 16 bits. Nothing here
passes or fails by a figure.
"""

import os
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pytest

from recommender.learning.arrays import UnitVectors
from recommender.learning.nearest import NearestRows
from tests.bench import results
from tests.bench.recombined import VIEWS, drafts, vectors
from tests.bench.tables import show
from tests.bench.vectors import stored

SIZES: Final = tuple(map(int, os.environ.get("BENCH_SIZES", "50000,100000").split(",")))
ENCODER: Final = "builtin-fast"
QUERIES: Final = 300
GRAPHS: Final = ((16, 128), (32, 256), (64, 512))
"""Connectivity, and how many are looked at when one is added."""
EXPANSION_SEARCH: Final = (64, 128, 256)
SHOWN, POOL = 10, 200
"""How many of the nearest recall is about: a few, and as many as are compared in all parts."""
SEED: Final = 0

Integers = npt.NDArray[np.intp]
Search = Callable[[UnitVectors, int], Integers]


@pytest.mark.parametrize("size", SIZES)
def test_nearest(size: int) -> None:
    """Recall, milliseconds a query, seconds and memory to build, at several settings."""
    rows = [row for view in VIEWS for row in compared(view, size)]
    show(f"Nearest among {size:,} vectors", rows)
    results.write(f"nearest-{size}", {"vectors": size, "indexes": rows}, seed=SEED)


def compared(view: str, size: int) -> Iterator[dict[str, Any]]:
    """One view's exact product, then the index at each of its settings."""
    encoder = stored(ENCODER)
    kept = vectors(size, SEED, encoder)[view].astype(np.float16)
    whole = kept.astype(np.float32)
    asked = encoder.encode_queries([getattr(one, view) for one in islice(drafts(SEED), QUERIES)])
    exact = _exact(whole)
    right = {top: exact(asked, top) for top in (SHOWN, POOL)}
    yield {"view": view, "index": "exact", "memory_mib": whole.nbytes / (1 << 20)} | _row(
        exact, asked, right
    )
    began = time.process_time()
    ours = NearestRows(whole)
    cost = {"build_cpu_s": time.process_time() - began}
    near = _row(lambda asked, top: ours.near(asked[0], top)[None], asked, right)
    yield {"view": view, "index": "the product's"} | cost | near
    for connectivity, expansion_add in GRAPHS:
        began = time.process_time()
        index = _built(kept, connectivity, expansion_add)
        cost = {
            "build_cpu_s": time.process_time() - began,
            "memory_mib": index.memory_usage / (1 << 20),
        }
        for expansion in EXPANSION_SEARCH:
            index.expansion_search = expansion
            name = f"hnsw {connectivity}/{expansion_add}/{expansion}"
            yield {"view": view, "index": name} | cost | _row(_by(index), asked, right)


def _row(search: Search, asked: UnitVectors, right: dict[int, Integers]) -> dict[str, float]:
    row: dict[str, float] = {}
    for top, wanted in right.items():
        found, times = [], []
        for query in asked:
            began = time.process_time()
            found.append(set(search(query[None], top)[0].tolist()))
            times.append(1000 * (time.process_time() - began))
        hits = sum(len(one & set(nearest)) for one, nearest in zip(found, wanted, strict=True))
        row |= {
            f"recall_{top}": hits / wanted.size,
            f"cpu_ms_{top}": float(np.median(times)),
            f"p99_cpu_ms_{top}": float(np.percentile(times, 99)),
        }
    return row


def _exact(whole: npt.NDArray[np.float32]) -> Search:
    def search(asked: UnitVectors, top: int) -> Integers:
        found = []
        for query in asked:
            likeness = whole @ query
            nearest = np.argpartition(-likeness, top)[:top]
            found.append(nearest[np.argsort(-likeness[nearest], kind="stable")])
        return np.stack(found)

    return search


def _built(kept: npt.NDArray[np.float16], connectivity: int, expansion_add: int) -> Any:  # noqa: ANN401 - usearch ships no types
    from usearch.index import Index

    index = Index(
        ndim=kept.shape[1],
        metric="ip",
        dtype="f16",
        connectivity=connectivity,
        expansion_add=expansion_add,
    )
    index.add(np.arange(len(kept)), kept, threads=1)
    return index


def _by(index: Any) -> Search:  # noqa: ANN401 - usearch ships no types
    def search(asked: UnitVectors, top: int) -> Integers:
        found: Integers = index.search(asked, top, threads=1).keys.reshape(len(asked), -1)
        return found

    return search
