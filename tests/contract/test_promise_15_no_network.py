"""Promise 15: once installed, nothing needs a network, and nothing tries to use one.

A guard in every process that the product starts refuses and writes down each try to reach another
machine, or to ask for its address. It hears what Python's own sockets do; a library that opened
one by itself would go unheard.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.conftest import HANDBOOK
from tests.contract.mortal import row

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "dashboard" / "static"
START_SECONDS = 120

GUARD = """
import os, sys

HERE = {"127.0.0.1", "::1", "localhost", "", None}


def refuse(event, address):
    with open(os.environ["NETWORK_TRIES"], "a") as tries:
        tries.write(f"{event} {address!r} by {sys.argv!r}\\n")
    raise OSError(f"no network here: {address!r}")


def guard(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in HERE:
            refuse(event, address)
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        host = arguments[0]
        if (host.decode() if isinstance(host, bytes) else host) not in HERE:
            refuse(event, host)


sys.addaudithook(guard)
"""

VERBS = """
import sys
from recommender.cli.main import recommender

folder = sys.argv[1]
for words in (
    ["init"],
    ["policies", "import", f"{folder}/handbook.md"],
    ["import", f"{folder}/cases.jsonl"],
    ["discover"],
    ["kinds", "--all", "--json"],
    ["precedents", "--situation", "The zip of a coat broke.", "--json"],
    ["search", "zip"],
    ["audit", "verify"],
    ["backup", f"{folder}/backup"],
):
    recommender(words, standalone_mode=False)
"""


class Alone:
    """A folder in which programs run without a network, and what they tried all the same."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tries = folder / "tries"
        guard = folder / "guard"
        guard.mkdir()
        (guard / "sitecustomize.py").write_text(GUARD, "utf-8")
        home = folder / "home"
        home.mkdir()
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.environment = kept | {
            "HOME": str(home),
            "NETWORK_TRIES": str(self._tries),
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join([str(guard), str(ROOT)]),
            "RECOMMENDER_DATABASE_URL": f"sqlite:///{folder}/recommender.sqlite",
        }

    @property
    def tries(self) -> list[str]:
        """What was tried, a line a try."""
        return self._tries.read_text().splitlines() if self._tries.exists() else []

    def run(self, script: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a Python script to its end."""
        return subprocess.run(
            [sys.executable, "-c", script, *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def alone(tmp_path: Path) -> Alone:
    """A place without a network."""
    return Alone(tmp_path)


@pytest.mark.parametrize(
    "script",
    [
        "import urllib.request as r; r.urlopen('http://192.0.2.1/')",
        "import urllib.request as r; r.urlopen('http://example.com/')",
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
        "import httpx; httpx.get('https://example.com/')",
    ],
)
def test_the_guard_hears_and_refuses_a_call(alone: Alone, script: str) -> None:
    assert alone.run(script).returncode == 1
    assert len(alone.tries) == 1


def test_the_guard_lets_this_machine_be_called(alone: Alone) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        answer = alone.run(f"import socket; socket.create_connection(('localhost', {port}))")
    assert (answer.returncode, alone.tries) == (0, [])


@pytest.mark.slow
def test_the_whole_product_runs_without_a_network(alone: Alone) -> None:
    (alone.folder / "handbook.md").write_text(HANDBOOK, "utf-8")
    rows = "\n".join(row(str(number)) for number in range(8))
    (alone.folder / "cases.jsonl").write_text(rows, "utf-8")
    answer = alone.run(VERBS, str(alone.folder))
    assert answer.returncode == 0, answer.stderr
    assert "The zip of coat 1 broke." in answer.stdout
    assert alone.tries == []
    serve(alone)
    assert alone.tries == []


def serve(alone: Alone) -> None:
    """Start API and dashboard as people do, wait until both are ready, and stop them."""
    api, dashboard = free_ports(2)
    ports = {"RECOMMENDER_API_PORT": str(api), "RECOMMENDER_DASHBOARD_PORT": str(dashboard)}
    command = "from recommender.cli.main import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", command, "serve"],
        cwd=alone.folder,
        env=alone.environment | ports,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as product:
        try:
            ready = wait_for(
                f"http://127.0.0.1:{api}/readyz", lambda text: json.loads(text)["status"] == "ok"
            )
            shown = wait_for(f"http://127.0.0.1:{dashboard}/", lambda text: "<html" in text)
            assert product.poll() is None
        finally:
            product.send_signal(signal.SIGTERM)
            said, _ = product.communicate(timeout=60)
    assert ready, said
    assert shown, said
    assert product.returncode == 0, said


def wait_for(address: str, holds: Callable[[str], bool]) -> bool:
    """Ask until the answer is right; False after too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310 - our own http address
                if holds(answer.read().decode()):
                    return True
        except (URLError, OSError):
            pass
        time.sleep(0.3)
    return False


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def test_the_dashboard_sends_no_telemetry() -> None:
    text = (ROOT / "dashboard" / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    config: Mapping[str, Mapping[str, object]] = tomllib.loads(text)
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["showEmailPrompt"] is False


def test_no_page_of_ours_asks_another_machine_for_anything() -> None:
    pages = [path for path in STATIC.iterdir() if path.suffix in {".html", ".css", ".js", ".svg"}]
    assert pages
    for path in pages:
        asked = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", path.read_text("utf-8"))
        assert [one for one in asked if "www.w3.org" not in one] == [], path.name
