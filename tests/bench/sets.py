"""The sets that discovery is measured on: labelled cases, their texts, fields and truth.

The demo world, the shop and the cases written for tuning are shipped; the others lie beside the
repository and are left out where they are missing. `BENCH_SETS=demo,telecom` measures only those. A
tuned-on set is marked with a star: its figures show nothing.
"""

import gzip
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from recommender.learning.arrays import UnitVectors
from recommender.learning.casetable import CaseTable, View
from recommender.learning.evaluation import truth_from_labels
from tests.bench.vectors import ROOT, builtin

DATA: Final = ROOT.parent / "shared" / "data"
WORLD: Final = ROOT / "recommender" / "demo" / "world" / "cases.jsonl"
DEMO_TRUTH: Final = ROOT / "tests" / "data" / "demo_truth.jsonl"
TUNING_AT: Final = ROOT / "tests" / "data" / "tuning"
SHOP_HANDBOOK: Final = TUNING_AT / "shop_handbook.md"
VIEWS: Final = ("situation", "resolution", "reason")
FIELDS, TEXT = "fields", "text"
ONE_LINERS: Final = (
    "dstc_dev",
    "skew_clinc_s0",
    "skew_clinc_s1",
    "skew_clinc_s2",
    "clinc_test",
    "clinc_test_oos",
)
STREAMS: Final = ("stream_insurance", "stream_shop")
WRITTEN: Final = ("hotel", "energy", "library")
"""Long free-form cases written for tuning: 11 kinds, 7 clauses, one-offs and one agent's habit."""
SHOP: Final = "shop"
"""The first demo world, with fields as its people gave them; everything was tuned on it."""
SHIPPED: Final = ("demo", SHOP, *WRITTEN)
NAMES: Final = (*SHIPPED, *STREAMS, "telecom", *ONE_LINERS)
TUNED: Final = frozenset({SHOP, *WRITTEN, "dstc_dev", "skew_clinc_s0", "stream_shop"})
LAST_DAY: Final = date(2025, 12, 31)
SKEWED: Final = ("skew_clinc_s0", "skew_clinc_s1", "skew_clinc_s2")

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class BenchSet:
    """Approved cases, a row each, and what is true of them.

    `texts` holds the views that occur, None where a case has none; `truth` a kind for each case,
    None for a one-off.
    """

    name: str
    ids: Sequence[str]
    texts: Mapping[str, Sequence[str | None]]
    clauses: Sequence[str | None] = ()
    actions: Sequence[str | None] = ()
    facts: Sequence[Mapping[str, object]] = ()
    moments: Sequence[datetime | None] = ()
    truth: Mapping[str, str | None] = field(repr=False)

    @property
    def words(self) -> list[str]:
        """Per case all its texts in one."""
        return [" ".join(filter(None, row)) for row in zip(*self.texts.values(), strict=True)]

    @property
    def tuned(self) -> bool:
        """Whether somebody tuned on it, so that its figures are no evidence."""
        return self.name in TUNED

    @property
    def title(self) -> str:
        """The name as tables show it."""
        return f"{self.name}{'*' if self.tuned else ''}"

    @property
    def modes(self) -> tuple[str, ...]:
        """With all fields and with text only; text only where there are no fields."""
        return (FIELDS, TEXT) if self.clauses or self.actions or self.facts else (TEXT,)

    def __len__(self) -> int:
        return len(self.ids)


@cache
def available() -> Sequence[str]:
    """The names of the sets that are here and wanted."""
    wanted = os.environ.get("BENCH_SETS", ",".join(NAMES)).split(",")
    there = [name for name in NAMES if name in wanted and (name in SHIPPED or DATA.is_dir())]
    if not DATA.is_dir():
        print("The sets in ../shared/data are missing: only what is shipped is measured.")
    return there


@cache
def load(name: str) -> BenchSet:
    """Read a set: its approved cases in the order of its file."""
    if name in ONE_LINERS:
        lines = list(rows_of(DATA / "discovery" / f"{name}.jsonl.gz"))
        rows: list[Row] = [{"id": str(row["id"]), "situation": row["text"]} for row in lines]
        return _bench_set(name, rows, truth_from_labels(lines))
    if name in WRITTEN:
        rows = list(rows_of(TUNING_AT / f"{name}.jsonl.gz"))
        return _bench_set(name, _worn(rows), truth_from_labels(rows))
    cases, labels = files_of(name)
    approved = [row for row in rows_of(cases) if row["status"] == "approved"]
    return _bench_set(name, approved, truth_from_labels(rows_of(labels)))


