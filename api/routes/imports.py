"""Taking in history: the administrators' route for files."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request

from api.deps import OpenedHouse, SignedIn
from api.schemas.imports import ImportOut, ImportQuery, SurveysOut, SurveysQuery
from recommender.cases.importing.surveys import import_surveys
from recommender.cases.importing.taking import import_cases, undo_import

router = APIRouter(tags=["imports"])


@router.post("/imports", status_code=HTTPStatus.CREATED)
def create_import(
    house: OpenedHouse,
    actor: SignedIn,
    request: Request,
    query: Annotated[ImportQuery, Query()],
    body: Annotated[bytes, Body(media_type="application/octet-stream")],
) -> ImportOut:
    """Take in a file of cases, sent as the request's body; refused rows are listed."""
    with _kept(query.file_name, body) as path:
        report = import_cases(house, actor, path, **query.model_dump(exclude={"file_name"}))
    request.app.state.catch_up.wake(whole=True)
    return ImportOut.model_validate(report)


@router.post("/imports/surveys", status_code=HTTPStatus.CREATED)
def create_survey_import(
    house: OpenedHouse,
    actor: SignedIn,
    query: Annotated[SurveysQuery, Query()],
    body: Annotated[bytes, Body(media_type="application/octet-stream")],
) -> SurveysOut:
    """Take in customers' answers by case id; they outrank what agents and imports reported."""
    with _kept(query.file_name, body) as path:
        report = import_surveys(house, actor, path, dry_run=query.dry_run, update=query.update)
    return SurveysOut.model_validate(report)


@router.post("/imports/{batch_id}/undo", status_code=HTTPStatus.NO_CONTENT)
def undo(house: OpenedHouse, actor: SignedIn, batch_id: str) -> None:
    """Take a whole import back, as long as nobody decided on its cases."""
    with house.transaction(actor) as tx:
        undo_import(tx, batch_id)


@contextmanager
def _kept(name: str, body: bytes) -> Iterator[Path]:
    """Lay a request's body down as a file for as long as it is read."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / _safe(name)
        path.write_bytes(body)
        yield path


def _safe(name: str) -> str:
    """Give a name that any file system takes, with the ending that says the file's form."""
    return re.sub(r"[^\w.() -]", "_", name)[-60:].lstrip(" .") or "cases"
