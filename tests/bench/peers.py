"""Other ways to group cases, one fixed setting each, on our vectors.

`python -m tests.bench.peers PEER SET...` groups those sets in an interpreter of its own and writes
a file for each. They see texts only: the situation's vector, or the normalised sum of the vectors
of all texts a case has. Groups below `FOUND` cases count as unsorted, as ours do.
"""

import hashlib
import json
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.evaluation import FOUND
from tests.bench.results import peak_memory_mib
from tests.bench.sets import embedded, load
from tests.bench.vectors import RESULTS

Labels = npt.NDArray[np.intp]
Peer = Callable[[UnitVectors, Sequence[str]], Any]

SEED: Final = 0
FOLDER: Final = RESULTS / "peers"
CUT: Final = 0.50
SMALLEST_TOPIC: Final = 10
KS: Final = 12
SILHOUETTE_SAMPLE: Final = 2000
WARM_UP: Final = 300


def bertopic(vectors: UnitVectors, texts: Sequence[str]) -> Any:  # noqa: ANN401 - labels, unchecked
    """BERTopic's own defaults; its UMAP with a seed."""
    from bertopic import BERTopic

    labels, _ = BERTopic(umap_model=_umap()).fit_transform(list(texts), np.asarray(vectors))
    return labels


def evoc(vectors: UnitVectors, _texts: Sequence[str]) -> Any:  # noqa: ANN401
    """EVoC's defaults with a seed."""
    from evoc import EVoC

    return EVoC(random_state=SEED).fit_predict(np.asarray(vectors))


def umap_hdbscan(vectors: UnitVectors, _texts: Sequence[str]) -> Any:  # noqa: ANN401
    """UMAP to five dimensions, then HDBSCAN with at least ten cases a group."""
    from sklearn.cluster import HDBSCAN

    flat = _umap().fit_transform(vectors)
    return HDBSCAN(min_cluster_size=SMALLEST_TOPIC, copy=True).fit_predict(flat)


def hdbscan(vectors: UnitVectors, _texts: Sequence[str]) -> Any:  # noqa: ANN401
    """scikit-learn's HDBSCAN on the vectors themselves, at least five cases a group."""
    from sklearn.cluster import HDBSCAN

    return HDBSCAN(min_cluster_size=FOUND, copy=True).fit_predict(vectors)


def average_linkage(vectors: UnitVectors, _texts: Sequence[str]) -> Any:  # noqa: ANN401
    """Average linkage, cut at one cosine distance."""
    from sklearn.cluster import AgglomerativeClustering

    tree = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=CUT
    )
    return tree.fit_predict(vectors)


def silhouette_k_means(vectors: UnitVectors, _texts: Sequence[str]) -> Any:  # noqa: ANN401
    """k-means; of twelve numbers of groups the one with the best silhouette."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    n = len(vectors)
    tried = []
    for k in np.unique(np.geomspace(min(5, n - 1), max(6, n // 8), KS).astype(int)):
        labels = KMeans(int(k), n_init=3, random_state=SEED).fit_predict(vectors)
        sample = min(n, SILHOUETTE_SAMPLE)
        fit = silhouette_score(
            vectors, labels, metric="cosine", sample_size=sample, random_state=SEED
        )
        tried.append((fit, labels))
    return max(tried, key=lambda one: one[0])[1]


PEERS: Final[Mapping[str, tuple[Peer, Sequence[str]]]] = {
    "BERTopic": (bertopic, ("bertopic", "umap-learn", "hdbscan")),
    "EVoC": (evoc, ("evoc",)),
    "UMAP+HDBSCAN": (umap_hdbscan, ("umap-learn", "scikit-learn")),
    "HDBSCAN": (hdbscan, ("scikit-learn",)),
    "average linkage": (average_linkage, ("scikit-learn",)),
    "k-means": (silhouette_k_means, ("scikit-learn",)),
}


@cache
def one_vector(name: str) -> UnitVectors:
    """Give each case of a set one vector: the normalised sum over its texts."""
    views = embedded(name).values()
    return unit_vectors(sum(view.vectors * view.present[:, None] for view in views))


def key(peer: str, name: str) -> dict[str, str] | None:
    """Say what a peer's grouping depends on; None where a package is not installed."""
    try:
        found = {package: version(package) for package in (*PEERS[peer][1], "numpy")}
    except PackageNotFoundError:
        return None
    code = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    vectors = hashlib.sha256(np.ascontiguousarray(one_vector(name)).tobytes()).hexdigest()[:16]
    return found | {"vectors": vectors, "settings": code}


def place(peer: str, name: str) -> Path:
    """Where the grouping of a set by a peer is kept."""
    return FOLDER / f"{peer}-{name}.json"


def main() -> None:
    """Group each named set, and write labels, seconds and memory."""
    peer, names = sys.argv[1], sys.argv[2:]
    group = PEERS[peer][0]
    warnings.simplefilter("ignore")
    FOLDER.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(SEED).standard_normal((WARM_UP, one_vector(names[0]).shape[1]))
    group(unit_vectors(noise), [f"word{n} word{n % 7}" for n in range(WARM_UP)])  # compiles
    for name in names:
        texts = [
            " ".join(filter(None, row)) for row in zip(*load(name).texts.values(), strict=True)
        ]
        began = time.process_time()
        labels = np.asarray(group(one_vector(name), texts), dtype=np.intp)
        row = {
            "key": key(peer, name),
            "cpu_seconds": time.process_time() - began,
            "peak_memory_mib": peak_memory_mib(),
            "labels": _large(labels).tolist(),
        }
        place(peer, name).write_text(json.dumps(row), encoding="utf-8")
        print(f"    {peer} on {name}: {row['cpu_seconds']:.1f} CPU s", flush=True)


def _large(labels: Labels) -> Labels:
    """Leave groups of fewer than `FOUND` cases unsorted."""
    names, inverse, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    return np.where((sizes < FOUND)[inverse] | (names < 0)[inverse], -1, labels).astype(np.intp)


def _umap() -> Any:  # noqa: ANN401
    from umap import UMAP

    return UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=SEED)


if __name__ == "__main__":
    main()
