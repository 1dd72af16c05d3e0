"""The API on a house, asked as one account or another; and a shop with kinds to ask about."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from recommender.accounts.directory import operator
from recommender.accounts.keys import make_key
from recommender.config import Settings
from recommender.kinds.runs import discover
from recommender.storage.house import House
from tests.conftest import AddPolicy
from tests.contract import small_shop


class Api:
    """The API of one house; a client for each account that asks."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.app = create_app(house, catches_up=False)
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


def _copy(template: Path, settings: Settings) -> House:
    shutil.copy(template, settings.database_url.removeprefix("sqlite:///"))
    shutil.copy(template.with_name(f"{template.name}.keys"), settings.secrets_path)
    return House(settings)
