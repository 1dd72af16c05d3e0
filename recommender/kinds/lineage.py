"""What became of each kind: its birth, what it was split from or merged into, its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from recommender.access import Act
from recommender.models.kinds import Kind
from recommender.models.lineage import LineageStep, PendingChange
from recommender.storage.house import Transaction
from recommender.vocabulary import Descent


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step in the life of a kind, or of one that came from it or went into it."""

    at: datetime
    what: Descent
    kind_id: str
    kind_name: str
    other_kind_id: str | None
    other_kind_name: str | None
    run_id: str | None
    """The run that found it; None: a person did it."""


def record(
    tx: Transaction,
    what: Descent,
    kind_id: str,
    *,
    other: str | None = None,
    run: str | None = None,
) -> None:
    """Note what happened to a kind; `other` is what it was split from or merged into.

    Without a run a person did it, and what waited about these kinds is thereby answered.
    """
    tx.session.add(
        LineageStep(
            kind_id=kind_id,
            what=what,
            other_kind_id=other,
            run_id=run,
            made_by=tx.actor.name if run is None else None,
            at=tx.at,
        )
    )
    if run is None:
        answered(tx, *(one for one in (kind_id, other) if one is not None))


def answered(tx: Transaction, *kinds: str) -> None:
    """Forget what runs wanted to change about kinds on which a person has just decided."""
    tx.session.execute(
        delete(PendingChange).where(
            PendingChange.kind_id.in_(kinds) | PendingChange.other_kind_id.in_(kinds)
        ),
        execution_options={"synchronize_session": False},
    )


def resolve(session: Session, kind_id: str) -> Kind:
    """Find the kind that a known id stands for today: its own, or the one it was merged into."""
    passed = set[str]()
    kind = session.get_one(Kind, kind_id)
    while kind.merged_into_id is not None and kind.id not in passed:
        passed.add(kind.id)
        kind = session.get_one(Kind, kind.merged_into_id)
    return kind


def steps_of(tx: Transaction, kind_id: str) -> Sequence[Step]:
    """Tell a kind's steps and those of the kinds that came from it or went into it."""
    tx.actor.require(Act.READ_KINDS)
    other = aliased(Kind)
    found = tx.session.execute(
        select(LineageStep, Kind.name, other.name)
        .join(Kind, Kind.id == LineageStep.kind_id)
        .outerjoin(other, other.id == LineageStep.other_kind_id)
        .where((LineageStep.kind_id == kind_id) | (LineageStep.other_kind_id == kind_id))
        .order_by(LineageStep.at, LineageStep.id)
    )
    return [
        Step(
            at=step.at,
            what=step.what,
            kind_id=step.kind_id,
            kind_name=name,
            other_kind_id=step.other_kind_id,
            other_kind_name=other_name,
            run_id=step.run_id,
        )
        for step, name, other_name in found
    ]
