"""API and dashboard as child processes: started together, watched together, ended together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event
from typing import IO
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from recommender.config import Settings
from recommender.errors import Conflict, Unavailable

START_SECONDS = 120
END_SECONDS = 10
_STANDARD_ERROR = 2
_STOPS = {  # being told to end, and the terminal being closed, which Windows does not know
    number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None
}
_DASHBOARD = Path(__file__).parents[2] / "dashboard" / "server.py"


class PortTaken(Conflict):
    """Another program listens where a server should."""


class ServerEnded(Unavailable):
    """A server ended by itself."""


@dataclass(frozen=True)
class Server:
    """A child process to start: its command, environment and the address that shows it lives."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    health: str


def port_is_free(host: str, port: int) -> bool:
    """Tell whether a server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_port(host: str, port: int, setting: str) -> None:
    """Refuse with PortTaken, naming the setting to change."""
    if not port_is_free(host, port):
        raise PortTaken(
            f"Another program listens on port {port}.",
            field=setting,
            remedy=f"Stop it, or set {setting} to a free port.",
        )


def free_port(host: str, wanted: int, *, promised: int | None = None) -> int:
    """Give the wanted port, or the next free one within a hundred that nobody was promised."""
    ports = (port for port in range(wanted, min(wanted + 100, 65_536)) if port != promised)
    return next((port for port in ports if port_is_free(host, port)), wanted)


def servers(
    settings: Settings, cookie_secret: str, extra: Mapping[str, str] | None = None
) -> list[Server]:
    """Describe the API and the dashboard that these settings ask for."""
    environment = {**os.environ, **(extra or {})}
    address = f"http://{settings.host}:{settings.api_port}"
    dashboard = f"http://{settings.host}:{settings.dashboard_port}"
    api = Server(
        "API",
        [
            sys.executable,
            "-m",
            "uvicorn",
            "--factory",
            "api.app:create_app",
            "--host",
            settings.host,
            "--port",
            str(settings.api_port),
            "--log-level",
            settings.log_level,
            "--timeout-graceful-shutdown",
            "5",
        ],
        environment,
        f"{address}/healthz",
    )
    streamlit = Server(
        "dashboard",
        [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            str(_DASHBOARD),
            "--server.address",
            settings.host,
            "--server.port",
            str(settings.dashboard_port),
            "--logger.level",
            settings.log_level,
            *(f"--server.allowedHosts={name}" for name in _names(settings)),
        ],
        {
            **environment,
            "RECOMMENDER_API_URL": address,
            "STREAMLIT_SERVER_COOKIE_SECRET": cookie_secret,
        },
        f"{dashboard}/_stcore/health",
    )
    return [api, streamlit]


def _names(settings: Settings) -> list[str]:
    """Give the names under which the dashboard may be opened; a page under another is no page."""
    public = urlsplit(settings.dashboard_url or "").hostname
    return sorted({"127.0.0.1", "localhost", settings.host, public or settings.host})


def run_together(
    wanted: list[Server], announce: Callable[[], None], *, aloud: bool = False
) -> None:
    """Start the servers, announce when all answer, and wait until Ctrl-C or a stop signal.

    What they write goes to standard error if `aloud`; else its last lines are told when one ends
    by itself, which raises ServerEnded. The others are ended with it.
    """
    with _stop_signals_as_interrupt() as stopped, _written(aloud=aloud) as output:
        children: list[subprocess.Popen[str]] = []
        try:
            children.extend(_start(server, output) for server in wanted)
            _wait_until_ready(wanted, children, output)
            announce()
            while not stopped.is_set():
                _require_alive(wanted, children, output)
                time.sleep(0.5)
        except KeyboardInterrupt:
            return
        finally:
            _end(children)


@contextmanager
def _written(*, aloud: bool) -> Iterator[IO[str] | None]:
    """Keep what servers write, or give None where it goes to standard error."""
    if aloud:
        yield None
        return
    with TemporaryFile("w+") as output:
        yield output


def _start(server: Server, output: IO[str] | None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        server.command,
        env=dict(server.environment),
        stdin=subprocess.DEVNULL,
        stdout=_STANDARD_ERROR if output is None else output,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C reaches us alone; we end the children in order
    )


def _wait_until_ready(
    wanted: list[Server], children: list[subprocess.Popen[str]], output: IO[str] | None
) -> None:
    deadline = time.monotonic() + START_SECONDS
    for server in wanted:
        while not _answers(server.health):
            _require_alive(wanted, children, output)
            if time.monotonic() > deadline:
                raise ServerEnded(
                    f"The {server.name} did not start within {START_SECONDS} seconds.",
                    remedy=_last_lines(output),
                )
            time.sleep(0.2)


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2) as answer:  # noqa: S310 - our own http address
            status: int = answer.status
            return status == HTTPStatus.OK
    except (URLError, OSError):
        return False


def _require_alive(
    wanted: list[Server], children: list[subprocess.Popen[str]], output: IO[str] | None
) -> None:
    for server, child in zip(wanted, children, strict=True):
        if child.poll() is not None:
            raise ServerEnded(
                f"The {server.name} ended with code {child.returncode}.",
                remedy=_last_lines(output),
            )


def _last_lines(output: IO[str] | None) -> str:
    if output is None:
        return "What it wrote stands above."
    output.seek(0)
    return "Its last words:\n" + "".join(output.readlines()[-15:])


def _end(children: list[subprocess.Popen[str]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def _stop_signals_as_interrupt() -> Iterator[Event]:
    """Let a stop signal interrupt, and set an event too: Python swallows what finalisers raise."""
    stopped = Event()

    def interrupt(signum: int, frame: object) -> None:  # noqa: ARG001 - the signal's signature
        stopped.set()
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, interrupt)
        for number in _STOPS
        if signal.getsignal(number) is not signal.SIG_IGN  # as under nohup
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
