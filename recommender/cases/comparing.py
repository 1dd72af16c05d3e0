"""Earlier cases compared with a draft: by meaning, words, clause, facts and what was granted.

Meaning and words decide which cases are near enough to look at; all parts together order them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Row, select

from recommender.cases.casebase import Casebase, casebase, recheck
from recommender.cases.draft_vectors import draft_texts
from recommender.cases.likeness import Floats, same_word, shared_closeness, shared_names
from recommender.cases.wordbase import wordbase
from recommender.learning.lexical import Lexicon
from recommender.learning.ranking import largest, mix
from recommender.models.cases import Case
from recommender.models.outcomes import Outcome, OutcomeFacts
from recommender.models.policies import Clause
from recommender.storage.house import Transaction
from recommender.vocabulary import DECIDED_CASES, CaseState, Facts, OutcomeReading

DIGITS: Final = 6
"""Likenesses that agree to so many decimals are one; sums of floats say no more."""
POOL: Final = 200
"""How many of the nearest by meaning and words are compared in all parts."""


LEARNT_FROM: Final = 128
"""New cases from which the words of all are learnt anew while nobody waits."""


class Answer(Enum):
    """How a case went, as far as precedents tell apart."""

    WELL = "well"
    DECLINED = "declined"
    BADLY = "badly"
    """Approved, and then it ended badly or was revoked."""


@dataclass(frozen=True, kw_only=True)
class PrecedentQuery:
    """A draft to look up precedents for; `exclude` is a case's id, ours or its own."""

    situation: str
    resolution: str = ""
    clause_key: str | None = None
    facts: Facts = field(default_factory=dict)
    granted_action: str | None = None
    amount: float | None = None
    currency: str | None = None
    exclude: str | None = None
    top: int = 5

    @property
    def texts(self) -> dict[str, str]:
        """The texts by view, blanks left out."""
        given = {"situation": self.situation, "resolution": self.resolution}
        return {view: text for view, text in given.items() if text.strip()}

    def facts_in(self, currency: str | None) -> Facts:
        """The facts, the amount among them unless it is in another currency."""
        other = self.currency is not None and currency is not None and self.currency != currency
        return with_amount(self.facts, None if other else self.amount)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """An earlier case beside a draft; `similarity` is 0 to 1."""

    id: str
    similarity: float
    state: CaseState
    answer: Answer
    reused_from: str | None
    """The precedent that it re-used."""
    day: date
    """When it was answered."""
    decline_reason: str | None


@dataclass(frozen=True)
class Comparison:
    """The nearest cases, best first, with the draft as it was compared and the words it used."""

    draft: str
    lexicon: Lexicon
    cases: Sequence[Compared]


NOTHING: Final = Comparison("", Lexicon().fit(()), ())


def get_ready(tx: Transaction, *, whole: bool = True) -> None:
    """Bring what drafts are compared with up to the database, so that no request has to.

    Without `whole` only what is new is looked for. Call it first in its transaction.
    """
    wordbase(tx, recheck(tx) if whole else casebase(tx), LEARNT_FROM)


def compare(tx: Transaction, query: PrecedentQuery) -> Comparison:
    """Compare a draft with all decided cases; nothing without a text or an embedding."""
    base = casebase(tx)
    if not query.texts or not base.ids:
        return NOTHING
    told = draft_texts(tx, query.texts)
    vectors = {view: each.vector for view, each in told.items()}
    draft = " ".join(each.text for each in told.values())
    return _comparison(tx, base, _nearby(tx, base, vectors, draft), query)


def compare_text(tx: Transaction, text: str) -> Comparison:
    """Compare a text with the situations and resolutions of all decided cases."""
    base = casebase(tx)
    if not text.strip() or not base.ids:
        return NOTHING
    sought = draft_texts(tx, {"situation": text})["situation"]
    nearby = _nearby(tx, base, dict.fromkeys(base.views, sought.vector), sought.text)
    words = nearby.likeness.pop("words")
    nearest = {"situation": np.fmax.reduce(list(nearby.likeness.values())), "words": words}
    return _comparison(tx, base, replace(nearby, likeness=nearest), PrecedentQuery(situation=text))


@dataclass(frozen=True)
class _Nearby:
    """Places in the casebase that are looked at, and how like a draft each part of them is."""

    draft: str
    lexicon: Lexicon
    places: npt.NDArray[np.int64]
    likeness: dict[str, Floats]


