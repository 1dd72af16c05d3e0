"""The vectors of all decided cases in memory: a cache that the database can always refill.

New vectors are found by their time, which costs nothing. What went, or was stored late, is found
by `recheck`, which the rounds in the background do: until then a case that is gone may still be
near a draft, but nothing of it is shown, since states and texts are never read from here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Row, Select, func, select

from recommender.cases.likeness import Floats
from recommender.learning.nearest import NearestRows, Rows
from recommender.models.cases import Embedding
from recommender.storage.house import House, Transaction

VIEWS: Final = ("situation", "resolution")
"""The views that precedents are looked up in."""
ROOM: Final = 1.1
"""Times as many rows as are needed are laid out, so that a few come without copying all."""
DEAD: Final = 0.1
"""Share of rows without a vector left, from which all are read anew."""
READ_AT_ONCE: Final = 2000
EXACT_UP_TO: Final = 50_000
"""Cases that a draft is compared with one by one; of more, an index names the nearest."""
EVERY_ROW: Final = slice(None)
UNCOVERED: Final = 0.02
"""Share of rows that an index does not know yet, from which a new one is made."""


class Stamp(NamedTuple):
    """What tells one state of the vectors from another."""

    fingerprint: str
    cases: int
    newest: datetime | None
    """When the last of the vectors was made."""
    changes: int
    """How many times a vector that was known changed or went."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Casebase:
    """Cases in the order in which they came, and a vector a row for each view.

    A row is NaN where a case has no such text. Rows stay where they are while cases come.
    """

    fingerprint: str
    newest: datetime | None
    ids: Sequence[str]
    place: Mapping[str, int]
    """The row of each case."""
    views: Mapping[str, Floats]
    changes: int = 0
    indexes: Mapping[str, NearestRows] = field(default_factory=dict)
    order: object = field(default_factory=object)
    """The same one as long as rows stay where they are."""

    @property
    def stamp(self) -> Stamp:
        """What tells this state from another."""
        return Stamp(self.fingerprint, len(self.ids), self.newest, self.changes)

    @property
    def covered(self) -> int:
        """How many of the rows the indexes know."""
        return min((index.covered for index in self.indexes.values()), default=0)

    def near(self, vectors: Mapping[str, Floats], most: int) -> Rows | slice:
        """Give the rows that may be nearest to a view's vector: all of them where none is indexed.

        Rows that the indexes do not know yet are among them.
        """
        if not self.indexes:
            return EVERY_ROW
        found = [self.indexes[view].near(vector, most) for view, vector in vectors.items()]
        return np.unique(np.concatenate([*found, np.arange(self.covered, len(self.ids))]))

    def likeness(self, view: str, vector: Floats, rows: Rows | slice = EVERY_ROW) -> Floats:
        """Give the rows' cosines with a unit vector, 0 at least; NaN where one has no vector.

        Of chosen rows equal ones have equal cosines, to the last bit; of all, nearly.
        """
        if isinstance(rows, slice):
            cosines = self.views[view][rows] @ vector
        else:
            cosines = np.einsum("ij,j->i", self.views[view][rows], vector)
        known: Floats = np.maximum(cosines, 0)
        return known


@dataclass
class _Kept:
    base: Casebase | None = None
    lock: Lock = field(default_factory=Lock)


_KEPT: "WeakKeyDictionary[House, _Kept]" = WeakKeyDictionary()


def casebase(tx: Transaction) -> Casebase:
    """Give the vectors of the present encoder, those that came since the last time among them."""
    kept = _KEPT.setdefault(tx.house, _Kept())
    with kept.lock:
        kept.base = _followed(tx, kept.base)
        return kept.base


def recheck(tx: Transaction) -> Casebase:
    """Give the vectors as the database holds them, and forget those that went.

    Call it first in its transaction: what came since that began would pass for gone.
    """
    kept = _KEPT.setdefault(tx.house, _Kept())
    with kept.lock:
        kept.base = _checked(tx, _followed(tx, kept.base))
        return kept.base


def index_casebase(house: House) -> None:
    """Index a large casebase, or bring its index up to it; a small one needs none.

    It takes minutes for a hundred thousand cases; until it is done all are compared.
    """
    kept = _KEPT.setdefault(house, _Kept())
    base = kept.base
    if base is None or not _worth_indexing(len(base.ids), base.covered):
        return
    indexes = {
        view: NearestRows(table, base.indexes.get(view)) for view, table in base.views.items()
    }
    with kept.lock:
        if kept.base is not None and kept.base.order is base.order:
            kept.base = replace(kept.base, indexes=indexes)


