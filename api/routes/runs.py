"""Discovery runs, and the memberships that the last one left."""

from http import HTTPStatus

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.runs import MembershipOut, RunIn, RunOut
from recommender.kinds import catalogue, run_rows
from recommender.kinds.run_rows import run_row
from recommender.kinds.runs import discover

router = APIRouter(tags=["kinds"])


@router.get("/memberships")
def list_memberships(house: OpenedHouse, actor: SignedIn) -> list[MembershipOut]:
    """Each approved case with its kind; unsorted ones have null."""
    with house.reading(actor) as tx:
        return [MembershipOut.model_validate(row) for row in catalogue.memberships(tx)]


@router.post("/runs", status_code=HTTPStatus.CREATED)
def start_run(house: OpenedHouse, actor: SignedIn, body: RunIn) -> RunOut:
    """Discover kinds now; answers when the run is published. Refused while another runs."""
    run = discover(house, actor, seed=body.seed)
    return RunOut.model_validate(run_row(run, house.settings))


@router.get("/runs")
def list_runs(house: OpenedHouse, actor: SignedIn) -> list[RunOut]:
    """Discovery runs, newest first."""
    with house.reading(actor) as tx:
        return [RunOut.model_validate(run) for run in run_rows.runs(tx)]


@router.get("/runs/why-none")
def read_why_none(house: OpenedHouse, actor: SignedIn) -> list[str]:
    """Why no kind has surfaced, sentence by sentence; nothing where one has."""
    with house.reading(actor) as tx:
        return catalogue.why_no_kinds(tx)


@router.get("/runs/{run_id}")
def read_run(house: OpenedHouse, actor: SignedIn, run_id: str) -> RunOut:
    """One discovery run and what it changed, kind by kind."""
    with house.reading(actor) as tx:
        return RunOut.model_validate(run_rows.run(tx, run_id))
