"""The clauses that a draft most likely means, learnt from decided cases and from the handbook."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import selectinload

from recommender.access import Act
from recommender.cases.casebase import Casebase, Stamp, casebase
from recommender.cases.draft_vectors import draft_texts
from recommender.cases.likeness import Floats
from recommender.cases.wishes import Wish
from recommender.models.cases import Case
from recommender.models.policies import Clause, Revision
from recommender.policies.syntax.markup import read_parameters
from recommender.storage.house import House, Transaction
from recommender.vocabulary import DECIDED_CASES, FieldSource

if TYPE_CHECKING:
    from recommender.learning.clause_guess import ClauseGuesser, Telling

LEARNT_FROM: Final = 5000
"""The newest decided cases that name a clause or a section, so many of them."""
REUSED_WEIGHT: Final = 0.5
"""What a clause taken over from a precedent teaches, against one that was typed [J]."""
CLEARLY: Final = 0.5
"""How likely a clause is meant, from which it is taken for meant though nobody named it [J]."""

BookStamp = tuple[int, int, datetime | None]


@dataclass(frozen=True)
class LikelyClause:
    """A clause that may be meant; `likely` is 0 to 1, over all clauses 1 together.

    `from_cases` tells how many cases taught it, None: the handbook's words alone speak.
    """

    key: str
    text: str
    likely: float
    from_cases: int | None


@dataclass(frozen=True, kw_only=True)
class _Learnt:
    """What was learnt, and from which handbook and which cases."""

    book: tuple[str, BookStamp]
    """By which encoder, and which state of the handbook."""
    cases: Stamp
    guesser: "ClauseGuesser"
    texts: Mapping[str, str]
    """Key of each clause in force -> its wording."""
    vectors: Mapping[str, Floats]
    """What was embedded of the handbook."""


_KEPT: "WeakKeyDictionary[House, _Learnt]" = WeakKeyDictionary()
_LEARNING: Final = Lock()
"""Of many who ask at once, one learns."""


def likely_clauses(tx: Transaction, wish: Wish, top: int = 3) -> list[LikelyClause]:
    """Give the clauses in force that a draft most likely means, the likeliest first.

    Without a situation there are none. Cases that were decided since `learn_clauses` teach nothing
    yet.
    """
    tx.actor.require(Act.FILE)
    if not wish.situation.strip():
        return []
    learnt = _learnt(tx)
    told = draft_texts(tx, {"situation": wish.situation, "resolution": wish.resolution})
    telling = _telling(
        [one.text for one in told.values()], wish.facts, wish.granted_action, wish.product
    )
    guesses = learnt.guesser.rank({view: one.vector for view, one in told.items()}, telling)
    return [
        LikelyClause(one.key, learnt.texts[one.key], one.likely, one.from_cases or None)
        for one in guesses[:top]
    ]


def learn_clauses(tx: Transaction) -> None:
    """Learn anew if cases were decided or the handbook has changed; it lives in memory alone."""
    tx.actor.require(Act.DISCOVER)
    _learnt(tx, from_all=True)


def _learnt(tx: Transaction, *, from_all: bool = False) -> _Learnt:
    base = casebase(tx)
    book = (tx.house.encoder.fingerprint, _book_stamp(tx))
    with _LEARNING:
        kept = _KEPT.get(tx.house)
        old = kept is None or kept.book != book or (from_all and kept.cases != base.stamp)
        if kept is None or old:
            kept = _learn(tx, base, book, kept)
            _KEPT[tx.house] = kept
    return kept


def _book_stamp(tx: Transaction) -> BookStamp:
    """Tell one state of the handbook from another: wordings, those in force, the newest."""
    in_force = or_(Revision.effective_from.is_(None), Revision.effective_from <= tx.at)
    asked = select(func.count(), func.count().filter(in_force), func.max(Revision.created_at))
    count, live, newest = tx.session.execute(asked.select_from(Revision)).one()
    return count, live, newest


def _learn(
    tx: Transaction, base: Casebase, stamp: tuple[str, BookStamp], before: _Learnt | None
) -> _Learnt:
    from recommender.learning.clause_guess import Book, ClauseGuesser

    live = _in_force(tx)
    texts = [f"{clause.section_title} {revision.text}".strip() for clause, revision in live]
    known = before.vectors if before is not None and before.book[0] == stamp[0] else {}
    vectors = _embedded(tx, texts, known)
    book = Book(
        keys=[clause.key for clause, _ in live],
        texts=texts,
        vectors=np.array([vectors[text] for text in texts], dtype=np.float32),
        facts=[[one.fact for one in read_parameters(one.markup)] for _, one in live],
    )
    cases = [case for case in _teaching(tx) if case.id in base.place]
    rows = [base.place[case.id] for case in cases]
    nothing = np.empty((0, tx.house.encoder.dimensions), dtype=np.float32)
    guesser = ClauseGuesser().fit(
        {view: whole[rows] if rows else nothing for view, whole in base.views.items()},
        [_told(case) for case in cases],
        _shares(cases, [clause for clause, _ in live]),
        book,
    )
    return _Learnt(
        book=stamp,
        cases=base.stamp,
        guesser=guesser,
        texts={clause.key: revision.text for clause, revision in live},
        vectors=vectors,
    )


def _in_force(tx: Transaction) -> list[tuple[Clause, Revision]]:
    """Give the clauses that apply now, each with its wording."""
    clauses = tx.session.scalars(
        select(Clause).options(selectinload(Clause.revisions)).order_by(Clause.key)
    )
    found = [(clause, clause.revision_at(tx.at)) for clause in clauses]
    return [(clause, live) for clause, live in found if live is not None and not live.retires]


def _embedded(tx: Transaction, texts: list[str], known: Mapping[str, Floats]) -> dict[str, Floats]:
    """Give the vector of each text, embedding only what is new."""
    new = [text for text in dict.fromkeys(texts) if text not in known]
    fresh = dict(zip(new, tx.house.encoder.encode_documents(new), strict=True)) if new else {}
    return {text: fresh[text] if text in fresh else known[text] for text in texts}


def _teaching(tx: Transaction) -> Sequence[Row[Any]]:
    """Give the newest decided cases that name a clause or a section of their own accord."""
    newest = (
        select(
            Case.id,
            Case.situation,
            Case.resolution,
            Case.facts,
            Case.granted_action,
            Case.product,
            Case.clause_id,
            Case.section_key,
            Case.provenance,
        )
        .where(
            Case.state.in_(DECIDED_CASES),
            or_(Case.clause_id.is_not(None), Case.section_key.is_not(None)),
            Case.misused_at.is_(None),
            Case.erased_at.is_(None),
        )
        .order_by(Case.occurred_at.desc(), Case.source_system, Case.source_id)
        .limit(LEARNT_FROM)
    )
    return tx.session.execute(newest).all()


def _told(case: Row[Any]) -> "Telling":
    """Give what a case says; a fact or action that was suggested to its filer teaches nothing."""
    own = [name for name in case.facts if _source(case, f"facts.{name}") != FieldSource.SUGGESTED]
    suggested = _source(case, "granted_action") == FieldSource.SUGGESTED
    action = None if suggested else case.granted_action
    return _telling([case.situation, case.resolution or ""], own, action, case.product)


def _telling(
    texts: Sequence[str], facts: Collection[str], action: str | None, product: str | None
) -> "Telling":
    from recommender.learning.clause_guess import Telling

    return Telling(
        text=" ".join(texts),
        fields={
            "fact": tuple(facts),
            "action": (action,) if action else (),
            "product": (product,) if product else (),
        },
    )


def _shares(cases: Sequence[Row[Any]], clauses: Sequence[Clause]) -> Floats:
    """Give how much each case speaks for each clause, shape (cases, clauses).

    A section alone speaks for its clauses in equal parts. A clause that was suggested to the filer
    speaks for none, so that suggestions never feed themselves.
    """
    column = {clause.id: place for place, clause in enumerate(clauses)}
    sections: dict[str, list[int]] = defaultdict(list)
    for clause in clauses:
        sections[clause.section_key].append(column[clause.id])
    shares = np.zeros((len(cases), len(clauses)), dtype=np.float32)
    for row, case in enumerate(cases):
        if case.clause_id is None:
            meant = sections[case.section_key]
        else:
            meant = [column[case.clause_id]] if case.clause_id in column else []
        shares[row, meant] = _weight(case) / max(1, len(meant))
    return shares


def _weight(case: Row[Any]) -> float:
    source = _source(case, "clause_key")
    if source == FieldSource.SUGGESTED:
        return 0.0
    return REUSED_WEIGHT if source == FieldSource.REUSED else 1.0


def _source(case: Row[Any], field: str) -> str | None:
    source: str | None = case.provenance.get(field)
    return source
