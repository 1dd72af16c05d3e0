"""What corrections do to a later run, on the cases they speak about and on all others."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from recommender.learning.casetable import CaseTable
from recommender.learning.evaluation import evaluate
from tests.bench.oracle import Correction, Way, corrections
from tests.bench.ours import OurRun, fit
from tests.bench.scores import Grouping

BETWEEN_RUNS: Final = 10
"""Corrections that somebody makes before the next run."""
RUNS: Final = 2


def corrected(
    cases: CaseTable, first: OurRun, truth: Grouping, way: Way
) -> Iterator[dict[str, Any]]:
    """Correct the biggest errors, run again, correct what is left; give a row after each run.

    Before and after are compared on the same cases. A run with few errors is corrected less often
    than asked: `made` counts.
    """
    made: list[Correction] = []
    run = first
    for number in range(1, RUNS + 1):
        errors = corrections(truth, run.groups, run.strength, way)
        made += [error for error in errors if error not in made][:BETWEEN_RUNS]
        run = fit(_taught(cases, made))
        touched = frozenset[str]().union(*(one.touched for one in made))
        before, after = evaluate(truth, first.groups), evaluate(truth, run.groups)
        others = {case: kind for case, kind in truth.items() if case not in touched}
        yield {
            "asked": number * BETWEEN_RUNS,
            "made": len(made),
            "touched": len(touched),
            "all_before": before.rk_f1,
            "all_after": after.rk_f1,
            "untouched_before": evaluate(others, first.groups).rk_f1,
            "untouched_after": evaluate(others, run.groups).rk_f1,
            "untouched_ari_before": evaluate(others, first.groups).ari,
            "untouched_ari_after": evaluate(others, run.groups).ari,
        }


def _taught(cases: CaseTable, made: list[Correction]) -> CaseTable:
    return replace(
        cases,
        must_link=[pair for one in made for pair in one.must_link],
        cannot_link=[pair for one in made for pair in one.cannot_link],
    )
