"""How the dashboard asks and reads: requests of one person, answers as shapes, refusals as errors.

A refusal comes back as the category that the core raised (`recommender.errors`), so that no screen
looks at a status code.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from api.schemas.base import In, Problem
from recommender.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    RecommenderError,
    Unavailable,
)

Shape = TypeVar("Shape", bound=BaseModel)
Query = str | int | float | bool | None


class SignedOut(RecommenderError):
    """Nobody is signed in here, or no longer; the way on is the sign-in page."""

    title = "Signed out"


class Conversation:
    """Requests in one person's name, over connections that carry nobody's."""

    def __init__(self, token: str, http: httpx.Client) -> None:
        self._token = token
        self._http = http

    def _get(self, shape: type[Shape], *segments: str, **query: Query) -> Shape:
        """Read one thing; query values that are None are left out."""
        given = {name: value for name, value in query.items() if value is not None}
        request = self._http.build_request("GET", path(*segments), params=given)
        return read(shape, self._ask(request))

    def _send(
        self,
        shape: type[Shape],
        method: str,
        *segments: str,
        body: In | None = None,
        if_match: int | str | None = None,
        once: str | None = None,
        seconds: float | None = None,
        tried: bool = False,
    ) -> Shape:
        """Do something and read what became of it.

        `if_match` is the version that the person saw; `once` names an act that must not happen
        twice, however often it is sent; `seconds` is how long to wait for what takes its time.
        With `tried` it is only told what would come of it.
        """
        request = self._act(method, segments, body, if_match, once)
        if tried:
            request.url = request.url.copy_set_param("dry_run", "true")
        if seconds is not None:
            request.extensions["timeout"] = httpx.Timeout(seconds, connect=3.0).as_dict()
        return read(shape, self._ask(request))

    def _tell(
        self,
        method: str,
        *segments: str,
        body: In | None = None,
        if_match: int | str | None = None,
        once: str | None = None,
    ) -> None:
        """Do something that has no answer."""
        self._ask(self._act(method, segments, body, if_match, once))

    def _act(
        self,
        method: str,
        segments: tuple[str, ...],
        body: In | None,
        if_match: int | str | None,
        once: str | None,
    ) -> httpx.Request:
        headers = {}
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        if once is not None:
            headers["Idempotency-Key"] = once
        json = None if body is None else body.model_dump(mode="json", exclude_unset=True)
        return self._http.build_request(method, path(*segments), json=json, headers=headers)

    def _bytes(self, *segments: str, seconds: float, **query: Query) -> bytes:
        """Read a file."""
        request = self._http.build_request("GET", path(*segments), params=query, timeout=seconds)
        return self._ask(request).content

    def _ask(self, request: httpx.Request) -> httpx.Response:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return answer(self._http, request)


def typed(shape: type[Shape], **fields: object) -> Shape:
    """Put typed fields into a shape; a field that does not fit is `Invalid` and named."""
    try:
        return shape(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).replace("_", " ")
        blank = first["type"] in {"string_too_short", "missing"}
        detail = f"The {name} is still empty." if blank else f"{name.capitalize()}: {first['msg']}."
        raise Invalid(detail, field=name, remedy="Nothing was sent.", title="Not yet") from error


def path(*segments: str) -> str:
    """Join and quote segments, so that an id out of a URL cannot climb to another route."""
    if any(segment in {"", ".", ".."} for segment in segments):
        raise NotFound("There is nothing under this address.")
    return "/v1/" + "/".join(quote(segment, safe="") for segment in segments)


def answer(http: httpx.Client, request: httpx.Request) -> httpx.Response:
    """Send a request; a refusal is raised as the category it came from."""
    response = reach(http, request)
    if response.is_success:
        return response
    raise refusal(response)


def reach(http: httpx.Client, request: httpx.Request) -> httpx.Response:
    """Send a request and take whatever comes back; silence is `Unavailable`."""
    try:
        return http.send(request)
    except httpx.ReadTimeout as error:
        raise Unavailable(
            "The service took too long to answer.",
            remedy="Look whether it was done before you try again.",
        ) from error
    except httpx.TransportError as error:
        raise Unavailable(
            "The service cannot be reached.", remedy="Try again in a moment."
        ) from error


def read(shape: type[Shape], response: httpx.Response) -> Shape:
    """Read an answer; one of another shape is `Unavailable`."""
    try:
        return shape.model_validate_json(response.content)
    except ValidationError as error:
        raise Unavailable(
            "The answer is not one that this dashboard understands.",
            remedy="Ask an administrator whether API and dashboard are of the same version.",
        ) from error


_CATEGORIES: Final[Mapping[int, type[RecommenderError]]] = {
    HTTPStatus.BAD_REQUEST: Invalid,
    HTTPStatus.UNAUTHORIZED: SignedOut,
    HTTPStatus.FORBIDDEN: NotAllowed,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.PRECONDITION_FAILED: Conflict,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Invalid,
    HTTPStatus.UNPROCESSABLE_ENTITY: Invalid,
}
_WITHOUT_A_PROBLEM: Final[Mapping[type[RecommenderError], str]] = {
    Conflict: "This has moved on in the meantime.",
    Invalid: "Something in what was entered is not right.",
    NotAllowed: "Your role does not include this.",
    NotFound: "There is nothing here, or nothing that you may see.",
    SignedOut: "Please sign in.",
    Unavailable: "The service cannot do this right now.",
}


def refusal(response: httpx.Response) -> RecommenderError:
    """Turn an answer other than success back into the category it came from.

    The problem's `title`, `code` (the error's own name) and facts are in `facts`. A status
    without a category, and an answer that is no problem document, still give a sentence.
    """
    category = _CATEGORIES.get(response.status_code, Unavailable)
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        return category(_WITHOUT_A_PROBLEM[category])
    return refused_with(problem, category)


def refused_with(
    problem: Problem, category: type[RecommenderError] | None = None
) -> RecommenderError:
    """Turn a problem that came within an answer, or as one, back into the error it came from."""
    category = category or _CATEGORIES.get(problem.status, Unavailable)
    facts = problem.facts | {"title": problem.title, "code": problem.code}
    refused = category(problem.detail, field=problem.field, remedy=problem.remedy)
    refused.facts.update(facts)
    return refused
