"""Redacting again: what is shown and embedded is made anew once redaction has learnt words.

Texts are made from what was typed. Of actions, facts and notes beside a case only the redacted
form was ever kept, so that these can lose words but get none back.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import selectinload

from recommender.access import Act, Actor
from recommender.cases.embedding import VIEWS
from recommender.learning.progress import Progress, unseen
from recommender.models.accounts import IdempotentAnswer
from recommender.models.asking import Question
from recommender.models.base import Base
from recommender.models.cases import Case, CoSignature, Embedding
from recommender.models.notices import Notice
from recommender.models.reviewing import Review
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState

BATCH: Final = 200
_TYPED: Final = ("situation", "resolution", "reason", "decline_reason", "revoke_reason")
_BESIDE: Final[Mapping[type[Base], tuple[str, ...]]] = {
    Notice: ("title", "body"),
    Question: ("text", "answer"),
    Review: ("reason",),
    CoSignature: ("reason",),
}
_LONGEST_ACTION: Final = 120

_Redact = Callable[[str], str]


@dataclass(frozen=True)
class RedactedAgain:
    """How many cases changed, and how many notes beside them; `vectors` have to be made anew."""

    cases: int = 0
    notes: int = 0
    vectors: int = 0


@dataclass(frozen=True)
class _Fresh:
    """What a case is to show now, and the version that it was made from."""

    version: int
    fields: Mapping[str, Any] = field(default_factory=dict)


def redact_again(house: House, actor: Actor, progress: Progress = unseen) -> RedactedAgain:
    """Redact every case anew by the words that are known now; `catch_up` embeds it afterwards.

    Texts are redacted outside every transaction and written in batches. A case that changes
    meanwhile is left alone, for it was redacted by the new words then.
    """
    actor.require(Act.KEEP_OWN_WORDS)
    redactor = house.redactor

    def redact(text: str) -> str:
        return redactor.redact(text).text

    with house.reading(actor) as tx:
        ids = list(
            tx.session.scalars(select(Case.id).where(Case.erased_at.is_(None)).order_by(Case.id))
        )
    cases = vectors = 0
    for start in range(0, len(ids), BATCH):
        fresh = _fresh(house, actor, ids[start : start + BATCH], redact)
        progress(start, len(ids))
        if fresh:
            with house.transaction(actor) as tx:
                vectors += _write(tx, fresh)
            cases += len(fresh)
    notes = _notes(house, actor, redact)
    with house.transaction(actor) as tx:
        if cases:
            tx.session.execute(delete(IdempotentAnswer))
        tx.record("redact_again", "cases", "all", cases=cases, notes=notes)
    progress(len(ids), len(ids))
    return RedactedAgain(cases, notes, vectors)


def _fresh(house: House, actor: Actor, ids: list[str], redact: _Redact) -> dict[str, _Fresh]:
    """Give the cases that would show something else, each with what changes."""
    with house.reading(actor) as tx:
        found = select(Case).where(Case.id.in_(ids)).options(selectinload(Case.raw))
        cases = list(tx.session.scalars(found))
    changed = {case.id: _Fresh(case.version, dict(_changes(case, redact))) for case in cases}
    return {case_id: fresh for case_id, fresh in changed.items() if fresh.fields}


def _changes(case: Case, redact: _Redact) -> Iterator[tuple[str, Any]]:
    shown = {name: getattr(case.raw, name) for name in _TYPED}
    shown |= {name: getattr(case, name) for name in ("granted_action", "facts", "extra")}
    for name, value in shown.items():
        anew = redact_all(value, redact)
        if name == "granted_action" and value is not None:
            anew = anew[:_LONGEST_ACTION]
        if anew != getattr(case, name):
            yield name, anew


def _write(tx: Transaction, fresh: Mapping[str, _Fresh]) -> int:
    """Write what changed, where the case is still the one it was made from; count lost vectors."""
    gone = 0
    found = select(Case).where(Case.id.in_(fresh)).options(selectinload(Case.raw))
    for case in tx.session.scalars(found.with_for_update()):
        anew = fresh[case.id]
        if case.version != anew.version or case.erased_at is not None:
            continue
        for name, value in anew.fields.items():
            setattr(case, name, value)
        if case.state is CaseState.PENDING and anew.fields.keys() & {"granted_action", "facts"}:
            case.seal()
        lost = delete(Embedding).where(
            Embedding.case_id == case.id, Embedding.view.in_(anew.fields.keys() & set(VIEWS))
        )
        gone += tx.session.execute(lost).rowcount  # type: ignore[attr-defined]
    return gone


def _notes(house: House, actor: Actor, redact: _Redact) -> int:
    """Redact what is written beside cases: notices, questions, reviews, reasons of signatures."""
    done = 0
    for model, names in _BESIDE.items():
        columns = [getattr(model, name) for name in ("id", *names)]
        with house.reading(actor) as tx:
            written = [tuple(row) for row in tx.session.execute(select(*columns))]
        anew = [(row, redact_all(list(row[1:]), redact)) for row in written]
        changed = [
            {"id": row[0]} | dict(zip(names, new, strict=True))
            for row, new in anew
            if new != list(row[1:])
        ]
        with house.transaction(actor) as tx:
            if changed:
                tx.session.execute(update(model), changed)
        done += len(changed)
    return done


def redact_all(value: Any, redact: _Redact) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """Redact a text, and every text inside a list or mapping."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: redact_all(inside, redact) for key, inside in value.items()}
    if isinstance(value, list):
        return [redact_all(inside, redact) for inside in value]
    return value
