"""Precedents: earlier cases beside a draft, each with the reason why it is shown.

Text decides which cases are near enough to look at; clause and facts then order them. Approved,
declined and badly ended cases stand side by side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from recommender.access import Act
from recommender.cases.casebase import Casebase, casebase
from recommender.cases.likeness import (
    Floats,
    blend,
    fact_reasons,
    shared_closeness,
    why,
    word_reasons,
)
from recommender.cases.proposals import redacted
from recommender.errors import Invalid
from recommender.models.cases import Case
from recommender.storage.house import Transaction
from recommender.vocabulary import DECIDED_CASES, CaseState, Facts, OutcomeReading

MOST: Final = 50
POOL: Final = 200
"""How many of the nearest texts are compared by clause and facts too."""


@dataclass(frozen=True)
class Mixing:
    """When the last place goes to the nearest case that was answered otherwise [J]."""

    least_places: int = 3
    least_share_of_best: float = 0.6


MIXING: Final = Mixing()


class BadTop(Invalid):
    """A number of precedents outside what is shown."""


@dataclass(frozen=True, kw_only=True)
class PrecedentQuery:
    """A draft to look up precedents for; `exclude` is a case's id, ours or its own."""

    situation: str
    resolution: str = ""
    clause_key: str | None = None
    facts: Facts = field(default_factory=dict)
    exclude: str | None = None
    top: int = 5

    @property
    def texts(self) -> dict[str, str]:
        """The texts by view, blanks left out."""
        given = {"situation": self.situation, "resolution": self.resolution}
        return {view: text for view, text in given.items() if text.strip()}


@dataclass(frozen=True)
class Precedent:
    """An earlier case and why it is shown; `similarity` is 0 to 1, texts are redacted."""

    case: Case
    similarity: float
    decision: CaseState
    clause_key: str | None
    why: list[str]
    outcome: OutcomeReading

    @property
    def went_well(self) -> bool:
        """Tell whether it was allowed and, as far as is known, did not end badly."""
        allowed = self.decision in {CaseState.APPROVED, CaseState.IN_POLICY}
        return allowed and self.outcome is not OutcomeReading.BAD


def precedents(tx: Transaction, query: PrecedentQuery) -> list[Precedent]:
    """Give the decided cases that are most like a draft, best first.

    Without embeddings, or without a text to compare, there are none.
    """
    tx.actor.require(Act.LOOK_UP_PRECEDENTS)
    _require_top(query.top)
    texts = {view: redacted(tx, text) for view, text in query.texts.items()}
    base = casebase(tx)
    if not texts or not base.ids:
        return []
    encoded = tx.house.encoder.encode_queries(list(texts.values()))
    likeness = {
        view: base.likeness(view, vector) for view, vector in zip(texts, encoded, strict=True)
    }
    ranked = _ranked(tx, base, likeness, query, " ".join(texts.values()))
    return _mixed(ranked, query.top)


def search(tx: Transaction, text: str, top: int = 5) -> list[Precedent]:
    """Give the decided cases whose situation or resolution is most like a text, best first."""
    tx.actor.require(Act.LOOK_UP_PRECEDENTS)
    _require_top(top)
    base = casebase(tx)
    if not text.strip() or not base.ids:
        return []
    sought = redacted(tx, text)
    vector = tx.house.encoder.encode_queries([sought])[0]
    nearest = np.fmax.reduce([base.likeness(view, vector) for view in base.views])
    return _ranked(tx, base, {"situation": nearest}, PrecedentQuery(situation=text), sought)[:top]


def _require_top(top: int) -> None:
    if not 1 <= top <= MOST:
        raise BadTop(f"{top} cases cannot be shown.", field="top", remedy=f"Ask for 1 to {MOST}.")


def _ranked(
    tx: Transaction,
    base: Casebase,
    likeness: Mapping[str, Floats],
    query: PrecedentQuery,
    draft: str,
) -> list[Precedent]:
    """Compare the cases with the nearest texts by clause and facts too, and say why."""
    pool = np.argsort(-blend(likeness), kind="stable")[:POOL]
    present = _cases(tx, [base.ids[row] for row in pool])
    rows = [
        row for row in pool if (case := present.get(base.ids[row])) and not _excluded(query, case)
    ]
    cases = [present[base.ids[row]] for row in rows]
    facts = [_facts(case) for case in cases]
    similarity = blend(
        {view: values[rows] for view, values in likeness.items()}
        | {
            "clause": _floats([_clause_likeness(query, case) for case in cases]),
            "facts": _floats([shared_closeness(query.facts, theirs) for theirs in facts]),
        }
    )
    words = word_reasons(draft, [f"{case.situation} {case.resolution or ''}" for case in cases])
    return [
        _shown(
            cases[place],
            float(similarity[place]),
            query,
            fact_reasons(query.facts, facts[place]),
            words[place],
        )
        for place in np.argsort(-similarity, kind="stable")
    ]


def _cases(tx: Transaction, ids: Sequence[str]) -> dict[str, Case]:
    """Give the cases as they stand now; what is no longer decided, or is gone, is left out."""
    found = tx.session.scalars(
        select(Case)
        .where(Case.id.in_(ids), Case.state.in_(DECIDED_CASES))
        .options(joinedload(Case.clause), selectinload(Case.outcomes))
    )
    return {case.id: case for case in found}


def _excluded(query: PrecedentQuery, case: Case) -> bool:
    return query.exclude in {case.id, case.source_id}


def _facts(case: Case) -> Facts:
    """Give a case's facts, the amount among them."""
    return case.facts if case.amount is None else {"amount": case.amount} | case.facts


def _clause_likeness(query: PrecedentQuery, case: Case) -> float:
    if query.clause_key is None or case.clause is None:
        return float("nan")
    return float(case.clause.key == query.clause_key)


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float32)


def _shown(
    case: Case, similarity: float, query: PrecedentQuery, facts: list[str], words: list[str]
) -> Precedent:
    key = None if case.clause is None else case.clause.key
    return Precedent(
        case=case,
        similarity=similarity,
        decision=case.state,
        clause_key=key,
        why=why(key if key == query.clause_key else None, facts, words),
        outcome=case.outcome.reading,
    )


def _mixed(ranked: Sequence[Precedent], top: int) -> list[Precedent]:
    """Give the best, the last place kept for the nearest that went otherwise if all went alike."""
    best = list(ranked[:top])
    if top < MIXING.least_places or len({one.went_well for one in best}) != 1:
        return best
    least = MIXING.least_share_of_best * best[0].similarity
    otherwise = (
        one
        for one in ranked[top:]
        if one.went_well is not best[0].went_well and one.similarity >= least
    )
    return [*best[:-1], next(otherwise, best[-1])]
