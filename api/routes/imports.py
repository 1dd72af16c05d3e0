"""Taking in history: the administrators' route for files."""

from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from recommender.cases.importing.taking import import_cases, undo_import

from api.deps import OpenedHouse, SignedIn
from api.schemas import ImportOut, ShortText

router = APIRouter(tags=["imports"])


@router.post("/imports", status_code=HTTPStatus.CREATED)
def create_import(
    house: OpenedHouse,
    actor: SignedIn,
    request: Request,
    body: Annotated[bytes, Body(media_type="application/octet-stream")],
    file_name: Annotated[ShortText, Query(description="Its ending says the form: csv, jsonl, gz.")],
    mapping: Annotated[ShortText | None, Query(description="zendesk, salesforce, ...")] = None,
    zone: Annotated[ShortText | None, Query(description="Zone of zone-less times.")] = None,
    dry_run: Annotated[bool, Query()] = False,
    update: Annotated[bool, Query()] = False,
) -> ImportOut:
    """Take in a file of cases, sent as the request's body; refused rows are listed."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(file_name).name
        path.write_bytes(body)
        report = import_cases(
            house, actor, path, mapping=mapping, zone=zone, dry_run=dry_run, update=update
        )
    request.app.state.catch_up.wake()
    return ImportOut.model_validate(report)


@router.post("/imports/{batch_id}/undo", status_code=HTTPStatus.NO_CONTENT)
def undo(house: OpenedHouse, actor: SignedIn, batch_id: str) -> None:
    """Take a whole import back, as long as nobody decided on its cases."""
    with house.transaction(actor) as tx:
        undo_import(tx, batch_id)
