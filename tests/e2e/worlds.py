"""Houses that the dashboard is looked at in: the demo, an empty one, one filled in bulk."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from recommender.accounts.charter import charter_version
from recommender.accounts.directory import operator
from recommender.accounts.opening import initialise
from recommender.accounts.passwords import DEMO_PASSWORD, hash_password
from recommender.config import Settings
from recommender.models.accounts import Account
from recommender.models.protection import CharterAcceptance
from recommender.storage.house import House
from recommender.vocabulary import Role
from tests.bench.filled import insert_rows
from tests.bench.staff import PASSWORD
from tests.e2e.demo_world import END_SECONDS, started

_DEMO_PEOPLE: Final[Mapping[Role, str]] = {
    Role.MANAGER: "ines",
    Role.POLICY_OWNER: "ruth",
    Role.AGENT: "maya",
    Role.ADMIN: "admin",
    Role.EMPLOYEE_REPRESENTATIVE: "rosa",
    Role.AUDITOR: "olga",
}
_BENCH_PEOPLE: Final[Mapping[Role, str]] = {
    Role.MANAGER: "manager-0",
    Role.POLICY_OWNER: "other-desk-1",
    Role.AGENT: "agent-0001",
}


@dataclass(frozen=True, kw_only=True)
class World:
    """A house on disk, and somebody of each role who signs in there."""

    settings: Settings
    people: Mapping[Role, str]
    password: str

    def visitor(self, api: str, role: Role) -> httpx.Client:
        """Sign somebody in; gives their client of the API."""
        person = {"name": self.people[role], "password": self.password}
        opened = httpx.post(f"{api}/v1/sessions", json=person, timeout=300, trust_env=False)
        opened.raise_for_status()
        session = {"Authorization": f"Bearer {opened.json()['token']}"}
        return httpx.Client(base_url=f"{api}/v1", headers=session, timeout=300, trust_env=False)


def demo(folder: Path) -> World:
    """Fill the demo world in a folder, or take the one that is there."""
    database = folder / ".demo" / "demo.sqlite"
    if not database.exists():
        with started(folder, "demo", "--seed-only") as command:
            command.await_words("The demo world is ready")
            command.child.wait(END_SECONDS)
    settings = _settings(database).model_copy(
        update={"demo": True, "key_file": database.with_name("demo.keys")}
    )
    return World(settings=settings, people=_DEMO_PEOPLE, password=DEMO_PASSWORD)


def empty(folder: Path) -> World:
    """Open a house in a folder, with somebody of each role and nothing else."""
    settings = _settings(folder / "empty.sqlite")
    house = House(settings)
    initialise(house)
    with house.transaction(operator(house)) as tx:
        common = {"password_hash": hash_password(PASSWORD), "created_at": tx.at}
        people = [
            {"name": role.value, "display_name": role.value.replace("_", " ").capitalize()}
            | {"roles": [role], **common}
            for role in Role
        ]
        insert_rows(tx.session, Account, people)
        accepted = {"version": charter_version(), "accepted_at": tx.at}
        names = [{"account_name": each["name"]} | accepted for each in people]
        insert_rows(tx.session, CharterAcceptance, names)
    house.database.close()
    return World(
        settings=settings, people={role: role.value for role in _DEMO_PEOPLE}, password=PASSWORD
    )


def filled(database: Path) -> World:
    """Take a house that tests/bench/filled.py filled."""
    return World(settings=_settings(database), people=_BENCH_PEOPLE, password=PASSWORD)


def _settings(database: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{database.absolute()}", encoder="builtin-fast")
