"""Whether the product lives and is ready; for load balancers and monitoring, without sign-in."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from api.deps import OpenedHouse
from api.metrics import exposition
from api.schemas.health import HealthOut
from recommender.errors import RecommenderError

if TYPE_CHECKING:
    from recommender.storage.house import House

router = APIRouter(tags=["health"])


@router.get("/healthz")
def alive() -> dict[str, str]:
    """Answer as long as the process lives."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(request: Request, response: Response) -> HealthOut:
    """Tell whether the database answers and the encoder is warm; 503 until both do."""
    health = health_of(request)
    if health.status != "ok":
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return health


def health_of(request: Request) -> HealthOut:
    """Look whether the parts that a request needs are there."""
    house: House = request.app.state.house
    try:
        house.database.require_schema()
        database = True
    except RecommenderError:
        database = False
    encoder = bool(request.app.state.catch_up.ready)
    status: Literal["ok", "starting"] = "ok" if database and encoder else "starting"
    return HealthOut(status=status, database=database, encoder=encoder)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(house: OpenedHouse) -> str:
    """Counts for monitoring, in the OpenMetrics text form; totals only, nothing per person."""
    return exposition(house)