def _nearby(tx: Transaction, base: Casebase, vectors: Mapping[str, Floats], draft: str) -> _Nearby:
    """Compare texts with all cases, or with the nearest by each of them and by words."""
    words = wordbase(tx, base)
    said = words.likeness(draft)
    rows = base.near(vectors, POOL)
    if not isinstance(rows, slice):
        rows = np.union1d(rows, largest(said, POOL))
    likeness = {view: base.likeness(view, vector, rows) for view, vector in vectors.items()}
    places = np.arange(len(base.ids))[rows]
    return _Nearby(draft, words.lexicon, places, likeness | {"words": said[rows]})


def _comparison(
    tx: Transaction, base: Casebase, nearby: _Nearby, query: PrecedentQuery
) -> Comparison:
    pool = largest(mix(nearby.likeness), POOL)
    found = _rows(tx, [base.ids[place] for place in nearby.places[pool]])
    kept = [
        at
        for at in pool
        if (row := found.get(base.ids[nearby.places[at]]))
        and query.exclude not in {row.id, row.source_id}
    ]
    rows = [found[base.ids[place]] for place in nearby.places[kept]]
    told = {name: values[kept] for name, values in nearby.likeness.items()}
    similarity = mix(told | _parts(query, rows))
    outcomes = _outcomes(tx, [row.id for row in rows])
    compared = [
        (-round(like, DIGITS), row.source_system, row.source_id, _compared(row, like, outcomes))
        for like, row in zip(similarity.tolist(), rows, strict=True)
    ]
    return Comparison(nearby.draft, nearby.lexicon, [one for *_, one in sorted(compared)])


def _parts(query: PrecedentQuery, rows: Sequence[Row[Any]]) -> dict[str, Floats]:
    """Compare what stands in fields."""
    parts = {
        "clause": [same_word(query.clause_key, row.clause_key) for row in rows],
        "action": [same_word(query.granted_action, row.granted_action) for row in rows],
        "fact_names": [shared_names(query.facts, row.facts) for row in rows],
        "facts": [
            shared_closeness(query.facts_in(row.currency), with_amount(row.facts, row.amount))
            for row in rows
        ],
    }
    return {name: np.array(values, dtype=np.float32) for name, values in parts.items()}


def with_amount(facts: Facts, amount: float | None) -> Facts:
    """Give facts with the amount among them."""
    return facts if amount is None else {"amount": amount, **facts}


def _rows(tx: Transaction, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """Read the cases as they stand now.

    What is no longer decided, was erased, is gone, or was confirmed as misuse is left out. The
    state is looked at here, so that the database reads these cases and not all of a state.
    """
    found = tx.session.execute(
        select(
            Case.id,
            Case.source_system,
            Case.source_id,
            Case.state,
            Case.granted_action,
            Case.amount,
            Case.currency,
            Case.facts,
            Case.precedent_id,
            Case.occurred_at,
            Case.decided_at,
            Case.decline_reason,
            Clause.key.label("clause_key"),
        )
        .join(Clause, Clause.id == Case.clause_id, isouter=True)
        .where(Case.id.in_(ids), Case.misused_at.is_(None), Case.erased_at.is_(None))
    )
    return {row.id: row for row in found if row.state in DECIDED_CASES}


def _outcomes(tx: Transaction, ids: Sequence[str]) -> dict[str, OutcomeReading]:
    reported: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in tx.session.scalars(select(Outcome).where(Outcome.case_id.in_(ids))):
        reported[outcome.case_id].append(outcome)
    return {case: OutcomeFacts.merged(each).reading for case, each in reported.items()}


def _compared(row: Row[Any], similarity: float, outcomes: Mapping[str, OutcomeReading]) -> Compared:
    moment: datetime = row.decided_at or row.occurred_at
    return Compared(
        id=row.id,
        similarity=similarity,
        state=row.state,
        answer=answer_of(row.state, outcomes.get(row.id, OutcomeReading.MISSING)),
        reused_from=row.precedent_id,
        day=moment.date(),
        decline_reason=row.decline_reason,
    )


def answer_of(state: CaseState, outcome: OutcomeReading) -> Answer:
    """Tell how a decided case went."""
    if state is CaseState.DECLINED:
        return Answer.DECLINED
    if state is CaseState.REVOKED or outcome is OutcomeReading.BAD:
        return Answer.BADLY
    return Answer.WELL
