"""One fit in an interpreter of its own, so that its time and memory are nobody else's.

`python -m tests.bench.speed SIZE BASE SEED` prints one JSON object.
"""

import json
import os
import subprocess
import sys
import time
from typing import Any, Final

from recommender.errors import RecommenderError
from recommender.learning.evaluation import evaluate
from tests.bench.generator import generated
from tests.bench.results import peak_memory_mib
from tests.bench.sets import case_table, embedded, load
from tests.bench.vectors import ROOT

ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)
LIMIT_SECONDS: Final = 3600


def measured(size: int, base: str, seed: int) -> dict[str, Any]:
    """Fit a generated casebase in a fresh interpreter on one thread."""
    embedded(base)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.speed", str(size), base, str(seed)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
        timeout=LIMIT_SECONDS,
    )
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def main() -> None:
    """Generate, fit, print."""
    from recommender.learning.discovery import KindFinder

    size, base, seed = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    bench, views = generated(load(base), embedded(base), size, seed)
    cases = case_table(bench, with_fields=True, views=views)
    row: dict[str, Any] = {"cases": size, "before_mib": peak_memory_mib()}
    began = time.process_time()
    try:
        finder = KindFinder().fit(cases)
    except RecommenderError as refusal:
        print(json.dumps(row | {"refused": str(refusal)}))
        return
    row["cpu_seconds"] = time.process_time() - began
    row["peak_memory_mib"] = peak_memory_mib()
    found = {c: None if n < 0 else str(n) for c, n in zip(cases.ids, finder.labels_, strict=True)}
    print(json.dumps(row | {"rk_f1": evaluate(bench.truth, found).rk_f1}))


if __name__ == "__main__":
    main()
