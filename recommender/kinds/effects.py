"""What a correction changes, in counts of cases; also of one that is only tried."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select

from recommender.kinds.masking import masked_names
from recommender.kinds.standing import standings
from recommender.models.kinds import Correction, Kind, Membership
from recommender.storage.house import Transaction
from recommender.vocabulary import CorrectionVerb


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

    All counts are None and `masked` names them where one is below a people floor: the others
    would tell it.
    """

    correction: str | None
    """None: it was only tried."""
    verb: CorrectionVerb
    cases: int | None
    """How many cases it places."""
    kinds: list[KindChange]
    masked: list[str]


@dataclass(frozen=True)
class _Count:
    cases: int
    masked: bool


def carried_out(
    tx: Transaction, kinds: Sequence[Kind], act: Callable[[], Correction], *, dry_run: bool
) -> Effect:
    """Do something to kinds and tell what it changed; with `dry_run` nothing of it stays."""
    before = _counts(tx, kinds)
    if not dry_run:
        return _effect(tx, act(), before, kept=True)
    with tx.session.begin_nested() as attempt:
        effect = _effect(tx, act(), before, kept=False)
        attempt.rollback()
    return effect


def _effect(
    tx: Transaction, correction: Correction, before: dict[str, _Count], *, kept: bool
) -> Effect:
    tx.session.flush()
    ids = [one for one in (correction.kind_id, correction.other_kind_id) if one is not None]
    kinds = [tx.session.get_one(Kind, one) for one in ids]
    after = _counts(tx, kinds)
    nothing = _Count(0, masked=False)
    hidden = any(count.masked for count in (*before.values(), *after.values()))
    return Effect(
        correction=correction.id if kept else None,
        verb=correction.verb,
        cases=None if hidden else sum(row.placed for row in correction.cases),
        kinds=[
            KindChange(
                id=kind.id,
                name=kind.name,
                before=None if hidden else before.get(kind.id, nothing).cases,
                after=None if hidden else after[kind.id].cases,
            )
            for kind in kinds
        ],
        masked=["cases"] if hidden else [],
    )


def _counts(tx: Transaction, kinds: Sequence[Kind]) -> dict[str, _Count]:
    """Count the cases of kinds as lists do; an empty kind betrays nobody."""
    tx.session.flush()
    filled = set(
        tx.session.scalars(
            select(Kind.id).where(
                Kind.id.in_([kind.id for kind in kinds]),
                exists().where(Membership.kind_id == Kind.id),
            )
        )
    )
    return {
        one.kind.id: _Count(
            one.evidence.cases,
            masked=one.kind.id in filled and "cases" in masked_names(one.evidence, tx.settings),
        )
        for one in standings(tx, kinds)
    }
