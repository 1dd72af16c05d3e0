"""How well personal data is found in texts that someone else labelled.

`python -m tests.bench.bench_redaction` prints one JSON object with a part for each split of
tests/data/redaction_labels.jsonl. `dev` was looked at while the rules were written; `report` was
not, and its figures are published as they came out.

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
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from recommender.learning.redaction import Redactor, Span

ROOT: Final = Path(__file__).parents[2]
CASES: Final = ROOT.parent / "shared" / "data" / "telecom_cases" / "cases.jsonl"
LABELS: Final = ROOT / "tests" / "data" / "redaction_labels.jsonl"
LABELLED_TEXTS: Final = "619c5b48f42d3d2c15336bb0ad65ada127ee77944f57735e5aba8456661d7f50"
"""sha256 of the file that the offsets belong to."""

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

Rows = list[tuple[str, list[Span]]]


def texts_available() -> bool:
    """Whether the labelled texts lie beside the repository, unchanged."""
    if not CASES.is_file():
        return False
    return hashlib.sha256(CASES.read_bytes()).hexdigest() == LABELLED_TEXTS


def labelled(split: str) -> Rows:
    """The texts of a split with their labelled spans, types turned into placeholder words."""
    with CASES.open(encoding="utf-8") as lines:
        cases = {case["id"]: case for case in map(json.loads, lines)}
    with LABELS.open(encoding="utf-8") as lines:
        labels = [row for row in map(json.loads, lines) if row["split"] == split]
    return [
        (
            cases[row["id"]][row["field"]],
            [Span(s["start"], s["end"], SORT_OF_TYPE[s["type"]]) for s in row["spans"]],
        )
        for row in labels
    ]


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


def main() -> None:
    """Print the figures of both splits, or say that the texts are missing."""
    if not texts_available():
        raise SystemExit(f"The labelled texts are missing or changed: {CASES}")
    redactor = Redactor()
    print(json.dumps({s: measure(labelled(s), redactor) for s in ("dev", "report")}, indent=2))


if __name__ == "__main__":
    main()
