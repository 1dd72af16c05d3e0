"""What a correction changes, in counts of cases; also of one that is only tried."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import select

from recommender.kinds.floors import hides_people, release
from recommender.kinds.standing import standings
from recommender.models.kinds import Correction, Kind, Membership
from recommender.storage.house import Transaction
from recommender.vocabulary import CorrectionVerb

_NAMES_CASES = frozenset({CorrectionVerb.SPLIT, CorrectionVerb.MOVE})
"""Corrections whose cases a person names one by one."""


@dataclass(frozen=True, kw_only=True)
class KindChange:
    """A kind's cases before and after."""

    id: str
    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a correction, or undoing it, changes.

    Counted are the cases that readers know: those that were shown of these kinds, and those that
    were named. All counts are None, and `masked` says so, where too few people were behind one of
    the kinds.
    """

    correction: str | None
    """None: it was only tried."""
    verb: CorrectionVerb
    cases: int | None
    """How many cases it places."""
    kinds: list[KindChange]
    masked: list[str]
    suggested_name: str | None = None
    """What a split that was only tried, without a name, could be called."""


@dataclass(frozen=True)
class _Before:
    """What readers knew before: the cases shown of the kinds, and where those were."""

    shown: frozenset[str]
    places: Mapping[str, str]
    hidden: bool


def carried_out(
    tx: Transaction, kinds: Sequence[Kind], act: Callable[[], Correction], *, dry_run: bool
) -> Effect:
    """Do something to kinds and tell what it changed; with `dry_run` nothing of it stays."""
    before = _before(tx, kinds)
    if not dry_run:
        correction = act()
        effect = _effect(tx, correction, before, kept=True)
        if correction.undone_at is None:
            correction.told = effect.cases
        release(tx)
        return effect
    with tx.session.begin_nested() as attempt:
        effect = _effect(tx, act(), before, kept=False)
        attempt.rollback()
    return effect


def _before(tx: Transaction, kinds: Sequence[Kind]) -> _Before:
    tx.session.flush()
    standing = standings(tx, kinds)
    shown = frozenset[str]().union(*(one.cases for one in standing))
    return _Before(
        shown,
        _places(tx, shown),
        hidden=any(hides_people(one.evidence, tx.settings) for one in standing),
    )


def _effect(tx: Transaction, correction: Correction, before: _Before, *, kept: bool) -> Effect:
    """Tell it by what was known before: what is hidden only now was told by whoever named it."""
    tx.session.flush()
    ids = [one for one in (correction.kind_id, correction.other_kind_id) if one is not None]
    placed = {row.case_id for row in correction.cases if row.placed}
    named = placed if correction.verb in _NAMES_CASES else placed & before.shown
    after = _places(tx, before.shown | named)
    counts = (Counter(before.places.values()), Counter(after.values()))
    return Effect(
        correction=correction.id if kept else None,
        verb=correction.verb,
        cases=None if before.hidden else len(named),
        kinds=[
            KindChange(
                id=kind_id,
                name=tx.session.get_one(Kind, kind_id).name,
                before=None if before.hidden else counts[0][kind_id],
                after=None if before.hidden else counts[1][kind_id],
            )
            for kind_id in ids
        ],
        masked=["cases"] if before.hidden else [],
    )


def _places(tx: Transaction, cases: AbstractSet[str]) -> dict[str, str]:
    """Say in which kind each of some cases is, those in none left out."""
    found = tx.session.execute(select(Membership.case_id, Membership.kind_id))
    return {case: kind for case, kind in found if case in cases}
