"""`recommender demo` and `recommender serve` as people start, interrupt and repeat them."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.demo_world import (
    END_SECONDS,
    Demo,
    answers,
    as_person,
    free_ports,
    serving,
    started,
)

pytestmark = pytest.mark.slow

GAP = {"situation": "The shelf came without its pegs.", "resolution": "Post pegs.", "gap": True}


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_filling_leaves_a_whole_world_where_an_earlier_start_was_cut_short(
    filled_world: Path,
) -> None:
    assert {path.name for path in (filled_world / ".demo").iterdir()} == {
        "demo.keys",
        "demo.sqlite",
    }


def test_a_busy_port_is_left_alone_and_ctrl_c_ends_everything(
    filled_world: Path, tmp_path: Path, taken: int
) -> None:
    with serving(filled_world, tmp_path, api_port=taken) as demo:
        assert f"Port {taken} is busy" in demo.said
        assert int(demo.api.removesuffix("/v1").rsplit(":", 1)[1]) > taken
        assert "Filling" not in demo.said
        assert ended(demo, signal.SIGINT)


def test_run_again_it_keeps_what_was_done_and_a_stop_signal_ends_everything(
    filled_world: Path, tmp_path: Path
) -> None:
    with serving(filled_world, tmp_path) as demo:
        with as_person(demo, "maya") as maya:
            filed = maya.post("/proposals", json=GAP)
            assert filed.status_code == 201, filed.text
        assert ended(demo, signal.SIGTERM)
    with serving(None, tmp_path) as again, as_person(again, "maya") as maya:
        mine = maya.get("/mine").json()["filed"]
        assert filed.json()["id"] in {case["id"] for case in mine}
        assert ended(again, signal.SIGHUP)


def test_reset_starts_over_and_can_be_interrupted(filled_world: Path, tmp_path: Path) -> None:
    shutil.copytree(filled_world, tmp_path, dirs_exist_ok=True)
    folder = tmp_path / ".demo"
    with started(tmp_path, "demo", "--reset", "--seed-only") as demo:
        demo.await_words("Filling the demo world")
        assert not (folder / "demo.sqlite").exists()
        assert demo.stop(signal.SIGINT) != 0
        assert "Traceback" not in demo.said
    assert not (folder / "demo.sqlite").exists()


@pytest.mark.parametrize("busy", ["api_port", "dashboard_port"])
def test_serve_names_the_setting_of_a_busy_port(
    filled_world: Path, tmp_path: Path, taken: int, busy: str
) -> None:
    shutil.copytree(filled_world, tmp_path, dirs_exist_ok=True)
    settings = {
        "database_url": f"sqlite:///{tmp_path / '.demo' / 'demo.sqlite'}",
        "key_file": tmp_path / ".demo" / "demo.keys",
        **free_ports(),
        busy: taken,
    }
    with started(tmp_path, "serve", **settings) as served:
        assert served.child.wait(END_SECONDS) == 1
        assert f"set RECOMMENDER_{busy.upper()} to a free port" in served.said


def ended(demo: Demo, by: signal.Signals) -> bool:
    """Stop it, and tell whether it ended well and left no child and no open port."""
    children = children_of(demo.child.pid)
    assert len(children) == 2
    return (
        demo.stop(by) == 0
        and not any(answers(url) for url in (demo.api, demo.dashboard))
        and not any(is_alive(child) for child in children)
    )


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True, text=True
    )
    pairs = [line.split() for line in listed.stdout.splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
