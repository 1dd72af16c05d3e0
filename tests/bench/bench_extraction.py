"""How well numbers, and the facts that they state, are read from typed texts.

`python -m tests.bench.bench_extraction` prints two tables over the labelled cases (offsets only,
tests/data/README.md). `dev` was looked at while the rules were written; `report` was not.

- *Numbers*: of the numbers that a reader marked, how many are found; of those found, how many count
  something (are no part of a date, a clock time, a reference or an idiom).
- *Facts*: the other telecom cases are taken into the product, and each labelled draft is read as if
  its agent had named the clause of its case. Recall is of all facts that the reader saw stated in a
  number, also those that the product had no reason to look for. A read fact is right where it
  overlaps the marked number, or has its value. Beside it: the names of facts alone.
"""

import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.accounts.opening import initialise
from recommender.cases import facts
from recommender.cases.importing.taking import import_cases
from recommender.config import Settings
from recommender.kinds.statistics import wilson
from recommender.learning.fact_reader import FactReader, ReadFact
from recommender.learning.quantities import quantities
from recommender.policies.importing import import_policy
from recommender.policies.syntax.rows import parse_rows
from recommender.storage.house import House
from recommender.vocabulary import AccountName, Role
from tests.bench.bench_redaction import LABELS, TELECOM
from tests.bench.results import write
from tests.bench.tables import show

VIEWS: Final = ("situation", "resolution")
SPLITS: Final = ("dev", "report")
COUNTED: Final = ("digits", "words", "quantity")
SAID_IN_NUMBERS: Final = ("digits", "words", "ordinal")
ROUNDED: Final = 0.03

Row = Mapping[str, Any]
Read = Callable[[Row], list[ReadFact]]


def rows(path: Path) -> list[Row]:
    """Give the rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def texts(case: Row) -> dict[str, str]:
    """Give the texts that a draft has when its facts are read."""
    return {view: case[view] or "" for view in VIEWS}


def numbers(cases: Iterable[Row], labels: Mapping[str, list[Row]]) -> dict[str, Any]:
    """Measure how marked numbers are found."""
    marked = hit = found = right = 0
    for case in cases:
        for view, text in texts(case).items():
            mine = [row for row in labels[case["id"]] if row["view"] == view]
            there = quantities(text)
            counted = [row for row in mine if (row.get("how") or row["kind"]) in COUNTED]
            nothing = [row for row in mine if row.get("kind") in ("time", "identifier", "idiom")]
            marked += len(counted)
            hit += sum(any(_overlap(row, q.start, q.end) for q in there) for row in counted)
            found += len(there)
            right += sum(not any(_overlap(row, q.start, q.end) for row in nothing) for q in there)
    return {"recall": rate(hit, marked), "precision": rate(right, found)}


def stated(cases: Iterable[Row], labels: Mapping[str, list[Row]], read: Read) -> dict[str, Any]:
    """Measure how stated facts are read."""
    counts: Counter[str] = Counter()
    seconds = 0.0
    for case in cases:
        mine: defaultdict[str, list[Row]] = defaultdict(list)
        for row in labels[case["id"]]:
            if row["fact"] and row["how"] in SAID_IN_NUMBERS:
                mine[row["fact"]].append(row)
        began = time.process_time()
        found = read(case)
        seconds += time.process_time() - began
        counts["cases"] += 1
        counts["stated"] += len(mine)
        counts["read"] += len(found)
        counts["right"] += sum(_is_right(one, mine.get(one.name, [])) for one in found)
    return {
        "cases": counts["cases"],
        "recall": rate(counts["right"], counts["stated"]),
        "precision": rate(counts["right"], counts["read"]),
        "ms": round(1000 * seconds / counts["cases"], 1),
    }


def rate(hits: int, known: int) -> str:
    """Say a share with its counts and its 95 % interval."""
    if not known:
        return "-"
    low, high = wilson(hits, known)
    return f"{hits / known:.2f} ({hits}/{known}; {low:.2f}-{high:.2f})"


def _overlap(row: Row, start: int, end: int) -> bool:
    return bool(row["start"] < end and start < row["end"])


def _is_right(one: ReadFact, marks: list[Row]) -> bool:
    return any(
        (row["view"] == one.view and _overlap(row, one.quantity.start, one.quantity.end))
        or math.isclose(one.value, row["value"], rel_tol=ROUNDED)
        for row in marks
    )


def opened(folder: Path, cases: Iterable[Row]) -> House:
    """Open a fresh house with the telecom handbook and some of its cases."""
    house = House(Settings(database_url=f"sqlite:///{folder / 'house.sqlite'}", encoder="hashing"))
    initialise(house)
    handbook = TELECOM.path.with_name("policy_telecom_handbook.jsonl")
    with house.transaction(operator(house)) as tx:
        for policy in parse_rows(handbook.read_text("utf-8")).policies:
            import_policy(tx, policy)
    file = folder / "cases.jsonl"
    file.write_text("\n".join(json.dumps(case) for case in cases), encoding="utf-8")
    import_cases(house, operator(house), file)
    return house


def test_extraction() -> None:
    labels: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows(LABELS / "fact_spans.jsonl"):
        labels[row["id"]].append(row)
    split = {row["id"]: row["split"] for row in rows(LABELS / "fact_cases.jsonl")}
    cases = rows(TELECOM.path)
    agent = Actor(AccountName("bench"), frozenset({Role.AGENT}))
    table, by_facts = [], []
    with TemporaryDirectory() as folder:
        house = opened(Path(folder), [case for case in cases if case["id"] not in split])
        with house.reading(agent) as tx:
            for wanted in SPLITS:
                mine = [case for case in cases if split.get(case["id"]) == wanted]
                table.append({"split": wanted, **numbers(mine, labels)})
                named = [case for case in mine if case["policy_ref"]]

                def through(case: Row) -> list[ReadFact]:
                    return facts.read_facts(tx, texts(case), case["policy_ref"])

                def by_name(case: Row) -> list[ReadFact]:
                    sought = facts.looked_for(tx, case["policy_ref"])
                    return FactReader().read(texts(case), sought)

                for way, read in (("learnt", through), ("names alone", by_name)):
                    by_facts.append({"split": wanted, "way": way, **stated(named, labels, read)})
        house.database.close()
    show("Numbers in telecom texts", table)
    show("Facts in telecom drafts that name a clause", by_facts)
    write("extraction", {"numbers": table, "facts": by_facts})


if __name__ == "__main__":
    test_extraction()
