"""What the fast encoder saves and what it costs, beside the torch encoder in the same run.

`make bench PYTEST_ARGS='-k encoder'` prints three tables and keeps their figures in
`bench-results/`. Times are processor time on one thread. Nothing here passes or fails by a figure:
it is reported.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from tokenizers import Tokenizer

from recommender.learning.arrays import UnitVectors
from recommender.learning.encoder import open_encoder
from recommender.learning.weights import builtin_weights
from tests.bench import results
from tests.bench.sets import SHOP, available, load
from tests.bench.speed import ONE_THREAD
from tests.bench.tables import show
from tests.bench.vectors import ROOT, builtin

NAMES: Final = ("builtin", "builtin-fast")
PIECES: Final = (16, 37, 64)
"""Lengths of measured queries in word pieces, the marks at both ends included."""

ROUNDS: Final = 4
COLD_STARTS: Final = 3
FIDELITY_SETS: Final = (SHOP, "dstc_dev", "skew_clinc_s1", "telecom")

COLD_START: Final = """
import json, sys, time
from recommender.learning.encoder import open_encoder
open_encoder(sys.argv[1]).encode_queries(["a late parcel"])
cpu = time.process_time()
from tests.bench.results import peak_memory_mib
print(json.dumps({"cpu_s": cpu, "peak_mib": peak_memory_mib(), "torch": "torch" in sys.modules}))
"""


def test_encoder_speed() -> None:
    """Processor time of one query, by its length, and of a text among many; texts take turns."""
    encoders = {name: open_encoder(name) for name in NAMES}
    for encoder in encoders.values():
        encoder.warm()
    rows = []
    for pieces in PIECES:
        texts = texts_of(pieces)
        single: dict[str, list[float]] = {name: [] for name in NAMES}
        batch: dict[str, list[float]] = {name: [] for name in NAMES}
        for _ in range(ROUNDS):
            for text in texts:
                for name, encoder in encoders.items():
                    single[name].append(milliseconds(encoder.encode_queries, [text]))
            for name, encoder in encoders.items():
                batch[name].append(milliseconds(encoder.encode_documents, texts) / len(texts))
        rows += [
            {
                "encoder": name,
                "pieces": pieces,
                "queries": len(single[name]),
                "query_p50_ms": float(np.percentile(single[name], 50)),
                "query_p99_ms": float(np.percentile(single[name], 99)),
                "query_least_ms": min(single[name]),
                "batch_text_ms": float(np.median(batch[name])),
            }
            for name in NAMES
        ]
    show("Encoder: CPU ms a text", rows)
    results.write("encoder-speed", {"lengths": rows, "int8_products": processor()})


def test_encoder_cold_start() -> None:
    """From a fresh interpreter to the first vector; the median of several."""
    rows = []
    for name in NAMES:
        starts = [cold_start(name) for _ in range(COLD_STARTS)]
        middle = sorted(starts, key=lambda row: row["cpu_s"])[len(starts) // 2]
        rows.append({"encoder": name, **middle})
    show("Encoder: cold start", rows)
    results.write("encoder-cold-start", {"starts": rows})


def test_encoder_fidelity() -> None:
    """How near int8 vectors are to torch's, and how often near situations are of one kind."""
    rows = []
    torch, fast = builtin(), open_encoder("builtin-fast")
    for name in (known for known in FIDELITY_SETS if known in available()):
        bench = load(name)
        told = zip(bench.ids, bench.texts["situation"], strict=True)
        pairs = [(case, text) for case, text in told if text and bench.truth.get(case)]
        kinds = np.array([bench.truth[case] for case, _ in pairs])
        texts = [text for _, text in pairs]
        full, near = torch.encode_documents(texts), fast.encode_documents(texts)
        cosines = (full * near).sum(axis=1)
        before, after = same_kind(full, kinds), same_kind(near, kinds)
        change = after - before
        rows.append(
            {
                "set": bench.title,
                "cases": len(pairs),
                "cosine": float(cosines.mean()),
                "least_cosine": float(cosines.min()),
                "p5_builtin": float(before.mean()),
                "p5_fast": float(after.mean()),
                "change": float(change.mean()),
                "change_95": 1.96 * float(change.std()) / len(pairs) ** 0.5,
            }
        )
    show(
        "Encoder: int8 beside torch, same-kind precision among the 5 nearest",
        [precise(row) for row in rows],
    )
    results.write("encoder-fidelity", {"sets": rows})


def texts_of(pieces: int) -> list[str]:
    """The shop's situations that are long enough, cut after so many word pieces."""
    tokenizer = Tokenizer.from_file(str(Path(builtin_weights().location) / "tokenizer.json"))
    tokenizer.no_padding()
    told = [text for text in load(SHOP).texts["situation"] if text]
    read = [(text, tokenizer.encode(text).offsets[1:-1]) for text in told]
    return [text[: places[pieces - 3][1]] for text, places in read if len(places) >= pieces - 2]


def milliseconds(encode: Callable[[Sequence[str]], UnitVectors], texts: Sequence[str]) -> float:
    """Processor time of one call."""
    began = time.process_time()
    encode(texts)
    return 1000 * (time.process_time() - began)


def same_kind(vectors: UnitVectors, kinds: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """For each case the share of its 5 nearest others that are of its kind."""
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -2)
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :5]
    shares: np.ndarray[Any, Any] = (kinds[nearest] == kinds[:, None]).mean(axis=1)
    return shares


def cold_start(name: str) -> dict[str, Any]:
    """Embed one text in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", COLD_START, name],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
    )
    row: dict[str, Any] = json.loads(done.stdout)
    return row


def precise(row: dict[str, Any]) -> dict[str, Any]:
    """Write figures with four digits for the table."""
    return {key: f"{told:.4f}" if isinstance(told, float) else told for key, told in row.items()}


def processor() -> str:
    """Whether the processor multiplies bytes quickly, which int8 times depend on most."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return "unknown"
    return "vnni" if "vnni" in flags else "no vnni"