def files_of(name: str) -> tuple[Path, Path]:
    """Give the files of a set's cases and of their labels; they are one for the shop."""
    if name == "demo":
        return WORLD, DEMO_TRUTH
    if name == SHOP:
        return TUNING_AT / "shop.jsonl.gz", TUNING_AT / "shop.jsonl.gz"
    stem = DATA / ("telecom_cases/cases" if name == "telecom" else name)
    return stem.with_suffix(".jsonl"), stem.with_suffix(".labels.jsonl")


def case_table(
    bench: BenchSet, *, with_fields: bool, views: Mapping[str, View] | None = None
) -> CaseTable:
    """Lay a set out for discovery, embedded unless `views` are given."""
    return CaseTable(
        ids=bench.ids,
        views=embedded(bench.name) if views is None else views,
        words=bench.words,
        clauses=bench.clauses if with_fields else (),
        actions=bench.actions if with_fields else (),
        facts=bench.facts if with_fields else (),
    )


def share_seen_in_tuning(bench: BenchSet) -> float | None:
    """Of a reported set's situations, the share that stands word for word in a tuned-on set."""
    if bench.tuned or not DATA.is_dir():
        return None
    seen = {text for name in TUNED for text in load(name).texts["situation"]}
    told = bench.texts["situation"]
    return sum(text in seen for text in told) / len(told)


@cache
def embedded(name: str) -> Mapping[str, View]:
    """The views of a set, embedded once on this machine."""
    bench, encoder = load(name), builtin()
    texts = [text for view in bench.texts.values() for text in view if text is not None]
    encoder.encode_documents(
        texts, progress=lambda done, total: print(f"  embedding {name}: {done} of {total}")
    )
    views = {}
    for view, column in bench.texts.items():
        present = np.array([text is not None for text in column])
        rows = np.zeros((len(column), encoder.dimensions), dtype=np.float32)
        rows[present] = encoder.encode_documents([text for text in column if text is not None])
        views[view] = View(vectors=UnitVectors(rows), present=present)
    return views


def _bench_set(name: str, rows: Sequence[Row], truth: Mapping[str, str | None]) -> BenchSet:
    texts = {
        view: [_text(row.get(view)) for row in rows]
        for view in VIEWS
        if any(_text(row.get(view)) for row in rows)
    }
    columns = {
        column: [row.get(key) for row in rows] if any(row.get(key) for row in rows) else ()
        for column, key in (("clauses", "policy_ref"), ("actions", "granted_action"))
    }
    facts = [row.get("facts") or {} for row in rows]
    ids = [str(row["id"]) for row in rows]
    return BenchSet(
        name=name,
        ids=ids,
        texts=texts,
        **columns,
        facts=facts if any(facts) else (),
        moments=[_moment(row) for row in rows],
        truth={case: truth[case] for case in ids if case in truth},
    )


def _worn(rows: Sequence[Row], seed: int = 1) -> list[Row]:
    """Lose and spoil fields as real people do.

    A quarter of the clauses is missing and a tenth drawn at random, a tenth of the actions is
    missing and a twentieth drawn at random, 30 % of the cases carry no facts.
    """
    rng = np.random.default_rng(seed)
    spoilt = {"policy_ref": (0.25, 0.35), "granted_action": (0.10, 0.15)}
    values = {name: sorted({row[name] for row in rows}) for name in spoilt}
    worn: list[Row] = []
    for row in rows:
        kept: dict[str, Any] = dict(row)
        for name, (missing, wrong) in spoilt.items():
            chance = rng.random()
            if chance < missing:
                kept[name] = None
            elif chance < wrong:
                kept[name] = values[name][rng.integers(len(values[name]))]
        if rng.random() < 0.3:
            kept["facts"] = None
        worn.append(kept)
    return worn


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _moment(row: Row) -> datetime | None:
    """When a case happened; days ago lead back from the end of a year of their own."""
    if "days_ago" in row:
        end = datetime.combine(LAST_DAY, time.fromisoformat(row.get("at", "00:00")), tzinfo=UTC)
        return end - timedelta(days=row["days_ago"])
    told = row.get("occurred_at")
    return None if told is None else datetime.fromisoformat(told)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Read a file of JSON lines, also .gz."""
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    yield from map(json.loads, text.splitlines())
