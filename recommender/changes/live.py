"""The backtest while somebody edits: other words, other limits, another scope; nothing is stored.

What is read for it is kept in memory, so that a limit can be moved back and forth.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from recommender.access import Act
from recommender.cases.clock import today
from recommender.changes.backtest import HIDDEN, Backtest, replay
from recommender.changes.candidates import candidate
from recommender.changes.checks import Footing, footing
from recommender.changes.drafting import Drafted, compose
from recommender.changes.editing import Edits, as_drafted, edited, subject_of
from recommender.changes.gathering import find_ground
from recommender.changes.reach import Proposed
from recommender.changes.redline import Subject, Wording
from recommender.errors import Conflict
from recommender.models.events import Event
from recommender.models.kinds import Release
from recommender.models.policies import Revision
from recommender.storage.house import House, Transaction

MOST_KEPT: Final = 8
"""So many kinds are kept at once."""
_OF_NO_CASE: Final = ("account", "key", "identity")
"""What events about these change in no backtest."""

_Stamp = tuple[object, ...]


class NothingToReplay(Conflict):
    """The candidate is of no kind, so that no case is replayed."""


@dataclass(frozen=True, kw_only=True)
class Asked(Edits):
    """What is tried out."""

    flips_from: int = 0
    """Flips are given from this one on."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a change tried out does, and its wording."""

    backtest: Backtest
    wording: Wording


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """What is read of a kind: its cases, None where too few people are behind them, its draft."""

    footing: Footing | None
    drafted: Proposed
    subject: Subject
    base_id: str | None


_KEPT: "WeakKeyDictionary[House, OrderedDict[str, tuple[_Stamp, _Kept]]]" = WeakKeyDictionary()


def try_kind(tx: Transaction, kind_id: str, asked: Asked) -> Tried:
    """Replay a kind's draft as somebody would have it; raises UnknownKind."""
    tx.actor.require(Act.READ_KINDS)
    kept = _kept(tx, kind_id)
    base = None if kept.base_id is None else tx.session.get(Revision, kept.base_id)
    return _tried(kept, edited(kept.drafted, base, kept.subject, asked), asked)


def try_candidate(tx: Transaction, candidate_id: str, asked: Asked) -> Tried:
    """Replay a candidate's wording as its owner would have it; raises UnknownCandidate."""
    tx.actor.require(Act.READ_CANDIDATES)
    found = candidate(tx, candidate_id)
    if found.kind_id is None:
        raise NothingToReplay(
            "This change is of no kind, so there are no cases to replay.",
            remedy="Judge it by its words.",
            candidate=found.id,
        )
    proposed = edited(as_drafted(found), found.base_revision, subject_of(found), asked)
    return _tried(_kept(tx, found.kind_id), proposed, asked)


def _tried(kept: _Kept, proposed: Proposed, asked: Asked) -> Tried:
    found = (
        HIDDEN
        if kept.footing is None
        else replay(kept.footing, proposed, flips_from=asked.flips_from)
    )
    return Tried(backtest=found, wording=proposed.wording)


def _kept(tx: Transaction, kind_id: str) -> _Kept:
    """Give what is kept of a kind, read anew where anything that it rests on may have changed."""
    kinds = _KEPT.setdefault(tx.house, OrderedDict())
    stamp = _stamp(tx)
    known = kinds.get(kind_id)
    if known is not None and known[0] == stamp:
        return known[1]
    fresh = _read(tx, kind_id)
    kinds[kind_id] = (stamp, fresh)
    kinds.move_to_end(kind_id)
    while len(kinds) > MOST_KEPT:
        kinds.popitem(last=False)
    return fresh


def _stamp(tx: Transaction) -> _Stamp:
    """Tell one state of the house from another: last act on cases, groups, day, settings."""
    act = tx.session.scalar(
        select(Event.sequence)
        .where(Event.noun.not_in(_OF_NO_CASE), Event.verb != "read_raw_text")
        .order_by(Event.sequence.desc())
        .limit(1)
    )
    return (
        act,
        tx.session.scalar(select(func.max(Release.id))),
        today(tx).moment.date(),
        tx.settings,
    )


def _read(tx: Transaction, kind_id: str) -> _Kept:
    ground = find_ground(tx, kind_id)
    drafted = compose(ground)
    return _Kept(
        footing=None if ground.hides_people else footing(tx, ground),
        drafted=_proposed(drafted),
        subject=drafted.subject,
        base_id=None if ground.base is None else ground.base.id,
    )


def _proposed(drafted: Drafted) -> Proposed:
    return Proposed(
        verdict=drafted.draft.verdict, wording=drafted.wording, conditions=drafted.conditions
    )
