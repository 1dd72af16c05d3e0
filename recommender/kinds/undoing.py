"""Undoing a correction: its cases go back, as far as nobody corrected them again since."""

from collections.abc import Mapping
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.access import Act
from recommender.errors import Conflict
from recommender.kinds.by_hand import free_name, members, place, redraw
from recommender.kinds.corrected import find_correction
from recommender.kinds.corrections import HasCandidate
from recommender.kinds.effects import Effect, carried_out
from recommender.kinds.lineage import answered, record, resolve
from recommender.kinds.teaching import dissolved_kinds
from recommender.models.changes import Candidate
from recommender.models.kinds import Correction, CorrectionCase, Kind, Membership
from recommender.storage.house import Transaction
from recommender.vocabulary import CorrectionVerb, Descent, MembershipOrigin


class CorrectionUndone(Conflict):
    """The correction was undone before."""


class CorrectedSince(Conflict):
    """All cases of the correction were corrected again later."""


def undo(tx: Transaction, correction_id: str, *, dry_run: bool = False) -> Effect:
    """Take a correction back; what was corrected later stays as it is.

    Raises UnknownCorrection, CorrectionUndone, CorrectedSince, and HasCandidate where something
    was suggested or decided about the kind that a split made.
    """
    tx.actor.require(Act.JUDGE_KINDS)
    correction = find_correction(tx, correction_id, to_change=True)
    if correction.undone_at is not None:
        raise CorrectionUndone(f"It was undone on {correction.undone_at:%Y-%m-%d}.")
    later = _later(tx.session, correction)
    placed = [row for row in correction.cases if row.placed]
    if placed and all(row.case_id in later for row in placed):
        last = max(later.values(), key=lambda found: found[0])
        raise CorrectedSince(
            "All its cases were corrected again since.",
            remedy=f"Undo the correction {last[1].correction_id} first.",
            correction=last[1].correction_id,
        )
    _require_no_candidate(tx.session, correction)
    ids = [one for one in (correction.kind_id, correction.other_kind_id) if one is not None]
    kinds = [tx.session.get_one(Kind, one) for one in ids]
    act = partial(_undo, tx, correction, {case: row for case, (_, row) in later.items()})
    return carried_out(tx, kinds, act, dry_run=dry_run)


def _later(session: Session, correction: Correction) -> dict[str, tuple[int, CorrectionCase]]:
    """Give the next standing correction's row of every case that was placed again since."""
    rows = session.execute(
        select(Correction.number, CorrectionCase)
        .join(CorrectionCase, CorrectionCase.correction_id == Correction.id)
        .where(
            Correction.number > correction.number,
            Correction.undone_at.is_(None),
            CorrectionCase.placed,
            CorrectionCase.case_id.in_(
                select(CorrectionCase.case_id).where(
                    CorrectionCase.correction_id == correction.id, CorrectionCase.placed
                )
            ),
        )
        .order_by(Correction.number.desc())
    )
    return {row.case_id: (number, row) for number, row in rows}


def _require_no_candidate(session: Session, correction: Correction) -> None:
    if correction.verb is not CorrectionVerb.SPLIT:
        return
    suggested = select(Candidate.id).where(Candidate.kind_id == correction.other_kind_id)
    if session.scalars(suggested).first() is not None:
        raise HasCandidate(
            "A policy change was suggested for the kind that was split off, so it stays.",
            remedy="Merge the other kind into it.",
        )


def _undo(
    tx: Transaction, correction: Correction, later: Mapping[str, CorrectionCase]
) -> Correction:
    tx.record("undo", "correction", correction.id)
    correction.undone_at, correction.undone_by = tx.at, tx.actor.name
    tx.session.flush()
    _revive(tx, correction)
    touched = {correction.kind_id, correction.other_kind_id}
    gone = dissolved_kinds(tx.session)
    for row in correction.cases:
        if row.placed and row.case_id in later:
            _hand_over(row, later[row.case_id])
        elif row.placed:
            touched.add(_give_back(tx.session, row, gone))
    tx.session.flush()
    _close(tx, correction)
    kinds = [tx.session.get_one(Kind, one) for one in touched if one is not None]
    answered(tx, *(kind.id for kind in kinds))
    redraw(tx.session, kinds, [row.case_id for row in correction.cases if row.placed])
    return correction


def _revive(tx: Transaction, correction: Correction) -> None:
    """Let the kind live again that the correction merged away or put aside."""
    if correction.kind_id is None:
        return
    kind = tx.session.get_one(Kind, correction.kind_id)
    if correction.verb is CorrectionVerb.MERGE:
        into = tx.session.get_one(Kind, correction.other_kind_id)
        into.aliases = [name for name in into.aliases if name not in {kind.name, *kind.aliases}]
        kind.name = free_name(tx.session, kind.name, without=kind.id)
        kind.retired_at = kind.merged_into_id = None
        record(tx, Descent.REBORN, kind.id, other=into.id)
    elif correction.verb is CorrectionVerb.NOT_A_KIND and kind.dismissed_at == correction.made_at:
        kind.dismissed_at = kind.dismissed_by = None
        kind.dismissed_reason = kind.dismissed_with_cases = None


def _hand_over(row: CorrectionCase, later: CorrectionCase) -> None:
    """Let the next correction remember where the case was before this one."""
    later.kind_before_id = row.kind_before_id
    later.strength_before = row.strength_before
    later.origin_before = row.origin_before


def _give_back(session: Session, row: CorrectionCase, gone: frozenset[str]) -> str | None:
    """Put a case back where it was, or into no kind where that one lives no more."""
    kind = None if row.kind_before_id is None else resolve(session, row.kind_before_id)
    if kind is not None and (kind.retired_at is not None or kind.id in gone):
        kind = None
    place(
        session,
        row.case_id,
        kind,
        row.strength_before or 0.0,
        row.origin_before or MembershipOrigin.RUN,
    )
    return None if kind is None else kind.id


def _close(tx: Transaction, correction: Correction) -> None:
    """End the kind that an undone split had made, unless people put other cases there since."""
    if correction.verb is not CorrectionVerb.SPLIT or correction.kind_id is None:
        return
    made = tx.session.get_one(Kind, correction.other_kind_id)
    into = resolve(tx.session, correction.kind_id)
    if into is made or into.retired_at or made.retired_at:
        return
    by_runs = select(Membership).where(
        Membership.kind_id == made.id, Membership.origin != MembershipOrigin.BY_HAND
    )
    for membership in tx.session.scalars(by_runs):
        membership.kind_id = into.id
    tx.session.flush()
    if members(tx.session, made):
        return
    made.retired_at, made.merged_into_id = tx.at, into.id
    into.take_names(made)
    record(tx, Descent.MERGED_INTO, made.id, other=into.id)
