"""The map of cases, and what a part of it holds."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas.base import In, Out, ShortText, example
from api.schemas.kinds import KindCaseOut


class IslandOut(Out):
    """The disc of a kind: its middle and its radius."""

    x: float
    y: float
    radius: float


class MapKindOut(Out):
    """A kind on the map; `island` is null where the kind is younger than the map."""

    id: str
    name: str
    clause: str | None
    version: int
    """What `If-Match` of a correction takes."""
    cases: int
    island: IslandOut | None


class MapOut(Out):
    """The kinds that may be shown; their order gives the numbers of the points."""

    version: str | None
    """The run that drew it; null: none has yet."""
    drawn_on: date | None
    kinds: list[MapKindOut]
    unsorted: int | None
    """Null where too few people are behind those cases, or there is none."""
    without_place: int
    """Cases that are younger than the map."""


class PartIn(In):
    """A part of the map: an outline on a version of it, a kind (or `unsorted`), or both."""

    model_config = example(version="r3v9x2m7q1ab", polygon=[[0, 0], [8, 0], [8, 8]])

    version: ShortText | None = None
    polygon: (
        Annotated[
            list[
                tuple[
                    Annotated[float, Field(ge=-1e6, le=1e6)],
                    Annotated[float, Field(ge=-1e6, le=1e6)],
                ]
            ],
            Field(min_length=3, max_length=60),
        ]
        | None
    ) = None
    kind: ShortText | None = None
    after: ShortText | None = None
    top: Annotated[int, Field(ge=1, le=50)] = 50


class PartKindOut(Out):
    """How many of a kind's cases the part holds; `unsorted` has no name, clause or version."""

    id: str
    name: str | None
    clause: str | None
    version: int | None
    cases: int
    of: int


class PartOut(Out):
    """What a part holds; `ids` and `cases` only where a kind was named."""

    total: int
    kinds: list[PartKindOut]
    ids: list[str]
    cases: list[KindCaseOut]
    after: str | None
    """What `after` continues with; null at the end."""


class MoveCasesIn(In):
    """Cases of one kind, or of none, and the kind that they belong to; null keeps them out."""

    model_config = example(cases=["c4t8w1n5r2de"], to="k3v9x2m7q1ab")

    cases: Annotated[list[ShortText], Field(min_length=1, max_length=10_000)]
    to: ShortText | None
