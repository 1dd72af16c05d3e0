"""Whether the product lives and is ready; for load balancers and monitoring, without sign-in."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from api.deps import OpenedHouse
from api.metrics import exposition
from api.schemas.health import HealthOut
from recommender.errors import RecommenderError

router = APIRouter(tags=["health"])


@router.get("/healthz")
def alive() -> dict[str, str]:
    """Answer as long as the process lives."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(request: Request, response: Response, house: OpenedHouse) -> HealthOut:
    """Tell whether the database answers and the encoder is warm; 503 until both do."""
    try:
        house.database.require_schema()
        database = True
    except RecommenderError:
        database = False
    encoder = bool(request.app.state.catch_up.ready)
    ok = database and encoder
    if not ok:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return HealthOut(status="ok" if ok else "starting", database=database, encoder=encoder)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(house: OpenedHouse) -> str:
    """Counts for monitoring, in the OpenMetrics text form; totals only, nothing per person."""
    return exposition(house)
