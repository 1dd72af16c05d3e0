"""The vectors of all decided cases in memory: a cache that the database can always refill."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import func, select

from recommender.cases.embedding import vectors
from recommender.cases.likeness import Floats
from recommender.models.cases import Case, Embedding
from recommender.storage.house import House, Transaction
from recommender.vocabulary import DECIDED_CASES

VIEWS: Final = ("situation", "resolution")
"""The views that precedents are looked up in."""

Stamp = tuple[str, int, datetime | None]


@dataclass(frozen=True)
class Casebase:
    """Cases in their stable order, and for each view a vector a row; NaN where one is missing."""

    stamp: Stamp
    ids: list[str]
    views: Mapping[str, Floats]

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The row of each case."""
        return {case_id: place for place, case_id in enumerate(self.ids)}

    def likeness(self, view: str, vector: Floats) -> Floats:
        """Give each case's cosine with a unit vector, 0 at least; NaN where it has no vector."""
        cosines: Floats = np.maximum(self.views[view] @ vector, 0)
        return cosines


_KEPT: "WeakKeyDictionary[House, Casebase]" = WeakKeyDictionary()


def casebase(tx: Transaction) -> Casebase:
    """Give the vectors of the present encoder, read anew whenever an embedding came or went.

    The stamp is (fingerprint, number of embeddings, newest of them). States and texts of cases
    are never cached.
    """
    fingerprint = tx.house.encoder.fingerprint
    stamp = _stamp(tx, fingerprint)
    kept = _KEPT.get(tx.house)
    if kept is None or kept.stamp != stamp:
        kept = _read(tx, stamp)
        _KEPT[tx.house] = kept
    return kept


def _stamp(tx: Transaction, fingerprint: str) -> Stamp:
    count, newest = tx.session.execute(
        select(func.count(), func.max(Embedding.embedded_at)).where(
            Embedding.fingerprint == fingerprint
        )
    ).one()
    return fingerprint, count, newest


def _read(tx: Transaction, stamp: Stamp) -> Casebase:
    ordered = (
        select(Case.id)
        .where(Case.state.in_(DECIDED_CASES))
        .order_by(Case.source_system, Case.source_id)
    )
    wanted = list(tx.session.scalars(ordered))
    found = {view: vectors(tx.session, stamp[0], wanted, view) for view in VIEWS}
    ids, situations = found["situation"]
    places = {case_id: place for place, case_id in enumerate(ids)}
    views: dict[str, Floats] = {"situation": situations}
    for view in VIEWS[1:]:
        view_ids, rows = found[view]
        whole = np.full_like(situations, np.nan)
        for case_id, row in zip(view_ids, rows, strict=True):
            if case_id in places:
                whole[places[case_id]] = row
        views[view] = whole
    return Casebase(stamp, ids, views)
