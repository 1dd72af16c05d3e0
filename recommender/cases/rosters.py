"""Who could have answered a proposal: a roster that many cases share, less a few names of its own.

Nothing else reads or writes it. With the names of a case it is forgotten, and a roster that no
case refers to goes.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from recommender.models.cases import Case
from recommender.models.eligibility import CaseRoster, Roster
from recommender.storage.house import Transaction

_INSERT: Final[Mapping[str, Callable[..., sqlite.Insert | postgresql.Insert]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def keep_roster(
    tx: Transaction, case: Case, everybody: AbstractSet[str], without: AbstractSet[str]
) -> None:
    """Keep that everybody but some could answer a case, in the place of what was kept before."""
    row = CaseRoster(
        case_id=case.id,
        roster_id=_shared(tx, sorted(everybody)),
        without=sorted(everybody & without),
    )
    tx.session.merge(row)


def could_answer(
    tx: Transaction, cases: Collection[str] | Select[str]
) -> dict[str, frozenset[str]]:
    """Name by case who could have answered it; a case of which nothing was kept is left out."""
    kept = select(CaseRoster).where(CaseRoster.case_id.in_(cases))
    rows = tx.session.scalars(kept).all()
    shared = select(Roster).where(Roster.id.in_({row.roster_id for row in rows}))
    rosters = {one.id: one.names for one in tx.session.scalars(shared)} if rows else {}
    alike: dict[tuple[str, ...], frozenset[str]] = {}
    found = {}
    for row in rows:
        key = (row.roster_id, *row.without)
        if key not in alike:
            alike[key] = frozenset(rosters[row.roster_id]).difference(row.without)
        found[row.case_id] = alike[key]
    return found


def forget_rosters(tx: Transaction, cases: Select[str]) -> None:
    """Forget who could have answered some cases, and every roster that nothing refers to."""
    for gone in (
        delete(CaseRoster).where(CaseRoster.case_id.in_(cases)),
        delete(Roster).where(Roster.id.not_in(select(CaseRoster.roster_id))),
    ):
        tx.session.execute(gone, execution_options={"synchronize_session": False})


def _shared(tx: Transaction, names: list[str]) -> str:
    """Give the id of the roster of these names, kept once whoever files at the same time."""
    id_ = hashlib.sha256(json.dumps(names).encode()).hexdigest()
    there = select(Roster.id).where(Roster.id == id_).with_for_update(read=True, key_share=True)
    if tx.session.scalar(there) is None:
        insert = _INSERT[tx.session.get_bind().dialect.name]
        tx.session.execute(insert(Roster).values(id=id_, names=names).on_conflict_do_nothing())
    return id_
