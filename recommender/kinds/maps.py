"""The map of a published run: drawn once, and shown as far as its cases may be.

Only cases that every reader of kinds may open have a point, and only what is counted of those is
told. Who is behind them never is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from recommender.access import Act, Actor
from recommender.errors import Invalid, NotFound
from recommender.kinds.gathering import Texts, middles
from recommender.kinds.memberships import shown_places
from recommender.kinds.pages import KindCase, kind_case
from recommender.learning.arrays import UnitVectors
from recommender.learning.islands import UNSORTED, Island, Points, inside, lay_out
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.models.maps import CaseMap
from recommender.storage.house import House, Transaction

KEPT: Final = 24
"""So many earlier maps are kept, for as long as links to them live."""
NO_KIND: Final = "unsorted"
MOST_SHOWN: Final = 50
Corner = tuple[float, float]


class UnknownMap(NotFound):
    """No map of that version is kept."""


class NoMap(Invalid):
    """An outline needs a map that it was drawn on."""


@dataclass(frozen=True, kw_only=True)
class MapKind:
    """A kind on the map; without an island where it is younger than the map."""

    id: str
    name: str
    clause: str | None
    version: int
    cases: int
    island: Island | None


@dataclass(frozen=True, kw_only=True)
class MapView:
    """What may be shown; the numbers are of cases alone."""

    version: str | None
    """None: no run has drawn one yet."""
    drawn_on: date | None
    kinds: list[MapKind]
    unsorted: int | None
    """None where too few people are behind those."""
    without_place: int
    """Shown cases that are younger than the map."""


@dataclass(frozen=True, kw_only=True)
class PartKind:
    """How many cases of a kind, or of none, are in a part of the map."""

    id: str
    name: str | None
    clause: str | None
    version: int | None
    cases: int
    of: int


@dataclass(frozen=True, kw_only=True)
class MapPart:
    """What a part of the map holds; the cases of one kind where one was named."""

    total: int
    kinds: list[PartKind]
    ids: list[str]
    cases: list[KindCase]
    after: str | None


def draw_map(house: House, actor: Actor, run_id: str, texts: Texts) -> None:
    """Lay the cases of a published run out, each kind where the map before had it."""
    with house.reading(actor) as tx:
        places = {row.id: row.kind_id for row in shown_places(tx)}
        last = _newest(tx.session)
        known = {} if last is None else dict(last.islands)
    rows = [row for row, one in enumerate(texts.cases) if one.id in places]
    cases = [texts.cases[row].id for row in rows]
    kinds = sorted({places[case] for case in cases} - {None}, key=str)
    number = {kind: place for place, kind in enumerate(kinds)}
    before = {number[kind]: Island(*known[kind]) for kind in kinds if kind in known}
    found = lay_out(
        UnitVectors(middles(texts)[rows]),
        np.array([number.get(places[case], UNSORTED) for case in cases], dtype=np.int64),
        before,
    )
    islands = {str(kind): found.islands[number[kind]] for kind in kinds}
    with house.transaction(actor) as tx:
        tx.session.add(
            CaseMap(
                run_id=run_id,
                cases=cases,
                points=found.points.astype("<f4").tobytes(),
                islands={kind: [one.x, one.y, one.radius] for kind, one in islands.items()},
                drawn_at=tx.at,
            )
        )
        tx.session.flush()
        for old in tx.session.scalars(
            select(CaseMap).order_by(CaseMap.drawn_at.desc(), CaseMap.run_id).offset(KEPT)
        ):
            tx.session.delete(old)


def case_map(tx: Transaction, version: str | None = None) -> MapView:
    """Give the map of a run, by default the newest, with the kinds as they are now."""
    shown = _Shown(tx)
    drawn = _find(tx, version)
    sizes = Counter(shown.places.values())
    kinds = shown.kinds
    islands = {} if drawn is None else drawn.islands
    return MapView(
        version=None if drawn is None else drawn.run_id,
        drawn_on=None if drawn is None else drawn.drawn_at.date(),
        kinds=[
            MapKind(
                id=kind.id,
                name=kind.name,
                clause=None if kind.clause is None else kind.clause.key,
                version=kind.version,
                cases=sizes[kind.id],
                island=Island(*islands[kind.id]) if kind.id in islands else None,
            )
            for kind in kinds
        ],
        unsorted=sizes[None] or None,
        without_place=len(shown.places.keys() - (set() if drawn is None else set(drawn.cases))),
    )


def map_points(tx: Transaction, version: str | None = None) -> bytes:
    """Give the points of a map: x, y and the number of the kind in `case_map`, -1 for none.

    Three little-endian 32-bit floats a case, in no order that says anything. Raises UnknownMap.
    """
    shown = _Shown(tx)
    drawn = _find(tx, version)
    if drawn is None:
        return b""
    cases, points = shown.on(drawn)
    number = {kind.id: place for place, kind in enumerate(shown.kinds)}
    kinds = [number.get(shown.places[case] or "", UNSORTED) for case in cases]
    rows = np.column_stack([points, np.array(kinds, dtype=np.float32)]) if cases else points
    return bytes(rows.astype("<f4").tobytes())


def within(
    tx: Transaction,
    *,
    version: str | None = None,
    polygon: Sequence[Corner] | None = None,
    kind: str | None = None,
    after: str | None = None,
    top: int = MOST_SHOWN,
) -> MapPart:
    """Say what a part of the map holds: an outline on it, one kind (or "unsorted"), or both.

    The cases themselves are given of one kind alone, the newest first. Raises UnknownMap, NoMap.
    """
    shown = _Shown(tx)
    held = _held(tx, shown, version, polygon)
    counts = Counter(shown.places[case] or NO_KIND for case in held)
    sizes = Counter(place or NO_KIND for place in shown.places.values())
    ids = _newest_first(tx, [c for c in held if (shown.places[c] or NO_KIND) == kind])
    start = ids.index(after) + 1 if after in ids else 0
    page = ids[start : start + min(top, MOST_SHOWN)]
    by_id = {one.id: one for one in shown.kinds}
    return MapPart(
        total=len(held),
        kinds=[_part(by_id.get(one), one, counts[one], sizes[one]) for one, _ in _most(counts)],
        ids=ids,
        cases=_cases(tx, page),
        after=page[-1] if page and start + len(page) < len(ids) else None,
    )


class _Shown:
    """Where readers see the cases, and the kinds that they see, in one order."""

    def __init__(self, tx: Transaction) -> None:
        tx.actor.require(Act.READ_KINDS)
        self.places: Mapping[str, str | None] = {row.id: row.kind_id for row in shown_places(tx)}
        found = tx.session.scalars(
            select(Kind).where(Kind.id.in_({*filter(None, self.places.values())}))
        )
        self.kinds = sorted(found, key=lambda kind: kind.id)

    def on(self, drawn: CaseMap) -> tuple[list[str], Points]:
        """Give the shown cases that have a point, and the points."""
        points = np.frombuffer(drawn.points, dtype="<f4").reshape(-1, 2)
        rows = [row for row, case in enumerate(drawn.cases) if case in self.places]
        return [drawn.cases[row] for row in rows], points[rows]


def _held(
    tx: Transaction, shown: _Shown, version: str | None, polygon: Sequence[Corner] | None
) -> list[str]:
    if polygon is None:
        return list(shown.places)
    if version is None:
        raise NoMap("The outline is of no map.", field="version", remedy="Name the map.")
    cases, points = shown.on(_require(tx, version))
    return [cases[row] for row in np.flatnonzero(inside(points, polygon))]


def _part(kind: Kind | None, name: str, cases: int, of: int) -> PartKind:
    if kind is None:
        return PartKind(id=name, name=None, clause=None, version=None, cases=cases, of=of)
    return PartKind(
        id=kind.id,
        name=kind.name,
        clause=None if kind.clause is None else kind.clause.key,
        version=kind.version,
        cases=cases,
        of=of,
    )


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _newest_first(tx: Transaction, ids: Sequence[str]) -> list[str]:
    wanted = set(ids)
    found = tx.session.execute(
        select(Case.id).order_by(Case.occurred_at.desc(), Case.id.desc())
    ).scalars()
    return [case for case in found if case in wanted] if wanted else []


def _cases(tx: Transaction, ids: Sequence[str]) -> list[KindCase]:
    found = tx.session.scalars(
        select(Case).where(Case.id.in_(ids)).options(selectinload(Case.outcomes))
    )
    by_id = {case.id: case for case in found}
    return [kind_case(by_id[one]) for one in ids]


def _newest(session: Session) -> CaseMap | None:
    newest = select(CaseMap).order_by(CaseMap.drawn_at.desc(), CaseMap.run_id).limit(1)
    return session.scalars(newest).first()


def _find(tx: Transaction, version: str | None) -> CaseMap | None:
    return _newest(tx.session) if version is None else _require(tx, version)


def _require(tx: Transaction, version: str) -> CaseMap:
    found = tx.session.get(CaseMap, version)
    if found is None:
        raise UnknownMap(
            f"There is no map {version}.",
            remedy="Open the newest one; old ones go in time.",
            version=version,
        )
    return found
