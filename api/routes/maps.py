"""The map of cases: what is on it, and what a part of it holds."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.deps import OpenedHouse, SignedIn
from api.schemas.map import MapOut, PartIn, PartOut
from recommender.kinds import maps

router = APIRouter(tags=["kinds"])

_BYTES: dict[int | str, dict[str, object]] = {
    200: {"content": {"application/octet-stream": {}}, "description": "The points."}
}


@router.get("/map")
def read_map(
    house: OpenedHouse,
    actor: SignedIn,
    version: Annotated[str | None, Query(description="The run that drew it.")] = None,
) -> MapOut:
    """The map that the newest run drew, or an earlier one, with the kinds as they are now."""
    with house.reading(actor) as tx:
        return MapOut.model_validate(maps.case_map(tx, version))


@router.get("/map/points", response_class=Response, responses=_BYTES)
def read_map_points(
    house: OpenedHouse,
    actor: SignedIn,
    version: Annotated[str | None, Query(description="The run that drew it.")] = None,
) -> Response:
    """The points of a map: x, y, number of the kind (-1: none) as 32-bit floats, little-endian."""
    with house.reading(actor) as tx:
        points = maps.map_points(tx, version)
    return Response(
        points, media_type="application/octet-stream", headers={"Cache-Control": "no-store"}
    )


@router.post("/map/within")
def read_part(house: OpenedHouse, actor: SignedIn, body: PartIn) -> PartOut:
    """What an outline on the map, a kind, or both hold: cases by kind, those of one kind by id."""
    with house.reading(actor) as tx:
        part = maps.within(
            tx,
            version=body.version,
            polygon=body.polygon,
            kind=body.kind,
            after=body.after,
            top=body.top,
        )
        return PartOut.model_validate(part)
