"""Fixtures that all tests share: settings, an opened house, the people in it, factories."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from sqlalchemy import Connection, Engine, event, insert, select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache

from recommender import config
from recommender.access import Actor
from recommender.accounts import passwords
from recommender.accounts.charter import charter_version
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.accounts.opening import initialise
from recommender.cli.main import recommender
from recommender.config import PREFIX, Settings
from recommender.models.accounts import Account
from recommender.models.base import new_id
from recommender.models.cases import Case, RawText
from recommender.models.policies import Clause
from recommender.models.protection import CharterAcceptance
from recommender.policies.library import import_policy
from recommender.policies.syntax.read import parse_policy
from recommender.storage import engine
from recommender.storage.house import House
from recommender.storage.sealing import TextSealer
from recommender.vocabulary import CaseState, Role

# Time per example says more about a shared machine than about the code.
hypothesis.settings.register_profile("usual", deadline=None, max_examples=50)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("usual")

PEOPLE = {
    "maya": ([Role.AGENT], "north"),
    "tom": ([Role.AGENT], "south"),
    "ines": ([Role.MANAGER], None),
    "ruth": ([Role.POLICY_OWNER], "returns-desk"),
    "admin": ([Role.ADMIN], None),
    "auditor": ([Role.AUDITOR], None),
}

HANDBOOK = """\
# Returns {#RET owner=returns-desk}

## Return window {#RET-2}

