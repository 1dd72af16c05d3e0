"""The catalogue of kinds: lists, the inbox, what managers do with a kind, where cases are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from recommender.access import Act
from recommender.cases.clock import today
from recommender.cases.proposals import redacted
from recommender.errors import Conflict, Invalid, NotFound
from recommender.kinds import snoozing
from recommender.kinds.contrast import count_declined
from recommender.kinds.drilling import groups
from recommender.kinds.inbox_score import Score, first, scores
from recommender.kinds.lineage import Step, resolve, steps_of
from recommender.kinds.listing import KindOrder, KindRow, kind_row, ordered, rank
from recommender.kinds.memberships import MembershipRow, all_places, shown_places
from recommender.kinds.opening import MOST, Asked, Opened, open_number
from recommender.kinds.pages import KindDetail, detail
from recommender.kinds.run_rows import RunRow, run_row
from recommender.kinds.snoozing import snooze_of
from recommender.kinds.standing import Standing, is_dismissed, standings
from recommender.kinds.teaching import dissolved_kinds
from recommender.kinds.why_none import why_none
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind, Run
from recommender.models.policies import Clause
from recommender.storage.house import Transaction
from recommender.vocabulary import DECIDED_CANDIDATES, KindState, RunState

SHORTEST_NAME = 3
LONGEST_NAME = 120


class UnknownKind(NotFound):
    """There is no such kind, or none that still lives."""


class NameTaken(Conflict):
    """Another living kind bears that name."""


class BadName(Invalid):
    """A kind's name is a few words."""


class AlreadyDismissed(Conflict):
    """The kind has been put aside already."""


class NotDismissed(Conflict):
    """The kind has not been put aside."""


class Dissolved(Conflict):
    """People said that this is no kind, and took its cases apart."""


class CandidateWaits(Conflict):
    """The kind has a candidate that waits for its decision."""


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """What a manager sees first: surfaced kinds in their order, and what waits below."""

    kinds: list[KindRow]
    emerging: int
    cases: int | None
    unsorted: int | None
    """Those in no kind that may be shown; None, as all cases, where it would tell of few people."""
    masked: list[str]
    last_run: RunRow | None
    as_of: date
    as_of_source: str
    first: list[str]
    """Ids of the kinds to look at first, in this order."""
    why_none: list[str]
    """Where nothing surfaced: what is missing."""


def kinds(
    tx: Transaction, *, include_all: bool = False, by: KindOrder = KindOrder.STATE
) -> list[KindRow]:
    """List the surfaced kinds, or all living ones, in an order."""
    tx.actor.require(Act.READ_KINDS)
    living = _living(tx)
    found = scores(living, tx.settings)
    listed = ordered(living, by, found, tx.settings)
    return _rows(tx, [one for one in listed if include_all or one.surfaced], found)


def inbox(tx: Transaction) -> Inbox:
    """Give what a manager sees first."""
    tx.actor.require(Act.READ_KINDS)
    living = _living(tx)
    as_of = today(tx)
    shown = groups(tx, living)
    last = tx.session.scalars(
        select(Run).where(Run.state == RunState.PUBLISHED).order_by(Run.ended_at.desc()).limit(1)
    ).first()
    found = scores(living, tx.settings)
    return Inbox(
        kinds=_rows(tx, [one for one in living if one.surfaced], found),
        emerging=sum(one.state is KindState.EMERGING for one in living),
        cases=shown.total,
        unsorted=shown.unsorted,
        masked=["cases", "unsorted"] if shown.rest is None else [],
        last_run=None if last is None else run_row(last, tx.settings),
        as_of=as_of.moment.date(),
        as_of_source=as_of.source,
        first=first(living, found, lambda one: snooze_of(one) is not None),
        why_none=why_none(tx, living, shown, last),
    )


def why_no_kinds(tx: Transaction) -> list[str]:
    """Say why no kind has surfaced; nothing where one has."""
    return inbox(tx).why_none


def warm(tx: Transaction) -> None:
    """Measure every living kind that nothing is kept of, so that the next reader need not wait."""
    living = tx.session.scalars(select(Kind).where(Kind.retired_at.is_(None))).all()
    count_declined(tx, standings(tx, living))


def kind(tx: Transaction, kind_id: str) -> KindDetail:
    """Give a kind's page; a retired kind's still answers, a merged one's is where it went.

    Raises UnknownKind.
    """
    tx.actor.require(Act.READ_KINDS)
    _any_kind(tx, kind_id)
    found = resolve(tx.session, kind_id)
    return detail(tx, standing_of(tx, found), asked_for=kind_id)


def cases_behind(
    tx: Transaction, kind_id: str, asked: Asked, *, after: str | None = None, top: int = MOST
) -> Opened:
    """Give the cases behind a number of a living kind's page; raises UnknownKind, BadCursor."""
    tx.actor.require(Act.READ_KINDS)
    standing = standing_of(tx, living_kind(tx, kind_id))
    return open_number(tx, standing, asked, after=after, top=top)


def lineage(tx: Transaction, kind_id: str) -> Sequence[Step]:
    """Tell what happened to a kind since its birth; raises UnknownKind."""
    tx.actor.require(Act.READ_KINDS)
    _any_kind(tx, kind_id)
    return steps_of(tx, kind_id)


def living_kind(tx: Transaction, kind_id: str) -> Kind:
    """Find a kind that lives; raises UnknownKind."""
    tx.actor.require(Act.READ_KINDS)
    found = _any_kind(tx, kind_id)
    into = resolve(tx.session, kind_id)
    if into is not found:
        raise UnknownKind(
            f"This kind was merged into “{into.name}”.",
            remedy=f"Ask for {into.id}.",
            kind=kind_id,
            into=into.id,
        )
    if found.retired_at is not None:
        raise UnknownKind(
            f"No run has found this kind since {found.retired_at:%Y-%m-%d}.",
            remedy="Look for its cases among the kinds of today.",
            kind=kind_id,
        )
    return found


