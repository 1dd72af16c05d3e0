"""Changes that wait until a run on another casebase finds them again, or a person decides."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from recommender.kinds.settling import Change, Sighting
from recommender.models.lineage import PendingChange


def waiting(session: Session) -> list[Change]:
    """Read what waits, the oldest first."""
    rows = session.scalars(
        select(PendingChange).order_by(PendingChange.found_at, PendingChange.kind_id)
    )
    return [
        Change(
            what=row.what,
            kind=row.kind_id,
            other=row.other_kind_id,
            cases=frozenset(row.cases),
            first=Sighting(run=row.run_id, casebase=row.casebase, at=row.found_at),
        )
        for row in rows
    ]


def let_wait(session: Session, changes: Sequence[Change]) -> None:
    """Let these changes wait, in place of all before."""
    session.execute(delete(PendingChange), execution_options={"synchronize_session": False})
    session.add_all(
        PendingChange(
            kind_id=change.kind,
            what=change.what,
            other_kind_id=None if change.other is None else str(change.other),
            cases=sorted(change.cases),
            run_id=change.first.run,
            casebase=change.first.casebase,
            found_at=change.first.at,
        )
        for change in changes
    )
