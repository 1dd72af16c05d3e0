"""The sets that clause suggestion is measured on: decided cases in their order, and a handbook.

A case's own clause is the truth where the labels bear it out: the label names it, or most cases of
its true kind do. One-offs of sets without such labels cannot be judged.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

import numpy as np

from recommender.learning.clause_guess import Book, Telling
from recommender.policies.syntax.read import parse_policy
from tests.bench.sets import (
    DATA,
    SHOP,
    SHOP_HANDBOOK,
    TUNING_AT,
    WORLD,
    WRITTEN,
    _moment,
    _worn,
    files_of,
    rows_of,
)
from tests.bench.vectors import builtin

NAMES: Final = ("demo", SHOP, *WRITTEN, "stream_shop", "telecom", "stream_insurance")
TUNED: Final = frozenset({SHOP, *WRITTEN, "stream_shop"})
DECIDED: Final = frozenset({"approved", "rejected", "declined"})

Row = Mapping[str, Any]
Clauses = Mapping[str, tuple[str, str, tuple[str, ...]]]
"""Key -> section, what it says, the facts of its typed limits."""


@dataclass(frozen=True, kw_only=True)
class ClauseSet:
    """Decided cases by date, and what is true of the clause that each names."""

    name: str
    rows: Sequence[Row]
    book: Book
    sections: Mapping[str, str]
    """Clause -> section."""
    right: Sequence[bool]
    """Whether the case names a clause, and the labels say that one."""

    @property
    def title(self) -> str:
        """The name as tables show it; a star: tuned on."""
        return f"{self.name}{'*' if self.name in TUNED else ''}"

    def meant(self, ref: str | None) -> list[int]:
        """Give the rows of the book that a reference means: a clause, or all of a section."""
        return [
            row
            for row, key in enumerate(self.book.keys)
            if ref is not None and ref in {key, self.sections[key]}
        ]

    def telling(self, row: Row, *, fields: bool, resolution: bool = True) -> Telling:
        """Give what a case says, or would have said at some point of its filing."""
        texts = [row["situation"], row.get("resolution") if resolution else None]
        return Telling(
            text=" ".join(filter(None, texts)),
            fields={
                "fact": tuple(row.get("facts") or ()),
                "action": tuple(filter(None, [row.get("granted_action")])),
                "product": tuple(filter(None, [row.get("product")])),
            }
            if fields
            else {},
        )


@cache
def load(name: str) -> ClauseSet:
    """Read a set with its handbook; the sets written for tuning have clauses without words."""
    rows, labels = _rows(name)
    rows = sorted((row for row in rows if row.get("status", "approved") in DECIDED), key=_day)
    clauses = _clauses(name) or {str(ref): ("", str(ref), ()) for ref in _refs(labels)}
    keys = sorted(clauses)
    texts = [" ".join(clauses[key][:2]) for key in keys]
    return ClauseSet(
        name=name,
        rows=rows,
        book=Book(
            keys=keys,
            texts=[""] * len(keys) if name in WRITTEN else texts,
            vectors=np.zeros((len(keys), builtin().dimensions), dtype=np.float32)
            if name in WRITTEN
            else builtin().encode_documents(texts),
            facts=[clauses[key][2] for key in keys],
        ),
        sections={key: key.rpartition(".")[0] if "." in key else key for key in keys},
        right=[row.get("policy_ref") is not None and row["policy_ref"] == true
               for row, true in zip(rows, _true(rows, labels), strict=True)],
    )  # fmt: skip


def _day(row: Row) -> datetime:
    moment = _moment(row)
    assert moment is not None, "every set here has days"
    return moment


def _refs(labels: Mapping[str, Row]) -> list[str]:
    return sorted({str(row["policy_ref"]) for row in labels.values()})


def _rows(name: str) -> tuple[list[Row], dict[str, Row]]:
    if name in WRITTEN:
        rows = list(rows_of(TUNING_AT / f"{name}.jsonl.gz"))
        return _worn(rows), {row["id"]: row for row in rows}
    cases, labels = files_of(name)
    return list(rows_of(cases)), {row["id"]: row for row in rows_of(labels)}


def _clauses(name: str) -> Clauses:
    if name in WRITTEN:
        return {}
    if name in {"demo", SHOP}:
        handbook = WORLD.with_name("handbook.md") if name == "demo" else SHOP_HANDBOOK
        text = handbook.read_text("utf-8")
        return {
            one.key: (one.section_title, one.text, tuple(limit.fact for limit in one.parameters))
            for one in parse_policy(text, "handbook").clauses
        }
    file = "telecom_cases/policy_telecom_handbook" if name == "telecom" else f"policy_{name}"
    return {
        row["clause_id"]: (row["section_title"], row["text"], ())
        for row in rows_of(DATA / f"{file}.jsonl")
    }


def _true(rows: Sequence[Row], labels: Mapping[str, Row]) -> list[str | None]:
    """Give the reference that each case should bear; None where nothing tells."""
    first = next(iter(labels.values()))
    for told in ("true_policy_ref", "policy_ref"):
        if told in first:
            return [labels[row["id"]][told] for row in rows]
    named: dict[str, Counter[str]] = defaultdict(Counter)
    kinds = [labels[row["id"]]["kind"] if labels[row["id"]]["recurring"] else None for row in rows]
    for row, kind in zip(rows, kinds, strict=True):
        if kind is not None and row.get("policy_ref"):
            named[kind][row["policy_ref"]] += 1
    return [None if kind is None else _mostly(named[kind]) for kind in kinds]


def _mostly(named: Counter[str]) -> str | None:
    """Give what more than half of a kind's cases name."""
    if not named:
        return None
    ref, count = named.most_common(1)[0]
    return ref if 2 * count > named.total() else None
