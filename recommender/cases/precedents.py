"""Precedents: earlier cases beside a draft, each with why it is shown and how it differs.

Approved, declined and badly ended cases stand side by side, each in a place of its own.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from recommender.access import Act
from recommender.cases.chains import chain_of
from recommender.cases.close_declines import CloseDecline, close_decline
from recommender.cases.comparing import (
    Answer,
    Compared,
    Comparison,
    PrecedentQuery,
    compare,
    compare_text,
    with_amount,
)
from recommender.cases.likeness import (
    WORDS_SAID,
    common_words,
    fact_differences,
    fact_reasons,
    own_words,
    same_word,
    why,
)
from recommender.errors import Invalid
from recommender.models.cases import Case
from recommender.models.policies import Clause, Revision
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, OutcomeReading

__all__ = [
    "Answer",
    "BadTop",
    "LookedUp",
    "Mixing",
    "Precedent",
    "PrecedentQuery",
    "Totals",
    "look_up",
    "precedents",
    "search",
    "superseded",
]

MOST: Final = 50


@dataclass(frozen=True)
class Mixing:
    """When a place goes to the nearest case that went otherwise [J]."""

    least_places: int = 3
    least_share_of_best: float = 0.6


MIXING: Final = Mixing()
LIKE: Final = 0.45
"""Likeness from which a case counts as one like it; three in four were of one kind on the tuning
sets."""


class BadTop(Invalid):
    """A number of precedents outside what is shown."""


@dataclass(frozen=True)
class Precedent:
    """An earlier case, why it is shown and how it differs; texts are redacted.

    `similarity` is 0 to 1. `superseded` tells whether its clause reads otherwise by now; None where
    it is not known what it was decided under.
    """

    case: Case
    similarity: float
    decision: CaseState
    clause_key: str | None
    why: list[str]
    differs: list[str]
    outcome: OutcomeReading
    superseded: bool | None

    @property
    def badly_ended(self) -> bool:
        """Tell whether it was approved and ended badly."""
        return self.decision is not CaseState.DECLINED and self.outcome is OutcomeReading.BAD


@dataclass(frozen=True)
class Totals:
    """How the cases like a draft were answered; the rest is of the approved.

    `csat` is the mean of the `csat_told` that customers gave. `largest` is the most that was
    granted in `currency`, which most of them are in.
    """

    approved: int
    declined: int
    badly_ended: int
    csat: float | None = None
    csat_told: int = 0
    largest: float | None = None
    currency: str | None = None


@dataclass(frozen=True)
class LookedUp:
    """All that earlier cases say of a draft; nothing is counted where nothing was compared."""

    precedents: list[Precedent]
    totals: Totals | None
    close_decline: CloseDecline | None


def precedents(tx: Transaction, query: PrecedentQuery) -> list[Precedent]:
    """Give the decided cases that are most like a draft, best first.

    Without embeddings, or without a text to compare, there are none.
    """
    return look_up(tx, query).precedents


def look_up(tx: Transaction, query: PrecedentQuery) -> LookedUp:
    """Give the precedents of a draft, how many there are like it, and a close one declined."""
    tx.actor.require(Act.LOOK_UP_PRECEDENTS)
    _require_top(query.top)
    found = compare(tx, query)
    return LookedUp(
        precedents=_explained(tx, found, mixed(found.cases, query.top), query),
        totals=_totals(found.cases) if found.cases else None,
        close_decline=close_decline(found.cases),
    )


def search(tx: Transaction, text: str, top: int = 5) -> list[Precedent]:
    """Give the decided cases whose situation or resolution is most like a text, best first."""
    tx.actor.require(Act.LOOK_UP_PRECEDENTS)
    _require_top(top)
    found = compare_text(tx, text)
    return _explained(tx, found, found.cases[:top], PrecedentQuery(situation=text))


def mixed(ranked: Sequence[Compared], top: int) -> list[Compared]:
    """Give the best, a chain of re-use once, with a place for each answer that is near enough.

    The places are taken from the last of the answer that has most.
    """
    distinct = _one_a_chain(ranked)
    shown = distinct[:top]
    if top < MIXING.least_places or not shown:
        return shown
    least = MIXING.least_share_of_best * shown[0].similarity
    for answer in Answer:
        nearest = next((case for case in distinct if case.answer is answer), None)
        if nearest is None or nearest in shown or nearest.similarity < least:
            continue
        commonest = Counter(case.answer for case in shown).most_common(1)[0][0]
        last = max(at for at, case in enumerate(shown) if case.answer is commonest)
        shown = [*shown[:last], *shown[last + 1 :], nearest]
    return sorted(shown, key=lambda case: -case.similarity)


def _one_a_chain(ranked: Sequence[Compared]) -> list[Compared]:
    """Leave out what re-used a nearer case, or the same one, and went the same way."""
    reused = {case.id: case.reused_from for case in ranked}
    seen: set[tuple[str, Answer]] = set()
    kept = []
    for case in ranked:
        first = chain_of(case.id, reused)
        if (first, case.answer) not in seen:
            seen.add((first, case.answer))
            kept.append(case)
    return kept


def superseded(tx: Transaction, case: Case) -> bool | None:
    """Tell whether the case's clause reads otherwise by now; None: its wording is not known."""
    if case.clause is None:
        return None
    then = next((one for one in case.clause.revisions if one.id == case.revision_id), None)
    then = then or case.clause.revision_at(case.occurred_at)
    return None if then is None else _changed(then, case.clause.revision_at(tx.at))


