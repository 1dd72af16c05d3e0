"""The product served as people serve it, in a process of its own, and what it costs there."""

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

import httpx

from recommender.cli.processes import free_port, servers
from recommender.config import PREFIX, Settings
from tests.bench.speed import ONE_THREAD

START_SECONDS: Final = 900
QUIET_SECONDS: Final = 600
TICK: Final = 0.5
IDLE_SHARE: Final = 0.05
"""Share of one core below which nothing is at work."""
CHANGED: Final = ("database_url", "encoder", "review_share", "session_hours")


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
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        found = re.search(r"VmHWM:\s*(\d+) kB", status)
        return int(found[1]) / (1 << 10) if found else 0.0


@contextmanager
def served(settings: Settings, folder: Path) -> Iterator[Served]:
    """Serve the house of these settings on 127.0.0.1; its words go to `server.log` there."""
    here = settings.model_copy(update={"api_port": free_port(settings.host, 8600)})
    told = {f"{PREFIX}{name.upper()}": str(getattr(here, name)) for name in CHANGED}
    api = servers(here, "", {**told, **ONE_THREAD})[0]
    with (folder / "server.log").open("wb") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            api.command, env=dict(api.environment), cwd=folder, stdout=log, stderr=log
        )
    try:
        yield Served(api.health.removesuffix("/healthz"), process, began)
    finally:
        process.terminate()
        process.wait(60)
