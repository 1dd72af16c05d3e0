"""Which typed facts a proposal should carry, and which of them its texts already state."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, and_, func, select

from recommender.access import Act
from recommender.models.cases import Case
from recommender.policies.library import clause_by_key
from recommender.policies.syntax.markup import read_parameters
from recommender.storage.house import House, Transaction
from recommender.vocabulary import DECIDED_CASES, Facts, FieldSource

if TYPE_CHECKING:
    from recommender.learning.fact_reader import FactReader, ReadFact

ASKED_FROM: Final = 0.2
"""Share of a clause's cases that carry a fact, from which it is asked for."""
_LOOKED_FOR_FROM: Final = 3
"""Cases of a clause that carry a fact, from which it is looked for in texts."""
_LEARNT_FROM: Final = 1000
"""The newest decided cases with facts, so many of them."""
_GROWN: Final = 1.1
"""Times as many cases, from which it is learnt anew."""


@dataclass(frozen=True, eq=False)
class _Known:
    """What decided cases teach about facts."""

    cases: int
    reader: "FactReader"
    carried: Mapping[str, Counter[str]] = field(default_factory=dict)
    """Clause id -> how many of its cases carry each fact."""
    per_clause: Counter[str] = field(default_factory=Counter)

    def asked(self, clause_id: str) -> list[str]:
        """Facts that many cases of a clause carry, the most usual first."""
        enough = ASKED_FROM * self.per_clause[clause_id]
        return [name for name, times in self._of(clause_id).most_common() if times > enough]

    def looked_for(self, clause_id: str) -> list[str]:
        """Facts that some cases of a clause carry."""
        return [name for name, n in self._of(clause_id).items() if n >= _LOOKED_FOR_FROM]

    def _of(self, clause_id: str) -> Counter[str]:
        return self.carried.get(clause_id, Counter())


_KEPT: "WeakKeyDictionary[House, _Known]" = WeakKeyDictionary()


def asked_facts(tx: Transaction, clause_key: str | None) -> list[str]:
    """Name the facts that a clause asks for: its typed limits', then those its cases carry."""
    tx.actor.require(Act.FILE)
    limits, clause_id = _limits(tx, clause_key)
    if clause_id is None:
        return []
    return list(dict.fromkeys([*limits, *_known(tx).asked(clause_id)]))


def read_facts(
    tx: Transaction, texts: Mapping[str, str], clause_key: str | None
) -> "list[ReadFact]":
    """Read from a draft's texts (view -> text) the numeric facts that a clause asks for.

    They are guesses: a fact is one when the agent has confirmed it.
    """
    sought = looked_for(tx, clause_key)
    return _known(tx).reader.read(texts, sought) if sought else []


def looked_for(tx: Transaction, clause_key: str | None) -> list[str]:
    """Name the facts that are looked for in the texts of a draft under a clause."""
    tx.actor.require(Act.FILE)
    limits, clause_id = _limits(tx, clause_key)
    if clause_id is None:
        return []
    return sorted({*limits, *_known(tx).looked_for(clause_id)})


def learn_facts(tx: Transaction) -> None:
    """Learn at first, and anew once a tenth more cases teach, or fewer; it lives in memory."""
    kept = _KEPT.get(tx.house)
    if kept is None or not kept.cases <= _teaching(tx) <= _GROWN * kept.cases:
        _KEPT[tx.house] = _learnt(tx)


def _limits(tx: Transaction, clause_key: str | None) -> tuple[list[str], str | None]:
    clause = None if clause_key is None else clause_by_key(tx, clause_key)
    revision = None if clause is None else clause.revision_at(tx.at)
    if clause is None or revision is None:
        return [], None
    return [one.fact for one in read_parameters(revision.markup)], clause.id


def _known(tx: Transaction) -> _Known:
    if tx.house not in _KEPT:
        _KEPT[tx.house] = _learnt(tx)
    return _KEPT[tx.house]


def _learnt(tx: Transaction) -> _Known:
    from recommender.learning.fact_reader import FactReader

    known = _Known(_teaching(tx), FactReader(), defaultdict(Counter))
    texts, facts, clauses = [], [], []
    rows = tx.session.execute(
        select(Case.situation, Case.resolution, Case.facts, Case.provenance, Case.clause_id)
        .where(_teaches())
        .order_by(Case.occurred_at.desc(), Case.source_system, Case.source_id)
        .limit(_LEARNT_FROM)
    )
    for situation, resolution, typed, provenance, clause_id in rows:
        own = _own(typed, provenance)
        if clause_id is not None:
            known.per_clause[clause_id] += 1
            known.carried[clause_id].update(own.keys())
        texts.append({"situation": situation, "resolution": resolution or ""})
        facts.append(own)
        clauses.append(clause_id)
    asked = [[] if clause is None else known.looked_for(clause) for clause in clauses]
    known.reader.fit(texts, facts, asked)
    return known


def _own(facts: Facts, provenance: Mapping[str, str]) -> Facts:
    """Facts that people or systems stated themselves: a guess never teaches the next guess."""
    whole = provenance.get("facts")
    return {
        name: value
        for name, value in facts.items()
        if provenance.get(f"facts.{name}", whole) not in (FieldSource.SUGGESTED, FieldSource.REUSED)
    }


def _teaching(tx: Transaction) -> int:
    return tx.session.scalar(select(func.count()).select_from(Case).where(_teaches())) or 0


def _teaches() -> ColumnElement[bool]:
    """Give the condition of a decided case that still holds its texts and was not misused."""
    return and_(Case.state.in_(DECIDED_CASES), Case.erased_at.is_(None), Case.misused_at.is_(None))
