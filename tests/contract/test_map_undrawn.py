"""A map that cannot be drawn: the run stands, says so, and the map is made up for."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from api.background import CatchUp
from recommender.accounts.directory import operator
from recommender.cli.main import recommender
from recommender.kinds import drawing, maps, run_rows
from recommender.models.events import Event
from recommender.storage.house import House
from recommender.vocabulary import RunState
from tests.conftest import NewCase
from tests.contract.kinds_world import fill, found

SAID = "Its map could not be drawn (MemoryError); it is tried again."


@pytest.fixture
def undrawn(house: House, new_case: NewCase, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house whose second run found its kinds and could not draw them."""

    def away(*_: object) -> None:
        raise MemoryError("secret words of a customer")

    fill(house, new_case)
    found(house)
    with monkeypatch.context() as patched:
        patched.setattr(maps, "lay_out", away)
        found(house)
    return house


def newest(house: House) -> tuple[run_rows.RunRow, str | None]:
    """The newest run, and the run whose map is shown."""
    with house.reading(operator(house)) as tx:
        return run_rows.run(tx), maps.case_map(tx).version


def test_a_run_without_its_map_is_published_and_says_so(undrawn: House) -> None:
    run, shown = newest(undrawn)
    assert (run.state, run.failure) == (RunState.PUBLISHED, SAID)
    assert shown not in (None, run.id)
    with undrawn.database.reading() as session:
        events = session.scalars(select(Event.verb).where(Event.noun == "map"))
        assert list(events) == ["fail"]


def test_the_next_round_draws_it(undrawn: House, monkeypatch: pytest.MonkeyPatch) -> None:
    catching_up = CatchUp(undrawn)
    catching_up.wake(whole=True)
    catching_up._round()
    run, shown = newest(undrawn)
    assert (run.failure, shown) == (None, run.id)
    monkeypatch.setattr(drawing, "draw_map", None)
    assert not drawing.make_up(undrawn, operator(undrawn))


def test_the_command_line_ends_well_and_says_it(
    undrawn: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", undrawn.settings.database_url)

    def away(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(maps, "lay_out", away)
        done = CliRunner().invoke(recommender, ["discover"])
        assert done.exit_code == 0, done.output
        assert SAID in done.stdout
        assert "Drew" not in CliRunner().invoke(recommender, ["catch-up"]).stdout
    made_up = CliRunner().invoke(recommender, ["catch-up"])
    assert "Drew the map that the newest run could not draw." in made_up.stdout
    rows = json.loads(CliRunner().invoke(recommender, ["runs", "--json"]).stdout)
    assert rows[0]["failure"] is None
