"""Letting the texts and the customer of cases go; what is counted stays.

A case keeps its clause, its state, its moments, its numbers, its outcome and its place in a kind.
Its texts go as shown and as typed, with their vectors, all that quotes them, and the salt without
which its commitments in the event log say nothing. Its customer becomes a keyed pseudonym, so
that one customer still counts as one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Text, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from recommender.cases.traces import blot_out
from recommender.models.accounts import IdempotentAnswer
from recommender.models.asking import Question
from recommender.models.cases import Case, CoSignature, Embedding
from recommender.models.notices import Notice
from recommender.models.pseudonyms import pseudonym
from recommender.models.reviewing import Review
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState

GONE: Final = "The texts of this case were erased."
LABELS: Final = (
    "granted_action",
    "product",
    "channel",
    "brand",
    "market",
    "customer_tier",
    "policy_ref",
)
"""Short words that stay where cases of others bear them too."""
_TEXTS: Final = ("resolution", "reason", "decline_reason", "revoke_reason")
_AT_ONCE: Final = 200


def forgotten_customer(tx: Transaction, customer_id: str) -> str:
    """Give what stands for a customer whose texts went; the same for the same customer."""
    return pseudonym(tx.house.keys.audit, customer_id)


def let_go(tx: Transaction, cases: Sequence[Case], *, on_request: bool) -> Counter[str]:
    """Let go of cases for good; give how many rows of each sort changed or went.

    `on_request`: a customer asked; else their time was up. What still waited is withdrawn.
    """
    counts: Counter[str] = Counter(cases=len(cases))
    counts["names"] = blot_out(tx.session, cases, on_request=on_request)
    _keep_shared_labels(tx.session, cases)
    for case in cases:
        counts["texts"] += sum(getattr(case, name) is not None for name in ("situation", *_TEXTS))
        _empty(tx, case)
    tx.session.flush()
    ids = [case.id for case in cases]
    for start in range(0, len(ids), _AT_ONCE):
        counts.update(_empty_around(tx.session, ids[start : start + _AT_ONCE]))
    return counts


def _empty(tx: Transaction, case: Case) -> None:
    if case.state is CaseState.PENDING:
        case.move_to(CaseState.WITHDRAWN, tx.at)
        tx.record("withdraw", "case", case.id)
    case.raw.situation = case.raw.salt = case.situation = ""
    for name in _TEXTS:
        setattr(case.raw, name, None)
        setattr(case, name, None)
    case.facts = {k: v for k, v in case.facts.items() if not isinstance(v, str)}
    case.extra = {}
    if case.customer_id is not None:
        case.customer_id = forgotten_customer(tx, case.customer_id)
    if case.row_hash is not None:
        case.row_hash = ""
    case.erased_at = tx.at


def _keep_shared_labels(session: Session, cases: Sequence[Case]) -> None:
    ids = {case.id for case in cases}
    for name in LABELS:
        column = getattr(Case, name)
        borne = {getattr(case, name) for case in cases} - {None}
        shared = {
            word
            for word, case_id in session.execute(
                select(column, Case.id).where(column.in_(borne), Case.erased_at.is_(None))
            )
            if case_id not in ids
        }
        for case in cases:
            known = name == "policy_ref" and (case.clause_id or case.section_key)
            if getattr(case, name) not in shared and not known:
                setattr(case, name, None)


def _empty_around(session: Session, ids: Sequence[str]) -> Counter[str]:
    """Empty what stands beside some cases: vectors, questions, reviews, notices, kept answers."""
    changes = {
        "vectors": delete(Embedding).where(Embedding.case_id.in_(ids)),
        "notices": update(Notice).where(Notice.case_id.in_(ids)).values(body=GONE),
        "questions": update(Question).where(Question.case_id.in_(ids)).values(text=GONE),
        "answers": update(Question)
        .where(Question.case_id.in_(ids), Question.answer.is_not(None))
        .values(answer=GONE),
        "reviews": update(Review)
        .where(Review.case_id.in_(ids), Review.reason.is_not(None))
        .values(reason=GONE),
        "signatures": update(CoSignature)
        .where(CoSignature.case_id.in_(ids), CoSignature.reason.is_not(None))
        .values(reason=None),
        "requests": delete(IdempotentAnswer).where(_mentions(ids)),
    }
    counts: Counter[str] = Counter()
    for sort, change in changes.items():
        done = session.execute(change.execution_options(synchronize_session="fetch"))
        counts[sort] = done.rowcount  # type: ignore[attr-defined]
    return counts


def _mentions(words: Iterable[str]) -> ColumnElement[bool]:
    answer = cast(IdempotentAnswer.answer, Text)
    return or_(*(answer.contains(word, autoescape=True) for word in words))
