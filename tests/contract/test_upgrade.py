"""Houses that earlier versions wrote are brought up with all that is in them, and open."""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory

from recommender.accounts.audit import verify
from recommender.accounts.directory import operator
from recommender.accounts.opening import initialise
from recommender.cases.filing import raw_text
from recommender.config import Settings
from recommender.storage import engine
from recommender.storage.events import Checkpoint
from recommender.storage.house import House
from tests.contract.conftest import Api
from tests.houses import HOUSES, PASSWORD, TYPED, counted

pytestmark = pytest.mark.usefixtures("own_statements")

REVISIONS = sorted(path.name.partition(".")[0] for path in HOUSES.glob("*.sql.gz"))
OPENED_BY = {
    "maya": ("/v1/mine", "/v1/notices", "/v1/queue"),
    "ines": ("/v1/inbox", "/v1/kinds", "/v1/candidates", "/v1/effects", "/v1/slices"),
    "ruth": ("/v1/library", "/v1/clauses/RET-2.1", "/v1/limits", "/v1/answers"),
}


def beside(revision: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads((HOUSES / f"{revision}.json").read_text("utf-8"))


@pytest.fixture(params=REVISIONS)
def revision(request: pytest.FixtureRequest) -> str:
    """The schema of an earlier version."""
    return str(request.param)


@pytest.fixture
def found(revision: str, tmp_path: Path) -> Iterator[House]:
    """The house that this version wrote, not yet brought up."""
    path = tmp_path / "recommender.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            gzip.decompress((HOUSES / f"{revision}.sql.gz").read_bytes()).decode()
        )
    (tmp_path / "recommender.sqlite.keys").write_text(json.dumps(beside(revision)["keys"]), "utf-8")
    house = House(Settings(database_url=f"sqlite:///{path}", encoder="hashing", encrypt_raw=True))
    yield house
    house.database.close()


def test_nothing_is_lost_on_the_way(found: House, revision: str, tmp_path: Path) -> None:
    done = initialise(found)
    assert (done.keys_made, done.operator_made) == (False, False)
    found.database.close()
    with closing(sqlite3.connect(tmp_path / "recommender.sqlite")) as database:
        rows = counted(database)
    kept = beside(revision)["rows"]
    assert {name: rows.get(name) for name in kept} == kept
    with found.reading(operator(found)) as tx:
        end = verify(tx, Checkpoint(**beside(revision)["checkpoint"]))
    assert end.sequence == kept["events"]


def test_every_page_opens_and_sealed_texts_are_read(found: House) -> None:
    initialise(found)
    api = Api(found)
    for name, paths in OPENED_BY.items():
        for path in paths:
            answer = api.by(name).get(path)
            assert answer.status_code == 200, (path, answer.text)
    (candidate,) = api.by("ines").get("/v1/candidates").json()["candidates"]
    assert candidate["state"] == "in_force"
    assert api.by("ines").get(f"/v1/candidates/{candidate['id']}").status_code == 200
    signed_in = api.nobody.post("/v1/sessions", json={"name": "maya", "password": PASSWORD})
    assert signed_in.status_code == 201
    mine = api.by("maya").get("/v1/mine").json()["filed"]
    with found.transaction(operator(found)) as tx:
        assert TYPED in {raw_text(tx, one["id"]).situation for one in mine}


def test_the_newest_schema_has_its_house_so_that_the_next_one_finds_it() -> None:
    newest = ScriptDirectory(str(engine._MIGRATIONS)).get_current_head()
    assert newest in REVISIONS, "run `python -m tests.houses` and keep what it writes"
    assert len(REVISIONS) > 1
