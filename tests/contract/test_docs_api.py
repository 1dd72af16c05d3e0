"""docs/api.md and the OpenAPI document say what the API takes and answers, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api.app import create_app
from api.problems import STATUS
from api.schemas.base import In, Problem
from recommender.config import Settings
from recommender.storage.house import House
from recommender.vocabulary import Role
from tests.contract.doors import DOORS, Door

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
BODIES_WITHOUT_SHAPE = {
    ("POST", "/v1/accounts/import"),
    ("POST", "/v1/handbooks"),
    ("POST", "/v1/imports"),
    ("POST", "/v1/imports/contacts"),
    ("POST", "/v1/imports/surveys"),
    ("POST", "/v1/look-backs"),
    ("POST", "/v1/uploads"),
}
"""Their body is a file."""


@pytest.fixture(scope="module")
def openapi(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The OpenAPI document as it is served."""
    path = tmp_path_factory.mktemp("openapi") / "never-made.sqlite"
    house = House(Settings(database_url=f"sqlite:///{path}"))
    app = create_app(house, catches_up=False)
    document: dict[str, Any] = TestClient(app).get("/openapi.json").json()
    house.database.close()
    return document


def operations(openapi: dict[str, Any]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            yield (method.upper(), path), operation


def roles(door: Door) -> str:
    if door.roles is None:
        return "no sign-in"
    if door.roles == frozenset(Role):
        return "everybody"
    if door.roles == frozenset(Role) - {Role.AGENT}:
        return "all but agents"
    return ", ".join(role.replace("_", " ") for role in sorted(door.roles))


def table(openapi: dict[str, Any]) -> str:
    """Write the table of all routes as docs/api.md shows it."""
    lines = ["| Route | Who | What it does |", "| --- | --- | --- |"]
    for (method, path), operation in operations(openapi):
        words = operation["description"].split("\n")[0]
        headers = [
            f"`{parameter['name'].title()}`"
            for parameter in operation.get("parameters", ())
            if parameter["in"] == "header"
        ]
        taken = f" Takes {' and '.join(headers)}." if headers else ""
        lines.append(f"| `{method} {path}` | {roles(DOORS[method, path])} | {words}{taken} |")
    return "\n".join(lines)


def test_the_page_lists_every_route_with_its_roles(openapi: dict[str, Any]) -> None:
    expected = table(openapi)
    assert expected in PAGE.read_text(encoding="utf-8"), f"docs/api.md needs:\n\n{expected}"


def test_the_page_lists_every_category_of_refusal_with_its_status() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for category, status in STATUS.items():
        assert f"| {status.value} | `{category.__name__}` |" in page


def test_what_is_sent_has_an_example_that_is_taken(openapi: dict[str, Any]) -> None:
    shapes = {shape.__name__: shape for shape in all_below(In)}
    queries = {"FiguresQuery", "HandbookQuery", "ImportQuery", "PeopleQuery"}
    sent = queries | {"SheetQuery", "UploadQuery", "MappingIn"}
    for door, operation in operations(openapi):
        if "requestBody" not in operation or door in BODIES_WITHOUT_SHAPE:
            continue
        (content,) = operation["requestBody"]["content"].values()
        name = content["schema"]["$ref"].rpartition("/")[2]
        examples = openapi["components"]["schemas"][name]["examples"]
        assert examples, name
        for example in examples:
            shapes[name].model_validate(example)
        sent.add(name)
    assert sent == shapes.keys()


def test_refusals_are_in_the_document_as_they_are_sent(openapi: dict[str, Any]) -> None:
    shapes = openapi["components"]["schemas"]
    assert set(shapes["Problem"]["properties"]) == set(Problem.model_fields)
    assert "HTTPValidationError" not in shapes
    for door, operation in operations(openapi):
        refused = operation["responses"]["4XX"]["content"]
        assert list(refused) == ["application/problem+json"], door
        assert "422" not in operation["responses"], door


def test_every_route_and_every_shape_is_described(openapi: dict[str, Any]) -> None:
    for door, operation in operations(openapi):
        assert operation["description"], door
    for name, shape in openapi["components"]["schemas"].items():
        assert shape.get("description") or "enum" in shape, name


def test_routes_that_need_a_sign_in_say_so(openapi: dict[str, Any]) -> None:
    for door, operation in operations(openapi):
        assert ("security" in operation) is (DOORS[door].roles is not None), door


def all_below(shape: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for below in shape.__subclasses__():
        yield below
        yield from all_below(below)