[RET-2.1]{.clause #RET-2.1} Unworn shoes come back within
[14 days]{.parameter fact=days_since_delivery max=14 unit=day} of delivery.

[RET-2.2]{.clause #RET-2.2 .never-bend} Nobody gets money back without a passport check.

## Repairs {#RET-3}

[RET-3.1]{.clause #RET-3.1} A zip is mended free of charge during the first
[12 months]{.parameter fact=months_owned max=12 unit=month}.
"""

RunCli = Callable[..., Result]
NewCase = Callable[..., Case]
AddPolicy = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave long tests untraced: they tread the same lines again and again."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker("no_cover")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine or of a developer's .env reaches a test."""
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.setattr(config, "ENV_FILE", Path(os.devnull))
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with argon2 at its cheapest: its price is the library's promise, not ours."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", cheap)


_open_sqlite = engine._open_sqlite


def _set_up_alike(own: object, other: object) -> bool:
    return own is other or (_seals_nothing(own) and _seals_nothing(other))


def _seals_nothing(dialect: object) -> bool:
    sealer = getattr(dialect, "recommender_sealer", None)
    return isinstance(sealer, TextSealer) and not sealer._on


@pytest.fixture(autouse=True, scope="session")
def _statements_compiled_once() -> Iterator[None]:
    """Let all houses share their compiled statements: each test's own took a quarter of its time.

    An engine keys them by its dialect, an object of its own; ours are all set up alike, but for
    those of houses that seal, whose statements hold on to their keys, and of no house. Nor does a
    test of this process wait for the disk; those that are killed run in others.
    """
    shared = LRUCache[Any, Any](10_000)

    def opened(url: str) -> Engine:
        each = _open_sqlite(url)
        each._compiled_cache = shared
        event.listen(each, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        return each

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLiteDialect_pysqlite, "__eq__", _set_up_alike)
        patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda own: hash(type(own)))
        patch.setattr(engine, "_open_sqlite", opened)
        yield


@pytest.fixture
def own_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile for this test alone: where keys are renewed, no statement may know another's."""
    monkeypatch.setattr(engine, "_open_sqlite", _open_sqlite)


@event.listens_for(Account, "after_insert")
def _accept_charter(mapper: object, connection: Connection, account: Account) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    """Whoever is added has accepted the charter; tests about the first day take that back."""
    accepted = {"version": charter_version(), "accepted_at": account.created_at}
    connection.execute(insert(CharterAcceptance), {"account_name": account.name} | accepted)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, initialised database with the people in it; copied, because migrating is slow."""
    path = tmp_path_factory.mktemp("template") / "recommender.sqlite"
    house = House(_settings(path))
    initialise(house)
    with house.transaction(operator(house)) as tx:
        for name, (roles, team) in PEOPLE.items():
            add_account(tx, name=name, display_name=name.title(), roles=roles, team=team)
    house.database.close()
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings on a fresh SQLite file, which does not exist yet, with the hashing encoder."""
    return _settings(tmp_path / "recommender.sqlite")


@pytest.fixture
def house(settings: Settings, template: Path) -> Iterator[House]:
    """An initialised house with the people of PEOPLE and no policy or case."""
    shutil.copy(template, settings.database_url.removeprefix("sqlite:///"))
    shutil.copy(template.with_name(f"{template.name}.keys"), settings.secrets_path)
    opened = House(settings)
    yield opened
    opened.database.close()


@pytest.fixture
def maya(house: House) -> Actor:
    """An agent of team north."""
    return actor_named(house, "maya")


@pytest.fixture
def tom(house: House) -> Actor:
    """An agent of team south."""
    return actor_named(house, "tom")


@pytest.fixture
def ines(house: House) -> Actor:
    """A manager."""
    return actor_named(house, "ines")


@pytest.fixture
def ruth(house: House) -> Actor:
    """A policy owner of returns-desk, which owns HANDBOOK."""
    return actor_named(house, "ruth")


@pytest.fixture
def admin(house: House) -> Actor:
    """An admin who is not the local operator."""
    return actor_named(house, "admin")


@pytest.fixture
def auditor(house: House) -> Actor:
    """An auditor."""
    return actor_named(house, "auditor")


@pytest.fixture
def cli(house: House, monkeypatch: pytest.MonkeyPatch) -> RunCli:
    """Call the command line on the house: `cli("kinds", "--json")` gives click's Result."""
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", house.settings.database_url)
    monkeypatch.setenv("RECOMMENDER_ENCODER", house.settings.encoder)

    def run(*words: object, typed: str | None = None) -> Result:
        return CliRunner().invoke(recommender, [str(word) for word in words], input=typed)

    return run


@pytest.fixture
def add_policy(house: House) -> AddPolicy:
    """Import a handbook as the local operator: `add_policy()` or `add_policy(text)`."""

    def add(text: str = HANDBOOK) -> None:
        with house.transaction(operator(house)) as tx:
            import_policy(tx, parse_policy(text, "handbook"))

    return add


@pytest.fixture
def new_case() -> NewCase:
    """Add a case to a session, approved unless said otherwise: `new_case(tx.session, ...)`.

    Takes any column of Case, `clause` as a key, and `age` in days before 1 June 2026. Where many
    are added, `flush` False leaves it to the next query to write them all, which is quicker.
    """
    numbers = count(1)

    def add(
        session: Session,
        *,
        clause: str | None = None,
        age: float = 0,
        flush: bool = True,
        **given: object,
    ) -> Case:
        number = next(numbers)
        moment = datetime(2026, 6, 1, 12, tzinfo=UTC) - timedelta(days=age)
        fields = {
            "id": new_id(),
            "source_system": "ledger",
            "source_id": f"{number:04}",
            "state": CaseState.APPROVED,
            "occurred_at": moment,
            "filed_at": moment,
            "decided_at": moment,
            "agent_id": "maya",
            "agent_team": "north",
            "cosigner_id": "tom",
            "customer_id": f"customer-{number}",
            "situation": f"The boots arrived with a loose heel, parcel {number}.",
            "resolution": "Sent a new pair at once.",
            "reason": "Waiting a week would have lost the customer.",
            "policy_ref": clause,
            "facts": {},
        } | given
        texts = ("situation", "resolution", "reason", "decline_reason")
        case = Case(**fields, raw=RawText(**{name: fields.get(name) for name in texts}))
        if clause is not None:
            with nullcontext() if flush else session.no_autoflush:
                case.clause = session.scalars(select(Clause).where(Clause.key == clause)).one()
        case.seal()
        session.add(case)
        if flush:
            session.flush()
        return case

    return add


def _settings(path: Path) -> Settings:
    """Nothing is drawn for a second look by chance: whose test that is says so."""
    return Settings(database_url=f"sqlite:///{path}", encoder="hashing", review_share=0)
