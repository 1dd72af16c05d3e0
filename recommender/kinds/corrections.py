"""What people do about a kind's cases: merge, split, move, confirm, say that it is none.

Each acts at once, without a run, and every later run obeys it until it is undone; `teaching`
says how. With `dry_run` the change is only tried and told.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.proposals import redacted
from recommender.errors import Conflict, Invalid
from recommender.kinds.by_hand import begin, free_name, members, put, redraw, witness, witnesses
from recommender.kinds.catalogue import (
    checked_name,
    living_kind,
    require_nothing_waits,
    standing_of,
)
from recommender.kinds.drilling import require_open
from recommender.kinds.effects import Effect, carried_out
from recommender.kinds.lineage import answered, record
from recommender.models.base import new_id
from recommender.models.changes import Candidate
from recommender.models.kinds import Correction, Kind, Membership
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, CaseState, CorrectionVerb, Descent

MOST_LEFT_UNSORTED: Final = 200


class SameKind(Invalid):
    """A kind cannot be merged into itself."""


class HasCandidate(Conflict):
    """What was suggested or decided about a kind stays with it, so it cannot go."""


class CandidateClaimed(Conflict):
    """Somebody is deciding about the kind's candidate at this moment."""


class NotItsCase(Invalid):
    """A case to split off is not in the kind; `case` names it."""


class NothingStays(Invalid):
    """A split leaves cases on both sides."""


class NothingToCorrect(Conflict):
    """The case is there already, or the kind has no cases."""


class NotTogether(Invalid):
    """Cases that move together are in one kind, or in none."""


class TooManyAtOnce(Invalid):
    """Each case that is left unsorted is kept apart from the others: not of so many at once."""


class NotApproved(Conflict):
    """Only approved cases are in kinds."""


def merge(tx: Transaction, kind_id: str, into_id: str, *, dry_run: bool = False) -> Effect:
    """Make two kinds one: the first goes, the other keeps its id and takes the cases.

    Raises SameKind, and HasCandidate where something was suggested or decided about the first.
    """
    tx.actor.require(Act.JUDGE_KINDS)
    kind, into = living_kind(tx, kind_id), living_kind(tx, into_id)
    if kind is into:
        raise SameKind("These are one kind already.", field="into", remedy="Name another kind.")
    if tx.session.scalars(select(Candidate.id).where(Candidate.kind_id == kind.id)).first():
        raise HasCandidate(
            f"A policy change was suggested for “{kind.name}”, so it keeps its own place.",
            remedy="Merge the other kind into this one.",
        )
    return carried_out(tx, [kind, into], partial(_merge, tx, kind, into), dry_run=dry_run)


def split(
    tx: Transaction,
    kind_id: str,
    cases: Sequence[str],
    *,
    name: str | None = None,
    dry_run: bool = False,
) -> Effect:
    """Make a kind of its own of some of a kind's cases; the others stay, and stay apart.

    Raises NotItsCase, NothingStays, CandidateClaimed, BadName and NameTaken.
    """
    tx.actor.require(Act.JUDGE_KINDS)
    kind = living_kind(tx, kind_id)
    words = None if name is None else checked_name(tx, name)
    _require_unclaimed(tx, kind)
    inside = set(members(tx.session, kind))
    off = {require_open(tx, case_id).id: case_id for case_id in cases}
    for case_id, asked in off.items():
        if case_id not in inside:
            raise NotItsCase(f"{asked} is not in this kind.", field="cases", case=asked)
    if not off or inside == set(off):
        raise NothingStays(
            "A split needs cases on both sides.",
            field="cases",
            remedy="Name some of the kind's cases, but not all.",
        )
    act = partial(_split, tx, kind, set(off), words)
    return carried_out(tx, [kind], act, dry_run=dry_run)


def move(tx: Transaction, case_id: str, to_id: str | None, *, dry_run: bool = False) -> Effect:
    """Put one case into another kind; None keeps it out of all, where no run touches it.

    Raises NotApproved, and NothingToCorrect where it is there already.
    """
    return move_cases(tx, [case_id], to_id, dry_run=dry_run)


def move_cases(
    tx: Transaction, case_ids: Sequence[str], to_id: str | None, *, dry_run: bool = False
) -> Effect:
    """Put cases of one kind, or of none, into another, as one correction; None keeps them out.

    Raises NotTogether, TooManyAtOnce, NotApproved, and NothingToCorrect where they are there.
    """
    tx.actor.require(Act.JUDGE_KINDS)
    cases = {found.id: found for found in (require_open(tx, one) for one in case_ids)}
    to = None if to_id is None else living_kind(tx, to_id)
    for case in cases.values():
        if case.state is not CaseState.APPROVED:
            raise NotApproved("Only approved cases are in kinds.", state=str(case.state))
    if to is None and len(cases) > MOST_LEFT_UNSORTED:
        raise TooManyAtOnce(
            f"At most {MOST_LEFT_UNSORTED} cases are left unsorted at once.",
            field="cases",
            remedy="Take fewer, or say that it is no kind.",
        )
    places = [tx.session.get(Membership, case) for case in cases]
    left = _one_place({None if place is None else place.kind_id for place in places})
    kind = None if left is None else tx.session.get_one(Kind, left)
    if kind is to:
        where = "in no kind" if to is None else "in this kind"
        subject = "The case is" if len(cases) == 1 else "The cases are"
        raise NothingToCorrect(f"{subject} {where} already.")
    touched = [one for one in (kind, to) if one is not None]
    return carried_out(tx, touched, partial(_move, tx, sorted(cases), kind, to), dry_run=dry_run)


