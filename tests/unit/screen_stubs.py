"""An API whose answers a test sets, and a screen in front of it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from fastapi.encoders import jsonable_encoder
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from api.schemas.accounts import MeOut
from dashboard import kept, session
from dashboard.client import Api
from recommender.vocabulary import (
    Role,
)

Answer = object | Callable[[httpx.Request], httpx.Response]


class Stub:
    """An API whose answers are set by a test; keeps what it was asked."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = {"GET me/changes": {"changes": []}} | dict(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        name = f"{request.method} {request.url.path.removeprefix('/v1/')}"
        if name not in self.answers:
            return httpx.Response(404, text=f"no stub for {name}")
        answer = self.answers[name]
        if isinstance(answer, httpx.Response):
            return answer
        if callable(answer):
            told: httpx.Response = answer(request)
            return told
        return httpx.Response(200, text=json.dumps(jsonable_encoder(answer)))

    @property
    def acts(self) -> list[tuple[str, str]]:
        """What was asked beyond reading, with the body sent."""
        return [
            (f"{each.method} {each.url.path.removeprefix('/v1/')}", each.content.decode())
            for each in self.asked
            if each.method != "GET"
        ]

    def forget(self) -> None:
        """Start counting anew."""
        self.asked.clear()


def screen(
    name: str, stub: Stub, monkeypatch: pytest.MonkeyPatch, *roles: Role, **params: str
) -> AppTest:
    """A screen as somebody of these roles opens it at an address."""
    http = httpx.Client(base_url="http://api", transport=httpx.MockTransport(stub))
    monkeypatch.setattr(session, "api", lambda: Api("t0ken", http))
    # Each run would look for components in all installed packages, for nine tenths of its time.
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)
    kept.clear()
    return reopened(name, *roles, **params)


def reopened(name: str, *roles: Role, **params: str) -> AppTest:
    """A screen of the same API in a session of its own, as after signing in once more."""
    app = AppTest.from_string(_SCRIPT.format(name=name), default_timeout=15)
    app.session_state["me"] = me(*roles)
    for key, value in params.items():
        app.query_params[key] = value
    return app.run()


_SCRIPT = """
from dashboard.screens import {name}
from dashboard.widgets import show_end
from recommender.errors import RecommenderError

try:
    {name}.show()
except RecommenderError as error:
    show_end(error)
"""


def words(app: AppTest) -> str:
    """All that a screen says, the invisible joiners and the escapes of typed text taken out."""
    kinds = ("title", "subheader", "caption", "markdown", "text", "success", "info", "warning")
    said = [each.value for kind in (*kinds, "error") for each in getattr(app, kind)]
    return "\n".join(said).replace("\\", "").replace("\u2060", "")


def keys(app: AppTest) -> set[str | None]:
    """The keys of all buttons on a screen."""
    return {each.key for each in app.button}


def sent(stub: Stub, act: str) -> list[dict[str, Any]]:
    """The bodies that were sent with an act."""
    return [json.loads(body) for name, body in stub.acts if name == act]


def refused(status: int = 409, **members: object) -> httpx.Response:
    """A refusal as the API writes it."""
    problem = {"title": "Moved on", "status": status, "detail": "D.", "code": "Some"}
    return httpx.Response(status, json=problem | members)


def me(*roles: Role) -> MeOut:
    """The reader."""
    return MeOut(name="maya", display_name="Maya", roles=list(roles), team=None)
