"""Standings that were measured once, kept until something they were measured by has changed.

Readers see released cases only, so that a new case changes nothing until a release takes it in.
What was kept is what a new measurement would give, to the last digit.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recommender.cases.clock import today
from recommender.config import end_of
from recommender.kinds.costs import Year
from recommender.kinds.evidence import Evidence, Window
from recommender.kinds.floors import Held, held
from recommender.kinds.rows import first_moment
from recommender.kinds.teaching import vouched_kinds
from recommender.kinds.weeks import Contacts
from recommender.models.events import Event
from recommender.models.kinds import Kind, Release
from recommender.storage.engine import only_reads
from recommender.storage.house import House, Transaction
from recommender.vocabulary import Grade, KindState

TELL_NOTHING: Final = frozenset({"account", "identity", "key", "own_word", "pause", "raw_texts"})
"""What may be done to these changes no standing; what is done to a kind shows in its version."""
OF_ONE: Final = TELL_NOTHING | {"case", "kind"}
"""What is done to one of these concerns that one alone, or nothing that is measured."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was measured of a kind."""

    evidence: Evidence
    state: KindState
    grade: Grade | None
    cases: frozenset[str]
    """All its approved cases as readers know them, those before its window too."""
    window: Window
    comes_back: str | None = None
    """Why it may be promoted again though it was rejected, as the end of a sentence."""
    asked: bool = False
    """Its candidate came back from the clause's desk with a question."""
    year: Year | None = None
    """What its cases cost in a year, in the commonest currency; None under four whole weeks."""


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What all kinds of a house are measured by, and the cases that readers take for theirs."""

    moment: datetime
    since: datetime | None
    vouched: frozenset[str]
    held: Mapping[str, Held]
    contacts: Contacts


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What a measurement was made from, but for what the event log tells."""

    moment: datetime
    since: datetime | None
    version: int
    release: int
    vouched: bool


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: _Stamp
    sequence: int
    """Up to this event nothing has touched it."""
    group: frozenset[str]
    """The released cases, those too that do not speak for the kind just now."""
    measured: Measured


Measure = Callable[[Sequence[Kind], Basis], Mapping[str, Measured]]
_KEPT: Final[WeakKeyDictionary[House, dict[str, _Kept]]] = WeakKeyDictionary()
_LOCK: Final = Lock()


def day_of_reports(tx: Transaction) -> datetime:
    """Give the moment that standings are measured up to: where the clock runs, the day's last.

    So they are the same all day long.
    """
    as_of = today(tx)
    return end_of(as_of.moment.date()) if as_of.source == "clock" else as_of.moment


def measured(tx: Transaction, kinds: Sequence[Kind], measure: Measure) -> dict[str, Measured]:
    """Give what is kept of some kinds, and measure the others.

    A writing transaction sees what nobody else may ever see: it keeps nothing and takes nothing.
    """
    moment, since = day_of_reports(tx), first_moment(tx.session)
    vouched = vouched_kinds(tx.session)

    def fresh(some: Sequence[Kind]) -> tuple[Basis, Mapping[str, Measured]]:
        groups = held(tx.session, [one.id for one in some if one.retired_at is None])
        basis = Basis(
            moment=moment,
            since=since,
            vouched=frozenset(vouched),
            held=groups,
            contacts=Contacts.read(tx.session),
        )
        return basis, measure(some, basis)

    if not only_reads(tx.session):
        return dict(fresh(kinds)[1])
    sequence = tx.session.scalar(select(func.max(Event.sequence))) or 0
    releases = _releases(tx.session, [one.id for one in kinds])
    stamps = {
        one.id: _Stamp(moment, since, one.version, releases[one.id], one.id in vouched)
        for one in kinds
        if one.retired_at is None and one.id in releases
    }
    found = _still_true(tx, stamps, sequence)
    missing = [one for one in kinds if one.id not in found]
    if missing:
        basis, new = fresh(missing)
        _keep(
            tx.house,
            {
                name: _Kept(stamps[name], sequence, basis.held[name].cases, one)
                for name, one in new.items()
                if name in stamps
            },
        )
        found |= new
    return found


def _releases(session: Session, kinds: Sequence[str]) -> dict[str, int]:
    query = (
        select(Release.kind_id, func.max(Release.id))
        .where(Release.kind_id.in_(kinds))
        .group_by(Release.kind_id)
    )
    return {str(kind): newest for kind, newest in session.execute(query)}


def _still_true(
    tx: Transaction, stamps: Mapping[str, _Stamp], sequence: int
) -> dict[str, Measured]:
    """Give what is kept under these stamps and was touched by nothing up to an event."""
    with _LOCK:
        kept = dict(_KEPT.get(tx.house, {}))
    same = {
        name: kept[name]
        for name, stamp in stamps.items()
        if name in kept and kept[name].stamp == stamp and kept[name].sequence <= sequence
    }
    oldest = min((one.sequence for one in same.values()), default=sequence)
    if oldest < sequence:
        same = _untouched(tx.session, same, oldest)
        _keep(tx.house, {name: replace(one, sequence=sequence) for name, one in same.items()})
    return {name: one.measured for name, one in same.items()}


def _untouched(session: Session, kept: Mapping[str, _Kept], oldest: int) -> dict[str, _Kept]:
    """Leave out what an event after it may have changed.

    What is done to one case concerns the kinds that hold it; what is done to anything else, all.
    """
    others = session.scalar(
        select(func.max(Event.sequence)).where(Event.sequence > oldest, Event.noun.not_in(OF_ONE))
    )
    touched: dict[str, int] = defaultdict(int)
    for case, sequence in session.execute(
        select(Event.noun_id, Event.sequence).where(Event.sequence > oldest, Event.noun == "case")
    ):
        touched[case] = max(sequence, touched[case])
    return {
        name: one
        for name, one in kept.items()
        if (others or 0) <= one.sequence
        and all(touched[case] <= one.sequence for case in touched.keys() & one.group)
    }


def _keep(house: House, new: Mapping[str, _Kept]) -> None:
    """Keep measurements, unless later ones are kept already."""
    with _LOCK:
        kept = _KEPT.setdefault(house, {})
        for name, one in new.items():
            if name not in kept or kept[name].sequence <= one.sequence:
                kept[name] = one