def _worth_indexing(rows: int, covered: int) -> bool:
    return rows > EXACT_UP_TO and rows - covered > UNCOVERED * rows


def _followed(tx: Transaction, kept: Casebase | None) -> Casebase:
    fingerprint = tx.house.encoder.fingerprint
    if kept is None or kept.newest is None or kept.fingerprint != fingerprint:
        return _read(tx, fingerprint)
    newest = _newest(tx, fingerprint)
    if newest is None or newest <= kept.newest:
        return kept
    came = _vectors(fingerprint).where(Embedding.embedded_at >= kept.newest)
    return replace(_with(kept, tx.session.execute(came).all()), newest=newest)


def _newest(tx: Transaction, fingerprint: str) -> datetime | None:
    asked = select(func.max(Embedding.embedded_at)).where(Embedding.fingerprint == fingerprint)
    return tx.session.scalar(asked)


def _vectors(fingerprint: str) -> Select[str, str, Floats]:
    return select(Embedding.case_id, Embedding.view, Embedding.vector).where(
        Embedding.fingerprint == fingerprint, Embedding.view.in_(VIEWS)
    )


def _keys(tx: Transaction, fingerprint: str) -> set[tuple[str, str]]:
    asked = select(Embedding.case_id, Embedding.view).where(
        Embedding.fingerprint == fingerprint, Embedding.view.in_(VIEWS)
    )
    return {(case_id, view) for case_id, view in tx.session.execute(asked)}


def _read(tx: Transaction, fingerprint: str) -> Casebase:
    newest = _newest(tx, fingerprint)
    dimensions = tx.house.encoder.dimensions
    ids = sorted({case_id for case_id, _ in _keys(tx, fingerprint)})
    base = _laid_out(
        Casebase(
            fingerprint=fingerprint,
            newest=newest,
            ids=[],
            place={},
            views={view: np.empty((0, dimensions), dtype=np.float32) for view in VIEWS},
        ),
        ids,
    )
    found = tx.session.execute(_vectors(fingerprint).execution_options(yield_per=READ_AT_ONCE))
    for part in found.partitions():
        _fill(base, part)
    return base


def _checked(tx: Transaction, base: Casebase) -> Casebase:
    """Take out the vectors that went, and put in those that were stored late."""
    there = _keys(tx, base.fingerprint)
    known = {
        (base.ids[row], view)
        for view, table in base.views.items()
        for row in np.flatnonzero(~np.isnan(table[:, 0])).tolist()
    }
    gone = known - there
    for case_id, view in gone:
        base.views[view][base.place[case_id]] = np.nan
    base = replace(base, changes=base.changes + 1) if gone else base
    late = {case_id for case_id, _ in there - known}
    dead = len(base.ids) - len({case_id for case_id, _ in known & there})
    if len(late) > READ_AT_ONCE or dead > DEAD * len(base.ids):
        return replace(_read(tx, base.fingerprint), changes=base.changes + 1)
    if not late:
        return base
    found = _vectors(base.fingerprint).where(Embedding.case_id.in_(late))
    return _with(base, tx.session.execute(found).all())


def _with(base: Casebase, found: Sequence[Row[str, str, Floats]]) -> Casebase:
    """Give a casebase with further vectors, cases that are new after all others."""
    new = sorted({row.case_id for row in found} - base.place.keys())
    grown = _laid_out(base, new) if new else base
    changed = _fill(grown, found)
    return replace(grown, changes=grown.changes + 1) if changed else grown


def _laid_out(base: Casebase, new: Sequence[str]) -> Casebase:
    """Give a casebase with a row of NaN for each new case."""
    first = len(base.ids)
    return replace(
        base,
        ids=[*base.ids, *new],
        place={**base.place, **{case_id: first + at for at, case_id in enumerate(new)}},
        views={view: _longer(rows, len(new)) for view, rows in base.views.items()},
    )


def _longer(rows: Floats, more: int) -> Floats:
    """Give a table with further rows of NaN, behind its own ones where it has room there."""
    size = len(rows) + more
    room = rows if rows.base is None else rows.base
    if len(room) < size:
        room = np.empty((int(size * ROOM), rows.shape[1]), dtype=np.float32)
        room[: len(rows)] = rows
    room[len(rows) : size] = np.nan
    return room[:size]


def _fill(base: Casebase, found: Iterable[Row[str, str, Floats]]) -> bool:
    """Put vectors into their rows; tell whether one differs from what stood there."""
    changed = False
    for case_id, view, vector in found:
        table, row = base.views[view], base.place[case_id]
        changed |= not (np.isnan(table[row, 0]) or np.array_equal(table[row], vector))
        table[row] = vector
    return changed
