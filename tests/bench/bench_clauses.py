"""Which clause is meant: learnt from the first two thirds of a casebase, asked of the last third.

`python -m tests.bench.bench_clauses` prints the tables and keeps them in bench-results/. Asked are
the later cases that name their clause rightly, at three moments of filing: after the situation,
after the resolution, and with the typed fields (names of facts, action, product). Where cases name
sections, a clause of the right section is right, and only the first clause of each section counts.

Beside it stand the two plain ways: the most frequent clauses, and the handbook's words alone.
`each day` learns from all cases before the one asked about, as the product does (every ten cases
here). The weights were chosen on the sets with a star: their figures show nothing.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.kinds.statistics import wilson
from recommender.learning.clause_guess import ClauseGuesser, Guess
from tests.bench.clause_sets import NAMES, ClauseSet, load
from tests.bench.results import write
from tests.bench.sets import DATA, SHIPPED, WRITTEN
from tests.bench.tables import show
from tests.bench.vectors import builtin

Floats = npt.NDArray[np.float32]
VIEWS: Final = ("situation", "resolution")
MOMENTS: Final = {
    "situation": (VIEWS[:1], False),
    "and resolution": (VIEWS, False),
    "and fields": (VIEWS, True),
}
BINS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
RELEARNT_EVERY: Final = 10


def available() -> list[str]:
    """The names of the sets that are here and wanted (`BENCH_SETS=demo,telecom`)."""
    wanted = os.environ.get("BENCH_SETS", ",".join(NAMES)).split(",")
    return [name for name in NAMES if name in wanted and (name in SHIPPED or DATA.is_dir())]


def split(bench: ClauseSet) -> tuple[list[int], list[int]]:
    """Give the rows learnt from, and the later ones that name their clause rightly."""
    first = 2 * len(bench.rows) // 3
    return list(range(first)), [i for i in range(first, len(bench.rows)) if bench.right[i]]


def views(bench: ClauseSet) -> dict[str, Floats]:
    """Give the vectors of all texts by view, NaN where a case has none."""
    encoder = builtin()
    found = {}
    for view in VIEWS:
        there = [bool((row.get(view) or "").strip()) for row in bench.rows]
        vectors = np.full((len(bench.rows), encoder.dimensions), np.nan, dtype=np.float32)
        if any(there):
            vectors[there] = encoder.encode_documents(
                [row[view] for row, is_there in zip(bench.rows, there, strict=True) if is_there]
            )
        found[view] = vectors
    return found


def learnt(bench: ClauseSet, known: Sequence[int]) -> ClauseGuesser:
    """Learn from these rows, from the references as people gave them."""
    shares = np.zeros((len(known), len(bench.book.keys)), dtype=np.float32)
    for place, row in enumerate(known):
        meant = bench.meant(bench.rows[row].get("policy_ref"))
        shares[place, meant] = 1 / max(1, len(meant))
    return ClauseGuesser().fit(
        {view: vectors[known] for view, vectors in views(bench).items()},
        [bench.telling(bench.rows[row], fields=True) for row in known],
        shares,
        bench.book,
    )


def asked(
    bench: ClauseSet, guesser: ClauseGuesser, rows: Sequence[int], moment: str
) -> Iterator[list[Guess]]:
    """Give for each row the clauses, likeliest first, of each section the first."""
    told, fields = MOMENTS[moment]
    vectors = views(bench)
    for row in rows:
        ranked = guesser.rank(
            {view: vectors[view][row] for view in told if not np.isnan(vectors[view][row]).any()},
            bench.telling(bench.rows[row], fields=fields, resolution="resolution" in told),
        )
        yield _by_reference(bench, ranked)


def each_day(bench: ClauseSet, moment: str) -> list[int]:
    """Give the place of the right clause for each later row, all before it being learnt."""
    _, later = split(bench)
    places: list[int] = []
    for start in range(0, len(later), RELEARNT_EVERY):
        some = later[start : start + RELEARNT_EVERY]
        guesser = learnt(bench, range(some[0]))
        places += _places(bench, some, asked(bench, guesser, some, moment))
    return places


def measured(bench: ClauseSet) -> Iterator[dict[str, Any]]:
    """Give a row of figures for each way and moment."""
    known, later = split(bench)
    often = Counter(ref for row in known if (ref := bench.rows[row].get("policy_ref")) is not None)
    frequent = [ref for ref, _ in often.most_common()]
    by_frequency = [
        frequent.index(ref) if (ref := bench.rows[row]["policy_ref"]) in often else len(often)
        for row in later
    ]
    yield _figures(bench, "most frequent", "", by_frequency)
    ways = {"handbook alone": learnt(bench, []), "learnt": learnt(bench, known)}
    for moment in MOMENTS:
        for way, guesser in ways.items():
            if way == "handbook alone" and bench.name in WRITTEN:
                continue
            places = _places(bench, later, asked(bench, guesser, later, moment))
            yield _figures(bench, way, moment, places)
        yield _figures(bench, "each day", moment, each_day(bench, moment))


def calibrated(bench: ClauseSet) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Give Brier scores of what was said of the first clause, and what was so beside it."""
    known, later = split(bench)
    guesser = learnt(bench, known)
    ranked = list(asked(bench, guesser, later, "and fields"))
    said = np.array([guesses[0].likely for guesses in ranked])
    right = np.array([place == 0 for place in _places(bench, later, iter(ranked))])
    scores = {
        "set": bench.title,
        "n": len(later),
        "Brier": float(((said - right) ** 2).mean()),
        "Brier of a constant": float(right.var()),
        "said": float(said.mean()),
        "so": float(right.mean()),
    }
    bins = np.clip(np.digitize(said, BINS) - 1, 0, len(BINS) - 2)
    rows = [
        {
            "set": bench.title,
            "said": f"{BINS[number]:.1f}-{BINS[number + 1]:.1f}",
            "n": int(inside.sum()),
            "mean": float(said[inside].mean()),
            "so": float(right[inside].mean()),
            "so 95 %": wilson(int(right[inside].sum()), int(inside.sum())),
        }
        for number in range(len(BINS) - 1)
        if (inside := bins == number).any()
    ]
    return scores, rows


