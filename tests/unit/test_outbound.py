"""The one way out: which addresses it asks, and what it takes for an answer."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

from recommender.outbound import AddressUnsafe, OutsideRefused, OutsideSilent, ask


class _Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked; its path says how."""

    def do_GET(self) -> None:
        self._answer({"authorization": self.headers.get("Authorization")})

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(parse_qs(sent))

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, found: dict[str, Any]) -> None:
        bodies = {"/list": b"[]", "/page": b"<h1>", "/long": b" " * 1_000_001}
        body = bodies.get(self.path, json.dumps(found).encode())
        self.send_response({"/gone": 404, "/elsewhere": 302}.get(self.path, 200))
        self.send_header("Location", "https://evil.example/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def here() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Echo) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_object_is_read_and_a_form_is_sent(here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert ask(here, bearer="t") == {"authorization": "Bearer t"}
    assert ask(here, {"code": "a b"}, basic=("me", "s")) == {"code": ["a b"]}
    assert ask(here) == {"authorization": None}


@pytest.mark.parametrize(("path", "status"), [("/gone", 404), ("/elsewhere", 302)])
def test_a_refusal_says_its_status_and_no_redirect_is_followed(
    here: str, path: str, status: int
) -> None:
    with pytest.raises(OutsideRefused) as caught:
        ask(f"{here}{path}")
    assert caught.value.status == status


@pytest.mark.parametrize("path", ["/list", "/page", "/long"])
def test_what_is_no_object_of_a_sane_size_is_no_answer(here: str, path: str) -> None:
    with pytest.raises(OutsideSilent):
        ask(f"{here}{path}")


def test_nobody_there_is_said() -> None:
    with pytest.raises(OutsideSilent):
        ask("http://127.0.0.1:1/")


@pytest.mark.parametrize(
    "address",
    [
        "http://id.example/",
        "http://192.0.2.1/",
        "https://me:secret@id.example/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "https://",
        "https://[",
        "id.example",
        "",
    ],
)
def test_an_address_that_is_not_safe_is_never_asked(address: str) -> None:
    with pytest.raises(AddressUnsafe):
        ask(address, {"secret": "s"})
