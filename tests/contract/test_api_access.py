"""The access test: every route of the application by every role, against the one table."""

from collections.abc import Iterator

import httpx2
import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from recommender.accounts.directory import add_account, operator
from recommender.vocabulary import Role
from tests.conftest import PEOPLE
from tests.contract.conftest import Api
from tests.contract.doors import DOORS, Door

BEARERS = {role: name for name, (roles, _) in PEOPLE.items() for role in roles} | {
    Role.EMPLOYEE_REPRESENTATIVE: "emil"
}
NAMES = [f"{method} {path}" for method, path in DOORS]
IDS = {
    "{name}": "nobody-knows",
    "{key}": "RET-2.1",
    **{
        f"{{{noun}_id}}": "000000000000"
        for noun in (
            "notice",
            "case",
            "kind",
            "candidate",
            "batch",
            "correction",
            "request",
            "question",
            "review",
            "look_back",
        )
    },
}


@pytest.fixture
def peopled(api: Api) -> Api:
    """The API of a house with somebody of every role."""
    with api.house.transaction(operator(api.house)) as tx:
        add_account(tx, name="emil", display_name="Emil", roles=[Role.EMPLOYEE_REPRESENTATIVE])
    return api


def routes(api: Api) -> Iterator[tuple[str, str]]:
    """Give every method and path that the application answers."""
    for route in iter_route_contexts(api.app.routes):
        assert route.path is not None
        yield from ((method, route.path) for method in (route.methods or set()) - {"HEAD"})


def knock(client: TestClient, method: str, path: str, door: Door) -> httpx2.Response:
    """Send the door's request, its ids filled in with ones that nothing has."""
    for placeholder, value in IDS.items():
        path = path.replace(placeholder, value)
    if isinstance(door.body, bytes):
        return client.request(method, path, params=door.query, content=door.body)
    return client.request(method, path, params=door.query, json=door.body)


def test_the_table_has_every_route_and_no_other(api: Api) -> None:
    assert set(routes(api)) == set(DOORS)


@pytest.mark.parametrize(("method", "path"), DOORS, ids=NAMES)
def test_a_route_opens_to_its_roles_and_to_no_other(peopled: Api, method: str, path: str) -> None:
    door = DOORS[method, path]
    opened = set()
    for role in Role:
        answer = knock(peopled.by(BEARERS[role]), method, path, door)
        assert answer.status_code < 500 or path == "/readyz"
        refused = answer.status_code == 403 and answer.json()["code"] == "RoleMissing"
        if not refused:
            opened.add(role)
            assert answer.status_code != 401 or path == "/v1/sessions"
    assert opened == (set(Role) if door.roles is None else door.roles)


@pytest.mark.parametrize(("method", "path"), DOORS, ids=NAMES)
def test_without_a_token_only_what_needs_none_answers(api: Api, method: str, path: str) -> None:
    answer = knock(api.nobody, method, path, DOORS[method, path])
    if DOORS[method, path].roles is None:
        answered = answer.status_code in {200, 503}
        assert answered or answer.json()["code"] in {"SignInRefused", "NoProvider"}
    else:
        assert (answer.status_code, answer.json()["code"]) == (401, "SignInNeeded")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("token", [b"", b"x", b"rk-x", b"Bearer", b"\xc3\xa4", b"\xff.\xfe"])
def test_a_token_of_nobody_is_no_sign_in(api: Api, token: bytes) -> None:
    answer = api.nobody.get("/v1/me", headers={b"Authorization": b"Bearer " + token})
    assert answer.status_code == 401
