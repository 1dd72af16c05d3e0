"""Servers as child processes: started together, watched together, ended together."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import pytest

from recommender.cli import processes
from recommender.cli.processes import (
    PortTaken,
    Server,
    ServerEnded,
    free_port,
    port_is_free,
    require_port,
    run_together,
    servers,
)
from recommender.config import Settings
from tests.stopping import heeded

HOST = "127.0.0.1"
ANSWERING = """
    import http.server, signal, sys, threading, time

    class Health(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    {before}
    server = http.server.HTTPServer(("127.0.0.1", {port}), Health)
    {after}
    server.serve_forever()
"""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        listening.listen()
        yield listening.getsockname()[1]


def answering(name: str, before: str = "", after: str = "") -> Server:
    """Describe a tiny server on a port of its own."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    script = textwrap.dedent(ANSWERING).format(before=before, after=after, port=port)
    health = f"http://{HOST}:{port}/"
    return Server(name, [sys.executable, "-c", script], dict(os.environ), health)


def is_free(server: Server) -> bool:
    port = urlsplit(server.health).port
    assert port is not None
    return port_is_free(HOST, port)


def interrupt() -> None:
    raise KeyboardInterrupt


# Ports


def test_a_port_is_free_until_somebody_listens(taken: int) -> None:
    assert not port_is_free(HOST, taken)
    with pytest.raises(PortTaken) as refused:
        require_port(HOST, taken, "RECOMMENDER_API_PORT")
    assert refused.value.field == "RECOMMENDER_API_PORT"
    assert str(taken) in str(refused.value)
    found = free_port(HOST, taken)
    assert taken < found < taken + 100
    require_port(HOST, found, "RECOMMENDER_API_PORT")
    assert free_port(HOST, found) == found


# What is started


def test_the_two_servers_listen_where_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/of/somebody")
    settings = Settings(api_port=8101, dashboard_port=8102, log_level="error")
    api, dashboard = servers(settings, "the secret", {"RECOMMENDER_DEMO": "true"})
    assert (api.health, dashboard.health) == (
        "http://127.0.0.1:8101/healthz",
        "http://127.0.0.1:8102/_stcore/health",
    )
    assert "8101" in api.command
    assert "8102" in dashboard.command
    for server in (api, dashboard):
        assert server.environment["RECOMMENDER_DEMO"] == "true"
        assert server.environment["HOME"] == "/home/of/somebody"
    assert dashboard.environment["RECOMMENDER_API_URL"] == "http://127.0.0.1:8101"
    assert dashboard.environment["STREAMLIT_SERVER_COOKIE_SECRET"] == "the secret"
    assert "the secret" not in {*api.environment.values(), *api.command, *dashboard.command}
    script = next(word for word in dashboard.command if word.endswith(".py"))
    assert Path(script).is_file()
    for server in (api, dashboard):
        assert server.command[server.command.index(level_option(server)) + 1] == "error"


def level_option(server: Server) -> str:
    return next(word for word in server.command if word.endswith(("log-level", "logger.level")))


def test_the_dashboard_is_opened_under_the_name_of_the_settings_and_no_other() -> None:
    def allowed(**given: str) -> set[str]:
        _, dashboard = servers(Settings.model_validate(given), "the secret")
        option = "--server.allowedHosts="
        return {word.removeprefix(option) for word in dashboard.command if word.startswith(option)}

    assert allowed() == {"127.0.0.1", "localhost"}
    assert allowed(host="10.0.0.7") == {"127.0.0.1", "localhost", "10.0.0.7"}
    named = allowed(dashboard_url="https://desk.example.org:8443/")
    assert named == {"127.0.0.1", "localhost", "desk.example.org"}


# Living together


def test_both_answer_when_it_is_announced_and_ctrl_c_ends_both() -> None:
    pair = [answering("first"), answering("second", before="time.sleep(0.3)")]
    seen: list[bool] = []

    def announce() -> None:
        seen.extend(is_free(server) for server in pair)
        raise KeyboardInterrupt

    run_together(pair, announce)
    assert seen == [False, False]
    assert all(is_free(server) for server in pair)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_both_and_is_ours_only_meanwhile(stop: signal.Signals) -> None:
    pair = [answering("first"), answering("second")]
    with heeded(stop):
        run_together(pair, lambda: os.kill(os.getpid(), stop))
        assert signal.getsignal(stop) is signal.SIG_DFL
    assert all(is_free(server) for server in pair)


def test_under_nohup_a_closed_terminal_ends_nothing() -> None:
    seen: list[bool] = []

    def announce() -> None:
        os.kill(os.getpid(), signal.SIGHUP)
        seen.append(is_free(server))
        raise KeyboardInterrupt

    server = answering("only")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        run_together([server], announce)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert seen == [False]
    assert is_free(server)


def test_a_server_that_cannot_start_is_named_with_its_last_words() -> None:
    pair = [answering("first"), answering("second", before="sys.exit('no such model')")]
    with pytest.raises(ServerEnded, match="The second ended with code 1") as ended:
        run_together(pair, interrupt)
    assert "no such model" in str(ended.value)
    assert is_free(pair[0])


def test_a_server_that_ends_later_takes_the_other_with_it() -> None:
    later = "threading.Thread(target=lambda: (time.sleep(0.5), server.shutdown())).start()"
    pair = [answering("first"), answering("second", after=later)]
    announced = []
    with pytest.raises(ServerEnded, match="The second ended with code 0"):
        run_together(pair, lambda: announced.append(True))
    assert announced == [True]
    assert is_free(pair[0])


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "START_SECONDS", 4)
    deaf = answering("deaf", before="print('thinking', flush=True); time.sleep(60)")
    with pytest.raises(ServerEnded, match="did not start within") as ended:
        run_together([deaf], interrupt)
    assert "thinking" in str(ended.value)


def test_aloud_what_servers_write_is_heard_as_it_comes(capfd: pytest.CaptureFixture[str]) -> None:
    talking = answering("talking", before="print('warm', flush=True)")
    run_together([talking], interrupt, aloud=True)
    assert "warm" in capfd.readouterr().err
    ending = answering("ending", before="sys.exit('no such model')")
    with pytest.raises(ServerEnded, match="What it wrote stands above"):
        run_together([ending], interrupt, aloud=True)
    assert "no such model" in capfd.readouterr().err


def test_a_server_that_will_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "END_SECONDS", 0.3)
    stubborn = answering("stubborn", before="signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    start = time.monotonic()
    run_together([stubborn], interrupt)
    assert is_free(stubborn)
    assert time.monotonic() - start < 20


def test_a_server_that_cannot_even_be_called_leaves_no_other_running(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[subprocess.Popen[str]] = []
    start = processes._start

    def remembered(server: Server, output: IO[str] | None) -> subprocess.Popen[str]:
        started.append(start(server, output))
        return started[-1]

    monkeypatch.setattr(processes, "_start", remembered)
    first = answering("first")
    missing = Server("missing", ["/nowhere/program"], dict(os.environ), first.health)
    with pytest.raises(FileNotFoundError):
        run_together([first, missing], interrupt)
    assert [child.poll() is not None for child in started] == [True]