def standing_of(tx: Transaction, kind: Kind) -> Standing:
    """Give a kind's evidence, state and grade as they are."""
    tx.actor.require(Act.READ_KINDS)
    return standings(tx, [kind])[0]


def rename(tx: Transaction, kind_id: str, name: str) -> Kind:
    """Give a kind a human name, which every later run keeps."""
    tx.actor.require(Act.JUDGE_KINDS)
    found = living_kind(tx, kind_id)
    words = checked_name(tx, name, of=kind_id)
    found.rename(words, tx.actor.name)
    tx.record("rename", "kind", kind_id)
    return found


def checked_name(tx: Transaction, name: str, *, of: str | None = None) -> str:
    """Give a human name for a kind, tidied; raises BadName, or NameTaken by another living one."""
    words = " ".join(name.split())
    if not SHORTEST_NAME <= len(words) <= LONGEST_NAME:
        raise BadName(
            f"A name has {SHORTEST_NAME} to {LONGEST_NAME} letters.",
            field="name",
            remedy="Say in a few words what was bent, and for whom.",
        )
    namesakes = tx.session.execute(
        select(Kind.id, Kind.name).where(Kind.retired_at.is_(None), Kind.id != (of or ""))
    )
    if any(other.casefold() == words.casefold() for _, other in namesakes):
        raise NameTaken(
            "Another kind has this name.", field="name", remedy="Say what tells them apart."
        )
    return words


def dismiss(tx: Transaction, kind_id: str, reason: str) -> Kind:
    """Put a kind aside; it comes back by itself when its evidence has doubled."""
    tx.actor.require(Act.JUDGE_KINDS)
    found = living_kind(tx, kind_id)
    counted = standing_of(tx, found).evidence.counted_cases
    if is_dismissed(found, counted):
        raise AlreadyDismissed("This kind has been put aside already.")
    require_nothing_waits(tx, found)
    found.dismissed_at = tx.at
    found.dismissed_by = tx.actor.name
    found.dismissed_reason = redacted(tx, reason)
    found.dismissed_with_cases = counted
    tx.record("dismiss", "kind", kind_id, counted_cases=counted)
    return found


def snooze(
    tx: Transaction, kind_id: str, *, until: date | None, more_cases: int | None, reason: str
) -> Kind:
    """Put a kind off until a day or until more cases; raises UnknownKind and BadSnooze."""
    tx.actor.require(Act.JUDGE_KINDS)
    return snoozing.snooze(
        tx, living_kind(tx, kind_id), until=until, more_cases=more_cases, reason=reason
    )


def wake(tx: Transaction, kind_id: str) -> Kind:
    """Take a kind that was put off back; raises UnknownKind and NotSnoozed."""
    tx.actor.require(Act.JUDGE_KINDS)
    return snoozing.wake(tx, living_kind(tx, kind_id))


def require_nothing_waits(tx: Transaction, kind: Kind) -> None:
    """Refuse with CandidateWaits while a candidate of a kind waits for its decision."""
    waiting = select(Candidate.id).where(
        Candidate.kind_id == kind.id, Candidate.state.not_in(DECIDED_CANDIDATES)
    )
    if tx.session.scalars(waiting).first() is not None:
        raise CandidateWaits(
            "A candidate of this kind waits for its decision.",
            remedy="Let its owner decide first.",
        )


def restore(tx: Transaction, kind_id: str) -> Kind:
    """Take a dismissed kind back."""
    tx.actor.require(Act.JUDGE_KINDS)
    found = living_kind(tx, kind_id)
    if found.dismissed_at is None:
        raise NotDismissed("This kind has not been put aside.")
    if kind_id in dissolved_kinds(tx.session):
        raise Dissolved(
            "Somebody said that its cases are of different kinds.",
            remedy="Undo that correction; `recommender kinds corrections` lists them.",
        )
    found.dismissed_at = found.dismissed_by = None
    found.dismissed_reason = found.dismissed_with_cases = None
    tx.record("restore", "kind", kind_id)
    return found


def memberships(tx: Transaction) -> list[MembershipRow]:
    """Say for every approved case which kind it is in, emerging ones included.

    Admins see the imported rows' own ids in their stable order. Everybody else sees opaque ids,
    and a case of a kind that may not be shown as if it were in none; where even those are of too
    few people, they are left out.
    """
    tx.actor.require(Act.READ_MEMBERSHIPS)
    return all_places(tx) if tx.actor.sees_source_ids else shown_places(tx)


def _living(tx: Transaction) -> Sequence[Standing]:
    found = (
        select(Kind)
        .where(Kind.retired_at.is_(None))
        .options(joinedload(Kind.clause).selectinload(Clause.revisions))
    )
    living = tx.session.scalars(found).all()
    return sorted(standings(tx, living), key=lambda one: rank(one, tx.settings))


def _rows(tx: Transaction, listed: Sequence[Standing], found: Mapping[str, Score]) -> list[KindRow]:
    declined = count_declined(tx, listed)
    return [
        kind_row(one, tx.settings, found.get(one.kind.id), declined=declined.get(one.kind.id))
        for one in listed
    ]


def _any_kind(tx: Transaction, kind_id: str) -> Kind:
    found = tx.session.get(Kind, kind_id)
    if found is None:
        raise UnknownKind(
            "There is no such kind.", remedy="`recommender kinds --all` lists them.", kind=kind_id
        )
    return found
