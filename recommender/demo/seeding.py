"""Filling the demo world: a shop, its handbook, its people and a season of exceptions.

Everything goes through the doors that real data take: the policy import, the case import, filing,
discovery. Days are relative to the day of seeding.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from recommender.accounts.charter import accept_charter, charter_version
from recommender.accounts.directory import actor_named, operator, set_password
from recommender.accounts.opening import initialise
from recommender.accounts.passwords import DEMO_PASSWORD
from recommender.accounts.people import import_people, read_people
from recommender.cases.filing import Wish, file
from recommender.cases.importing.taking import import_cases
from recommender.config import now
from recommender.kinds.runs import discover
from recommender.learning.progress import Progress, unseen
from recommender.policies.importing import import_policy
from recommender.policies.library import set_ceiling
from recommender.policies.syntax.read import parse_policy
from recommender.storage.house import House

WORLD = Path(str(files("recommender.demo"))) / "world"
CEILINGS = {"DEL-3.1": 60.0}
DECISION_HOURS = 2


@dataclass(frozen=True)
class DemoSignIn:
    """An account to try, and what it is for."""

    name: str
    part: str


SIGN_INS = (
    DemoSignIn("maya", "agent: file an exception, see what became of it"),
    DemoSignIn("tom", "peer: co-sign or decline"),
    DemoSignIn("ines", "manager: browse kinds, promote one"),
    DemoSignIn("ruth", "policy owner of returns: accept, edit or reject"),
    DemoSignIn("admin", "admin: accounts and imports"),
    DemoSignIn("olga", "auditor: read everything, change nothing"),
)


def seed(house: House, progress: Progress = unseen) -> None:
    """Fill an empty house with the demo world and discover its kinds."""
    initialise(house)
    admin = operator(house)
    people = read_people(WORLD / "people.csv")
    with house.transaction(admin) as tx:
        import_people(tx, people)
        for person in people:
            set_password(tx, str(person["name"]), DEMO_PASSWORD)
        import_policy(tx, parse_policy((WORLD / "handbook.md").read_text("utf-8"), "handbook"))
        for key, amount in CEILINGS.items():
            set_ceiling(tx, key, amount, "EUR")
    for person in people:
        _accept_charter(house, str(person["name"]))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cases.jsonl"
        path.write_text("\n".join(_dated_rows(now())), "utf-8")
        import_cases(house, admin, path)
    _file_proposals(house)
    discover(house, admin, embedding=progress)


def _accept_charter(house: House, name: str) -> None:
    """Let somebody have accepted the charter, so that the demo opens on its work."""
    with house.transaction(actor_named(house, name)) as tx:
        accept_charter(tx, charter_version())


def _dated_rows(moment: datetime) -> Iterator[str]:
    for line in (WORLD / "cases.jsonl").read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        occurred = moment - timedelta(days=row.pop("days_ago"))
        row["occurred_at"] = occurred.isoformat()
        row["approved_at"] = (occurred + timedelta(hours=DECISION_HOURS)).isoformat()
        yield json.dumps(row, ensure_ascii=False)


def _file_proposals(house: House) -> None:
    """File what waits for a peer when the demo opens."""
    for line in (WORLD / "proposals.jsonl").read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        filer = actor_named(house, row.pop("agent"))
        with house.transaction(filer) as tx:
            file(tx, Wish(**row))
