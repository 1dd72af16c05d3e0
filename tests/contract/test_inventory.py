"""What an administrator looks after is told to administrators, and no secret with it."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cases.embedding import catch_up
from recommender.cases.inventory import SHOWN, in_force, take_inventory
from recommender.config import PREFIX, Settings
from recommender.storage import backing_up
from recommender.storage.backing_up import CopyUnsound, back_up, last_backup
from recommender.storage.house import House
from recommender.vocabulary import CaseState
from tests.conftest import NewCase
from tests.contract.conftest import Api

SETTINGS_PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
SECRET = "never to be shown"


def fill(house: House, new_case: NewCase) -> None:
    """Add two decided cases, one whose texts were erased, and one that waits."""
    with house.transaction(operator(house)) as tx:
        new_case(tx.session, situation="The zip broke.")
        new_case(tx.session, situation="The parcel came late.")
        new_case(tx.session, situation=" ")
        new_case(tx.session, situation="It waits.", state=CaseState.PENDING)


def test_data_and_what_can_be_compared(stored: House, new_case: NewCase) -> None:
    fill(stored, new_case)
    with stored.reading(operator(stored)) as tx:
        before = take_inventory(tx)
    assert (before.cases, before.decided, before.embedded) == (4, 2, 0)
    assert before.database == ("sqlite" if stored.database.is_sqlite else "postgresql")
    assert before.size > 100_000, "a house has many tables"
    catch_up(stored, operator(stored))
    with stored.reading(operator(stored)) as tx:
        assert take_inventory(tx).embedded == 2


def test_a_backup_is_told_once_its_copy_was_found_sound(
    house: House, admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(house).by("admin")
    assert api.get("/v1/inventory").json()["backup"] is None
    done = back_up(house, admin, tmp_path / "backup")
    told = api.get("/v1/inventory").json()["backup"]
    assert told["begun"] <= told["checked"]
    assert told["entries"] == done.checkpoint.sequence

    def damaged(*_: object) -> None:
        raise CopyUnsound("The database is damaged.")

    monkeypatch.setattr(backing_up, "_copy", damaged)
    with pytest.raises(CopyUnsound):
        back_up(house, admin, tmp_path / "again")
    with house.reading(admin) as tx:
        last = last_backup(tx.session)
    assert last is not None
    assert last.checked is not None
    assert last.checked < last.begun, "the newest was not finished"


def test_settings_are_told_by_their_names_in_the_documentation() -> None:
    page = SETTINGS_PAGE.read_text("utf-8")
    for one in in_force(Settings()):
        [row] = [line for line in page.splitlines() if line.startswith(f"| `{one.name}` |")]
        assert one.value in row
        assert one.says in row
        assert not one.changed
    first = in_force(Settings(as_of=date(2026, 1, 1)))[0]
    assert (first.name, first.value, first.changed) == (f"{PREFIX}AS_OF", "2026-01-01", True)


def test_no_secret_shows(house: House, tmp_path: Path) -> None:
    settings = {
        "oidc_issuer": "https://id.example",
        "oidc_client_id": "shop",
        "oidc_client_secret": SecretStr(SECRET),
    }
    house.settings = house.settings.model_copy(update=settings)
    api = Api(house).by("admin")
    answer = api.get("/v1/inventory").text
    keys = house.settings.secrets_path.read_text("utf-8").split('"')
    token = api.headers["Authorization"].removeprefix("Bearer ")
    for secret in (SECRET, token, house.settings.database_url, str(tmp_path), *keys):
        assert len(secret) < 12 or secret not in answer
    assert "https://id.example" in answer
    for name, field in Settings.model_fields.items():
        hidden = "Secret" in str(field.annotation) or "Path" in str(field.annotation)
        assert not (hidden and name in SHOWN), name
    assert "database_url" not in SHOWN, "it may hold a password"


@pytest.mark.parametrize("name", ["maya", "ines", "auditor"])
def test_others_are_refused(house: House, name: str) -> None:
    assert Api(house).by(name).get("/v1/inventory").status_code == 403