def _changed(then: Revision, now: Revision | None) -> bool:
    return now is None or (then.text, then.parameters, then.retires) != (
        now.text,
        now.parameters,
        now.retires,
    )


def _require_top(top: int) -> None:
    if not 1 <= top <= MOST:
        raise BadTop(f"{top} cases cannot be shown.", field="top", remedy=f"Ask for 1 to {MOST}.")


def _totals(cases: Sequence[Compared]) -> Totals:
    like = [case for case in cases if case.similarity >= LIKE]
    approved = [case for case in like if case.state in {CaseState.APPROVED, CaseState.IN_POLICY}]
    scores = [case.csat for case in approved if case.csat is not None]
    granted = [(case.currency, case.amount) for case in approved if case.amount is not None]
    currencies = Counter(currency for currency, _ in granted).most_common(1)
    currency = currencies[0][0] if currencies else None
    return Totals(
        approved=len(approved),
        declined=sum(case.answer is Answer.DECLINED for case in like),
        badly_ended=sum(case.answer is Answer.BADLY for case in approved),
        csat=round(fmean(scores), 1) if scores else None,
        csat_told=len(scores),
        largest=max((amount for of, amount in granted if of == currency), default=None),
        currency=currency,
    )


def _explained(
    tx: Transaction, found: Comparison, chosen: Sequence[Compared], query: PrecedentQuery
) -> list[Precedent]:
    """Read the chosen cases whole, and say why each is shown and how it differs."""
    asked = (
        select(Case)
        .where(Case.id.in_([one.id for one in chosen]))
        .options(
            selectinload(Case.clause).selectinload(Clause.revisions), selectinload(Case.outcomes)
        )
    )
    cases = {case.id: case for case in tx.session.scalars(asked)}
    return [_precedent(tx, found, cases[one.id], one.similarity, query) for one in chosen]


def _precedent(
    tx: Transaction, found: Comparison, case: Case, similarity: float, query: PrecedentQuery
) -> Precedent:
    key = None if case.clause is None else case.clause.key
    ours, theirs = query.facts_in(case.currency), with_amount(case.facts, case.amount)
    text = f"{case.situation} {case.resolution or ''}"
    common = common_words(found.draft, text, found.lexicon.rarity_)
    return Precedent(
        case=case,
        similarity=similarity,
        decision=case.state,
        clause_key=key,
        why=why(key if key == query.clause_key else None, fact_reasons(ours, theirs), common),
        differs=[
            *_other_words("clause", query.clause_key, key),
            *fact_differences(ours, theirs),
            *_other_words("granted", query.granted_action, case.granted_action),
            *_own(own_words(found.draft, text, found.lexicon.rarity_, found.lexicon.once_)),
        ],
        outcome=case.outcome.reading,
        superseded=superseded(tx, case),
    )


def _other_words(label: str, ours: str | None, theirs: str | None) -> list[str]:
    return [f"{label}: {theirs}, yours {ours}"] if same_word(ours, theirs) == 0 else []


def _own(words: Sequence[str]) -> list[str]:
    return [f"only there: {', '.join(words[:WORDS_SAID])}"] if words else []
