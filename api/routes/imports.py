"""Taking in history: the administrators' route for files."""

import re
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request

from api.deps import OpenedHouse, SignedIn
from api.schemas.imports import ImportOut, ImportQuery
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
    with TemporaryDirectory() as folder:
        path = Path(folder) / _safe(query.file_name)
        path.write_bytes(body)
        report = import_cases(house, actor, path, **query.model_dump(exclude={"file_name"}))
    request.app.state.catch_up.wake()
    return ImportOut.model_validate(report)


@router.post("/imports/{batch_id}/undo", status_code=HTTPStatus.NO_CONTENT)
def undo(house: OpenedHouse, actor: SignedIn, batch_id: str) -> None:
    """Take a whole import back, as long as nobody decided on its cases."""
    with house.transaction(actor) as tx:
        undo_import(tx, batch_id)


def _safe(name: str) -> str:
    """Give a name that any file system takes, with the ending that says the file's form."""
    return re.sub(r"[^\w.() -]", "_", name)[-60:].lstrip(" .") or "cases"