def confirm(tx: Transaction, kind_id: str, *, dry_run: bool = False) -> Effect:
    """Say that all cases of a kind belong together; it then needs no quality gate."""
    tx.actor.require(Act.JUDGE_KINDS)
    kind = living_kind(tx, kind_id)
    if not members(tx.session, kind):
        raise NothingToCorrect("This kind has no cases.")
    return carried_out(tx, [kind], partial(_confirm, tx, kind), dry_run=dry_run)


def not_a_kind(tx: Transaction, kind_id: str, reason: str, *, dry_run: bool = False) -> Effect:
    """Say that the cases of a kind are all of different ones, and put it aside.

    Raises CandidateWaits while a candidate of it waits for a decision.
    """
    tx.actor.require(Act.JUDGE_KINDS)
    kind = living_kind(tx, kind_id)
    if not members(tx.session, kind):
        raise NothingToCorrect("This kind has no cases.", remedy="Dismiss it.")
    require_nothing_waits(tx, kind)
    act = partial(_not_a_kind, tx, kind, redacted(tx, reason))
    return carried_out(tx, [kind], act, dry_run=dry_run)


def _merge(tx: Transaction, kind: Kind, into: Kind) -> Correction:
    correction = begin(tx, CorrectionVerb.MERGE, kind=kind, other=into)
    cases = members(tx.session, kind) + members(tx.session, into)
    put(tx.session, correction, cases, into)
    kind.retired_at, kind.merged_into_id = tx.at, into.id
    into.take_names(kind)
    record(tx, Descent.MERGED_INTO, kind.id, other=into.id)
    redraw(tx.session, [into], cases)
    return correction


def _split(tx: Transaction, kind: Kind, off: set[str], words: str | None) -> Correction:
    """Name the new kind by a person's words, else after the one that it came from."""
    new = Kind(
        id=new_id(),
        name=words or free_name(tx.session, f"Part of “{kind.name}”"),
        named_by=None if words is None else tx.actor.name,
        clause_id=kind.clause_id,
        gap=kind.gap,
        card={},
        born_at=tx.at,
    )
    tx.session.add(new)
    correction = begin(tx, CorrectionVerb.SPLIT, kind=kind, other=new)
    witness(correction, set(members(tx.session, kind)) - off, part=0)
    put(tx.session, correction, off, new, part=1)
    record(tx, Descent.SPLIT_FROM, new.id, other=kind.id)
    redraw(tx.session, [kind, new], off)
    return correction


def _move(tx: Transaction, cases: Sequence[str], left: Kind | None, to: Kind | None) -> Correction:
    """Put cases of one place into a kind together; what is kept out of all is not put together."""
    correction = begin(tx, CorrectionVerb.MOVE, kind=left, other=to)
    if to is None:
        for part, case in enumerate(cases):
            put(tx.session, correction, [case], None, part=part)
    else:
        witness(correction, witnesses(tx.session, to), part=0)
    if left is not None:
        apart = 1 if to is not None else len(cases)
        witness(correction, witnesses(tx.session, left, without=cases), part=apart)
    if to is not None:
        put(tx.session, correction, cases, to)
    redraw(tx.session, [left, to], cases)
    return correction


def _one_place(places: set[str | None]) -> str | None:
    if len(places) != 1:
        raise NotTogether(
            "These cases are in different kinds.",
            field="cases",
            remedy="Take those of one kind at a time.",
        )
    return places.pop()


def _confirm(tx: Transaction, kind: Kind) -> Correction:
    correction = begin(tx, CorrectionVerb.CONFIRM, kind=kind)
    cases = members(tx.session, kind)
    put(tx.session, correction, cases, kind)
    answered(tx, kind.id)
    redraw(tx.session, [kind], cases)
    return correction


def _not_a_kind(tx: Transaction, kind: Kind, reason: str) -> Correction:
    """Dismiss the kind with the evidence that it had: without cases it never doubles."""
    if kind.dismissed_at is None:
        kind.dismissed_with_cases = standing_of(tx, kind).evidence.counted_cases
        kind.dismissed_at, kind.dismissed_by, kind.dismissed_reason = tx.at, tx.actor.name, reason
    correction = begin(tx, CorrectionVerb.NOT_A_KIND, kind=kind, note=reason)
    cases = members(tx.session, kind)
    for part, case_id in enumerate(sorted(cases)):
        put(tx.session, correction, [case_id], None, part=part)
    answered(tx, kind.id)
    redraw(tx.session, [kind], cases)
    return correction


def _require_unclaimed(tx: Transaction, kind: Kind) -> None:
    claimed = select(Candidate.id).where(
        Candidate.kind_id == kind.id, Candidate.state == CandidateState.CLAIMED
    )
    if tx.session.scalars(claimed).first() is not None:
        raise CandidateClaimed(
            "Somebody is deciding about this kind's candidate.",
            remedy="Let them decide or release it first.",
        )
