"""What runs would change about a kind: asked of people, or waiting for a second run."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.kinds.gathering import pinned
from recommender.models.kinds import Kind
from recommender.models.lineage import PendingChange
from recommender.vocabulary import WaitingChange

_SAYS = {
    WaitingChange.SPLIT: "find a part of it apart from the rest",
    WaitingChange.MERGE: "find it as one with “{other}”",
    WaitingChange.VANISH: "no longer find it as a group of its own",
    WaitingChange.MOVE: "find single cases of it elsewhere",
}
_DECIDE = {
    WaitingChange.SPLIT: "Split it, or confirm it as it is.",
    WaitingChange.MERGE: "Merge them, or confirm it as it is.",
    WaitingChange.VANISH: "Confirm it, or say that it is no kind.",
}
_WAIT = "People see no change unless a run on other cases finds the same."


@dataclass(frozen=True, kw_only=True)
class Question:
    """A change that runs would make to a kind; `decide`: it waits for a person, not for a run."""

    what: WaitingChange
    other_kind_id: str | None
    since: date
    decide: bool
    words: str


def questions(session: Session, kind: Kind) -> list[Question]:
    """Tell what runs would change about a kind that lives; they count no case."""
    rows = session.scalars(
        select(PendingChange)
        .where(PendingChange.kind_id == kind.id)
        .order_by(PendingChange.found_at, PendingChange.id)
    ).all()
    asks = bool(rows) and kind.id in pinned(session, [kind])
    return [_question(session, row, asks=asks) for row in rows]


def _question(session: Session, row: PendingChange, *, asks: bool) -> Question:
    other = None if row.other_kind_id is None else session.get(Kind, row.other_kind_id)
    decide = asks and row.what in _DECIDE
    found = _SAYS[row.what].format(other="another kind" if other is None else other.name)
    return Question(
        what=row.what,
        other_kind_id=row.other_kind_id,
        since=row.found_at.date(),
        decide=decide,
        words=f"Runs {found}. {_DECIDE[row.what] if decide else _WAIT}",
    )
