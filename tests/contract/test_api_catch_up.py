"""What runs beside the requests: started with the application, woken by decisions, never lost."""

import time
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from api.app import create_app
from api.background import CatchUp
from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.accounts.keys import make_key
from recommender.cases.filing import Wish, file
from recommender.config import Settings
from recommender.errors import Unavailable
from recommender.models.cases import Case, Embedding
from recommender.storage.engine import SchemaMissing
from recommender.storage.house import House
from recommender.vocabulary import CaseState

WISH = Wish(situation="The boots came late.", resolution="Take them back.")
SECONDS = 20


def embeddings(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Embedding)) or 0


def wait_for(count: int, house: House) -> None:
    deadline = time.monotonic() + SECONDS
    while embeddings(house) != count:
        assert time.monotonic() < deadline, f"{embeddings(house)} embeddings, not {count}"
        time.sleep(0.02)


def test_a_signature_wakes_the_catch_up_which_embeds_the_case(house: House, maya: Actor) -> None:
    with house.transaction(maya) as tx:
        case = file(tx, WISH)
        case_id, seen = case.id, case.content_hash
    with house.transaction(operator(house)) as tx:
        key = make_key(tx, "tom", "test")
    app = create_app(house)
    with TestClient(app, headers={"Authorization": f"Bearer {key}"}) as client:
        deadline = time.monotonic() + SECONDS
        while client.get("/readyz").json()["status"] != "ok":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert embeddings(house) == 0
        signed = client.post(f"/v1/proposals/{case_id}/cosign", json={"content_hash": seen})
        assert signed.json()["state"] == "approved"
        wait_for(2, house)
    catching_up: CatchUp = app.state.catch_up
    assert catching_up._thread is not None
    assert not catching_up._thread.is_alive()


def test_a_round_lets_overdue_proposals_expire(house: House, maya: Actor) -> None:
    with house.transaction(maya) as tx:
        case = file(tx, WISH)
        case.expires_at = tx.at - timedelta(seconds=1)
        case_id = case.id
    CatchUp(house)._round()
    with house.database.reading() as session:
        assert session.get_one(Case, case_id).state is CaseState.EXPIRED


@pytest.mark.parametrize(
    ("missing", "failure"),
    [
        ("catch_up", Unavailable("The model is not there.")),
        ("operator", Unavailable("The database is not there.")),
        ("UPKEEP", RuntimeError("a fault of ours")),
    ],
)
def test_what_fails_now_is_logged_and_tried_again_in_the_next_round(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    missing: str,
    failure: Exception,
) -> None:
    def away(*_: object, **_named: object) -> None:
        raise failure

    catching_up = CatchUp(house)
    with monkeypatch.context() as patched:
        broken = (away,) if missing == "UPKEEP" else away
        patched.setattr(f"api.background.{missing}", broken)
        catching_up._round()
    assert str(failure) in caplog.text
    caplog.clear()
    catching_up._round()
    assert caplog.text == ""


def test_an_application_does_not_start_on_a_database_without_tables(settings: Settings) -> None:
    app = create_app(House(settings), catches_up=False)
    with pytest.raises(SchemaMissing), TestClient(app):
        pass


def test_the_application_opens_the_house_that_the_environment_describes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", house.settings.database_url)
    opened: House = create_app(catches_up=False).state.house
    assert opened.settings.database_url == house.settings.database_url
    opened.database.close()
