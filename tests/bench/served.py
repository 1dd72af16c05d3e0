"""The product served as people serve it, each server a process of its own, and what it costs."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from recommender.cli.processes import Server, servers
from recommender.config import PREFIX, Settings
from tests.bench.speed import ONE_THREAD
from tests.e2e.servers import free_port

START_SECONDS: Final = 900
QUIET_SECONDS: Final = 600
TICK: Final = 0.5
IDLE_SHARE: Final = 0.05
"""Share of one core below which nothing is at work."""
CHANGED: Final = (
    "database_url",
    "demo",
    "encoder",
    "proposal_hours",
    "review_share",
    "session_hours",
)


@dataclass(frozen=True)
class Served:
    """A running server; times count from its start."""

    url: str
    process: subprocess.Popen[bytes]
    began: float

    def until(self, path: str) -> float:
        """Wait until a path answers 200, and give the seconds since the start."""
        while self.age < START_SECONDS:
            if self.process.poll() is not None:
                message = f"the server ended with {self.process.returncode}"
                raise RuntimeError(message)
            try:
                if httpx.get(self.url + path, trust_env=False).status_code == HTTPStatus.OK:
                    return self.age
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        message = f"{path} did not answer in time"
        raise TimeoutError(message)

    def until_quiet(self) -> float:
        """Wait until nothing is at work any more for two ticks, and give how long that took."""
        began, quiet = time.perf_counter(), 0
        while quiet < 2 and time.perf_counter() - began < QUIET_SECONDS:
            before = self.cpu_seconds
            time.sleep(TICK)
            quiet = quiet + 1 if self.cpu_seconds - before < IDLE_SHARE * TICK else 0
        return time.perf_counter() - began - 2 * TICK

    @property
    def age(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.began

    @property
    def cpu_seconds(self) -> float:
        """Processor time of the server up to now; Linux only."""
        status = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        user, system = status.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    @property
    def peak_memory_mib(self) -> float:
        """The most memory that it ever held; Linux only."""
        return self._memory_mib("VmHWM")

    @property
    def memory_mib(self) -> float:
        """The memory that it holds now; Linux only."""
        return self._memory_mib("VmRSS")

    def _memory_mib(self, line: str) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        found = re.search(rf"{line}:\s*(\d+) kB", status)
        return int(found[1]) / (1 << 10) if found else 0.0


@contextmanager
def served(settings: Settings, folder: Path) -> Iterator[Served]:
    """Serve the house of these settings on 127.0.0.1; its words go to `API.log` there."""
    with _running(_both(settings)[0], folder) as api:
        yield api


@contextmanager
def served_with_dashboard(settings: Settings, folder: Path) -> Iterator[tuple[Served, Served]]:
    """Serve API and dashboard; the words of the second go to `dashboard.log`."""
    first, second = _both(settings)
    with _running(first, folder) as api, _running(second, folder) as dashboard:
        yield api, dashboard


def _both(settings: Settings) -> list[Server]:
    ports = {"api_port": free_port(), "dashboard_port": free_port()}
    told = {f"{PREFIX}{name.upper()}": str(getattr(settings, name)) for name in CHANGED}
    told[f"{PREFIX}KEY_FILE"] = str(settings.secrets_path)
    return servers(settings.model_copy(update=ports), "of a bench", {**told, **ONE_THREAD})


@contextmanager
def _running(server: Server, folder: Path) -> Iterator[Served]:
    with (folder / f"{server.name}.log").open("wb") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            server.command, env=dict(server.environment), cwd=folder, stdout=log, stderr=log
        )
    address = urlsplit(server.health)
    try:
        yield Served(f"{address.scheme}://{address.netloc}", process, began)
    finally:
        process.terminate()
        process.wait(60)
