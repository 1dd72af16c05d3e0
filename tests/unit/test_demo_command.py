"""`recommender demo` without its world and servers: folders, ports and what is said."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from recommender.accounts.opening import initialise
from recommender.cli import demo as command
from recommender.cli.main import recommender
from recommender.cli.processes import Server
from recommender.demo import seeding
from recommender.errors import Unavailable
from recommender.learning.progress import Progress
from recommender.storage.house import House

DATABASE = Path(".demo/demo.sqlite")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def fillings(monkeypatch: pytest.MonkeyPatch) -> list[House]:
    """Houses that were filled: with nothing but tables and keys, which is quick."""
    filled: list[House] = []

    def seed(house: House, _progress: Progress) -> None:
        initialise(house)
        filled.append(house)

    monkeypatch.setattr(seeding, "seed", seed)
    return filled


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[list[Server]]:
    """Servers that would have been started."""
    seen: list[list[Server]] = []

    def run_together(wanted: list[Server], announce: Callable[[], None]) -> None:
        seen.append(wanted)
        announce()

    monkeypatch.setattr(command, "run_together", run_together)
    return seen


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def run(*words: str) -> Result:
    return CliRunner().invoke(recommender, ["demo", *words])


def test_it_fills_once_and_starts_over_when_asked(fillings: list[House]) -> None:
    for words, times in ((["--seed-only"], 1), (["--seed-only"], 1), (["--reset"], 2)):
        assert run(*words, "--seed-only").exit_code == 0
        assert len(fillings) == times
        assert DATABASE.exists()


def test_a_filling_that_fails_leaves_no_world_and_the_next_one_begins_anew(
    fillings: list[House], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(house: House, _progress: Progress) -> None:
        initialise(house)
        raise Unavailable("The weights are missing.")

    with monkeypatch.context() as patched:
        patched.setattr(seeding, "seed", fail)
        refused = run("--seed-only")
    assert refused.exit_code == 1
    assert "The weights are missing." in refused.output
    assert not DATABASE.exists()
    assert run("--seed-only").exit_code == 0
    assert len(fillings) == 1
    assert sorted(path.name for path in DATABASE.parent.iterdir()) == ["demo.keys", "demo.sqlite"]


def test_servers_get_the_demos_own_settings_whatever_else_is_configured(
    served: list[list[Server]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", "sqlite:////somewhere/real.sqlite")
    monkeypatch.setenv("RECOMMENDER_AS_OF", "2020-01-01")
    answer = run()
    assert answer.exit_code == 0, answer.output
    (pair,) = served
    for server in pair:
        given = server.environment
        assert given["RECOMMENDER_DATABASE_URL"] == f"sqlite:///{folder / DATABASE}"
        assert given["RECOMMENDER_DEMO"] == "true"
        assert "RECOMMENDER_AS_OF" not in given
    for account in seeding.SIGN_INS:
        assert account.name in answer.output


def test_busy_ports_lead_to_free_ones_that_differ(
    served: list[list[Server]], taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOMMENDER_API_PORT", str(taken))
    monkeypatch.setenv("RECOMMENDER_DASHBOARD_PORT", str(taken))
    answer = run()
    assert f"Port {taken} is busy, so the API takes" in answer.output
    assert f"Port {taken} is busy, so the dashboard takes" in answer.output
    (pair,) = served
    ports = {server.health.split(":")[2].split("/")[0] for server in pair}
    assert len(ports) == 2
    assert str(taken) not in ports
