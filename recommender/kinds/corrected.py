"""The corrections that people made: finding one, listing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from recommender.access import Act
from recommender.errors import NotFound
from recommender.models.kinds import Correction, Kind
from recommender.storage.house import Transaction
from recommender.vocabulary import CorrectionVerb

MOST_LISTED = 200


class UnknownCorrection(NotFound):
    """There is no correction of that id."""


@dataclass(frozen=True, kw_only=True)
class CorrectionRow:
    """A correction in a list; a count below a people floor is None and named in `masked`."""

    id: str
    verb: CorrectionVerb
    kind_id: str | None
    kind_name: str | None
    other_kind_id: str | None
    other_kind_name: str | None
    cases: int | None
    note: str | None
    made_on: date
    undone_on: date | None
    masked: list[str]


def corrections(
    tx: Transaction, *, limit: int = 50, before: str | None = None
) -> list[CorrectionRow]:
    """List corrections, the newest first, undone ones too; `before` is where a list ended."""
    tx.actor.require(Act.READ_KINDS)
    chosen = select(Correction).order_by(Correction.number.desc()).limit(min(limit, MOST_LISTED))
    if before is not None:
        chosen = chosen.where(Correction.number < find_correction(tx, before).number)
    found = tx.session.scalars(chosen).all()
    names = dict(tx.session.execute(select(Kind.id, Kind.name)).all())
    return [_row(tx, one, names) for one in found]


def versions(tx: Transaction, correction_ids: Sequence[str]) -> dict[str, int]:
    """Give each correction a number that rises whenever a kind that it is about changes."""
    tx.actor.require(Act.READ_KINDS)
    rows = tx.session.execute(
        select(Correction.id, func.sum(Kind.version))
        .join(Kind, Kind.id.in_([Correction.kind_id, Correction.other_kind_id]))
        .where(Correction.id.in_(correction_ids))
        .group_by(Correction.id)
    )
    return {correction_id: int(version) for correction_id, version in rows}


def find_correction(tx: Transaction, correction_id: str, *, to_change: bool = False) -> Correction:
    """Find a correction; raises UnknownCorrection."""
    found = tx.session.get(Correction, correction_id, with_for_update=to_change or None)
    if found is None:
        raise UnknownCorrection(
            "There is no such correction.",
            remedy="`recommender kinds corrections` lists them.",
            correction=correction_id,
        )
    return found


def _row(tx: Transaction, correction: Correction, names: Mapping[str, str]) -> CorrectionRow:
    floor = max(tx.settings.people_floor_agents, tx.settings.people_floor_customers)
    cases = correction.told
    few = cases is None or (cases < floor and correction.verb is not CorrectionVerb.MOVE)
    undone = correction.undone_at
    return CorrectionRow(
        id=correction.id,
        verb=correction.verb,
        kind_id=correction.kind_id,
        kind_name=names.get(correction.kind_id or ""),
        other_kind_id=correction.other_kind_id,
        other_kind_name=names.get(correction.other_kind_id or ""),
        cases=None if few else cases,
        note=correction.note,
        made_on=correction.made_at.date(),
        undone_on=None if undone is None else undone.date(),
        masked=["cases"] if few else [],
    )
