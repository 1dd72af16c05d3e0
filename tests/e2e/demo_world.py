"""The demo as people start it: `recommender demo` as a child process in a folder of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx

from recommender.accounts.passwords import DEMO_PASSWORD
from recommender.config import PREFIX
from tests.e2e.servers import free_port
from tests.stopping import heeded

RECOMMENDER = str(Path(sys.executable).with_name("recommender"))
READY = "Ctrl-C stops both"
START_SECONDS = 300
END_SECONDS = 30


@dataclass
class Demo:
    """A command that was started, and what it has said so far."""

    child: subprocess.Popen[bytes]
    log: Path
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """Everything it has printed."""
        return self.log.read_text("utf-8")

    def await_words(self, words: str) -> None:
        """Wait until it has printed them; fail with what it said when it ends before."""
        deadline = time.monotonic() + START_SECONDS
        while words not in self.said:
            if self.child.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"It never said {words!r}. It said: {self.said}")
            time.sleep(0.1)

    def await_servers(self) -> None:
        """Wait until it says where to click, and keep the addresses."""
        self.await_words(READY)
        self.urls = dict(re.findall(r"(Dashboard|API) +(http://\S+)", self.said))

    def await_warmth(self) -> None:
        """Wait until its encoder is warm, so that precedents come at once."""
        deadline = time.monotonic() + START_SECONDS
        ready = self.api.replace("/v1", "/readyz")
        while httpx.get(ready, timeout=START_SECONDS, trust_env=False).status_code != HTTPStatus.OK:
            assert time.monotonic() < deadline, "The encoder never got warm."
            time.sleep(0.2)

    @property
    def dashboard(self) -> str:
        """The dashboard's address."""
        return self.urls["Dashboard"]

    @property
    def api(self) -> str:
        """The API's address, with its version."""
        return self.urls["API"]

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal, and give its exit code."""
        if self.child.poll() is None:
            self.child.send_signal(by)
        return self.child.wait(END_SECONDS)


def environment(**settings: object) -> dict[str, str]:
    """Our own environment, without anybody's settings but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return kept | {f"{PREFIX}{name}".upper(): str(value) for name, value in settings.items()}


def free_ports() -> dict[str, int]:
    """Settings with two ports that nobody listens on."""
    return {"api_port": free_port(), "dashboard_port": free_port()}


@contextmanager
def started(folder: Path, *words: str, **settings: object) -> Iterator[Demo]:
    """Run `recommender WORDS` in a folder; whatever still runs at the end is stopped."""
    log = folder / "said.log"
    with log.open("wb") as out, _ctrl_c_reaches_children(), heeded(signal.SIGHUP):
        child = subprocess.Popen(
            [RECOMMENDER, *words],
            cwd=folder,
            env=environment(**settings),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    demo = Demo(child, log)
    try:
        yield demo
    finally:
        demo.stop()


@contextmanager
def _ctrl_c_reaches_children() -> Iterator[None]:
    """A test run in the background ignores Ctrl-C, and what it starts would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def serving(world: Path | None, folder: Path, **settings: object) -> Iterator[Demo]:
    """Serve a folder, with a copy of a filled world; gives the demo once both servers answer."""
    if world is not None:
        shutil.copytree(world, folder, dirs_exist_ok=True)
    with started(folder, "demo", **(free_ports() | settings)) as demo:
        demo.await_servers()
        yield demo


def as_person(demo: Demo, name: str) -> httpx.Client:
    """A client of the demo's API, signed in."""
    body = {"name": name, "password": DEMO_PASSWORD}
    opened = httpx.post(f"{demo.api}/sessions", json=body, trust_env=False, timeout=60)
    token = opened.json()["token"]
    return httpx.Client(
        base_url=demo.api,
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
        timeout=60,
    )


def answers(url: str) -> bool:
    """Tell whether somebody listens there."""
    try:
        httpx.get(url, trust_env=False)
    except httpx.TransportError:
        return False
    return True
