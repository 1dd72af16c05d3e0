"""docs/api.md and the OpenAPI document say what the API takes and answers, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from api.problems import STATUS
from api.schemas.base import In, Problem
from tests import reference
from tests.contract.doors import DOORS
from tests.contract.paging import page
from tests.reference import operations

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
def openapi() -> dict[str, Any]:
    """The OpenAPI document of an installation."""
    return reference.openapi()


def test_the_page_lists_every_category_of_refusal_with_its_status() -> None:
    for category, status in STATUS.items():
        assert f"| {status.value} | `{category.__name__}` |" in page("api.md")


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
