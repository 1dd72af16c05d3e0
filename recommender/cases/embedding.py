"""Embeddings of cases: caught up, never queued, and rebuildable at any time.

A vector belongs to (case, view, encoder fingerprint) and knows the hash of its text. Vectors are
derived from cases, so that making them is no event.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.access import Act, Actor
from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.progress import Progress, unseen
from recommender.models.cases import Case, Embedding
from recommender.storage.house import House, Transaction
from recommender.vocabulary import DECIDED_CASES

VIEWS: Final = ("situation", "resolution", "reason")
BATCH: Final = 64
FEW: Final = 5000
"""Up to so many cases are named in a query for their vectors; of more, a view is read whole."""


@dataclass(frozen=True)
class CaughtUp:
    """How many texts were embedded now, and how many had their vector already."""

    embedded: int
    present: int


@dataclass(frozen=True)
class _Text:
    case_id: str
    view: str
    text: str

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def catch_up(
    house: House, actor: Actor, progress: Progress | None = None, *, whole: bool = True
) -> CaughtUp:
    """Embed every decided case's texts that have no vector of the present encoder.

    Idempotent, and restartable at any moment: each batch is committed by itself, and encoding
    happens outside every transaction. Without `whole` only cases without any vector are looked at,
    which is quick among very many.
    """
    actor.require(Act.DISCOVER)
    told = progress or unseen
    fingerprint = house.encoder.fingerprint
    with house.reading(actor) as tx:
        present = _present(tx.session, fingerprint) if whole else {}
        texts = list(_texts(tx.session, lacking=None if whole else fingerprint))
    missing = [text for text in texts if present.get((text.case_id, text.view)) != text.hash]
    done = 0
    if missing:
        told(done, len(missing))
    for batch in _batches(missing):
        encoded = house.encoder.encode_documents([text.text for text in batch])
        with house.transaction(actor) as tx:
            _keep(tx, fingerprint, batch, encoded)
        done += len(batch)
        told(done, len(missing))
    return CaughtUp(embedded=done, present=len(texts) - len(missing))


def vectors(
    session: Session, fingerprint: str, case_ids: Collection[str], view: str
) -> tuple[list[str], UnitVectors]:
    """Give the vectors that exist for these cases, in their order: (ids, array of shape (n, d)).

    Without any the array has shape (0, 0).
    """
    asked = select(Embedding.case_id, Embedding.vector).where(
        Embedding.fingerprint == fingerprint, Embedding.view == view
    )
    if len(case_ids) <= FEW:
        asked = asked.where(Embedding.case_id.in_(case_ids))
    found = dict(iter(session.execute(asked)))
    ids = [case_id for case_id in case_ids if case_id in found]
    stacked = np.stack([found[case_id] for case_id in ids]) if ids else np.empty((0, 0))
    return ids, unit_vectors(stacked)


def _present(session: Session, fingerprint: str) -> dict[tuple[str, str], str]:
    rows = session.execute(
        select(Embedding.case_id, Embedding.view, Embedding.text_hash).where(
            Embedding.fingerprint == fingerprint
        )
    )
    return {(case_id, view): text_hash for case_id, view, text_hash in rows}


def _texts(session: Session, lacking: str | None = None) -> Iterator[_Text]:
    """Give every text that can be embedded of decided cases: of all, or of those lacking vectors.

    `lacking`: the fingerprint of the encoder whose vectors are sought.
    """
    asked = (
        select(Case.id, Case.situation, Case.resolution, Case.reason)
        .where(Case.state.in_(DECIDED_CASES))
        .order_by(Case.source_system, Case.source_id)
    )
    if lacking is not None:
        told = select(Embedding.case_id).where(
            Embedding.case_id == Case.id,
            Embedding.view == VIEWS[0],
            Embedding.fingerprint == lacking,
        )
        asked = asked.where(~told.exists())
    for case_id, *texts in session.execute(asked):
        for view, text in zip(VIEWS, texts, strict=True):
            if text is not None and text.strip():
                yield _Text(case_id, view, text)


def _batches(texts: Sequence[_Text]) -> Iterator[Sequence[_Text]]:
    return (texts[start : start + BATCH] for start in range(0, len(texts), BATCH))


def _keep(tx: Transaction, fingerprint: str, batch: Sequence[_Text], encoded: UnitVectors) -> None:
    """Store a batch, leaving out cases that were deleted or changed while it was encoded."""
    wanted = {text.case_id for text in batch}
    cases = {
        case.id: case
        for case in tx.session.scalars(select(Case).where(Case.id.in_(wanted)).with_for_update())
    }
    for text, vector in zip(batch, encoded, strict=True):
        case = cases.get(text.case_id)
        if case is None or getattr(case, text.view) != text.text:
            continue
        tx.session.merge(
            Embedding(
                case_id=text.case_id,
                view=text.view,
                fingerprint=fingerprint,
                text_hash=text.hash,
                embedded_at=tx.at,
                vector=vector,
            )
        )