def speed(bench: ClauseSet) -> dict[str, Any]:
    """Give what learning costs, and one ranking once vectors are there."""
    known, later = split(bench)
    began = time.perf_counter()
    guesser = learnt(bench, known)
    took = time.perf_counter() - began
    told = []
    for ranked in asked(bench, guesser, later, "and fields"):
        now = time.perf_counter()
        told.append((now - began, len(ranked)))
        began = now
    return {
        "set": bench.title,
        "cases": len(known),
        "clauses": len(bench.book.keys),
        "learn s": took,
        "rank ms (median)": 1000 * float(np.median([seconds for seconds, _ in told[1:]])),
    }


def main() -> None:
    """Measure all sets that are here."""
    sets = [load(name) for name in available()]
    figures = [row for bench in sets for row in measured(bench)]
    show("The right clause among the first", figures)
    scores, reliability = zip(*(calibrated(bench) for bench in sets), strict=True)
    show("What is said of the first clause, with the fields", scores)
    bins = [row for rows in reliability for row in rows]
    show("Reliability", bins)
    costs = [speed(bench) for bench in sets]
    show("Cost", costs)
    kept = {"figures": figures, "brier": list(scores), "reliability": bins, "cost": costs}
    print(f"\nKept in {write('clauses', kept)}")


def _by_reference(bench: ClauseSet, ranked: Sequence[Guess]) -> list[Guess]:
    """Leave of each section the first clause, where the set names sections."""
    if not bench.name.startswith("stream_"):
        return list(ranked)
    first: dict[str, Guess] = {}
    for guess in ranked:
        section = bench.sections[guess.key]
        likely = guess.likely + (first[section].likely if section in first else 0)
        first[section] = Guess(section, likely, guess.from_cases)
    return sorted(first.values(), key=lambda guess: -guess.likely)


def _places(bench: ClauseSet, rows: Sequence[int], ranked: Iterator[list[Guess]]) -> list[int]:
    return [
        [guess.key for guess in guesses].index(bench.rows[row]["policy_ref"])
        for row, guesses in zip(rows, ranked, strict=True)
    ]


def _figures(bench: ClauseSet, way: str, moment: str, places: Sequence[int]) -> dict[str, Any]:
    firsts = {f"top-{top}": sum(place < top for place in places) for top in (1, 3)}
    shown: dict[str, Any] = {"set": bench.title, "way": way, "told": moment, "n": len(places)}
    for name, hits in firsts.items():
        shown |= {name: hits / len(places), f"{name} 95 %": wilson(hits, len(places))}
    return shown


if __name__ == "__main__":
    main()
