"""Earlier cases compared with a draft: by meaning, words, clause, facts and what was granted.

Meaning and words decide which cases are near enough to look at; all parts together order them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, Self

import numpy as np
from sqlalchemy import Row, select

from recommender.cases.casebase import Casebase, casebase, recheck
from recommender.cases.draft_vectors import draft_texts
from recommender.cases.likeness import Floats, same_word, shared_closeness, shared_names
from recommender.cases.outcomes import outcomes_of
from recommender.cases.wishes import Wish
from recommender.cases.wordbase import wordbase
from recommender.learning.lexical import Lexicon
from recommender.learning.nearest import Rows
from recommender.learning.ranking import largest, mix
from recommender.models.cases import Case
from recommender.models.outcomes import OutcomeFacts
from recommender.models.policies import Clause
from recommender.storage.house import Transaction
from recommender.vocabulary import DECIDED_CASES, CaseState, Facts, OutcomeReading

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

    @classmethod
    def of(cls, wish: Wish, top: int = 5) -> Self:
        """Ask with what a wish says, as far as it is typed."""
        return cls(
            situation=wish.situation,
            resolution=wish.resolution,
            clause_key=wish.clause_key,
            facts=wish.facts,
            granted_action=wish.granted_action,
            amount=wish.amount,
            currency=wish.currency,
            top=top,
        )

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
    amount: float | None = None
    currency: str | None = None
    csat: int | None = None


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
    vectors = dict.fromkeys(base.views, sought.vector)
    nearby = _nearby(tx, base, vectors, sought.text, in_any_view=True)
    return _comparison(tx, base, nearby, PrecedentQuery(situation=text))


@dataclass(frozen=True)
class _Nearby:
    """The places in the casebase that are looked at, and how like a draft each part is there."""

    draft: str
    lexicon: Lexicon
    places: Rows
    likeness: Mapping[str, Floats]


def _nearby(
    tx: Transaction,
    base: Casebase,
    vectors: Mapping[str, Floats],
    draft: str,
    *,
    in_any_view: bool = False,
) -> _Nearby:
    """Choose the cases nearest by meaning and words: of all, or of the nearest by each."""
    words = wordbase(tx, base)
    said = words.likeness(draft)
    rows = base.near(vectors, POOL)
    if not isinstance(rows, slice):
        rows = np.union1d(rows, largest(said, POOL))

    def likeness(of: Rows | slice) -> dict[str, Floats]:
        told = {view: base.likeness(view, vector, of) for view, vector in vectors.items()}
        if in_any_view:
            told = {"situation": np.fmax.reduce(list(told.values()))}
        return told | {"words": said[of]}

    pool = np.arange(len(base.ids))[rows][largest(mix(likeness(rows)), POOL)]
    return _Nearby(draft, words.lexicon, pool, likeness(pool))


def _comparison(
    tx: Transaction, base: Casebase, nearby: _Nearby, query: PrecedentQuery
) -> Comparison:
    found = _rows(tx, [base.ids[place] for place in nearby.places])
    kept = [
        at
        for at, place in enumerate(nearby.places)
        if (row := found.get(base.ids[place])) and query.exclude not in {row.id, row.source_id}
    ]
    rows = [found[base.ids[place]] for place in nearby.places[kept]]
    told = {name: values[kept] for name, values in nearby.likeness.items()}
    similarity = mix(told | _parts(query, rows))
    outcomes = outcomes_of(tx.session, [row.id for row in rows])
    compared = [
        (-like, row.source_system, row.source_id, _compared(row, like, outcomes))
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


def _compared(row: Row[Any], similarity: float, outcomes: Mapping[str, OutcomeFacts]) -> Compared:
    moment: datetime = row.decided_at or row.occurred_at
    outcome = outcomes.get(row.id, OutcomeFacts())
    return Compared(
        id=row.id,
        similarity=similarity,
        state=row.state,
        answer=answer_of(row.state, outcome.reading),
        reused_from=row.precedent_id,
        day=moment.date(),
        decline_reason=row.decline_reason,
        amount=row.amount,
        currency=row.currency,
        csat=outcome.csat,
    )


def answer_of(state: CaseState, outcome: OutcomeReading) -> Answer:
    """Tell how a decided case went."""
    if state is CaseState.DECLINED:
        return Answer.DECLINED
    if state is CaseState.REVOKED or outcome is OutcomeReading.BAD:
        return Answer.BADLY
    return Answer.WELL
