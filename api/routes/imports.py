"""Taking in history: the administrators' route for files."""

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request

from api.deps import OpenedHouse, SignedIn
from api.importing import Imports, Job, mapping_of
from api.laid_down import laid_down
from api.problems import problem_of
from api.schemas.imports import (
    BatchOut,
    ColumnOut,
    FiguresOut,
    FiguresQuery,
    ImportIn,
    ImportJobOut,
    ImportOut,
    ImportQuery,
    SheetQuery,
    UploadOut,
    UploadQuery,
)
from recommender.access import Act
from recommender.cases.importing.batches import imported_batches
from recommender.cases.importing.contacts import import_contacts
from recommender.cases.importing.figure_columns import ANSWERS, WEEKS, look_at_figures
from recommender.cases.importing.guessing import look_into
from recommender.cases.importing.mapping import ImportMapping, find_mapping
from recommender.cases.importing.refusals import UnreadableFile
from recommender.cases.importing.report import ImportReport
from recommender.cases.importing.rows import FIELDS
from recommender.cases.importing.surveys import import_surveys
from recommender.cases.importing.taking import import_cases, undo_import
from recommender.cases.importing.uploads import (
    Upload,
    drop_upload,
    find_upload,
    keep_upload,
    take_upload,
)
from recommender.learning.progress import Progress

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
    with laid_down(query.file_name, body) as path:
        mapping = find_mapping(query.mapping, FIELDS).of_sheet(query.sheet)
        options = query.model_dump(include={"zone", "dry_run", "update"})
        report = import_cases(house, actor, path, mapping=mapping, **options)
    request.app.state.catch_up.wake(whole=True)
    return ImportOut.model_validate(report)


@router.post("/imports/surveys", status_code=HTTPStatus.CREATED)
def create_survey_import(
    house: OpenedHouse,
    actor: SignedIn,
    query: Annotated[FiguresQuery, Query()],
    body: Annotated[bytes, Body(media_type="application/octet-stream")],
) -> FiguresOut:
    """Take in customers' answers by case id; they outrank what agents and imports reported."""
    actor.require(Act.IMPORT)
    with laid_down(query.file_name, body) as path:
        mapping, columns = _read_as(path, query, ANSWERS)
        options = query.model_dump(include={"dry_run", "update"})
        report = import_surveys(house, actor, path, mapping=mapping, **options)
    return FiguresOut.model_validate(report).model_copy(update={"columns": columns})


@router.post("/imports/contacts", status_code=HTTPStatus.CREATED)
def create_contacts_import(
    house: OpenedHouse,
    actor: SignedIn,
    query: Annotated[FiguresQuery, Query()],
    body: Annotated[bytes, Body(media_type="application/octet-stream")],
) -> FiguresOut:
    """Take in how many customers got in touch each week, the denominators of the trend."""
    actor.require(Act.IMPORT)
    with laid_down(query.file_name, body) as path:
        mapping, columns = _read_as(path, query, WEEKS)
        options = query.model_dump(include={"dry_run", "update"})
        report = import_contacts(house, actor, path, mapping=mapping, **options)
    return FiguresOut.model_validate(report).model_copy(update={"columns": columns})


@router.post("/imports/{batch_id}/undo", status_code=HTTPStatus.NO_CONTENT)
def undo(house: OpenedHouse, actor: SignedIn, batch_id: str) -> None:
    """Take a whole import back, as long as nobody decided on its cases."""
    with house.transaction(actor) as tx:
        undo_import(tx, batch_id)


@router.post("/uploads", status_code=HTTPStatus.CREATED)
def create_upload(
    house: OpenedHouse,
    actor: SignedIn,
    query: Annotated[UploadQuery, Query()],
    body: Annotated[bytes, Body(media_type="application/octet-stream")],
) -> UploadOut:
    """Lay a file of cases down for an hour, and tell which column seems to be which field."""
    with house.reading(actor) as tx:
        upload = keep_upload(tx, query.file_name, body)
    try:
        return _looked_into(upload, query.sheet)
    except UnreadableFile:
        drop_upload(upload)
        raise


@router.get("/uploads/{upload_id}")
def read_upload(
    house: OpenedHouse, actor: SignedIn, upload_id: str, query: Annotated[SheetQuery, Query()]
) -> UploadOut:
    """A file that waits: its columns, their first values, and what they seem to be."""
    with house.reading(actor) as tx:
        upload = find_upload(tx, upload_id)
    return _looked_into(upload, query.sheet)


@router.post("/uploads/{upload_id}/import", status_code=HTTPStatus.ACCEPTED)
def start_import(
    house: OpenedHouse, actor: SignedIn, request: Request, upload_id: str, body: ImportIn
) -> ImportJobOut:
    """Begin to take in a file that waits, or only check it; refused while another import runs."""
    with house.reading(actor) as tx:
        upload = find_upload(tx, upload_id)
    mapping = mapping_of(body.mapping)

    def act(progress: Progress) -> ImportReport:
        options = body.model_dump(include={"zone", "update", "dry_run"})
        report = take_upload(house, actor, upload, mapping, progress, **options)
        if not body.dry_run:
            request.app.state.catch_up.wake(whole=True)
        return report

    return _job_out(_imports(request).start(act, dry_run=body.dry_run))


@router.get("/imports/{import_id}")
def read_import(actor: SignedIn, request: Request, import_id: str) -> ImportJobOut:
    """How far an import is that was begun since this service started, and what became of it."""
    actor.require(Act.IMPORT)
    return _job_out(_imports(request).find(import_id))


@router.get("/imports")
def list_imports(house: OpenedHouse, actor: SignedIn) -> list[BatchOut]:
    """The last imports that were taken in, newest first, and why one cannot be undone."""
    with house.reading(actor) as tx:
        return [BatchOut.model_validate(batch) for batch in imported_batches(tx)]


def _read_as(
    path: Path, query: FiguresQuery, fields: Mapping[str, str]
) -> tuple[ImportMapping | None, list[ColumnOut]]:
    """Say how a file of figures is mapped, and which column is which field with it."""
    if not (query.guess or query.columns):
        return None, []
    looked = look_at_figures(path, fields)
    named = (one.partition("=") for one in query.columns)
    chosen = {field: column for field, _, column in named} or looked.guessed
    field_of = {column: field for field, column in chosen.items()}
    told = [
        ColumnOut(name=one.name, samples=list(one.samples), field=field_of.get(one.name))
        for one in looked.columns
    ]
    return looked.mapping(chosen, fields), told


def _imports(request: Request) -> Imports:
    imports: Imports = request.app.state.imports
    return imports


def _looked_into(upload: Upload, sheet: str | None) -> UploadOut:
    looked = asdict(look_into(upload.path, sheet))
    named = {"id": upload.id, "file_name": upload.path.name, "fields": FIELDS}
    return UploadOut.model_validate(looked | named)


def _job_out(job: Job) -> ImportJobOut:
    return ImportJobOut(
        id=job.id,
        state=job.state,
        dry_run=job.dry_run,
        done=job.done,
        of=job.of,
        report=None if job.report is None else ImportOut.model_validate(job.report),
        failure=None if job.error is None else problem_of(job.error),
    )
