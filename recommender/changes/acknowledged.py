"""How many have read a changed clause: teams as they were when they were asked, never people.

Counts go in steps of the people floor, so that neither one reading nor two of different days tell
of fewer people than the floor that they have not read it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.clock import today
from recommender.changes.acknowledging import applying
from recommender.models.acknowledging import Acknowledgement
from recommender.models.policies import Clause, Revision
from recommender.policies.library import clause_by_key
from recommender.storage.house import Transaction


@dataclass(frozen=True, kw_only=True)
class TeamRead:
    """How many of a team were asked and have read; `team` None: the small ones, taken together."""

    team: str | None
    asked: int
    acknowledged: int | None
    """At least so many; None where it is masked."""
    masked: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Read:
    """How many have read the wording of a clause that applies; `asked_at` None: nobody was asked.

    Teams of too few people are not told apart, nor are these where even together they are too few.
    """

    clause: Clause
    revision: Revision | None
    asked_at: datetime | None
    teams: Sequence[TeamRead]


def acknowledged(tx: Transaction, key: str) -> Read:
    """Count by teams who has read the wording of a clause that applies; raises UnknownClause."""
    tx.actor.require(Act.READ_ACKNOWLEDGED)
    clause = clause_by_key(tx, key)
    revision = next(iter(applying(clause, today(tx).moment)), None)
    rows = [] if revision is None else _asked(tx, revision)
    floor = tx.settings.people_floor_agents
    teams = defaultdict[str | None, list[Acknowledgement]](list)
    for row in rows:
        teams[row.team].append(row)
    rest = teams.pop(None, [])
    for team in [one for one, members in teams.items() if len(members) < floor]:
        rest += teams.pop(team)
    groups = [(team, teams[team]) for team in sorted(teams, key=str)]
    if len(rest) >= floor:
        groups.append((None, rest))
    return Read(
        clause=clause,
        revision=revision,
        asked_at=rows[0].asked_at if rows else None,
        teams=[_team_read(team, members, floor) for team, members in groups],
    )


def at_least(read: int, asked: int, floor: int) -> int | None:
    """Say how many of a group have read so that nobody who has not can be told by it.

    In steps of the floor, and with at least the floor left over, unless all have. None: too few
    to say.
    """
    if read == asked:
        return asked
    return max(0, min(read, asked - floor)) // floor * floor or None


def _team_read(team: str | None, members: Collection[Acknowledgement], floor: int) -> TeamRead:
    told = at_least(sum(one.at is not None for one in members), len(members), floor)
    masked = ["acknowledged"] if told is None else []
    return TeamRead(team=team, asked=len(members), acknowledged=told, masked=masked)


def _asked(tx: Transaction, revision: Revision) -> Sequence[Acknowledgement]:
    of_it = select(Acknowledgement).where(Acknowledgement.revision_id == revision.id)
    return tx.session.scalars(of_it).all()
