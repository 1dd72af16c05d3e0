"""Houses for the limits: a set's handbook and cases, its kinds found, or as the truth has them."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.accounts.opening import initialise
from recommender.cases.embedding import catch_up
from recommender.cases.importing.taking import import_cases
from recommender.config import Settings
from recommender.kinds.clauses import USUAL
from recommender.kinds.floors import release
from recommender.kinds.runs import discover
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.policies.importing import import_policy
from recommender.policies.syntax.handbook import ParsedPolicy
from recommender.policies.syntax.read import parse_policy
from recommender.policies.syntax.rows import parse_rows
from recommender.storage.house import House
from recommender.vocabulary import CaseState, MembershipOrigin
from tests.bench.limit_truth import NO_KIND
from tests.bench.sets import DATA, SHOP_HANDBOOK, WORLD, Row, _moment, files_of, rows_of
from tests.bench.vectors import builtin

LAST: Final = timedelta(hours=2)
"""From a case to its decision, where only its day is told."""


@dataclass(frozen=True, kw_only=True)
class World:
    """A set's rows with their moments, and what is true of each by its id."""

    name: str
    rows: Sequence[Row]
    truth: Mapping[str, Row]

    def before(self, moment: datetime) -> "World":
        """Give the same with the rows before a moment alone."""
        rows = [row for row in self.rows if moment_of(row) < moment]
        return World(name=self.name, rows=rows, truth=self.truth)

    @property
    def kinds(self) -> Mapping[str, str]:
        """The true kind of each case that is of one."""
        return {
            case: str(row["kind"])
            for case, row in self.truth.items()
            if row["kind"] is not None and row["profile"] not in NO_KIND
        }


def read_world(name: str) -> World:
    """Read a set that has a handbook and typed facts: telecom, the demo world, the shop."""
    cases, labels = files_of(name)
    return World(
        name=name, rows=list(rows_of(cases)), truth={row["id"]: row for row in rows_of(labels)}
    )


def moment_of(row: Row) -> datetime:
    """Give a row's moment; each has one."""
    moment = _moment(row)
    if moment is None:
        raise ValueError(row["id"])
    return moment


def found(world: World, folder: Path) -> tuple[House, Actor]:
    """Open a house in which discovery found the kinds."""
    house, admin = _filled(world, folder / f"{world.name}-found")
    discover(house, admin)
    return house, admin


def given(world: World, folder: Path) -> tuple[House, Actor]:
    """Open a house in which the cases lie in their true kinds."""
    house, admin = _filled(world, folder / f"{world.name}-given")
    catch_up(house, admin)
    members = defaultdict(list)
    with house.transaction(admin) as tx:
        for case in tx.session.scalars(select(Case).where(Case.state == CaseState.APPROVED)):
            if kind := world.kinds.get(str(case.source_id)):
                members[kind].append(case)
        for name, cases in members.items():
            tx.session.add(_kind(name, cases))
        release(tx)
    return house, admin


def _kind(name: str, cases: Sequence[Case]) -> Kind:
    """Make a kind of cases, under the clause that they cite most, or none where few cite any."""
    cited = [case.clause_id for case in cases if case.clause_id is not None]
    often = len(cited) >= USUAL * len(cases)
    clause = Counter(cited).most_common(1)[0][0] if often else None
    return Kind(
        name=name.replace("_", " "),
        clause_id=clause,
        gap=clause is None,
        born_at=datetime.now(UTC),
        memberships=[
            Membership(case_id=case.id, strength=1.0, origin=MembershipOrigin.RUN) for case in cases
        ],
    )


def _filled(world: World, path: Path) -> tuple[House, Actor]:
    house = House(
        Settings(database_url=f"sqlite:///{path.with_suffix('.sqlite')}", encoder="builtin")
    )
    house.encoder = builtin()
    initialise(house)
    admin = operator(house)
    with house.transaction(admin) as tx:
        for policy in _handbooks(world.name):
            import_policy(tx, policy)
    file = path.with_suffix(".jsonl")
    file.write_text("\n".join(json.dumps(_dated(row)) for row in world.rows), "utf-8")
    refused = import_cases(house, admin, file).refused
    if refused:
        raise ValueError(refused[0])
    return house, admin


def _handbooks(name: str) -> Sequence[ParsedPolicy]:
    if name == "telecom":
        file = DATA / "telecom_cases" / "policy_telecom_handbook.jsonl"
        return parse_rows(file.read_text("utf-8")).policies
    handbook = WORLD.with_name("handbook.md") if name == "demo" else SHOP_HANDBOOK
    return [parse_policy(handbook.read_text("utf-8"), "handbook")]


def _dated(row: Row) -> dict[str, Any]:
    """Give a row a date in the place of days ago, and leave its truth out."""
    moment = moment_of(row)
    left = ("days_ago", "at", "kind", "recurring", "profile")
    told = {key: value for key, value in row.items() if key not in left}
    dates = {"occurred_at": moment.isoformat(), "approved_at": (moment + LAST).isoformat()}
    return {**(dates if "days_ago" in row else {}), **told}
