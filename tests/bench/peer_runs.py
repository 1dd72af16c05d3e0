"""The peers' groupings: measured in processes of their own, kept, and measured again if need be.

BENCH_FRESH=1 measures them again; so does another version, setting or vector.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Final

from tests.bench.peers import key, place
from tests.bench.speed import ONE_THREAD
from tests.bench.vectors import ROOT

LIMIT_SECONDS: Final = 600
"""Most seconds a set may take a peer, on average over a round of sets."""


def grouped(peer: str, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Give a peer's groupings by set; a set it failed on is left out, and that is said."""
    if names and key(peer, names[0]) is None:
        print(f"  {peer} is not installed (extra `peers`)", flush=True)
        return {}
    fresh = bool(os.environ.get("BENCH_FRESH"))
    missing = [name for name in names if fresh or _kept(peer, name) is None]
    if missing:
        _measure(peer, missing)
    kept = {name: _kept(peer, name) for name in names}
    return {name: row for name, row in kept.items() if row is not None}


def _kept(peer: str, name: str) -> dict[str, Any] | None:
    """Give the grouping that is kept, if it is of these versions, settings and vectors."""
    path = place(peer, name)
    if not path.is_file():
        return None
    row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return row if row["key"] == key(peer, name) else None


def _measure(peer: str, names: Sequence[str]) -> None:
    for name in names:
        place(peer, name).unlink(missing_ok=True)
    print(f"  {peer}, {len(names)} sets", flush=True)
    limit = LIMIT_SECONDS * len(names)
    try:
        subprocess.run(
            [sys.executable, "-m", "tests.bench.peers", peer, *names],
            check=True,
            cwd=ROOT,
            env=os.environ | ONE_THREAD | {"TOKENIZERS_PARALLELISM": "false"},
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        print(f"  {peer} was stopped after {limit} seconds", flush=True)
    except subprocess.CalledProcessError as failure:
        print(f"  {peer} failed with exit code {failure.returncode}", flush=True)
