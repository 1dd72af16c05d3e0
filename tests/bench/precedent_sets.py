"""Decided cases with their truth, to rank precedents on: likenesses of every pair, part by part.

A case is relevant to another by 2 if both are of one kind, by 1 if both truly belong to one clause
and went the same way, else by 0. Asked are the cases of a kind that has others.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.cases.comparing import Answer, answer_of, with_amount
from recommender.cases.likeness import Floats, same_word, shared_closeness, shared_names
from recommender.learning.evaluation import truth_from_labels
from recommender.learning.lexical import Lexicon
from recommender.models.outcomes import OutcomeFacts
from recommender.vocabulary import CaseState
from tests.bench import sets
from tests.bench.sets import FIELDS, SHOP, TUNING_AT, WRITTEN, Row, files_of, rows_of
from tests.bench.vectors import builtin

TUNING: Final = ("hotel", "energy", "library", "stream_shop")
"""What the weights of learning/ranking.py were found on."""
REPORTED: Final = ("telecom", "stream_insurance")
DECIDED: Final = {"approved": CaseState.APPROVED, "rejected": CaseState.DECLINED,
                  "declined": CaseState.DECLINED}  # fmt: skip
TEXTS: Final = ("situation", "resolution", "words")
ENOUGH: Final = 20
"""Cases that lie before a case which is asked about as time goes by."""

Booleans = npt.NDArray[np.bool_]
Pairs = Mapping[str, Floats]


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """A set laid out for ranking; arrays of pairs have shape (n, n), the row asks."""

    name: str
    parts: Pairs
    gain: npt.NDArray[np.float64]
    same_kind: Booleans
    answers: Sequence[Answer]
    moments: npt.NDArray[np.float64]
    asked: Sequence[int]

    @property
    def title(self) -> str:
        """The name as tables show it: with a star where the weights were found on it."""
        return f"{self.name}{'*' if self.name in {SHOP, *TUNING} else ''}"

    def told(self, mode: str) -> Pairs:
        """The parts of a draft with all its fields, or with its texts alone."""
        return {k: v for k, v in self.parts.items() if mode == FIELDS or k in TEXTS}

    def candidates(self, row: int, *, forward: bool) -> npt.NDArray[np.intp]:
        """The cases that could be shown: all others, or those that had happened by then."""
        others = np.arange(len(self.answers)) != row
        if forward:
            others &= self.moments < self.moments[row]
        return np.flatnonzero(others)

    def questions(self, *, forward: bool) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
        """Each case that is asked about, with what could be shown, where something is right."""
        for row in self.asked:
            could = self.candidates(row, forward=forward)
            if self.same_kind[row][could].any() and (not forward or len(could) >= ENOUGH):
                yield row, could


@cache
def ranked(name: str) -> Ranked:
    """Lay a set out, embedded once on this machine."""
    rows, kinds, clauses = _rows(name)
    recurring = Counter(kind for kind in kinds if kind is not None)
    known = [kind if kind is not None and recurring[kind] > 1 else None for kind in kinds]
    answers = [_answer(row) for row in rows]
    same_kind = _pairs(known, lambda a, b: a is not None and a == b).astype(bool)
    alike = _pairs(
        list(zip(clauses, answers, strict=True)), lambda a, b: a[0] is not None and a == b
    )
    np.fill_diagonal(same_kind, val=False)
    return Ranked(
        name=name,
        parts=_parts(rows),
        gain=np.where(same_kind, 2.0, alike.astype(float)),
        same_kind=same_kind,
        answers=answers,
        moments=np.array([_moment(row) for row in rows]),
        asked=[row for row, kind in enumerate(known) if kind is not None],
    )


def _rows(name: str) -> tuple[list[Row], list[str | None], list[str | None]]:
    """Read decided cases as they are given, with their kinds and the clauses they truly bend."""
    if name in WRITTEN:
        rows: list[Row] = list(rows_of(TUNING_AT / f"{name}.jsonl.gz"))
        worn: list[Row] = [{**row, "status": "approved"} for row in sets._worn(rows)]
        return worn, [row["kind"] for row in rows], [row["policy_ref"] for row in rows]
    cases, labels = files_of(name)
    rows = [row for row in rows_of(cases) if row["status"] in DECIDED]
    truth = truth_from_labels(rows_of(labels))
    kinds = [truth.get(row["id"]) for row in rows]
    told = {label["id"]: label.get("true_policy_ref") for label in rows_of(labels)}
    usual = _usual_clauses(rows, kinds)
    clauses = [
        told.get(row["id"]) or usual.get(kind) or row.get("policy_ref")
        for row, kind in zip(rows, kinds, strict=True)
    ]
    return rows, kinds, clauses


def _usual_clauses(
    rows: Sequence[Row], kinds: Sequence[str | None]
) -> dict[str | None, str | None]:
    """Take the clause that most cases of a kind name for its true one."""
    named: dict[str | None, Counter[str]] = {}
    for row, kind in zip(rows, kinds, strict=True):
        if kind is not None and row.get("policy_ref"):
            named.setdefault(kind, Counter())[row["policy_ref"]] += 1
    return {kind: counts.most_common(1)[0][0] for kind, counts in named.items()}


def _answer(row: Row) -> Answer:
    reported = row.get("outcome") or {}
    outcome = OutcomeFacts(**{key: reported.get(key) for key in ("csat", "complaint", "retained")})
    return answer_of(DECIDED[row["status"]], outcome.reading)


def _moment(row: Row) -> float:
    moment = sets._moment(row)
    return 0.0 if moment is None else moment.timestamp()


def _parts(rows: Sequence[Row]) -> Pairs:
    facts = [dict(row.get("facts") or {}) for row in rows]
    amounts = [row.get("amount") for row in rows]
    full = [with_amount(one, amount) for one, amount in zip(facts, amounts, strict=True)]
    texts = [f"{row['situation']} {row.get('resolution') or ''}" for row in rows]
    lexicon = Lexicon().fit(texts)
    parts = {
        "situation": _cosines([row.get("situation") for row in rows]),
        "resolution": _cosines([row.get("resolution") for row in rows]),
        "words": np.stack([lexicon.scores(text) for text in texts]),
        "clause": _pairs([row.get("policy_ref") for row in rows], same_word),
        "action": _pairs([row.get("granted_action") for row in rows], same_word),
        "fact_names": _pairs(facts, shared_names),
        "facts": _pairs(full, shared_closeness),
    }
    return {name: values for name, values in parts.items() if not np.isnan(values).all()}


def _cosines(texts: Sequence[str | None]) -> Floats:
    present = [place for place, text in enumerate(texts) if text]
    whole = np.full((len(texts), len(texts)), np.nan, dtype=np.float32)
    if present:
        vectors = builtin().encode_documents([text for text in texts if text])
        whole[np.ix_(present, present)] = np.maximum(vectors @ vectors.T, 0)
    return whole


def _pairs(values: Sequence[Any], compare: Callable[[Any, Any], float]) -> Floats:
    return np.array([[compare(one, other) for other in values] for one in values], np.float32)
