"""Our own discovery with its defaults, through its public face."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from recommender.learning.casetable import CaseTable
from recommender.learning.discovery import KindFinder
from tests.bench.scores import Grouping, grouping
from tests.bench.sets import FIELDS, case_table, load


@dataclass(frozen=True, kw_only=True)
class OurRun:
    """What one fit found, and what it cost."""

    groups: Grouping
    strength: Mapping[str, float]
    cpu_seconds: float


def fit(cases: CaseTable) -> OurRun:
    """Find the kinds of a table."""
    began = time.process_time()
    finder = KindFinder().fit(cases)
    spent = time.process_time() - began
    return OurRun(
        groups=grouping(cases.ids, finder.labels_.tolist()),
        strength=dict(zip(cases.ids, finder.strength_.tolist(), strict=True)),
        cpu_seconds=spent,
    )


def table(name: str, mode: str) -> CaseTable:
    """Lay a set out with all fields or with text only."""
    return case_table(load(name), with_fields=mode == FIELDS)


@cache
def ours(name: str, mode: str) -> OurRun:
    """Fit a whole set once; several parts of the benchmark look at it."""
    return fit(table(name, mode))
