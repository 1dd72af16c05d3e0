"""Looking back at a ledger: a file comes in, a report goes out, nothing stays."""

from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from api.deps import OpenedHouse, SignedIn
from api.importing import mapping_of
from api.laid_down import laid_down
from api.looking_back import Job, LookBacks
from api.problems import problem_of
from api.schemas.imports import SheetQuery, UploadQuery
from api.schemas.look_backs import (
    LedgerOut,
    LookBackIn,
    LookBackJobOut,
    LookBackOut,
    LookBackReportOut,
    RecurringOut,
)
from recommender.access import Act, Actor
from recommender.retrospect.findings import LookBack, Money
from recommender.retrospect.ledger import READABLE, look_at
from recommender.retrospect.looking_back import Watched, look_back
from recommender.retrospect.page import html
from recommender.retrospect.rules import rules_of

router = APIRouter(tags=["imports"])


def _looks_back(actor: SignedIn) -> Actor:
    actor.require(Act.LOOK_BACK)
    return actor


def _jobs(request: Request) -> LookBacks:
    jobs: LookBacks = request.app.state.look_backs
    return jobs


LooksBack = Annotated[Actor, Depends(_looks_back)]
Jobs = Annotated[LookBacks, Depends(_jobs)]


@router.post("/look-backs", status_code=HTTPStatus.ACCEPTED)
def create_look_back(
    actor: LooksBack,
    jobs: Jobs,
    response: Response,
    query: Annotated[UploadQuery, Query()],
    body: Annotated[bytes, Body(media_type="application/octet-stream")],
) -> LookBackJobOut:
    """Lay a ledger down in memory for an hour, to look back at it; one a person at a time."""
    with laid_down(query.file_name, body) as path:
        look_at(path, query.sheet)
        job = jobs.lay_down(actor.name, path.name, body)
    response.headers["Location"] = f"/v1/look-backs/{job.id}"
    return _job_out(job)


@router.get("/look-backs")
def list_look_backs(actor: LooksBack, jobs: Jobs) -> list[LookBackJobOut]:
    """The reader's own look back, if there is one; nobody sees another's."""
    return [_job_out(job) for job in jobs.of(actor.name)]


@router.get("/look-backs/{look_back_id}")
def read_look_back(actor: LooksBack, jobs: Jobs, look_back_id: str) -> LookBackJobOut:
    """How far a look back is, and once it is through, what recurs."""
    return _job_out(jobs.find(actor.name, look_back_id))


@router.get("/look-backs/{look_back_id}/columns")
def read_ledger(
    actor: LooksBack, jobs: Jobs, look_back_id: str, query: Annotated[SheetQuery, Query()]
) -> LedgerOut:
    """A ledger that waits: its columns, what they seem to be, and those that are never read."""
    job = jobs.find(actor.name, look_back_id)
    with laid_down(job.file_name, jobs.ledger_of(job)) as path:
        columns = look_at(path, query.sheet)
    named = {"id": job.id, "file_name": job.file_name, "fields": READABLE}
    return LedgerOut.model_validate(asdict(columns.looked) | named | {"never_read": columns.people})


@router.post("/look-backs/{look_back_id}/start", status_code=HTTPStatus.ACCEPTED)
def start_look_back(
    house: OpenedHouse, actor: LooksBack, jobs: Jobs, look_back_id: str, body: LookBackIn
) -> LookBackJobOut:
    """Begin to look back; it waits its turn while somebody else does."""
    job = jobs.find(actor.name, look_back_id)
    mapping = None if body.mapping is None else mapping_of(body.mapping)
    with house.reading(actor) as tx:
        books = rules_of(tx) if body.rules else ()

    def act(path: Path, watched: Watched) -> LookBack:
        return look_back(
            house.settings,
            actor,
            path,
            mapping=mapping,
            books=books,
            home=house,
            watched=watched,
        )

    jobs.start(job, act)
    return _job_out(job)


@router.post("/look-backs/{look_back_id}/report")
def fetch_report(actor: LooksBack, jobs: Jobs, look_back_id: str) -> LookBackReportOut:
    """Hand the report out to its maker, once; it is gone from here with it."""
    job = jobs.find(actor.name, look_back_id)
    return LookBackReportOut(file_name=job.file_name, html=html(jobs.hand_out(job)))


@router.delete("/look-backs/{look_back_id}", status_code=HTTPStatus.NO_CONTENT)
def give_up_look_back(actor: LooksBack, jobs: Jobs, look_back_id: str) -> None:
    """Give a look back up: ledger and report go; one at work ends at its next step."""
    jobs.drop(jobs.find(actor.name, look_back_id))


def _job_out(job: Job) -> LookBackJobOut:
    return LookBackJobOut(
        id=job.id,
        file_name=job.file_name,
        state=job.state,
        step=job.step,
        done=job.done,
        of=job.of,
        share=job.share,
        found=None if job.found is None else _found_out(job.found),
        failure=None if job.error is None else problem_of(job.error),
    )


def _found_out(found: LookBack) -> LookBackOut:
    return LookBackOut(
        rows=found.source.rows,
        refused=len(found.source.refused),
        approved=found.source.approved,
        sorted_cases=found.sorted_cases,
        kinds=[
            RecurringOut(
                name=kind.name,
                line=kind.line.words,
                cases=kind.cases,
                a_year=_a_year(kind.money),
                currency=None if kind.money is None else kind.money.currency,
                rule=kind.rule_in_short,
            )
            for kind in found.kinds
        ],
        unread=[*found.source.people, *found.source.unread],
    )


def _a_year(money: Money | None) -> float | None:
    return None if money is None or money.a_year is None else money.a_year.mid
