"""Servers for browser tests: in a thread, or as a child process as people start them."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import uvicorn
from starlette.types import ASGIApp

import dashboard

SERVER = Path(next(iter(dashboard.__path__))) / "server.py"
START_SECONDS = 60


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def in_thread(app: ASGIApp) -> Iterator[str]:
    """Serve an app for the length of the block; gives its URL."""
    port = free_port()
    config = uvicorn.Config(app, port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    url = f"http://127.0.0.1:{port}"
    try:
        await_url(url, thread.is_alive)
        yield url
    finally:
        server.should_exit = True
        thread.join(10)


@contextlib.contextmanager
def streamlit(script: Path, log: Path, **environ: str) -> Iterator[str]:
    """Run a dashboard script for the length of the block; gives its URL, writes to `log`."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    with log.open("w") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env=os.environ | environ
        )
    url = f"http://127.0.0.1:{port}"
    try:
        await_url(f"{url}/_stcore/health", lambda: process.poll() is None, log)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def dashboard_before(app: ASGIApp, folder: Path) -> Iterator[str]:
    """Run the dashboard before an API in a thread; gives its URL, writes its log to the folder."""
    with (
        in_thread(app) as api_url,
        streamlit(SERVER, folder / "dash.log", RECOMMENDER_API_URL=api_url) as url,
    ):
        yield url


def await_url(url: str, is_alive: Callable[[], bool], log: Path | None = None) -> None:
    """Wait until a server answers; raises RuntimeError with its log when it ends before."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if not is_alive():
            break
        with contextlib.suppress(httpx.TransportError):
            httpx.get(url, trust_env=False)
            return
        time.sleep(0.1)
    said = log.read_text() if log else ""
    raise RuntimeError(f"{url} did not come up. {said}")
