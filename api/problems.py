"""Refusals as problem+json (RFC 9457): the one table from category to status."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.schemas.base import Problem
from recommender.accounts.sign_ins import SignInNeeded
from recommender.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    RecommenderError,
    Unavailable,
)

STATUS: dict[type[RecommenderError], HTTPStatus] = {
    SignInNeeded: HTTPStatus.UNAUTHORIZED,
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
MEDIA_TYPE = "application/problem+json"
DOCUMENTED: dict[str, Any] = {
    "description": "Refused, with the reason and what to do about it.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
"""Every route's refusals, for the OpenAPI document."""
_log = logging.getLogger(__name__)


def status_of(error: RecommenderError) -> HTTPStatus:
    """Give the status of the error's category."""
    return next(status for category, status in STATUS.items() if isinstance(error, category))


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """Wrap a problem in its answer."""
    return JSONResponse(
        jsonable_encoder(problem), problem.status, media_type=MEDIA_TYPE, headers=headers
    )


def problem_of(error: RecommenderError) -> Problem:
    """Write a refusal as a problem."""
    return Problem(
        title=error.title,
        status=status_of(error),
        detail=error.detail,
        code=error.code,
        field=error.field,
        remedy=error.remedy,
        facts=error.facts,
    )


def _refusal(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - FastAPI's signature
    assert isinstance(error, RecommenderError)  # noqa: S101 - the handler is registered for it
    problem = problem_of(error)
    wants_sign_in = problem.status == HTTPStatus.UNAUTHORIZED
    return problem_response(
        problem, headers={"WWW-Authenticate": "Bearer"} if wants_sign_in else None
    )


def _bad_request(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - FastAPI's signature
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the handler is registered for it
    first = error.errors()[0]
    place = [str(part) for part in first["loc"] if part not in {"body", "query", "path"}]
    return problem_response(
        Problem(
            title=Invalid.title,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            detail=f"{first['msg']}.",
            code="BadRequest",
            field=".".join(place) or None,
            remedy="See /openapi.json for the shape that this endpoint takes.",
        )
    )


def _http(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - FastAPI's signature
    assert isinstance(error, HTTPException)  # noqa: S101 - the handler is registered for it
    return problem_response(
        Problem(
            title=HTTPStatus(error.status_code).phrase,
            status=error.status_code,
            detail=f"{error.detail}.",
            code=HTTPStatus(error.status_code).name.title().replace("_", ""),
        ),
        headers=dict(error.headers or {}),
    )


def _broken(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_response(
        Problem(
            title="Something broke",
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
            detail="This is a fault of the program; nothing was changed.",
            code="InternalServerError",
            remedy="Try again; if it stays, tell whoever runs the program.",
        )
    )


def describe(document: dict[str, Any]) -> None:
    """Add to an OpenAPI document the shape that all refusals share."""
    shapes = document.setdefault("components", {}).setdefault("schemas", {})
    shapes["Problem"] = Problem.model_json_schema()


def register(app: FastAPI) -> None:
    """Turn every refusal of the app into a problem document."""
    app.add_exception_handler(RecommenderError, _refusal)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)
