"""How well personal data is found in texts that someone else labelled.

`python -m tests.bench.bench_redaction [dev|report|demo]` prints one JSON object: for each split,
each of the label sets of tests/data/README.md by itself, and all sets of the second labelling
together; and the demo world, whose personal data were invented before its texts were written.
`dev` was looked at while the rules were written; `report` was not, and its figures are published as
they came out.

The rule, in characters of the raw text:
- A labelled span is *hidden* when more than half of its characters lie in replaced spans of
  whatever sort, *named* when more than half lie in replaced spans of the matching sort. Recall is
  the share of labelled spans that are hidden.
- A replaced span is *right* when more than half of its characters lie in labelled spans of
  whatever type. Precision is the share of replaced spans that are right, grouped by the sort that
  was replaced; a sort that has no label type (an organisation's own) would count as wrong.
Each rate comes with its 95 % Wilson interval and is null where there is nothing to count.
"""

import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from recommender.learning.redaction import Redactor, Span

ROOT: Final = Path(__file__).parents[2]
TEXTS: Final = ROOT.parent / "shared" / "data"
LABELS: Final = ROOT / "tests" / "data"
SPLITS: Final = ("dev", "report")
DEMO: Final = "demo"


@dataclass(frozen=True)
class Source:
    """A file of texts, known by its SHA-256, and how the ids of its rows begin."""

    file: str
    sha256: str
    prefix: str

    @property
    def path(self) -> Path:
        """Where it lies, beside the repository."""
        return TEXTS / self.file

    @property
    def available(self) -> bool:
        """Whether it is there, unchanged: offsets into another file mean nothing."""
        if not self.path.is_file():
            return False
        return hashlib.sha256(self.path.read_bytes()).hexdigest() == self.sha256


TELECOM: Final = Source(
    "telecom_cases/cases.jsonl",
    "619c5b48f42d3d2c15336bb0ad65ada127ee77944f57735e5aba8456661d7f50",
    "T",
)
RETAIL: Final = Source(
    "retail_requests.jsonl",
    "89b0d1af560fb87fd4411d106f4cc23e5831d3614ca0f571568dc180542e3e14",
    "RET",
)
INSURANCE: Final = Source(
    "stream_insurance.jsonl",
    "0706542a0cb9a78bda4bcf5147942b698c78bbfa4fffd387d531fb6e6dd398ef",
    "INS",
)


@dataclass(frozen=True)
class LabelSet:
    """Labels of one reading of one source."""

    labels: str
    source: Source


FIRST: Final = "redaction_labels.jsonl"
SECOND: Final = "redaction_labels_2.jsonl"
SETS: Final = {
    "telecom, first labelling": LabelSet(FIRST, TELECOM),
    "telecom": LabelSet(SECOND, TELECOM),
    "retail": LabelSet(SECOND, RETAIL),
    "insurance": LabelSet(SECOND, INSURANCE),
}

SORT_OF_TYPE: Final = {
    "PERSON": "name",
    "EMAIL": "e-mail",
    "PHONE": "phone",
    "CARD": "card",
    "ACCOUNT": "reference",
    "ADDRESS": "address",
    "DOB": "birth date",
    "OTHER_ID": "id",
}

Row = dict[str, Any]
Rows = list[tuple[str, list[Span]]]


def texts_available() -> bool:
    """Whether all labelled texts lie beside the repository, unchanged."""
    return all(label_set.source.available for label_set in SETS.values())


def labelled(label_set: LabelSet, split: str) -> Rows:
    """The texts of a split with their labelled spans, types turned into placeholder words."""
    prefix = label_set.source.prefix
    return [
        (text, spans)
        for row, text, spans in _read(label_set.source.path, LABELS / label_set.labels, prefix)
        if row["split"] == split
    ]


def demo_world() -> Rows:
    """The demo's texts with the personal data that were placed in them."""
    world = ROOT / "recommender" / "demo" / "world" / "cases.jsonl"
    return [(text, spans) for _, text, spans in _read(world, LABELS / "demo_personal.jsonl", "AF")]


def _read(texts: Path, labels: Path, prefix: str) -> Iterator[tuple[Row, str, list[Span]]]:
    """Give the label rows of cases whose ids begin so, with the text and the spans of each."""
    with texts.open(encoding="utf-8") as lines:
        cases = {case["id"]: case for case in map(json.loads, lines)}
    with labels.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["id"].startswith(prefix):
                spans = [Span(s["start"], s["end"], SORT_OF_TYPE[s["type"]]) for s in row["spans"]]
                yield row, cases[row["id"]][row["field"]], spans


def measure(rows: Rows, redactor: Redactor) -> dict[str, object]:
    """Recall, precision and speed of a redactor on labelled texts, overall and by sort."""
    redactor.warm()
    redactor.redact("07700 900461, 4111 1111 1111 1111")
    labels: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    named: Counter[str] = Counter()
    replaced: Counter[str] = Counter()
    right: Counter[str] = Counter()
    seconds = 0.0
    for text, truth in rows:
        began = time.process_time()
        spans = redactor.redact(text).spans
        seconds += time.process_time() - began
        for label in truth:
            same = [span for span in spans if span.kind == label.kind]
            labels[label.kind] += 1
            hidden[label.kind] += _mostly_within(label, spans)
            named[label.kind] += _mostly_within(label, same)
        for span in spans:
            replaced[span.kind] += 1
            right[span.kind] += _mostly_within(span, truth)
    return {
        "texts": len(rows),
        "labelled": labels.total(),
        "replaced": replaced.total(),
        "cpu_ms_a_text": round(1000 * seconds / max(1, len(rows)), 3),
        "recall": _rate(hidden.total(), labels.total()),
        "recall_right_sort": _rate(named.total(), labels.total()),
        "precision": _rate(right.total(), replaced.total()),
        "by_sort": {
            sort: {
                "recall": _rate(hidden[sort], labels[sort]),
                "precision": _rate(right[sort], replaced[sort]),
            }
            for sort in SORT_OF_TYPE.values()
        },
    }


def _mostly_within(span: Span, others: Iterable[Span]) -> bool:
    inside = {at for other in others for at in range(other.start, other.end)}
    covered = sum(at in inside for at in range(span.start, span.end))
    return 2 * covered > span.end - span.start


def _rate(good: int, of: int) -> dict[str, float | int | None]:
    """A share with its 95 % Wilson interval."""
    if of == 0:
        return {"of": 0, "good": 0, "rate": None, "low": None, "high": None}
    z = 1.959964
    share = good / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    return {
        "of": of,
        "good": good,
        "rate": round(share, 3),
        "low": round(middle - half, 3),
        "high": round(min(1.0, middle + half), 3),
    }


def figures(split: str, redactor: Redactor) -> dict[str, object]:
    """The figures of one split: each label set, and all sets of the second labelling."""
    rows = {name: labelled(label_set, split) for name, label_set in SETS.items()}
    second = [row for name, of in rows.items() if SETS[name].labels == SECOND for row in of]
    return {name: measure(of, redactor) for name, of in (*rows.items(), ("second, all", second))}


def main(arguments: Sequence[str]) -> None:
    """Print the figures of the splits asked for, of all unless said."""
    asked = arguments or (*SPLITS, DEMO)
    if not texts_available() and set(asked) != {DEMO}:
        raise SystemExit(f"The labelled texts are missing or changed: {TEXTS}")
    redactor = Redactor()
    found = {
        split: measure(demo_world(), redactor) if split == DEMO else figures(split, redactor)
        for split in asked
    }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
